// Segments as bytes: what goes in comes out, at its place and nowhere else, and nothing half-made does.
import { createCipheriv } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Filling, type HandedEntry, openSegment } from "../../../../../src/client/app/past/segment.ts";
import type { Standing } from "../../../../../src/client/app/payload/standing.ts";
import { SEGMENT_BYTES } from "../../../../../src/mls/grant-records.ts";
import { bucketOf } from "../../../../../src/mls/padding.ts";
import { bytesOf, type Handle } from "../../../../../src/model/ids.ts";
import { fault, LOG, ME, mid, OTHER } from "../../../../kit/vault.ts";
import { FULL } from "../payload/samples.ts";

const KEY = new Uint8Array(32).fill(7);
const saying = (seq: number, said: Standing): HandedEntry => ({ seq, mid: mid(seq), sender: ME, said });
const text = (seq: number, words = `${seq}`): HandedEntry => saying(seq, { kind: "text", text: words });

/** From the newest down, as far as they fit. */
function filled(...entries: readonly HandedEntry[]): Filling {
  const filling = new Filling();
  for (const entry of entries.toReversed()) if (!filling.add(entry)) break;
  return filling;
}

const PLACE = { log: LOG, first: 3, last: 9 };

function refused(blob: Uint8Array, place = PLACE): string {
  return fault(() => openSegment(blob, place, KEY)).code;
}

/** Sealed as it has to be, whatever it is. */
function sealedAs(inner: Buffer, { first, last }: { readonly first: number; readonly last: number }): Uint8Array {
  const range = Buffer.alloc(16);
  range.writeBigUInt64BE(BigInt(first));
  range.writeBigUInt64BE(BigInt(last), 8);
  const bound = Buffer.concat([Buffer.from("mutual segment 1"), bytesOf(LOG), range]);
  const cipher = createCipheriv("aes-256-gcm", KEY, Buffer.alloc(12)).setAAD(bound);
  return Buffer.concat([cipher.update(inner), cipher.final(), cipher.getAuthTag()]);
}

function innerOf(entries: Buffer, length = entries.length): Buffer {
  const head = Buffer.alloc(5);
  head[0] = 1;
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, entries]);
}

function entryOf(seq: number, said: string): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt32BE(40 + Buffer.byteLength(said));
  head.writeBigUInt64BE(BigInt(seq), 4);
  return Buffer.concat([head, bytesOf(mid(seq)), bytesOf(ME), Buffer.from(said)]);
}

const HI = '{"v":1,"kind":"text","text":"hi"}';

