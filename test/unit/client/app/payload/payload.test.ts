// Payloads: what was written is what is read, in one form; every field is looked at.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decodePayload,
  encodePayload,
  PAYLOAD_BYTES,
  type Payload,
  SEALED_BYTES,
} from "../../../../../src/client/app/payload/payload.ts";
import { decodeIn, encodeIn, type Format } from "../../../../../src/client/app/payload/strict-json.ts";
import { ESCAPED_BYTES, TEXT_BYTES } from "../../../../../src/client/app/payload/text.ts";
import { anyPayload, FULL, MID, TICKET } from "./samples.ts";

const MALFORMED = { kind: "unreadable", code: "payload-malformed" };
const bytes = (text: string): Buffer => Buffer.from(text, "utf8");
const json = (value: unknown): Buffer => bytes(JSON.stringify(value));
const written = (payload: Payload): string => Buffer.from(encodePayload(payload)).toString("utf8");
const faultOf = (payload: unknown): unknown => {
  try {
    encodePayload(payload as Payload);
    return undefined;
  } catch (error) {
    return error;
  }
};

describe("a payload", () => {
  test("comes back as it went, and is written the same every time", () => {
    fc.assert(
      fc.property(anyPayload, (payload) => {
        const once = encodePayload(payload);
        expect(decodePayload(once)).toStrictEqual(payload);
        const reversed = Object.fromEntries(Object.entries(payload).toReversed()) as Payload;
        expect(Buffer.from(encodePayload(reversed)).equals(once)).toBe(true);
      }),
      { seed: 11, numRuns: 500 },
    );
  });

  test.each(Object.values(FULL).map((payload) => [payload.kind, payload] as const))("of kind %s", (_, payload) => {
    expect(decodePayload(encodePayload(payload))).toStrictEqual(payload);
  });

  test("has this form", () => {
    expect(written(FULL.text)).toBe(
      `{"v":1,"kind":"text","text":"*hello* \\"you\\"\\n\\tand 👋","replyTo":"${MID}","expire":60,"bot":true}`,
    );
    expect(written(FULL.react)).toBe(`{"v":1,"kind":"react","target":"${MID}","emoji":"👍","on":true}`);
    expect(written(FULL.receipt)).toBe('{"v":1,"kind":"receipt","delivered":7,"read":5,"without":[2,6]}');
    expect(written({ kind: "timer", expire: 0 })).toBe('{"v":1,"kind":"timer","expire":0}');
    expect(written({ kind: "file", ticket: TICKET })).toBe(`{"v":1,"kind":"file","ticket":${JSON.stringify(TICKET)}}`);
  });

  test("may leave out what may be left out", () => {
    const short: readonly Payload[] = [
      { kind: "text", text: "x" },
      { kind: "file", ticket: TICKET },
      { kind: "about", name: "plans" },
      { kind: "about", topic: "" },
    ];
    for (const payload of short) expect(decodePayload(encodePayload(payload))).toStrictEqual(payload);
  });

  test("is read whatever the order of its fields", () => {
    expect(decodePayload(bytes('{"text":"x","kind":"text","v":1}'))).toStrictEqual({ kind: "text", text: "x" });
  });

  test("of a file has a safe name when it is read", () => {
    const odd = { v: 1, kind: "file", ticket: { ...TICKET, name: "../x\u202e.png", type: "Text/HTML;x" } };
    const ticket = { ...TICKET, name: "_x.png", type: "application/octet-stream" };
    expect(decodePayload(json(odd))).toStrictEqual({ kind: "file", ticket });
  });
});

