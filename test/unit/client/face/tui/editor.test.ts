// A text that is being written: every key, as a value.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { laidOut, rowMoved } from "../../../../../src/client/face/tui/ground/editor-rows.ts";
import {
  EMPTY,
  type Editor,
  emptied,
  inserted,
  moved,
  replaced,
  type Stroke,
  struck,
  textOf,
} from "../../../../../src/client/face/tui/ground/editor.ts";
import { NO_SENT_LINES, sentLine, withSent } from "../../../../../src/client/face/sent-lines.ts";
import { Ruler } from "../../../../../src/client/face/tui/ground/text.ts";

const ruler = new Ruler();

/** `|` is the cursor. */
function editor(text: string): Editor {
  const [before = "", behind = ""] = text.split("|");
  const all = replaced(EMPTY, before + behind, ruler);
  return moved(all, replaced(EMPTY, before, ruler).clusters.length);
}

function shown(one: Editor): string {
  return [...one.clusters.slice(0, one.at), "|", ...one.clusters.slice(one.at)].join("");
}

function after(text: string, ...strokes: readonly Stroke[]): string {
  return shown(strokes.reduce(struck, editor(text)));
}

describe("strokes", () => {
  test.each<[string, Stroke, string]>([
    ["a👍🏽|b", "left", "a|👍🏽b"],
    ["a|e\u0301", "right", "ae\u0301|"],
    ["|a", "left", "|a"],
    ["one two|", "word-left", "one |two"],
    ["one |two", "word-left", "|one two"],
    ["|one two", "word-right", "one| two"],
    ["a\nbc|d", "line-start", "a\n|bcd"],
    ["a\nb|cd\ne", "line-end", "a\nbcd|\ne"],
    ["👩‍👩‍👧|x", "erase", "|x"],
    ["|👩‍👩‍👧x", "delete", "|x"],
    ["one two|", "cut-word", "one |"],
    ["one| two", "cut-word-right", "one|"],
    ["a\nbc|d", "cut-start", "a\n|d"],
    ["a|b\nc", "cut-end", "a|\nc"],
    ["a|\nc", "cut-end", "a|c"],
    ["ab|", "swap", "ba|"],
    ["|", "erase", "|"],
  ])("%j %s gives %j", (before, stroke, wanted) => {
    expect(after(before, stroke)).toBe(wanted);
  });

  test("what was cut comes back; cuts one after the other come back as one", () => {
    expect(after("one two three|", "cut-word", "cut-word", "yank")).toBe("one two three|");
    expect(after("one two|", "cut-word", "left", "cut-word", "yank-before", "line-end", "yank-before")).toBe(
      "two one|",
    );
  });

  test("undo takes back a run of letters, a cut, a paste", () => {
    let one = EMPTY;
    for (const letter of ["a", "b", "c"]) one = inserted(one, letter, ruler);
    one = struck(inserted(one, " pasted", ruler), "cut-word");
    expect(shown(one)).toBe("abc |");
    expect(shown(struck(one, "undo"))).toBe("abc pasted|");
    expect(shown(["undo", "undo", "undo", "undo"].reduce((now) => struck(now, "undo"), one))).toBe("|");
  });

  test("a mark joins what stands before it; what could act is a picture", () => {
    expect(inserted(editor("e|x"), "\u0301", ruler).clusters).toEqual(["e\u0301", "x"]);
    expect(textOf(inserted(EMPTY, "a\u001b[2J\r\nb\rc\u202e", ruler))).toBe("a␛[2J\nb\nc\ufffd");
  });

  test("after sending nothing comes back but what was cut", () => {
    const sent = emptied(struck(editor("secret|"), "cut-word"));
    expect(shown(struck(sent, "undo"))).toBe("|");
    expect(shown(struck(sent, "yank"))).toBe("secret|");
  });

  test("any strokes: the cursor stays in the text", () => {
    const strokes: readonly Stroke[] = [
      "left",
      "right",
      "word-left",
      "erase",
      "delete",
      "cut-end",
      "yank",
      "swap",
      "undo",
    ];
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...strokes), fc.constantFrom("+a", "+👍🏽", "+\u0301", "+\n"))),
        (all) => {
          let one = EMPTY;
          for (const stroke of all)
            one = stroke.startsWith("+") ? inserted(one, stroke.slice(1), ruler) : struck(one, stroke as Stroke);
          expect(one.at).toBeGreaterThanOrEqual(0);
          expect(one.at).toBeLessThanOrEqual(one.clusters.length);
        },
      ),
      { seed: 2, numRuns: 300 },
    );
  });
});

describe("rows", () => {
  test("are full, and a column is left for the cursor", () => {
    const { rows, cursor } = laidOut(editor("abcdefg|"), 5, ruler);
    expect(rows).toEqual(["abcd", "efg"]);
    expect(cursor).toEqual({ x: 3, y: 1 });
  });

  test("a wide sign is not cut in half; a line's end is a row's end", () => {
    expect(laidOut(editor("abc日|"), 5, ruler).rows).toEqual(["abc", "日"]);
    expect(laidOut(editor("a\n|"), 5, ruler)).toMatchObject({ rows: ["a", ""], cursor: { x: 0, y: 1 } });
  });

  test("up and down stay in the column where they can, and know when there is no row", () => {
    const place = { columns: 20, ruler };
    expect(rowMoved(editor("ab|"), -1, place)).toBeUndefined();
    const up = rowMoved(editor("long line\nab|"), -1, place);
    expect(up && shown(up)).toBe("lo|ng line\nab");
    const down = rowMoved(editor("long li|ne\nab"), 1, place);
    expect(down && shown(down)).toBe("long line\nab|");
  });
});

test("what was sent comes back, and what was being written waits", () => {
  const sent = ["one", "two", "two", " "].reduce(withSent, NO_SENT_LINES);
  const first = sentLine(sent, -1, "half");
  expect(first?.text).toBe("two");
  const second = first && sentLine(first.sent, -1, "two");
  expect(second?.text).toBe("one");
  expect(second && sentLine(second.sent, -1, "one")).toBeUndefined();
  const back = second && sentLine(second.sent, 1, "one");
  expect(back && sentLine(back.sent, 1, "two")?.text).toBe("half");
});
