// A frame that cannot be drawn ends nothing: it is said, what is typed is there, and the next one is drawn.
import { describe, expect, test } from "vitest";
import type { ScreenView } from "../../../../../src/client/port/screens.ts";
import { TALK } from "./talk.ts";
import { KEY, sitting, type Sitting } from "./tui.ts";

/** The members cannot be looked at so many times. */
function broken(one: Sitting, times: number): { left: number } {
  const state = { left: times };
  const open = {
    ...one.screens.view.open,
    get members(): ScreenView["open"]["members"] {
      state.left -= 1;
      if (state.left >= 0) throw new TypeError("a secret that was said");
      return TALK.open.members;
    },
  };
  one.screens.change({ open });
  return state;
}

describe.each([false, true])("inline: %s", (isInline) => {
  test("once: it is said, and the next frame is as it should be", async () => {
    const one = await sitting(TALK, { isInline, columns: 120 });
    await one.type("half a sent");
    broken(one, 1);
    await one.settle();
    expect(one.screen()).toContain("error: the screen could not be drawn (not-drawn, TypeError)");
    expect(one.screen()).toContain("> half a sent");
    expect(one.window.writes.join("")).not.toContain("a secret");
    expect(one.notes.join("\n")).toMatch(/not-drawn.*TypeError at /);
    expect(one.notes.join("\n")).not.toContain("a secret");
    await one.type("ence", KEY.enter);
    expect(one.wants()).toEqual([{ want: "submit", text: "half a sentence" }]);
    expect(one.rows().filter((row) => row.includes("not-drawn"))).toHaveLength(isInline ? 1 : 0);
  });
});

test("again and again: one row says so, keys are taken, and it is drawn as soon as it can be", async () => {
  const one = await sitting(TALK, { columns: 120 });
  await one.type("half a sent", KEY.f1);
  const state = broken(one, Number.POSITIVE_INFINITY);
  await one.settle();
  expect(one.rows().at(-1)).toContain("the screen could not be drawn");
  await one.type("ence");
  state.left = 0;
  one.clock.pass(1_000);
  await one.settle();
  expect(one.screen()).toContain("> half a sentence");
  expect(one.screen()).toContain("three");
  expect(one.notes.length).toBeLessThanOrEqual(10);
  await one.type(KEY.enter, "\x11");
  expect(one.wants()).toEqual([{ want: "submit", text: "half a sentence" }]);
  expect((await one.left).how).toBe("done");
});

test("what is locked stays locked", async () => {
  const one = await sitting(TALK, { columns: 120 });
  await one.type(KEY.f8);
  const view = one.screens.view;
  let left = 3;
  one.screens.change({});
  Object.defineProperty(one.screens.view, "link", {
    get: (): ScreenView["link"] => {
      left -= 1;
      if (left >= 0) throw new RangeError("x");
      return view.link;
    },
  });
  await one.settle();
  one.clock.pass(1_000);
  await one.settle();
  await one.type("hunter2");
  expect(one.screen()).not.toContain("three");
  expect(one.screen()).toContain("*******");
  await one.type(KEY.enter);
  expect(one.wants().at(-1)).toEqual({ want: "unlock", passphrase: "hunter2" });
});
