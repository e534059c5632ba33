// BER made DER (X.690): for PKCS#12 of programs that write it in pieces of unknown length, as NSS does (RFC 7292 §4 allows it).
// Only the form changes: lengths become definite and minimal, and strings in pieces become whole. What is inside is not looked at.

import { malformed, TAG } from "./der.ts";

const CONSTRUCTED = 0x20;
const INDEFINITE = 0x80;
/** A bundle has about ten; each level costs a copy. */
const DEPTH_MOST = 32;

interface Read {
  readonly der: Buffer;
  /** Behind it. */
  readonly end: number;
}

/** The single element that `bytes` holds. @throws Fault `der-malformed` */
export function definite(bytes: Uint8Array): Buffer {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { der, end } = element(buffer, { at: 0, limit: buffer.length, depth: 0 });
  if (end !== buffer.length) throw malformed("bytes after the end");
  return der;
}

interface Place {
  readonly at: number;
  readonly limit: number;
  readonly depth: number;
}

function element(buffer: Buffer, { at, limit, depth }: Place): Read {
  const [tag, first] = [buffer[at], buffer[at + 1]];
  if (tag === undefined || first === undefined || at + 2 > limit) throw malformed("cut short");
  if (tag === 0 || (tag & 0x1f) === 0x1f) throw malformed("a tag that is not known");
  if (depth > DEPTH_MOST) throw malformed("too many levels");
  const isConstructed = (tag & CONSTRUCTED) !== 0;
  if (first === INDEFINITE) {
    if (!isConstructed) throw malformed("a value without an end");
    const { parts, end } = partsUntilEnd(buffer, { at: at + 2, limit, depth: depth + 1 });
    return { der: whole(tag, parts), end };
  }
  const { length, start } = definiteLength(buffer, at + 1);
  const end = start + length;
  if (end > limit) throw malformed("cut short");
  if (!isConstructed) return { der: encoded(tag, buffer.subarray(start, end)), end };
  const parts: Buffer[] = [];
  for (let next = start; next < end;) {
    const part = element(buffer, { at: next, limit: end, depth: depth + 1 });
    parts.push(part.der);
    next = part.end;
  }
  return { der: whole(tag, parts), end };
}

/** X.690 §8.1.5: two bytes of zero end it. */
function partsUntilEnd(
  buffer: Buffer,
  { at, limit, depth }: Place,
): { readonly parts: Buffer[]; readonly end: number } {
  const parts: Buffer[] = [];
  for (let next = at; ;) {
    if (next + 2 > limit) throw malformed("cut short");
    if (buffer[next] === 0 && buffer[next + 1] === 0) return { parts, end: next + 2 };
    const part = element(buffer, { at: next, limit, depth });
    parts.push(part.der);
    next = part.end;
  }
}

/** X.690 §8.7.3: an octet string in pieces, which are octet strings, is their contents one behind the other. */
function whole(tag: number, parts: readonly Buffer[]): Buffer {
  if (tag !== (TAG.octets | CONSTRUCTED)) return encoded(tag, Buffer.concat(parts));
  return encoded(TAG.octets, joined(parts));
}

/** The contents of octet strings in DER, one behind the other. @throws Fault `der-malformed` */
function joined(parts: readonly Buffer[]): Buffer {
  return Buffer.concat(
    parts.map((part) => {
      if (part[0] !== TAG.octets) throw malformed("a piece of a string that is no string");
      return part.subarray(definiteLength(part, 1).start);
    }),
  );
}

function definiteLength(buffer: Buffer, at: number): { readonly length: number; readonly start: number } {
  const first = buffer[at] ?? 0;
  if (first < 0x80) return { length: first, start: at + 1 };
  const count = first & 0x7f;
  if (count === 0 || count > 4 || at + 1 + count > buffer.length) throw malformed("a length that cannot be");
  return { length: buffer.readUIntBE(at + 1, count), start: at + 1 + count };
}

function encoded(tag: number, body: Buffer): Buffer {
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const size = body.length < 0x100 ? 1 : body.length < 0x10000 ? 2 : body.length < 0x1000000 ? 3 : 4;
  const head = Buffer.alloc(2 + size);
  head[0] = tag;
  head[1] = 0x80 | size;
  head.writeUIntBE(body.length, 2, size);
  return Buffer.concat([head, body]);
}
