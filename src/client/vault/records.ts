// Entries as bytes: what a block holds of each, and what a search looks through. Both can be put one behind the other.
import { type DeviceId, hexOf, ID_BYTES, HASH_BYTES, type LogId, type MessageId } from "../../model/ids.ts";
import { ENTRY_KIND, entryKindName } from "../../wire/entry-kind.ts";
import type { KeptEntry } from "../port/vault.ts";
import { Damage } from "./faults.ts";

/** Where each field starts. Length, row, kind, seq, at, epoch, log, sender, mid, chain; then the payload. */
const AT = {
  row: 4,
  kind: 10,
  seq: 11,
  at: 19,
  epoch: 27,
  log: 35,
  sender: 51,
  mid: 67,
  chain: 83,
  payload: 115,
} as const;
const ROW_BYTES = 6;

/** An entry and its row. */
export type Kept = KeptEntry & { readonly row: number };

export function writeRecords(entries: readonly Kept[]): Buffer {
  const sizes = entries.map(({ payload }) => AT.payload + Buffer.byteLength(payload));
  const bytes = Buffer.allocUnsafe(sizes.reduce((sum, size) => sum + size, 0));
  let at = 0;
  for (const [index, entry] of entries.entries()) {
    const size = sizes[index] ?? 0;
    bytes.writeUInt32BE(size, at);
    writeRecord(bytes, at, entry);
    at += size;
  }
  return bytes;
}

function writeRecord(into: Buffer, at: number, entry: Kept): void {
  into.writeUIntBE(entry.row, at + AT.row, ROW_BYTES);
  into[at + AT.kind] = ENTRY_KIND[entry.kind];
  into.writeDoubleBE(entry.seq, at + AT.seq);
  into.writeDoubleBE(entry.at, at + AT.at);
  into.writeDoubleBE(entry.epoch, at + AT.epoch);
  into.write(entry.log, at + AT.log, "hex");
  into.write(entry.sender, at + AT.sender, "hex");
  into.write(entry.mid, at + AT.mid, "hex");
  into.set(entry.chain, at + AT.chain);
  into.write(entry.payload, at + AT.payload);
}

/** Where the record of each row is. @throws Damage */
export function indexRecords(bytes: Buffer): ReadonlyMap<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (const record of piecesOf(bytes, AT.payload)) found.set(record.readUIntBE(AT.row, ROW_BYTES), record);
  return found;
}

export function readRecord(record: Buffer): Kept {
  const id = (at: number): string => hexOf(record.subarray(at, at + ID_BYTES));
  const kind = entryKindName(record[AT.kind] ?? -1);
  if (kind === undefined) throw new Damage("an entry of no known kind");
  return {
    row: record.readUIntBE(AT.row, ROW_BYTES),
    log: id(AT.log) as LogId,
    seq: record.readDoubleBE(AT.seq),
    at: record.readDoubleBE(AT.at),
    sender: id(AT.sender) as DeviceId,
    mid: id(AT.mid) as MessageId,
    kind,
    epoch: record.readDoubleBE(AT.epoch),
    payload: record.toString("utf8", AT.payload),
    // A copy: the block it stands in is not kept alive for 32 bytes.
    chain: Uint8Array.from(record.subarray(AT.chain, AT.chain + HASH_BYTES)),
  };
}

/** Each begins with its length of 4 bytes. @throws Damage */
export function* piecesOf(bytes: Buffer, leastBytes: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length;) {
    const size = bytes.length - at < leastBytes ? 0 : bytes.readUInt32BE(at);
    if (size < leastBytes || at + size > bytes.length) throw new Damage("a block of entries ends too soon");
    yield bytes.subarray(at, at + size);
    at += size;
  }
}