describe("what cannot be sent", () => {
  test("a text that is too long says how long it is and may be", () => {
    const [values, hint] = [{ most: TEXT_BYTES, bytes: TEXT_BYTES + 2 }, "send it as a file: /file PATH"];
    expect(() => encodePayload({ kind: "text", text: `${"x".repeat(TEXT_BYTES)}é` })).toThrow(
      expect.objectContaining({ code: "too-long", values, hint }) as Error,
    );
  });

  test.each<[string, unknown]>([
    ["empty-text", { kind: "text", text: "" }],
    ["too-long", { kind: "text", text: "x".repeat(TEXT_BYTES + 1) }],
    ["too-long", { kind: "edit", target: MID, text: "é".repeat(TEXT_BYTES / 2 + 1) }],
    ["too-long", { kind: "text", text: "\u0001".repeat(ESCAPED_BYTES / 6) }],
    ["bad-text", { kind: "file", ticket: TICKET, text: "\ud800" }],
    ["bad-room-name", { kind: "about", name: "Plans" }],
    ["bad-topic", { kind: "about", topic: "one\ntwo" }],
    ["bad-emoji", { kind: "react", target: MID, emoji: "👍👍", on: true }],
    ["bad-label", { ...FULL.label, label: "x".repeat(65) }],
    ["bad-label", { ...FULL.label, label: "two\nlines" }],
    ["bad-label", { ...FULL.label, label: "\u001b[2J" }],
    ["bad-label", { ...FULL.label, label: "a\u202eb" }],
    ["bad-label", { ...FULL.label, label: "\ud800" }],
    ["bad-label", { ...FULL.label, label: " laptop" }],
    ["ticket-malformed", { kind: "file", ticket: { ...TICKET, key: "" } }],
    ["bad-payload", { kind: "text", text: "x", replyTo: "zz" }],
    ["bad-payload", { kind: "text", text: "x", expire: 4 }],
    ["bad-payload", { kind: "text", text: "x", bot: false }],
    ["bad-payload", { kind: "text", text: "x", edited: { at: 1 } }],
    ["bad-payload", { kind: "about" }],
    ["bad-payload", { kind: "receipt", delivered: 4, read: 5 }],
    ["bad-payload", { kind: "receipt", delivered: 4, read: 4, without: [5] }],
    ["bad-payload", { kind: "receipt", delivered: 4, read: 4, without: [] }],
    ["bad-payload", { kind: "receipt", delivered: 4, read: 4, without: [2, 2] }],
    ["bad-payload", { kind: "receipt", delivered: 99, read: 4, without: Array.from({ length: 33 }, (_, at) => at) }],
    ["bad-payload", { kind: "poll" }],
    ["bad-payload", { kind: "toString" }],
  ])("%s", (code, payload) => {
    expect(faultOf(payload)).toMatchObject({ name: "Fault", code });
  });

  test("the longest text fits, and so does one of line ends only", () => {
    for (const text of ["x".repeat(TEXT_BYTES), "\n".repeat(TEXT_BYTES), "\u0001".repeat(ESCAPED_BYTES / 6 - 1)])
      expect(decodePayload(encodePayload({ kind: "text", text }))).toStrictEqual({ kind: "text", text });
  });

  test("the longest of everything fits", () => {
    const text = "\u0001".repeat(ESCAPED_BYTES / 6 - 1);
    const ticket = { ...TICKET, name: `${"é".repeat(125)}.png` };
    const file: Payload = { kind: "file", ticket, text, replyTo: MID, expire: 31_536_000 };
    expect(decodePayload(encodePayload(file))).toStrictEqual(file);
    const sealed = Buffer.alloc(SEALED_BYTES, 7).toString("base64url");
    const grant: Payload = { ...FULL["archive-grant"], sealed };
    expect(decodePayload(encodePayload(grant))).toStrictEqual(grant);
    expect(faultOf({ ...grant, sealed: Buffer.alloc(SEALED_BYTES + 1, 7).toString("base64url") })).toMatchObject({
      code: "bad-payload",
    });
  });
});

describe("what is of a newer version", () => {
  test.each(['{"v":2,"kind":"text","text":"x"}', '{"v":1,"kind":"poll","q":1}', '{"v":9}', '{ "v": 2, "v": 3 }'])(
    "%s",
    (text) => {
      expect(decodePayload(bytes(text))).toStrictEqual({ kind: "newer" });
    },
  );
});

/** What stands for each field in turn. */
const SHORT_TEXTS = ["7", "zz".repeat(16), "AB".repeat(16), "ab".repeat(17), "ab".repeat(15), "=".repeat(100)];
const NUMBERS = [0, -1, 4, 5.5, 31_536_001, 2 ** 53];
const TEXTS = [...SHORT_TEXTS, "", "é".repeat(70_000), "\ud800", "a\u0000b"];
const STRANGE: readonly unknown[] = [...NUMBERS, ...TEXTS, null, true, [], ["ab".repeat(16)], {}, { text: "x" }];
/** Which of them are right. */
const RIGHT: Readonly<Record<string, readonly unknown[]>> = {
  text: [...SHORT_TEXTS, "a\u0000b"],
  emoji: ["7"],
  name: ["7", "zz".repeat(16), "ab".repeat(17), "ab".repeat(15)],
  topic: [...SHORT_TEXTS, ""],
  label: [...SHORT_TEXTS.filter(({ length }) => length <= 64), ""],
  on: [true],
  bot: [true],
  more: [true],
  delivered: [31_536_001],
  read: [0, 4],
  after: [0, 4, 31_536_001],
  since: [0, 4, 31_536_001],
  sealed: ["zz".repeat(16), "AB".repeat(16)],
};

