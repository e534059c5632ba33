// What others let this user know: how far each of them has got, and read. What a receipt says anew is kept with it, so that it is told
// once and in its place.
import type { Handle, LogId, Seq } from "../../../model/ids.ts";
import type { Change, HeldEntry, Vault } from "../../port/vault.ts";
import type { GotView } from "../../port/replies.ts";
import type { ClientEvent } from "../../port/views.ts";
import type { Aside, Taken } from "../asides.ts";
import type { CommitSaid, ReceiptNews, Span } from "../payload/opened.ts";

interface Got {
  readonly delivered: Seq;
  readonly read: Seq;
  /** What was said up to here was before they came, or before it was known. */
  readonly since: Seq;
  /** What they could not open; the newest of these. */
  readonly without: readonly Seq[];
}

const NOTHING: Got = { delivered: 0, read: 0, since: 0, without: [] };

export interface HeardReceiptsWorld {
  readonly vault: Pick<Vault, "setting">;
  readonly self: Handle;
  /** The user wants it, and the conversation is one for receipts. */
  readonly isOn: (log: LogId) => boolean;
}

/** Messages of this device that one receipt is told of: the newest. */
const TOLD_MOST = 50;
/** Entries that are looked through for them. */
const LOOKED_AT = 500;
const WITHOUT_MOST = 50;

export class HeardReceipts {
  readonly #world: HeardReceiptsWorld;
  readonly #got = new Map<LogId, Map<Handle, Got>>();

  constructor(world: HeardReceiptsWorld) {
    this.#world = world;
  }

  /** How far everybody else has got there. */
  of(log: LogId): readonly GotView[] {
    if (!this.#world.isOn(log)) return [];
    return [...this.#of(log)].map(([user, { delivered, read, since, without }]) => {
      return { user, delivered, read, since, without };
    });
  }

  take({ log, seq, by, said }: Aside): Taken {
    if (said.kind === "commit") return { opened: said, changes: this.#came(log, seq, said) };
    if (said.kind !== "receipt") return { opened: said, changes: [] };
    const nothing = { kind: "settled", of: "receipt" } as const;
    const { delivered, read, without } = said;
    // Nobody knows what is behind their own word.
    if (by === this.#world.self || delivered >= seq || !this.#world.isOn(log)) return { opened: nothing, changes: [] };
    const got = this.#of(log);
    const before = got.get(by) ?? NOTHING;
    // The server lost what that was about: the places are given anew.
    const was = before.delivered >= seq ? { delivered, read } : before;
    const missed = [...before.without, ...(without ?? [])].slice(-WITHOUT_MOST);
    const how = { since: Math.min(before.since, seq), without: missed };
    const next = { delivered: Math.max(was.delivered, delivered), read: Math.max(was.read, read), ...how };
    if (next.delivered === before.delivered && next.read === before.read) return { opened: nothing, changes: [] };
    got.set(by, next);
    const spans = { delivered: [was.delivered, next.delivered], read: [was.read, next.read] } as const;
    const news = without === undefined ? spans : { ...spans, without };
    return { opened: { ...nothing, news }, changes: [this.#kept(log, got)] };
  }

  /** Of before they came in nothing was delivered to them. */
  #came(log: LogId, seq: Seq, { added, beside = [] }: CommitSaid): readonly Change[] {
    const newcomers = new Set(added.flatMap(({ user, device }) => (beside.includes(device) ? [] : [user])));
    if (newcomers.size === 0 || !this.#world.isOn(log)) return [];
    const got = this.#of(log);
    for (const user of newcomers) got.set(user, { delivered: seq, read: seq, since: seq, without: [] });
    return [this.#kept(log, got)];
  }

  #of(log: LogId): Map<Handle, Got> {
    const known = this.#got.get(log);
    if (known !== undefined) return known;
    const kept = JSON.parse(this.#world.vault.setting(nameOf(log)) ?? "[]") as [Handle, Seq, Seq, Seq?, Seq[]?][];
    // Of before it was kept since when: nothing is said of what may have been before they came.
    const got = new Map(
      kept.map(([user, delivered, read, since = delivered, without = []]) => [
        user,
        { delivered, read, since, without },
      ]),
    );
    this.#got.set(log, got);
    return got;
  }

  #kept(log: LogId, got: ReadonlyMap<Handle, Got>): Change {
    const value = JSON.stringify(
      [...got].map(([user, { delivered, read, since, without }]) => [user, delivered, read, since, without]),
    );
    return { put: "setting", name: nameOf(log), value };
  }
}

function nameOf(log: LogId): string {
  return `receipts-heard/${log}`;
}

export interface StatesWorld {
  readonly vault: Pick<Vault, "history">;
  readonly self: HeldEntry["sender"];
}

/** One for each message of this device that was delivered or read since the receipt before; what was read was delivered. */
export function receiptEvents(
  { log, at }: HeldEntry,
  { delivered, read, without = [] }: ReceiptNews,
  { user, vault, self }: StatesWorld & { readonly user: string },
): readonly ClientEvent[] {
  const since = Math.min(delivered[0], read[0]);
  const until = Math.max(delivered[1], read[1]);
  const own = vault
    .history(log, until + 1, Math.min(LOOKED_AT, until - since))
    .filter(({ sender, lost, seq }) => sender === self && !lost && seq > since && !without.includes(seq))
    .slice(-TOLD_MOST);
  return own.flatMap(({ mid, seq }): readonly ClientEvent[] => {
    const state = isIn(seq, read) ? "read" : "delivered";
    if (state === "delivered" && !isIn(seq, delivered)) return [];
    return [{ event: "state", at, message: mid, state, user }];
  });
}

function isIn(seq: Seq, [after, to]: Span): boolean {
  return seq > after && seq <= to;
}
