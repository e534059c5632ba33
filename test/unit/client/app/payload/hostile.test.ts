// Bytes that somebody made to break the reader: each is refused in words, and nothing else happens.
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodePayload, encodePayload, PAYLOAD_BYTES } from "../../../../../src/client/app/payload/payload.ts";
import { decodeSignal, encodeSignal, type Signal } from "../../../../../src/client/app/payload/signal.ts";
import { anyPayload, FULL, MID, TICKET } from "./samples.ts";

const MALFORMED = { kind: "unreadable", code: "payload-malformed" };
const bytes = (text: string): Buffer => Buffer.from(text, "utf8");
const json = (value: unknown): Buffer => bytes(JSON.stringify(value));

/** What is read can be written, and is then read as the same; anything else is one of the two ways not to be read. */
function isSound(any: Uint8Array): boolean {
  const read = decodePayload(any);
  if (read.kind === "newer") return isDeepStrictEqual(read, { kind: "newer" });
  if (read.kind === "unreadable") return ["payload-malformed", "payload-too-large"].includes(read.code);
  return isDeepStrictEqual(decodePayload(encodePayload(read)), read);
}

describe("by chance", () => {
  const expectSound = (any: Uint8Array): void => {
    expect([any, isSound(any)]).toEqual([any, true]);
  };

  test("any bytes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), expectSound), { seed: 21 });
    expect.hasAssertions();
  });

  test("any JSON", () => {
    const text = fc.json().map(bytes);
    fc.assert(fc.property(text, expectSound), { seed: 22 });
    expect.hasAssertions();
  });

  test("any fields of any kind", () => {
    const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(MID, TICKET, "👍", "plans", 5, true));
    const names = new Set(Object.values(FULL).flatMap((payload) => Object.keys(payload)));
    const fields = fc.dictionary(fc.constantFrom(...names, "more"), value);
    const kind = fc.constantFrom(...Object.keys(FULL), "typing", "newer", "deleted");
    const any = fc.tuple(kind, fields).map(([one, rest]) => json({ ...rest, v: 1, kind: one }));
    fc.assert(fc.property(any, expectSound), { seed: 23, numRuns: 500 });
    expect.hasAssertions();
  });

  test("one byte changed, left out or put in", () => {
    const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
    fc.assert(
      fc.property(anyPayload, place, fc.integer({ min: 0, max: 255 }), (payload, where, byte) => {
        const right = Buffer.from(encodePayload(payload));
        const at = Math.floor(where * right.length);
        expectSound(Buffer.concat([right.subarray(0, at), Buffer.of(byte), right.subarray(at + 1)]));
        expectSound(Buffer.concat([right.subarray(0, at), right.subarray(at + 1)]));
        expectSound(Buffer.concat([right.subarray(0, at), Buffer.of(byte), right.subarray(at)]));
      }),
      { seed: 24, numRuns: 300 },
    );
    expect.hasAssertions();
  });

  test("every beginning of a payload", () => {
    for (const payload of Object.values(FULL)) {
      const right = encodePayload(payload);
      for (let length = 0; length < Math.min(right.length, 300); length += 1)
        expect(decodePayload(right.subarray(0, length))).toEqual(MALFORMED);
    }
  });
});

describe("one text for one value", () => {
  const right = '{"v":1,"kind":"text","text":"é"}';

  test("as it is", () => {
    expect(decodePayload(bytes(right))).toStrictEqual({ kind: "text", text: "é" });
  });

  test.each([
    ["a blank behind it", `${right} `],
    ["a blank in it", right.replace(":1", ": 1")],
    ["a line end before it", `\n${right}`],
    ["a byte order mark", `\ufeff${right}`],
    ["an escape that is none", right.replace("é", "\\u00e9")],
    ["a slash that is escaped", right.replace("é", "\\/")],
    ["a number with a point", right.replace(":1", ":1.0")],
    ["a number with an exponent", right.replace(":1", ":1e0")],
    ["a text twice", right.replace('"text":"é"', '"text":"a","text":"é"')],
    ["a version twice", right.replace('"v":1', '"v":1,"v":1')],
    ["a kind twice", right.replace('"kind"', '"kind":"delete","kind"')],
    ["minus zero", '{"v":1,"kind":"receipt","delivered":0,"read":-0}'],
    ["zero with a sign", '{"v":1,"kind":"timer","expire":-0}'],
    ["a number that is rounded", '{"v":1,"kind":"receipt","delivered":9007199254740991.4,"read":0}'],
    ["something behind it", `${right}${right}`],
    ["a half of a pair", right.replace("é", "\\ud83d")],
    ["the other half", right.replace("é", "\\udc4b")],
  ])("%s", (_, text) => {
    expect(decodePayload(bytes(text))).toEqual(MALFORMED);
  });

  test.each([
    "",
    "null",
    "1",
    '"x"',
    "[]",
    '[{"v":1,"kind":"text","text":"x"}]',
    "{}",
    '{"v":1}',
    '{"v":1,"kind":1}',
    '{"v":1,"kind":["text"],"text":"x"}',
    ...["0", "-1", "1.5", '"1"', "null", "true", "[1]", "9007199254740992", "1e400"].map((v) => right.replace("1", v)),
  ])("%s says nothing of this form", (text) => {
    expect(decodePayload(bytes(text))).toEqual(MALFORMED);
  });

  test("bytes that are not UTF-8: a half of a pair, too long a form, a cut character", () => {
    const [before = "", after = ""] = right.split("é");
    for (const hex of ["eda0bd", "c0af", "e9", "ff", "f4908080"]) {
      const broken = Buffer.concat([bytes(before), Buffer.from(hex, "hex"), bytes(after)]);
      expect(decodePayload(broken)).toEqual(MALFORMED);
    }
  });
});