describe("a segment", () => {
  it("gives back what was put in, in the order of the log, padded", () => {
    const entries = [
      text(3),
      saying(5, { ...FULL.text, edited: { at: 77 }, reactions: [["👍", ["bob" as Handle, "carol" as Handle]]] }),
      saying(6, { ...FULL.file, edited: { at: 0 } }),
      saying(9, { kind: "deleted", by: "bob" as Handle }),
    ];
    const { blob, ...place } = filled(...entries).sealed(LOG, KEY);
    expect(place).toEqual({ log: LOG, first: 3, last: 9 });
    expect(openSegment(blob, place, KEY)).toEqual(entries);
    expect(bucketOf(blob.length - 16)).toBe(blob.length - 16);
  });

  it("has at most 2,000 entries and a blob of at most 1 MiB, and what does not fit stays out whole", () => {
    const many = filled(...Array.from({ length: 2_500 }, (_, at) => text(at + 1)));
    expect([many.count, many.sealed(LOG, KEY).first]).toEqual([2_000, 501]);
    const long = "x".repeat(65_000);
    const large = filled(...Array.from({ length: 40 }, (_, at) => text(at + 1, long)));
    const { blob, first, last } = large.sealed(LOG, KEY);
    expect([blob.length <= SEGMENT_BYTES, large.count]).toEqual([true, 41 - first]);
    expect(openSegment(blob, { log: LOG, first, last }, KEY)).toHaveLength(large.count);
  });

  it("lets go of the reactions of a message that has too many, and of nothing else", () => {
    const users = Array.from({ length: 9_000 }, (_, at) => `u${at}`.padEnd(30, "x") as Handle);
    const said = { kind: "text", text: "loved", reactions: [["👍", users]] } as const;
    const { blob, ...place } = filled(saying(3, said)).sealed(LOG, KEY);
    expect(openSegment(blob, place, KEY)[0]?.said).toEqual({ kind: "text", text: "loved" });
  });

  it("is nothing at another place, with another key, or with a bit turned or bytes cut off", () => {
    const { blob } = filled(text(3), text(9)).sealed(LOG, KEY);
    expect(openSegment(blob, { log: LOG, first: 3, last: 9 }, KEY)).toHaveLength(2);
    const places = [
      { log: OTHER, first: 3, last: 9 },
      { log: LOG, first: 2, last: 9 },
      { log: LOG, first: 3, last: 8 },
    ];
    expect(places.map((place) => refused(blob, place))).toEqual(places.map(() => "segment-malformed"));
    expect(fault(() => openSegment(blob, { log: LOG, first: 3, last: 9 }, KEY.with(0, 1))).code).toBe(
      "segment-malformed",
    );
    for (let at = 0; at < blob.length; at += 7)
      expect(refused(blob.with(at, (blob[at] ?? 0) ^ 1))).toBe("segment-malformed");
    for (const length of [0, 1, 15, 16, blob.length - 1])
      expect(refused(blob.slice(0, length))).toBe("segment-malformed");
  });

  it.each<readonly [string, Buffer]>([
    ["nothing in it", Buffer.alloc(0)],
    ["less than a head", Buffer.from([1, 0, 0])],
    ["another version", innerOf(Buffer.concat([entryOf(3, HI), entryOf(9, HI)])).fill(2, 0, 1)],
    ["no entries", innerOf(Buffer.alloc(0))],
    ["a length beyond its end", innerOf(Buffer.concat([entryOf(3, HI), entryOf(9, HI)]), 9_999)],
    [
      "something behind its end",
      Buffer.concat([innerOf(Buffer.concat([entryOf(3, HI), entryOf(9, HI)])), Buffer.of(1)]),
    ],
    ["half an entry at its end", innerOf(Buffer.concat([entryOf(3, HI), entryOf(9, HI).subarray(0, 30)]))],
    ["three bytes at its end", innerOf(Buffer.concat([entryOf(3, HI), entryOf(9, HI), Buffer.alloc(3)]))],
    ["an entry without an end", innerOf(Buffer.concat([entryOf(3, HI), entryOf(9, HI).fill(255, 0, 4)]))],
    ["an entry too short", innerOf(Buffer.concat([entryOf(3, HI), Buffer.alloc(44)]))],
    ["entries out of order", innerOf(Buffer.concat([entryOf(3, HI), entryOf(8, HI), entryOf(7, HI), entryOf(9, HI)]))],
    ["an entry twice", innerOf(Buffer.concat([entryOf(3, HI), entryOf(9, HI), entryOf(9, HI)]))],
    ["another beginning", innerOf(Buffer.concat([entryOf(4, HI), entryOf(9, HI)]))],
    ["another end", innerOf(Buffer.concat([entryOf(3, HI), entryOf(8, HI)]))],
    ["something else than a message", innerOf(Buffer.concat([entryOf(3, '{"v":1,"kind":"expired"}'), entryOf(9, HI)]))],
    ["something of a newer version", innerOf(Buffer.concat([entryOf(3, '{"v":2,"kind":"text"}'), entryOf(9, HI)]))],
    ["noise", innerOf(Buffer.concat([entryOf(3, "\u0000"), entryOf(9, HI)]))],
  ])("with %s is refused as a whole", (_what, inner) => {
    const right = innerOf(Buffer.concat([entryOf(3, HI), entryOf(9, HI)]));
    expect(openSegment(sealedAs(right, { first: 3, last: 9 }), { log: LOG, first: 3, last: 9 }, KEY)).toHaveLength(2);
    expect(refused(sealedAs(inner, { first: 3, last: 9 }))).toBe("segment-malformed");
  });
});