describe("one field that is wrong", () => {
  const fields = Object.values(FULL).flatMap((payload) =>
    Object.keys(payload)
      .filter((name) => name !== "kind")
      .map((name) => [payload.kind, name] as const),
  );

  test.each(fields)("%s: %s", (kind, name) => {
    const right = new Set([...(RIGHT[name] ?? []), ...(kind === "timer" ? [0] : [])]);
    const strange = STRANGE.filter((value) => !right.has(value));
    expect(strange.length).toBeGreaterThan(12);
    for (const value of strange)
      expect([value, decodePayload(json({ v: 1, ...FULL[kind], [name]: value }))]).toEqual([value, MALFORMED]);
    for (const value of right)
      expect([value, decodePayload(json({ v: 1, ...FULL[kind], [name]: value }))]).toEqual([
        value,
        { ...FULL[kind], [name]: value },
      ]);
  });

  test.each(Object.values(FULL).map((payload) => payload.kind))("%s: one too many", (kind) => {
    expect(decodePayload(json({ v: 1, ...FULL[kind], more: 1 }))).toEqual(MALFORMED);
    expect(decodePayload(json({ v: 1, ...FULL[kind], edited: { at: 1 } }))).toEqual(MALFORMED);
  });

  test.each(fields.filter(([, name]) => !["replyTo", "expire", "bot"].includes(name)))(
    "%s: without %s",
    (kind, name) => {
      const { [name]: left, ...rest } = FULL[kind] as unknown as Record<string, unknown>;
      expect(left).toBeDefined();
      const isOptional =
        kind === "about" || (kind === "file" && name === "text") || name === "without" || name === "since";
      expect(decodePayload(json({ v: 1, ...rest }))).toEqual(isOptional ? rest : MALFORMED);
    },
  );

  test("a receipt reads what has come, and no room is a log of another kind", () => {
    expect(decodePayload(json({ v: 1, kind: "receipt", delivered: 3, read: 3 }))).toMatchObject({ read: 3 });
    expect(decodePayload(json({ v: 1, kind: "receipt", delivered: 3, read: 4 }))).toEqual(MALFORMED);
    for (const kind of ["01", "02", "04", "05"])
      expect(decodePayload(json({ v: 1, ...FULL.listing, log: `00${kind}${"0c".repeat(14)}` }))).toEqual(MALFORMED);
  });

  test("times to expire have two ends", () => {
    for (const expire of [5, 31_536_000])
      for (const kind of ["text", "file", "timer"] as const)
        expect(decodePayload(json({ v: 1, ...FULL[kind], expire }))).toMatchObject({ expire });
  });

  test("keys have their length, and one form", () => {
    const ask = (key: string): unknown => decodePayload(json({ v: 1, kind: "archive-ask", publicKey: key, after: 0 }));
    for (const size of [32, 2048])
      expect(ask(Buffer.alloc(size, 1).toString("base64url"))).toMatchObject({ kind: "archive-ask" });
    for (const size of [31, 2049]) expect(ask(Buffer.alloc(size, 1).toString("base64url"))).toEqual(MALFORMED);
    const good = Buffer.alloc(32, 1).toString("base64url");
    expect(good.endsWith("E")).toBe(true);
    // The last character has two bits of none of the bytes; padding, blanks and the other alphabet are no part of the form.
    for (const key of [`${good.slice(0, -1)}F`, `${good}=`, ` ${good}`, `${good.slice(0, -1)}+`, `${good}AA`])
      expect(ask(key)).toEqual(MALFORMED);
  });
});

test("bytes: as many as fit, and no more", () => {
  const padded = (size: number): Uint8Array => {
    const start = '{"v":2,"text":"';
    return bytes(`${start}${"x".repeat(size - start.length - 2)}"}`);
  };
  expect(decodePayload(padded(PAYLOAD_BYTES))).toEqual({ kind: "newer" });
  expect(decodePayload(padded(PAYLOAD_BYTES + 1))).toEqual({ kind: "unreadable", code: "payload-too-large" });
});

test("what would not be read is not written", () => {
  type Word = { readonly kind: "word"; readonly text: string };
  const format: Format<Word> = { kinds: { word: { text: String } }, bytesMost: 34, check: () => undefined };
  const word = (text: string): Word => ({ kind: "word", text });
  expect(decodeIn(format, encodeIn(format, word("abc")))).toStrictEqual({
    kind: "word",
    text: "abc",
  });
  expect(() => encodeIn(format, word("abcd"))).toThrow(expect.objectContaining({ code: "too-long" }) as Error);
});
