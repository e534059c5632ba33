// Segments that another device of this user handed over: kept beside the group until the walk has come through their range, fetched
// when it comes there, one at a time.
import { Fault, reason } from "../../../model/fault.ts";
import { bytesOf, hexOf, type LogId, type Seq } from "../../../model/ids.ts";
import { SEGMENTS_MOST, type Segment } from "../../../mls/grant-records.ts";
import { blobRequests } from "../../files/requests.ts";
import { getBlob } from "../../files/small-blob.ts";
import type { Change, Vault } from "../../port/vault.ts";
import type { Ask } from "../circle/ask.ts";
import { type HandedEntry, openSegment } from "./segment.ts";

export interface SegmentsWorld {
  readonly vault: Pick<Vault, "pending">;
  readonly ask: Ask;
}

/** What is handed over of a stretch. */
export interface HandedOver {
  readonly entries: ReadonlyMap<Seq, HandedEntry>;
  /** Why there is nothing where something was promised. `isLie`: it is there, and it is not what it is said to be. */
  readonly wrong?: { readonly why: string; readonly isLie: boolean } | undefined;
}

const ROW = "past/segment/";
const NOTHING: HandedOver = { entries: new Map() };
/** After these the same would come again. */
const LIES = new Set(["blob-mismatch", "segment-malformed", "transfer-answer"]);

type Record = Omit<Segment, "key"> & { readonly key: string };

export function writeRecord(segment: Segment): Record {
  return { ...segment, key: hexOf(segment.key) };
}

export function readRecord(record: Record): Segment {
  return { ...record, key: new Uint8Array(bytesOf(record.key)) };
}

export class Segments {
  readonly #world: SegmentsWorld;
  /** The newest first. */
  readonly #logs = new Map<LogId, readonly Segment[]>();
  #open: { readonly segment: Segment; readonly entries: ReadonlyMap<Seq, HandedEntry> } | undefined;

  constructor(world: SegmentsWorld) {
    this.#world = world;
  }

  /** In the place of those that were there. */
  keep(log: LogId, segments: readonly Segment[]): readonly Change[] {
    const dropped = this.drop(log);
    const kept = segments.toSorted((a, b) => b.first - a.first).slice(0, SEGMENTS_MOST);
    this.#logs.set(log, kept);
    const put = kept.map((segment): Change => {
      const value = Buffer.from(JSON.stringify(writeRecord(segment)), "utf8");
      return { put: "pending", log, name: ROW + segment.blob, value };
    });
    return [...dropped, ...put];
  }

  /** A stretch from `top` down to there meets one segment and no other. */
  floor(log: LogId, { top, after }: { readonly top: Seq; readonly after: Seq }): Seq {
    const at = this.#at(log, top);
    const below = this.#of(log).find(({ last }) => last < top);
    return Math.max(after, at === undefined ? (below?.last ?? 0) : at.first - 1);
  }

  /** Of the segment that `top` lies in. @throws Fault `offline`, … */
  async entries(log: LogId, top: Seq): Promise<HandedOver> {
    const segment = this.#at(log, top);
    if (segment === undefined) return NOTHING;
    try {
      return { entries: await this.#fetched(log, segment) };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const isLie = LIES.has(error.code);
      if (!isLie && error.code !== "no-such-blob") throw error;
      return { entries: new Map(), wrong: { why: reason(error), isLie } };
    }
  }

  /** The walk has come down to there: those above are of no use any more, and their keys go. */
  passed(log: LogId, below: Seq): readonly Change[] {
    return this.#drop(log, ({ first }) => first > below);
  }

  /** That in which `top` lies cannot be used. */
  spoilt(log: LogId, top: Seq): readonly Change[] {
    const segment = this.#at(log, top);
    return this.#drop(log, (one) => one === segment);
  }

  drop(log: LogId): readonly Change[] {
    return this.#drop(log, () => true);
  }

  /** The group is given up, and its rows with it. */
  forget(log: LogId): void {
    this.#logs.delete(log);
  }

  async #fetched(log: LogId, segment: Segment): Promise<ReadonlyMap<Seq, HandedEntry>> {
    if (this.#open?.segment === segment) return this.#open.entries;
    this.#open = undefined;
    const { first, last, blob: id, size, key } = segment;
    const blob = await getBlob(blobRequests(this.#world.ask), { id, size });
    const entries = new Map(openSegment(blob, { log, first, last }, key).map((one) => [one.seq, one]));
    this.#open = { segment, entries };
    return entries;
  }

  /** Where somebody says that two overlap: the lower end of the higher one comes first. */
  #at(log: LogId, top: Seq): Segment | undefined {
    return this.#of(log).find(({ first, last }) => first <= top && top <= last);
  }

  #drop(log: LogId, isOver: (segment: Segment) => boolean): readonly Change[] {
    const all = this.#of(log);
    const over = all.filter(isOver);
    this.#logs.set(
      log,
      all.filter((one) => !over.includes(one)),
    );
    if (over.some((one) => one === this.#open?.segment)) this.#open = undefined;
    return over.map(({ blob }): Change => ({ drop: "pending", log, name: ROW + blob }));
  }

  #of(log: LogId): readonly Segment[] {
    const known = this.#logs.get(log);
    if (known !== undefined) return known;
    const read = [...this.#world.vault.pending(log)]
      .filter(([name]) => name.startsWith(ROW))
      .map(([, row]) => readRecord(JSON.parse(Buffer.from(row).toString("utf8")) as Record))
      .toSorted((a, b) => b.first - a.first);
    this.#logs.set(log, read);
    return read;
  }
}
