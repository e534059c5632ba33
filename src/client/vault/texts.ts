// What a search looks through: the folded text of each message, and by what else it may be chosen. One record behind the other,
// so that a whole block is searched as bytes.
import { piecesOf } from "./records.ts";

/** Where each field starts. Length, row, at, pseudonyms of log and sender; then the text in UTF-8. */
const AT = { row: 4, at: 10, log: 18, sender: 24, text: 30 } as const;
const U48_BYTES = 6;

export interface Text {
  readonly row: number;
  readonly at: number;
  /** Pseudonyms: see seals.ts. */
  readonly log: number;
  readonly sender: number;
  /** See fold.ts. */
  readonly folded: string;
}

export function writeTexts(texts: readonly Text[]): Buffer {
  const sizes = texts.map(({ folded }) => AT.text + Buffer.byteLength(folded));
  const bytes = Buffer.allocUnsafe(sizes.reduce((sum, size) => sum + size, 0));
  let at = 0;
  for (const [index, text] of texts.entries()) {
    const size = sizes[index] ?? 0;
    bytes.writeUInt32BE(size, at);
    bytes.writeUIntBE(text.row, at + AT.row, U48_BYTES);
    bytes.writeDoubleBE(text.at, at + AT.at);
    bytes.writeUIntBE(text.log, at + AT.log, U48_BYTES);
    bytes.writeUIntBE(text.sender, at + AT.sender, U48_BYTES);
    bytes.write(text.folded, at + AT.text);
    at += size;
  }
  return bytes;
}

/** Without the one of this row; instead, where it stood, the other. */
export function replaceText(bytes: Buffer, row: number, text: Text | undefined): Buffer {
  const all = [...piecesOf(bytes, AT.text)];
  const before = all.filter((one) => rowOf(one) < row);
  const after = all.filter((one) => rowOf(one) > row);
  return Buffer.concat([...before, writeTexts(text === undefined ? [] : [text]), ...after]);
}

/** What each row is found by. */
export function readTexts(bytes: Buffer): ReadonlyMap<number, string> {
  return new Map([...piecesOf(bytes, AT.text)].map((one) => [rowOf(one), one.toString("utf8", AT.text)]));
}

function rowOf(record: Buffer): number {
  return record.readUIntBE(AT.row, U48_BYTES);
}

export interface Choice {
  /** Folded, the longest first. All must be there; without any, everything fits. */
  readonly needles: readonly Buffer[];
  /** Pseudonyms; undefined: of anybody. */
  readonly senders: ReadonlySet<number> | undefined;
  readonly logs: ReadonlySet<number> | undefined;
  /** From then on, and until then. */
  readonly after: number;
  readonly before: number;
}

export interface Hit {
  readonly row: number;
  readonly at: number;
}

/** When the first and the last message of a block were sent. */
export function spanOf(bytes: Buffer): { readonly from: number; readonly until: number } {
  let [from, until] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at)) {
    const time = bytes.readDoubleBE(at + AT.at);
    from = Math.min(from, time);
    until = Math.max(until, time);
  }
  return { from, until };
}

/** The block was sealed as it was written, so its lengths are right. */
export function searchTexts(bytes: Buffer, choice: Choice): readonly Hit[] {
  const [needle, ...others] = choice.needles;
  const hits: Hit[] = [];
  // Most blocks hold nothing of a rare word: then not even the records are looked at.
  let match = needle === undefined ? 0 : bytes.indexOf(needle);
  for (let at = 0; at < bytes.length && match !== -1;) {
    const [start, end] = [at + AT.text, at + bytes.readUInt32BE(at)];
    // A match may lie across the fields between two texts: it is none.
    if (needle !== undefined && match < start) match = bytes.indexOf(needle, start);
    const isThere = needle === undefined || (match !== -1 && match + needle.length <= end);
    if (isThere && isChosen(bytes, at, choice) && others.every((other) => bytes.subarray(start, end).includes(other)))
      hits.push({ row: bytes.readUIntBE(at + AT.row, U48_BYTES), at: bytes.readDoubleBE(at + AT.at) });
    at = end;
  }
  return hits;
}

function isChosen(bytes: Buffer, at: number, { senders, logs, after, before }: Choice): boolean {
  const time = bytes.readDoubleBE(at + AT.at);
  if (time < after || time >= before) return false;
  if (logs !== undefined && !logs.has(bytes.readUIntBE(at + AT.log, U48_BYTES))) return false;
  return senders === undefined || senders.has(bytes.readUIntBE(at + AT.sender, U48_BYTES));
}
