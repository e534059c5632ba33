// Bytes of a terminal: what each sequence means, in one read or byte by byte; and pastes that want to type.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KeyReader } from "../../../../../src/client/face/tui/ground/keys.ts";
import type { Said } from "../../../../../src/client/face/tui/ground/sequences.ts";

const BEGIN = "\x1b[200~";
const END = "\x1b[201~";

function read(reader: KeyReader, text: string, now = 0): readonly Said[] {
  return reader.push(Buffer.from(text, "utf8"), now);
}

/** Byte by byte, with time for a lone ESC at the end. */
function readSlowly(text: string): readonly Said[] {
  const reader = new KeyReader();
  const said = [...Buffer.from(text, "utf8")].flatMap((byte) => reader.push(Buffer.from([byte]), 0));
  return [...said, ...reader.late(reader.waitsUntil ?? 0)];
}

function chords(said: readonly Said[]): readonly string[] {
  return said.map((one) => (one.said === "key" ? one.chord : one.said === "text" ? `"${one.text}"` : one.said));
}

const SEQUENCES: readonly (readonly [bytes: string, chord: string])[] = [
  ["\r", "enter"],
  ["\n", "ctrl+j"],
  ["\t", "tab"],
  ["\x7f", "backspace"],
  ["\b", "backspace"],
  ["\x01", "ctrl+a"],
  ["\x1a", "ctrl+z"],
  ["\x1f", "ctrl+_"],
  ["\x00", "ctrl+space"],
  ["\x1b[A", "up"],
  ["\x1bOA", "up"],
  ["\x1b[1;3A", "alt+up"],
  ["\x1b[1;5C", "ctrl+right"],
  ["\x1b[1;8D", "ctrl+alt+shift+left"],
  ["\x1b[5~", "pageup"],
  ["\x1b[3;5~", "ctrl+delete"],
  ["\x1bOP", "f1"],
  ["\x1b[11~", "f1"],
  ["\x1b[P", "f1"],
  ["\x1bOR", "f3"],
  ["\x1b[15~", "f5"],
  ["\x1b[H", "home"],
  ["\x1b[Z", "shift+tab"],
  ["\x1b\r", "alt+enter"],
  ["\x1b\x7f", "alt+backspace"],
  ["\x1ba", "alt+a"],
  ["\x1bA", "alt+a"],
  ["\x1b9", "alt+9"],
  ["\x1b[13;3u", "alt+enter"],
  ["\x1b[13;2u", "shift+enter"],
  ["\x1b[27u", "escape"],
  ["\x1b[107;5u", "ctrl+k"],
  ["\x1b[97:65;69u", "ctrl+a"],
  ["\x1b[27;5;107~", "ctrl+k"],
  ["\x1b[228;1u", '"ä"'],
  ["ä", '"ä"'],
  ["\x1b", "escape"],
];

