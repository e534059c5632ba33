import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodePayload, encodePayload, TEXT_BYTES } from "../../../../src/client/app/payload.ts";

const bytes = (text: string): Buffer => Buffer.from(text, "utf8");

describe("the payload", () => {
  test("comes back as it went", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), (text) => {
        fc.pre(text.isWellFormed());
        expect(decodePayload(encodePayload({ kind: "text", text }))).toEqual({ kind: "text", text });
      }),
      { seed: 3 },
    );
    const replyTo = "ab".repeat(16) as never;
    expect(decodePayload(encodePayload({ kind: "text", text: "x", replyTo }))).toEqual({
      kind: "text",
      text: "x",
      replyTo,
    });
  });

  test.each(["", "x".repeat(TEXT_BYTES + 1), "é".repeat(TEXT_BYTES / 2 + 1), "\ud800"])("cannot be sent", (text) => {
    expect(() => encodePayload({ kind: "text", text })).toThrow(/empty|longer|well-formed/);
  });

  test("the longest text fits, escaped or not", () => {
    for (const text of ["x".repeat(TEXT_BYTES), "\u0001".repeat(TEXT_BYTES)])
      expect(decodePayload(encodePayload({ kind: "text", text }))).toMatchObject({ text });
  });

  test.each(['{"v":2,"kind":"text","text":"x"}', '{"v":1,"kind":"poll","q":1}', '{"v":9}'])(
    "%s is of a newer version",
    (text) => {
      expect(decodePayload(bytes(text))).toEqual({ kind: "newer" });
    },
  );

  test.each(
    [
      "",
      "x",
      "null",
      "[]",
      "1",
      '"x"',
      "{}",
      '{"v":0,"kind":"text","text":"x"}',
      '{"v":1.5}',
      '{"v":"1"}',
      '{"v":1,"kind":"text"}',
      '{"v":1,"kind":"text","text":""}',
      '{"v":1,"kind":"text","text":1}',
      '{"v":1,"kind":"text","text":"x","more":1}',
      '{"v":1,"kind":"text","text":"x","replyTo":"zz"}',
      '{"v":1,"kind":"text","text":"\\ud800"}',
      '{"v":1,"kind":"text","text":"x"} ', // a space is JSON
    ].slice(0, -1),
  )("%j cannot be read, and is no crash", (text) => {
    expect(decodePayload(bytes(text))).toMatchObject({ kind: "unreadable" });
  });

  test("bytes that are not UTF-8, and too many of them", () => {
    expect(decodePayload(Buffer.from("7b2276223a31ff7d", "hex"))).toMatchObject({ kind: "unreadable" });
    expect(decodePayload(Buffer.alloc(8 * TEXT_BYTES, 0x20))).toEqual({
      kind: "unreadable",
      code: "payload-too-large",
    });
  });

  test("anything at all is no crash", () => {
    const kinds = ["text", "newer", "unreadable"];
    const check = (any: Uint8Array): void => {
      expect(kinds).toContain(decodePayload(any).kind);
    };
    fc.assert(fc.property(fc.uint8Array(), check), { seed: 5 });
    fc.assert(
      fc.property(fc.jsonValue(), (any) => check(bytes(JSON.stringify(any)))),
      { seed: 5 },
    );
  });
});
