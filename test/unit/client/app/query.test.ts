// What people type to search, also what nobody would.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Query, readQuery } from "../../../../src/client/app/query.ts";
import { Fault } from "../../../../src/model/fault.ts";

const day = (year: number, month: number, date: number): number => Date.UTC(year, month - 1, date);
const read = (typed: string): Query => readQuery(typed, day);
/** Its texts; none where it is refused. Anything but a fault is a defect. */
function readOrFault(typed: string): readonly string[] {
  try {
    return read(typed).texts;
  } catch (error) {
    if (error instanceof Fault) return [];
    throw error;
  }
}

const NOTHING: Query = { texts: [], from: [], in: [], after: undefined, before: undefined };

describe("a query", () => {
  test.each<[string, object]>([
    ["", {}],
    ["   \t\n ", {}],
    ["hello", { texts: ["hello"] }],
    ["hello  there", { texts: ["hello", "there"] }],
    ['"hello there" you', { texts: ["hello there", "you"] }],
    ['"not closed at the end', { texts: ["not closed at the end"] }],
    ['""', {}],
    ['a"b c"d', { texts: ["a", "b c", "d"] }],
    ["from:alice", { from: ["alice"] }],
    ["FROM:@Alice from:bob x", { from: ["alice", "bob"], texts: ["x"] }],
    ['in:#lobby in:"@bob"', { in: ["#lobby", "@bob"] }],
    ['in:"a room with spaces"', { in: ["a room with spaces"] }],
    ["https://example.org/from:x foo:bar", { texts: ["https://example.org/from:x", "foo:bar"] }],
    ['"from:alice"', { texts: ["from:alice"] }],
    ["fromage:x informal", { texts: ["fromage:x", "informal"] }],
    ["on:2026-11-21", { after: day(2026, 11, 21), before: day(2026, 11, 22) }],
    ["on:2026-12-31", { after: day(2026, 12, 31), before: day(2027, 1, 1) }],
    ["on:2026-2", { after: day(2026, 2, 1), before: day(2026, 3, 1) }],
    ["on:2026", { after: day(2026, 1, 1), before: day(2027, 1, 1) }],
    ["before:2026-11-21", { before: day(2026, 11, 21) }],
    ["after:2026-11-21", { after: day(2026, 11, 22) }],
    ["after:2026-11 before:2027", { after: day(2026, 12, 1), before: day(2027, 1, 1) }],
    ["after:2026 after:2024-01-01 before:2028 before:2030", { after: day(2027, 1, 1), before: day(2028, 1, 1) }],
    ["on:2024-02-29", { after: day(2024, 2, 29), before: day(2024, 3, 1) }],
    ["ñandú Straße 你好 🙂", { texts: ["ñandú", "Straße", "你好", "🙂"] }],
  ])("%j", (typed, expected) => {
    expect(read(typed)).toEqual({ ...NOTHING, ...expected });
  });

  test.each([
    "from:",
    "from: alice",
    'from:""',
    "from:not/a/user",
    `from:${"a".repeat(33)}`,
    "from:__proto__!",
    "in:",
    `in:"${"x".repeat(65)}"`,
    "on:",
    "on:yesterday",
    "on:2026-13",
    "on:2026-00-01",
    "on:2025-02-29",
    "on:2026-11-31",
    "on:26-11-21",
    "on:1969",
    "on:2026-11-21T00:00",
    "before:9e9",
    "after:-1",
    "x".repeat(1_001),
    "x ".repeat(33),
  ])("%j is refused, and it is said why", (typed) => {
    let fault: unknown;
    try {
      read(typed);
    } catch (error) {
      fault = error;
    }
    expect(fault).toBeInstanceOf(Fault);
    expect(fault).toMatchObject({ code: "bad-query", message: expect.stringMatching(/^[a-z].*[^.]$/) as unknown });
  });

  test("of any characters: a query or a fault, in no time", () => {
    const part = fc.oneof(
      fc.string(),
      fc.constantFrom('"', ":", "from:", "on:", "in:", "before:2026", " ", "\u{0}", "\u{d800}"),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
        const typed = parts.join("");
        const started = performance.now();
        const texts = readOrFault(typed);
        expect(texts.filter((text) => !typed.includes(text))).toEqual([]);
        expect(performance.now() - started).toBeLessThan(1_000);
      }),
      { numRuns: 500 },
    );
  });
});