describe("names of the language", () => {
  test.each(["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"])(
    "%s is no kind and no field",
    (name) => {
      expect(decodePayload(bytes(`{"v":1,"kind":"${name}"}`))).toEqual({ kind: "newer" });
      expect(decodePayload(bytes(`{"v":1,"kind":"text","text":"x","${name}":{}}`))).toEqual(MALFORMED);
      const ticket = JSON.stringify(TICKET).replace("}", `,"${name}":{}}`);
      expect(decodePayload(bytes(`{"v":1,"kind":"file","ticket":${ticket}}`))).toEqual(MALFORMED);
    },
  );

  test("what stands under __proto__ counts for nothing, and stays where it is", () => {
    expect(decodePayload(bytes('{"v":1,"kind":"text","__proto__":{"text":"x"}}'))).toEqual(MALFORMED);
    expect(decodePayload(bytes('{"__proto__":{"v":1,"kind":"text","text":"x"}}'))).toEqual(MALFORMED);
    expect("text" in {}).toBe(false);
  });
});

describe("too much", () => {
  test("of depth", () => {
    const depth = 100_000;
    const deep = `${"[".repeat(depth)}${"]".repeat(depth)}`;
    for (const text of [deep, `{"v":1,"kind":"text","text":${deep}}`, `{"v":1,"kind":"file","ticket":${deep}}`])
      expect(decodePayload(bytes(text))).toEqual(MALFORMED);
    expect(decodePayload(bytes('{"v":'.repeat(40_000)))).toEqual(MALFORMED);
  });

  test("of fields and items", () => {
    const fields = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`f${at}`, 0]));
    expect(decodePayload(json({ v: 1, kind: "text", text: "x", ...fields }))).toEqual(MALFORMED);
    expect(decodePayload(json({ v: 1, kind: "text", text: Array.from({ length: 50_000 }, () => 0) }))).toEqual(
      MALFORMED,
    );
  });

  test("of bytes", () => {
    for (const byte of [0x20, 0x5b, 0x7b, 0xff])
      expect(decodePayload(Buffer.alloc(PAYLOAD_BYTES + 1, byte))).toEqual({
        kind: "unreadable",
        code: "payload-too-large",
      });
    expect(decodePayload(Buffer.alloc(PAYLOAD_BYTES, 0x20))).toEqual(MALFORMED);
  });
});

describe("what only the vault says", () => {
  test.each(["newer", "unreadable", "deleted", "expired", "commit", "settled"])("%s cannot be sent", (kind) => {
    const said = json({ v: 1, kind, code: "x", by: "mallory" });
    expect(decodePayload(said)).toStrictEqual({ kind: "newer" });
  });
});

describe("a signal", () => {
  test.each<Signal>([
    { kind: "typing", on: true },
    { kind: "typing", on: false },
  ])("%j", (signal) => {
    expect(decodeSignal(encodeSignal(signal))).toStrictEqual(signal);
    expect(Buffer.from(encodeSignal(signal)).toString("utf8")).toBe(`{"v":1,"kind":"typing","on":${signal.on}}`);
  });

  test("is no payload, and a payload is no signal", () => {
    expect(decodePayload(encodeSignal({ kind: "typing", on: true }))).toEqual({ kind: "newer" });
    expect(decodeSignal(encodePayload({ kind: "text", text: "x" }))).toEqual({ kind: "newer" });
  });

  test.each([
    "",
    "{}",
    '{"v":1}',
    '{"v":1,"kind":"typing"}',
    '{"v":1,"kind":"typing","on":1}',
    '{"v":1,"kind":"typing","on":true,"more":1}',
    '{"v":1,"kind":"typing","on":true} ',
  ])("%j is none", (text) => {
    expect(decodeSignal(bytes(text))).toEqual(MALFORMED);
  });

  test("has a size", () => {
    expect(decodeSignal(bytes(`{"v":2,"x":"${"x".repeat(1_900 - 14)}"}`))).toEqual({ kind: "newer" });
    expect(decodeSignal(bytes(`{"v":2,"x":"${"x".repeat(1_900 - 13)}"}`))).toMatchObject({ code: "payload-too-large" });
  });

  test("of any bytes is no crash", () => {
    const hear = (any: Uint8Array): void => {
      expect(["newer", "unreadable"]).toContain(decodeSignal(any).kind);
    };
    fc.assert(fc.property(fc.uint8Array(), hear), { seed: 25 });
  });
});
