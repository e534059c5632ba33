// Columns, and where a text may be broken.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sanitize } from "../../../../../src/client/face/sanitize.ts";
import { Ruler, words } from "../../../../../src/client/face/tui/ground/text.ts";

const ruler = new Ruler();
const OLD = new Ruler({ emoji: 1, variation: 1, joins: false, flags: false });
const widthOf = (text: string): number => ruler.width(sanitize(text));

describe("width", () => {
  test.each([
    ["plain", 5],
    ["é", 1],
    ["e\u0301", 1],
    ["日本", 4],
    ["한국어", 6],
    ["한국", 4],
    ["ｱ", 1],
    ["Ａ", 2],
    ["שלום", 4],
    ["😀", 2],
    ["👍🏽", 2],
    ["👩‍👩‍👧‍👦", 2],
    ["🇧🇷🇪🇸", 4],
    ["❤️", 2],
    ["❤", 1],
    ["1️⃣", 2],
    ["⌚", 2],
    ["│●…", 3],
    ["\u0301", 1],
    ["\u200d", 1],
    ["a\ufe0e", 1],
    ["", 0],
  ])("of %s", (text, columns) => {
    expect(widthOf(text)).toBe(columns);
  });

  test("on a terminal that draws the parts of a family one by one", () => {
    expect(OLD.width(sanitize("👩‍👧"))).toBe(2);
    expect(new Ruler({ emoji: 2, variation: 2, joins: false, flags: true }).width(sanitize("👩‍👧"))).toBe(4);
    expect(OLD.width(sanitize("❤️"))).toBe(1);
  });

  test("a chain of joiners is no sign of any length", () => {
    const chain = sanitize(Array.from({ length: 500 }, () => "👩").join("\u200d"));
    expect(ruler.clusters(chain).every((cluster) => cluster.length <= 32)).toBe(true);
    expect(ruler.wrap(chain, 40).every((row) => ruler.width(row) <= 40)).toBe(true);
  });
});

describe("cutting", () => {
  test("never in the middle of a sign, and says that something is missing", () => {
    expect(ruler.cut(sanitize("hello world"), 8)).toBe("hello w…");
    expect(ruler.cut(sanitize("日本語"), 4)).toBe("日…");
    expect(ruler.fit(sanitize("日本語"), 4)).toBe("日… ");
    expect(ruler.fit(sanitize("a\nb"), 5)).toBe("a␊b  ");
    expect(ruler.cut(sanitize("ab"), 0)).toBe("");
  });
});

describe("wrapping", () => {
  test("between words, and spaces at a break are gone", () => {
    expect(ruler.wrap(sanitize("the quick brown fox"), 10)).toEqual(["the quick", "brown fox"]);
  });

  test("within a word that is longer than a row", () => {
    expect(ruler.wrap(sanitize("see abcdefghijkl"), 5)).toEqual(["see", "abcde", "fghij", "kl"]);
  });

  test("between any two letters of Chinese and Japanese", () => {
    expect(ruler.wrap(sanitize("ab日本語のメッセージ"), 8)).toEqual(["ab日本語", "のメッセ", "ージ"]);
  });

  test("lines stay lines, and spaces at their beginning stay", () => {
    expect(ruler.wrap(sanitize("a\n\n  b"), 10)).toEqual(["a", "", "  b"]);
  });

  test("nothing is lost, and no row is too wide", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "bc", " ", "日", "👍🏽", "e\u0301", "\n", "👩‍👧") });
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 12 }), (raw, columns) => {
        const rows = ruler.wrap(sanitize(raw), columns);
        expect(rows.filter((row) => ruler.width(row) > columns)).toEqual([]);
        expect(rows.join("").replaceAll(" ", "")).toBe(raw.replaceAll(/[ \n]/g, ""));
      }),
      { seed: 3, numRuns: 500 },
    );
  });
});

test("our own words make what stands among them safe, and one line", () => {
  expect(words`to ${"x\u001b[2J\ny"} (${3})`).toBe("to x␛[2J␊y (3)");
});
