// Scrolling, keys and commands as values.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TimelineItem } from "../../../../../src/client/port/screens.ts";
import { Ruler } from "../../../../../src/client/face/tui/ground/text.ts";
import { act } from "../../../../../src/client/face/tui/scene/actions.ts";
import { bindingsWith, keyOf } from "../../../../../src/client/face/tui/scene/bindings.ts";
import {
  ACTION_COMMANDS,
  COMMAND_NAMES,
  isActionName,
  OWN_COMMANDS,
} from "../../../../../src/client/face/tui/scene/command-names.ts";
import { commanded } from "../../../../../src/client/face/tui/scene/commands.ts";
import {
  bottomOf,
  END,
  type Scroll,
  scrolledBy,
  type Scrolled,
  scrolledTo,
  shownWhole,
} from "../../../../../src/client/face/tui/scene/scrolling.ts";
import { type Stage, START } from "../../../../../src/client/face/tui/scene/state.ts";
import { sayIn } from "../../../../../src/client/face/tui/words/say.ts";
import { saidBy } from "../../../../kit/made-up-screens.ts";
import { TALK } from "./talk.ts";

const STAGE: Stage = {
  view: TALK,
  ruler: new Ruler(),
  bindings: bindingsWith({}),
  now: 0,
  say: sayIn("en"),
  space: {
    width: 80,
    height: 24,
    rows: 20,
    columns: 50,
    sidebar: 20,
    column: 0,
    rowsOf: () => 1,
    listed: () => -1,
    paper: () => ({ page: 10, last: 100 }),
  },
};

function space(heights: readonly number[], height: number): Scrolled {
  const items = heights.map((_, at) => saidBy("bruno", "x", { n: at + 1 }));
  const rows = new Map<TimelineItem, number>(items.map((item, at) => [item, heights[at] ?? 0]));
  return { items, height, rowsOf: (item) => rows.get(item) ?? 0 };
}

/** Rows below the screen. */
function below(scroll: Scroll, one: Scrolled): number {
  const { index, up } = bottomOf(scroll, one);
  return up + one.items.slice(index + 1).reduce((rows, item) => rows + one.rowsOf(item), 0);
}

const HEIGHTS = fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 30 });

describe("scrolling", () => {
  test("by any rows: as far as that, and never before the beginning or behind the end", () => {
    fc.assert(
      fc.property(
        HEIGHTS,
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.integer({ min: -20, max: 20 })),
        (heights, height, moves) => {
          const one = space(heights, height);
          const most = Math.max(0, heights.reduce((sum, rows) => sum + rows, 0) - height);
          let [scroll, wanted]: [Scroll, number] = [END, 0];
          for (const rows of moves) {
            scroll = scrolledBy(scroll, rows, one);
            wanted = Math.max(0, Math.min(most, wanted + rows));
            expect(below(scroll, one)).toBe(wanted);
            expect(scroll.at === "end").toBe(wanted === 0);
          }
        },
      ),
      { seed: 4, numRuns: 500 },
    );
  });

  test("to any item: all of it is on the screen, if it is not higher than that", () => {
    fc.assert(
      fc.property(
        HEIGHTS,
        fc.integer({ min: 7, max: 12 }),
        fc.tuple(fc.nat(29), fc.nat(60)),
        (heights, height, [at, from]) => {
          const one = space(heights, height);
          const item = one.items[at % one.items.length];
          if (item === undefined) return;
          const index = one.items.indexOf(item);
          const rowsBelow = one.items.slice(index + 1).reduce((rows, next) => rows + one.rowsOf(next), 0);
          for (const scroll of [scrolledTo(item.key, one), shownWhole(scrolledBy(END, from, one), item.key, one)]) {
            const hidden = below(scroll, one);
            expect(hidden).toBeLessThanOrEqual(rowsBelow);
            expect(rowsBelow + one.rowsOf(item) - hidden).toBeLessThanOrEqual(height);
          }
        },
      ),
      { seed: 5, numRuns: 500 },
    );
  });

  test("an item that is gone is the end", () => {
    const one = space([1, 1], 1);
    expect(bottomOf({ at: "item", key: "gone", up: 3 }, one)).toEqual({ index: 1, up: 0 });
    expect(scrolledTo("gone", one)).toBe(END);
    expect(scrolledBy(END, 5, { ...one, items: [] })).toBe(END);
  });
});

describe("actions and commands", () => {
  test.each([...ACTION_COMMANDS])("/%s is what its key does", (name) => {
    expect(isActionName(name)).toBe(true);
    expect(commanded(START, `/${name}`, STAGE)).toEqual(act(START, name, STAGE));
  });

  test("every action that a key has can be typed, but for those of writing", () => {
    const writing = new Set(["submit", "new-line", "complete", "complete-back", "up", "down", "recall", "recall-next"]);
    const both = new Set(["clear-or-quit", "delete-or-quit", "select-or-previous"]);
    const bound = [...new Set(STAGE.bindings.values())].filter(
      (name) => !/^go-\d$|-(?:left|right|start|end|word|before)$/.test(name),
    );
    const strokes = new Set(["left", "right", "erase", "delete", "cut-word-right", "yank", "swap", "undo"]);
    const missing = bound.filter(
      (name) => !writing.has(name) && !both.has(name) && !strokes.has(name) && !isActionName(name),
    );
    expect(missing).toEqual([]);
  });

  test("every command of this face is told about, and completed", () => {
    for (const [name, usage] of Object.entries(OWN_COMMANDS)) {
      expect(usage.startsWith(`/${name}`)).toBe(true);
      expect(COMMAND_NAMES).toContain(name);
    }
  });

  test.each(["/nick", "/quiet 25:00-26:00", "/pin maybe", "/lock-after soon", "/react ^", "/save zz", "/x"])(
    "%s says what is wrong",
    (line) => {
      const { ui, effects } = commanded(START, line, STAGE);
      expect(ui.saying?.isFault).toBe(true);
      expect(effects).toEqual([]);
    },
  );
});

describe("bindings", () => {
  test("a key by its name as people write it", () => {
    expect(keyOf(STAGE.bindings, "switch")).toBe("Ctrl+K");
    expect(keyOf(STAGE.bindings, "page-up")).toBe("PgUp");
    expect(keyOf(bindingsWith({ "ctrl+k": "none" }), "switch")).toBeUndefined();
  });

  test("none with Ctrl and a digit, which terminals cannot send", () => {
    expect([...STAGE.bindings.keys()].filter((chord) => /ctrl\+\d/.test(chord))).toEqual([]);
  });

  test.each(["", "ctrl", "ctrl+", "hyper+x", "ctrl+alt", "two keys"])("%j is no key", (chord) => {
    expect(() => bindingsWith({ [chord]: "help" })).toThrow(/there is no key/);
  });
});
