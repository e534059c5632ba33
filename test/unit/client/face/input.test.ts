import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Line, LINE_BYTES, LineDecoder } from "../../../../src/client/face/lines/input.ts";
import { text } from "../../../kit/lines.ts";

describe("lines in", () => {
  const decode = (chunks: readonly Buffer[], most?: number): Line[] => {
    const decoder = new LineDecoder(most);
    const lines = chunks.flatMap((chunk) => [...decoder.push(chunk)]);
    const last = decoder.end();
    return last === undefined ? lines : [...lines, last];
  };

  test("any cut of the stream gives the same lines, the last one without its end too", () => {
    const whole = Buffer.from("one\r\n\nzwei ü 😀\n\ufeffthree");
    const expected = ["one", "", "zwei ü 😀", "\ufeffthree"].map(text);
    expect(decode([whole])).toEqual(expected);
    expect(decode([...whole].map((byte) => Buffer.from([byte])))).toEqual(expected);
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length), { maxLength: 6 }), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), whole.length];
        expect(decode(at.slice(1).map((end, index) => whole.subarray(at[index], end)))).toEqual(expected);
      }),
      { seed: 1 },
    );
  });

  test("a line too long is told once, at once, and the stream goes on", () => {
    expect(decode([Buffer.from("123456789\nok\n")], 5)).toEqual([{ kind: "too-long" }, text("ok")]);
    expect(decode([Buffer.from("1234"), Buffer.from("5678"), Buffer.from("9\nok")], 5)).toEqual([
      { kind: "too-long" },
      text("ok"),
    ]);
    const decoder = new LineDecoder();
    expect([...decoder.push(Buffer.alloc(LINE_BYTES))]).toEqual([]);
    expect([...decoder.push(Buffer.alloc(10))]).toEqual([{ kind: "too-long" }]);
    expect([...decoder.push(Buffer.alloc(LINE_BYTES))]).toEqual([]);
    expect([...decoder.push(Buffer.from("\nx\n"))]).toEqual([text("x")]);
  });

  test("bytes that are not UTF-8 are said to be so", () => {
    expect(decode([Buffer.from("ff0a610a", "hex")])).toEqual([{ kind: "not-utf8" }, text("a")]);
  });
});
