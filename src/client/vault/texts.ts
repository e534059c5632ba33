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

function rowOf(record: Buffer): number {
  return record.readUIntBE(AT.row, U48_BYTES);
}
