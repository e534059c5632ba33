// The archive keys that a device holds of one conversation: of epochs it was in itself, and of what it was handed. Handing on
// gives exactly a range of days: whole epochs where they lie inside it, single days of the one that it begins in.
import { Fault } from "../model/fault.ts";
import { dayKey, type ArchivePlace } from "./archive.ts";
import { decodeGrant, encodeGrant, GRANT_MOST, type KeyRecord } from "./grant-records.ts";
import type { RowChanges } from "./saved.ts";

/** Before the names of these rows. */
export const ARCHIVE_ROWS = "archive/";

interface Epoch {
  readonly founding: number;
  readonly epoch: number;
  /** The day it began. */
  readonly first: number;
  readonly secret: Uint8Array;
  /** Of an epoch that this device was in itself; else it was handed over, and may be wrong. */
  readonly isOwn: boolean;
}

interface Day extends ArchivePlace {
  readonly key: Uint8Array;
}

/** One of a group, and of which. */
type EpochName = Omit<ArchivePlace, "day">;
type Rows = ReadonlyMap<string, Uint8Array>;

/** The first byte of a row. */
const OWN = 1;
const HANDED = 2;
const KEY_BYTES = 32;
const ROW_BYTES = 1 + 4 + KEY_BYTES;
/** Parts of one grant, with the newest keys: nobody is made to hold more for the asking. @internal */
export const GRANT_PARTS = 5;

export class Archives {
  readonly #epochs = new Map<string, Epoch>();
  readonly #days = new Map<string, Day>();

  /** @throws Fault `state-malformed` */
  constructor(rows: Rows = new Map()) {
    for (const [name, row] of rows) this.#read(name, row);
  }

  /** A key that was handed over does not count: it may be wrong. */
  has(founding: number, epoch: number): boolean {
    return this.#epochs.get(`${founding}/${epoch}`)?.isOwn === true;
  }

  /** The rows to keep. */
  enter(epoch: Omit<Epoch, "isOwn">): Rows {
    const name = `${epoch.founding}/${epoch.epoch}`;
    this.#epochs.set(name, { ...epoch, isOwn: true });
    return new Map([[ARCHIVE_ROWS + name, rowOf(OWN, epoch.first, epoch.secret)]]);
  }

  keyOf({ founding, epoch, day }: ArchivePlace): Uint8Array | undefined {
    const whole = this.#epochs.get(`${founding}/${epoch}`);
    return whole === undefined ? this.#days.get(`${founding}/${epoch}/${day}`)?.key : dayKey(whole.secret, day);
  }

  /** Every key from the day `since` to the day `until` on, in parts for `take`, the newest last; at least one. Secret. */
  grant(since: number, until: number): readonly Uint8Array[] {
    const records = [...this.#days.values()]
      .filter(({ day }) => day >= since)
      .map(({ founding, epoch, day, key }): KeyRecord => ({ founding, epoch, day, key, isWhole: false }));
    const epochs = [...this.#epochs.values()].toSorted(oldestFirst);
    for (const [at, epoch] of epochs.entries()) {
      // When the next one began may be what somebody said who handed it over.
      const end = Math.min(until, Math.max(epochs[at + 1]?.first ?? until, epoch.first));
      records.push(...granted(epoch, { since, end }));
    }
    return partsOf(records.slice(-GRANT_MOST * GRANT_PARTS));
  }

  /**
   * Keys that were handed over, in the place of others that were; never of own ones, nor of what is still to come.
   * What to keep and what to wipe. @throws Fault `grant-malformed`
   */
  take(grant: Uint8Array, now: EpochName): RowChanges {
    const put = new Map<string, Uint8Array>();
    const drop = new Set<string>();
    for (const { isWhole, founding, epoch, day, key } of decodeGrant(grant).keys) {
      if (this.has(founding, epoch) || oldestFirst({ founding, epoch }, now) > 0) continue;
      const whole = `${founding}/${epoch}`;
      const name = isWhole ? whole : `${whole}/${day}`;
      if (isWhole) this.#epochs.set(name, { founding, epoch, first: day, secret: key, isOwn: false });
      else {
        this.#days.set(name, { founding, epoch, day, key });
        // Said later: the other one may be wrong, and would go before it.
        if (this.#epochs.delete(whole)) drop.add(ARCHIVE_ROWS + whole);
      }
      put.set(ARCHIVE_ROWS + name, rowOf(HANDED, day, key));
    }
    return { put, drop: [...drop].filter((name) => !put.has(name)) };
  }

  #read(name: string, row: Uint8Array): void {
    const [founding, epoch, day] = name.slice(ARCHIVE_ROWS.length).split("/").map(Number);
    const isOwn = row[0] === OWN;
    if (row.length !== ROW_BYTES || (!isOwn && row[0] !== HANDED) || founding === undefined || epoch === undefined)
      throw new Fault("state-malformed", `the stored state of a group cannot be read: ${name}`);
    const first = Buffer.from(row.buffer, row.byteOffset, row.length).readUInt32BE(1);
    const key = row.slice(5);
    const short = name.slice(ARCHIVE_ROWS.length);
    if (day === undefined) this.#epochs.set(short, { founding, epoch, first, secret: key, isOwn });
    else this.#days.set(short, { founding, epoch, day, key });
  }
}

/** A day more at the end: somebody's clock may be ahead. */
function granted(epoch: Epoch, { since, end }: { readonly since: number; readonly end: number }): readonly KeyRecord[] {
  const { founding, epoch: number, first, secret } = epoch;
  if (end + 1 < since) return [];
  if (first >= since) return [{ founding, epoch: number, day: first, key: secret, isWhole: true }];
  return Array.from({ length: end + 2 - since }, (_, at) => {
    const day = since + at;
    return { founding, epoch: number, day, key: dayKey(secret, day), isWhole: false };
  });
}

function oldestFirst(a: EpochName, b: EpochName): number {
  return a.founding === b.founding ? a.epoch - b.epoch : a.founding - b.founding;
}

function partsOf(records: readonly KeyRecord[]): readonly Uint8Array[] {
  const count = Math.max(1, Math.ceil(records.length / GRANT_MOST));
  return Array.from({ length: count }, (_, at) =>
    encodeGrant(records.slice(at * GRANT_MOST, (at + 1) * GRANT_MOST), []),
  );
}

function rowOf(whose: number, day: number, key: Uint8Array): Uint8Array {
  const row = new Uint8Array(ROW_BYTES);
  row[0] = whose;
  new DataView(row.buffer).setUint32(1, day);
  row.set(key, 5);
  return row;
}
