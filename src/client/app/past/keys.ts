// Archive keys for this device, and what another device of its user hands over: asked for, and taken from whoever gives it.
import { Fault } from "../../../model/fault.ts";
import { type DeviceId, type Handle, hexOf, type LogId, type MessageId, type Seq } from "../../../model/ids.ts";
import type { Segment } from "../../../mls/grant-records.ts";
import type { Groups } from "../../../mls/groups.ts";
import type { Note } from "../../port/note.ts";
import type { Change, Vault } from "../../port/vault.ts";
import type { Payload } from "../payload/payload.ts";
import { droppedHanded, type Handed, handedIn } from "./handed.ts";
import type { PastStates } from "./past-states.ts";
import type { Segments } from "./segments.ts";
import { answered, asked, deceived, SECRET_ROW } from "./state.ts";

export interface KeysWorld {
  readonly vault: Pick<Vault, "pending" | "find" | "chainAt">;
  readonly groups: Pick<Groups, "askArchive" | "takeArchive">;
  readonly states: PastStates;
  readonly segments: Segments;
  readonly self: { readonly device: DeviceId; readonly user: Handle };
  readonly now: () => number;
  readonly newMid: () => MessageId;
  readonly say: (log: LogId, payload: Payload, mid?: MessageId) => Promise<unknown>;
  readonly nameOf: (log: LogId) => string;
  readonly note: Note;
  readonly alarm: (log: LogId, code: string, message: string) => void;
}

interface Taken {
  readonly changes: readonly Change[];
  readonly segments: readonly Segment[];
  readonly hasKeys: boolean;
}

export class Keys {
  readonly #world: KeysWorld;

  constructor(world: KeysWorld) {
    this.#world = world;
  }

  async ask(log: LogId): Promise<void> {
    const { groups, newMid, say, states, vault } = this.#world;
    const { publicKey, secret } = await groups.askArchive();
    const past = states.of(log);
    const mid = newMid();
    const key = Buffer.from(publicKey).toString("base64url");
    const said = { kind: "archive-ask", publicKey: key, after: past.gap?.after ?? 0 } as const;
    // It waits in the queue; if it cannot be said at all, the time to wait for an answer goes by.
    say(log, said, mid).catch(() => undefined);
    // Without the secret the answer would be worth nothing: both are in the vault before anything leaves.
    const kept: Change = { put: "pending", log, name: SECRET_ROW, value: secret };
    states.keep(log, asked(past, mid), [...droppedHanded(vault.pending(log), log), kept]);
  }

  /** `hasOwn`: another device of this user is in the group. False: nobody has given all of it yet. */
  async take(log: LogId, ask: MessageId, { hasOwn }: { readonly hasOwn: boolean }): Promise<boolean> {
    const { vault, states, now, self } = this.#world;
    const pending = vault.pending(log);
    const [parts, secret] = [handedIn(pending, self.user), pending.get(SECRET_ROW)];
    const [first] = parts ?? [];
    if (parts === undefined || first === undefined || secret === undefined) return false;
    const taken = this.#isSameLog(log, ask, first) ? await this.#taken(log, parts, secret) : undefined;
    const past = states.of(log);
    if (taken === undefined) states.keep(log, deceived(past, now()), this.#spent(log));
    else if (first.by === self.user) this.#takeOwn(log, taken);
    else if (hasOwn) states.keep(log, answered(past, { ask }), [...taken.changes, ...this.#spent(log, self.user)]);
    else states.keep(log, answered(past, {}), [...taken.changes, ...this.#spent(log)]);
    return true;
  }

  /** Where it came with no key, nothing can be read below the lowest segment. */
  #takeOwn(log: LogId, { changes, segments, hasKeys }: Taken): void {
    const { states } = this.#world;
    const past = states.of(log);
    const below = segments.map(({ first }) => first - 1);
    const after: Seq = hasKeys ? 0 : Math.min(...below, past.gap?.until ?? 0);
    const kept = this.#world.segments.keep(log, segments);
    states.keep(log, answered(past, { after }), [...changes, ...kept, ...this.#spent(log)]);
  }

  /** `but`: what devices of this user gave is waited for, and opens with the same secret. */
  #spent(log: LogId, but?: Handle): readonly Change[] {
    const dropped = droppedHanded(this.#world.vault.pending(log), log, but);
    return but === undefined ? [...dropped, { drop: "pending", log, name: SECRET_ROW }] : dropped;
  }

  /** Whoever was there before must have the same log: until now this device had the server's word alone. */
  #isSameLog(log: LogId, ask: MessageId, { by, chain }: Handed): boolean {
    const { vault, self, nameOf, alarm } = this.#world;
    const seq = vault.find(log, ask, self.device)?.seq;
    const ours = seq === undefined ? undefined : vault.chainAt(log, seq);
    if (ours !== undefined && hexOf(ours) === chain) return true;
    alarm(
      log,
      "history-mismatch",
      `@${by} holds another history of ${nameOf(log)} than the one that the server gives here`,
    );
    return false;
  }

  /** Undefined: what was handed over cannot be used. */
  async #taken(log: LogId, parts: readonly Handed[], secret: Uint8Array): Promise<Taken | undefined> {
    const { groups, note, nameOf } = this.#world;
    const changes: Change[] = [];
    const segments: Segment[] = [];
    try {
      for (const { sealed } of parts) {
        const given = { sealed: new Uint8Array(Buffer.from(sealed, "base64url")), secret };
        const taken = await groups.takeArchive(log, given);
        changes.push({ put: "group", log, rows: taken.rows });
        segments.push(...taken.segments);
      }
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== "grant-malformed") throw error;
      note("warn", `archive keys of ${nameOf(log)} from @${parts[0]?.by ?? ""} cannot be used: ${error.message}`);
      return undefined;
    }
    const hasKeys = changes.some((one) => "put" in one && one.put === "group" && one.rows.put.size > 0);
    return { changes, segments: this.#ownOnly(log, parts[0], segments), hasKeys };
  }

  /** Nobody else may say what was said. */
  #ownOnly(log: LogId, from: Handed | undefined, segments: readonly Segment[]): readonly Segment[] {
    const { self, alarm, nameOf } = this.#world;
    if (segments.length === 0 || from?.by === self.user) return segments;
    const what = `@${from?.by ?? ""} hands over what was said in ${nameOf(log)}, which only a device of one's own may`;
    alarm(log, "handover-mismatch", what);
    return [];
  }
}
