// What this device hands over to another one of its user: all that it holds of a conversation, in segments on the server, from the
// newest down. What was put there is kept, so it goes on after a lost connection or a restart.
import { randomBytes } from "node:crypto";
import type { DeviceId, LogId, MessageId, Seq } from "../../../model/ids.ts";
import { SEGMENTS_MOST, type Segment } from "../../../mls/grant-records.ts";
import { blobRequests } from "../../files/requests.ts";
import { putBlob } from "../../files/small-blob.ts";
import type { Change, HeldEntry, Vault } from "../../port/vault.ts";
import type { Ask } from "../circle/ask.ts";
import { isOver } from "../expiry/expiry.ts";
import { readOpened } from "../payload/opened.ts";
import { standingOf } from "../payload/standing.ts";
import { Filling } from "./segment.ts";
import { readRecord, writeRecord } from "./segments.ts";

export interface HandingWorld {
  readonly vault: Pick<Vault, "pending" | "history">;
  readonly ask: Ask;
  readonly now: () => number;
  readonly put: (changes: readonly Change[]) => void;
  readonly flush: () => void;
}

export interface HandingWish {
  readonly log: LogId;
  readonly device: DeviceId;
  /** The ask that is answered. */
  readonly mid: MessageId;
  /** Entries behind `after` and before `seq`. */
  readonly after: Seq;
  readonly seq: Seq;
  /** The answer is still waited for. */
  readonly isWanted: () => boolean;
}

/** As it is kept. */
interface Handed {
  readonly mid: MessageId;
  /** Everything from there on is in the segments. */
  readonly from: Seq;
  readonly entries: number;
  readonly segments: readonly ReturnType<typeof writeRecord>[];
}

const ROW = "handing/";
/** Entries in all: what is read and sent in a few minutes, and looked through by nobody beyond. */
const ENTRIES_MOST = 100_000;
/** Rows of the history that are read at once. */
const PAGE = 500;
const KEY_BYTES = 32;

export class Handing {
  readonly #world: HandingWorld;

  constructor(world: HandingWorld) {
    this.#world = world;
  }

  /** This ask was begun with. */
  hasBegun({ log, device, mid }: Pick<HandingWish, "log" | "device" | "mid">): boolean {
    return this.#kept(log, device)?.mid === mid;
  }

  /** Undefined: nobody waits for it any more. @throws Fault `offline`, and what the server says */
  async segments(wish: HandingWish): Promise<readonly Segment[] | undefined> {
    const { log, device, mid, isWanted } = wish;
    const kept = this.#kept(log, device);
    let handed: Handed = kept?.mid === mid ? kept : { mid, from: wish.seq, entries: 0, segments: [] };
    this.#keep(wish, handed);
    while (isWanted()) {
      const next = await this.#next(wish, handed);
      if (next === undefined) return handed.segments.map(readRecord);
      handed = next;
      if (isWanted()) this.#keep(wish, handed);
    }
    return undefined;
  }

  /** It is over. */
  forget(log: LogId, device: DeviceId): Change {
    return { drop: "pending", log, name: ROW + device };
  }

  /** One segment more; undefined: that was all. */
  async #next({ log, after }: HandingWish, handed: Handed): Promise<Handed | undefined> {
    if (handed.entries >= ENTRIES_MOST || handed.segments.length >= SEGMENTS_MOST) return undefined;
    const filling = this.#filled(log, { after, from: handed.from });
    if (filling.count === 0) return undefined;
    const key = randomBytes(KEY_BYTES);
    const { first, last, blob } = filling.sealed(log, key);
    const id = await putBlob(blobRequests(this.#world.ask), blob);
    const record = writeRecord({ first, last, blob: id, size: blob.length, key });
    const { mid, entries, segments } = handed;
    return { mid, from: first, entries: entries + filling.count, segments: [...segments, record] };
  }

  #filled(log: LogId, { after, from }: { readonly after: Seq; readonly from: Seq }): Filling {
    const filling = new Filling();
    let before = from;
    for (;;) {
      const page = this.#world.vault.history(log, before, PAGE).toReversed();
      for (const entry of page) if (entry.seq <= after || !this.#isAdded(filling, entry)) return filling;
      const lowest = page.at(-1);
      if (lowest === undefined) return filling;
      before = lowest.seq;
    }
  }

  /** False: it belongs into the next segment. */
  #isAdded(filling: Filling, { seq, mid, sender, payload, lost }: HeldEntry): boolean {
    const opened = readOpened(payload);
    const said = lost || isOver(opened, this.#world.now()) ? undefined : standingOf(opened);
    return said === undefined || filling.add({ seq, mid, sender, said });
  }

  #kept(log: LogId, device: DeviceId): Handed | undefined {
    const row = this.#world.vault.pending(log).get(ROW + device);
    return row === undefined ? undefined : (JSON.parse(Buffer.from(row).toString("utf8")) as Handed);
  }

  #keep({ log, device }: HandingWish, handed: Handed): void {
    const value = Buffer.from(JSON.stringify(handed), "utf8");
    this.#world.put([{ put: "pending", log, name: ROW + device, value }]);
    this.#world.flush();
  }
}