describe("keys", () => {
  test.each(SEQUENCES)("%j is %s, in one read", (bytes, chord) => {
    const reader = new KeyReader();
    const said = [...read(reader, bytes), ...reader.late(reader.waitsUntil ?? 0)];
    expect(chords(said)).toEqual([chord]);
  });

  test.each(SEQUENCES)("%j is %s, byte by byte", (bytes, chord) => {
    expect(chords(readSlowly(bytes))).toEqual([chord]);
  });

  test("text is whole, whatever is cut by a read", () => {
    const said = readSlowly("日本 😀");
    expect(said.map((one) => (one.said === "text" ? one.text : "?")).join("")).toBe("日本 😀");
  });

  test("a lone ESC is the key when nothing follows; followed in time it is no key", () => {
    const reader = new KeyReader();
    expect(read(reader, "\x1b", 100)).toEqual([]);
    expect(reader.waitsUntil).toBe(140);
    expect(reader.late(139)).toEqual([]);
    expect(chords(reader.late(140))).toEqual(["escape"]);
    read(reader, "\x1b", 200);
    expect(chords(read(reader, "[B", 210))).toEqual(["down"]);
    expect(reader.waitsUntil).toBeUndefined();
  });

  test("two keys ESC in one read are two", () => {
    const reader = new KeyReader();
    expect(chords([...read(reader, "\x1b\x1b"), ...reader.late(40)])).toEqual(["escape", "escape"]);
  });

  test("what a terminal answers is no key", () => {
    expect(readSlowly("\x1b[?62;4;22c")).toEqual([{ said: "attributes", codes: [62, 4, 22] }]);
    expect(readSlowly("\x1b[6;20;10t")).toEqual([{ said: "cell", width: 10, height: 20 }]);
    expect(readSlowly("\x1b_Gi=31;OK\x1b\\")).toEqual([{ said: "graphics", isGood: true }]);
    expect(readSlowly("\x1b_Gi=31;ENOTSUPPORTED:no\x1b\\")).toEqual([{ said: "graphics", isGood: false }]);
  });

  test("keys that are let go, and keys that nobody knows, say nothing", () => {
    expect(readSlowly("\x1b[97;1:3u")).toEqual([]);
    expect(readSlowly("\x1b[57441;1u\x1b[99~\x1b[?1;2$y\x1b[4;1;1t\x1b[6;0;9t\x1b_Xsomething\x1b\\")).toEqual([]);
  });

  test("mouse, focus, answers", () => {
    expect(readSlowly("\x1b[<64;5;3M\x1b[<0;1;1m")).toEqual([
      { said: "mouse", button: 64, x: 4, y: 2, up: false },
      { said: "mouse", button: 0, x: 0, y: 0, up: true },
    ]);
    expect(readSlowly("\x1b[I\x1b[O")).toEqual([
      { said: "focus", on: true },
      { said: "focus", on: false },
    ]);
    expect(readSlowly("\x1b[1;3R")).toEqual([{ said: "cursor", row: 1, column: 3 }]);
    const white = { said: "background", light: expect.closeTo(1) as number };
    expect(readSlowly("\x1b]11;rgb:ffff/ffff/ffff\x1b\\")).toEqual([white]);
    expect(readSlowly("\x1b]11;rgb:ff/ff/ff\x07")).toEqual([white]);
    expect(readSlowly("\x1b]52;c;aGk=\x07\x1bP1$r0m\x1b\\")).toEqual([]);
  });

  test("whatever comes, cut anywhere: no failure, no end without an end, the same as in one read", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const reader = new KeyReader();
        reader.push(bytes, 0);
        reader.late(5_000);
        expect(chords(read(reader, "\x1b[A", 9_000)).at(-1)).toBeDefined();
      }),
      { seed: 11, numRuns: 500 },
    );
  });
});

describe("pastes", () => {
  test("are told as one, with all that is in them", () => {
    expect(readSlowly(`${BEGIN}two\rlines \x1b[31m😀${END}`)).toEqual([
      { said: "paste", text: "two\rlines \x1b[31m😀" },
    ]);
  });

  test("a text with the end of a paste in it does not type: what is behind it, in the same read, is pasted", () => {
    const reader = new KeyReader();
    const said = read(reader, `${BEGIN}harmless${END}/leave #board\r${END}`);
    expect(said.every((one) => one.said === "paste")).toBe(true);
    expect(said.map((one) => (one.said === "paste" ? one.text : "")).join("|")).toBe("harmless|/leave #board\r");
  });

  test("nor within 20 ms after it, read by read", () => {
    const reader = new KeyReader();
    read(reader, `${BEGIN}a${END}`, 0);
    expect(read(reader, "b\r", 15)).toEqual([{ said: "paste", text: "b\r" }]);
    expect(read(reader, "\r", 34)).toEqual([{ said: "paste", text: "\r" }]);
    expect(chords(read(reader, "\r", 60))).toEqual(["enter"]);
  });

  test("sequences behind its end are no keys", () => {
    const reader = new KeyReader();
    expect(read(reader, `${BEGIN}a${END}\x1b[1;3A${BEGIN}b\x1b[20`)).toEqual([
      { said: "paste", text: "a" },
      { said: "paste", text: "b" },
    ]);
    expect(read(reader, "1~", 5)).toEqual([]);
    expect(reader.waitsUntil).toBeUndefined();
  });

  test("its end may be cut by a read, at any byte", () => {
    const whole = Buffer.from(`${BEGIN}abc${END}`);
    for (let cut = 1; cut < whole.length; cut += 1) {
      const reader = new KeyReader();
      const said = [...reader.push(whole.subarray(0, cut), 0), ...reader.push(whole.subarray(cut), 1)];
      expect(said).toEqual([{ said: "paste", text: "abc" }]);
    }
  });

  test("one that never ends is over after a second, and does not grow without end", () => {
    const reader = new KeyReader();
    read(reader, `${BEGIN}abc`, 0);
    expect(reader.waitsUntil).toBe(1_000);
    expect(reader.late(1_000)).toEqual([{ said: "paste", text: "abc" }]);
    expect(chords(read(reader, "x", 2_000))).toEqual(['"x"']);
    const large = read(reader, `${BEGIN}${"x".repeat(1_100_000)}`, 3_000);
    expect(large[0]?.said).toBe("paste");
  });
});
