// The page in a real browser: to a message that was looked for, and a conversation in which nothing was said.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { png } from "../kit/web/png.ts";
import type { TimelineView } from "../../src/client/port/screens.ts";
import { FakeScreens } from "../kit/web/fake-screens.ts";
import { messageItem } from "../kit/web/made-up.ts";
import { Pages } from "../kit/web/pages.ts";

const pages = new Pages();

test.each([4, 20, 60])(
  "a jump shows a message above a picture, %s px from the end of what can be scrolled",
  async (overPx) => {
    const screens = new FakeScreens();
    screens.answers.set("save", (command) => {
      const path = join(command.do === "save" ? command.path : "", "garden.png");
      writeFileSync(
        path,
        png(240, 120, () => [90, 150, 120]),
      );
      return { path };
    });
    const texts = ["the first", "the second", "the third", "the fourth"];
    const said = texts.map((text, at) => messageItem(at + 1, { text }));
    const file = { name: "garden.png", type: "image/png", bytes: 2_048 };
    const { timeline } = screens.view.open;
    screens.changeOpen({ timeline: { ...timeline, items: [...said, messageItem(5, { file })], hasOlder: false } });
    await using window = await pages.open({ who: screens });
    const { page: shown } = window;
    await shown.locator("img.picture").waitFor();
    const scroller = shown.locator(".scroller");
    const below = (): Promise<number> =>
      scroller.evaluate((list) => list.scrollHeight - list.clientHeight - list.scrollTop);
    const rows = await shown.locator(".rows").evaluate((all) => {
      const parts = Array.from(all.querySelectorAll(".row"), (row) => row.getBoundingClientRect().height);
      return parts.reduce((sum, height) => sum + height, 24);
    });
    const [window0, list0] = [shown.viewportSize(), await scroller.boundingBox()];
    if (window0 === null || list0 === null) throw new Error("nothing is there");
    const height = Math.round(window0.height - list0.height + rows - overPx);
    await shown.setViewportSize({ width: window0.width, height });
    await expect.poll(() => scroller.evaluate((list) => list.scrollHeight - list.clientHeight)).toBeGreaterThan(2);
    await expect.poll(below).toBeLessThan(2);
    const [first] = screens.view.open.timeline.items;
    if (first?.item !== "message") throw new Error("no message");
    screens.changeOpen({ timeline: { ...screens.view.open.timeline, focus: first.message.message } });
    await shown.locator(".sought").waitFor();
    // As high as it goes, and it stays there when the window has told of its scrolling.
    await shown.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
    expect(await scroller.evaluate((list) => list.scrollTop)).toBe(0);
  },
);

/** What was kept is shown, and nobody knows yet what was missed. */
async function comingLate() {
  const screens = new FakeScreens();
  const { timeline } = screens.view.open;
  const said = (from: number, count: number) =>
    Array.from({ length: count }, (_, at) => messageItem(from + at, { text: `message ${from + at}` }));
  const shownAs = (items: TimelineView["items"]): void =>
    screens.changeOpen({ timeline: { ...timeline, items, hasOlder: false } });
  screens.change({ link: { state: "connecting", waiting: 0 } });
  shownAs(said(1, 60));
  const window = await pages.open({ who: screens });
  const { page: shown } = window;
  await shown.getByText("message 60", { exact: true }).waitFor();
  const missed = { item: "unread", key: "unread", count: 60 } as const;
  const come = (): void => {
    shownAs([...said(1, 60), missed, ...said(61, 60)]);
    screens.change({ link: { state: "connected", waiting: 0 } });
  };
  const topOf = async (what: Locator): Promise<number> => (await what.boundingBox())?.y ?? Number.NaN;
  return { screens, window, shown, scroller: shown.locator(".scroller"), come, topOf };
}

test("what was missed and comes late begins in sight, and stays there while more comes", async () => {
  const { window, screens, shown, scroller, come, topOf } = await comingLate();
  await using _ = window;
  come();
  const first = shown.getByText("message 61", { exact: true });
  await first.waitFor();
  const top = await topOf(scroller);
  expect((await topOf(shown.locator(".unread-line"))) - top).toBeCloseTo(64, -1);
  const before = await topOf(first);
  screens.say({ text: "one more" });
  await shown.getByRole("button", { name: "To the newest message" }).waitFor();
  expect(await topOf(first)).toBeCloseTo(before, 0);
});

test("where somebody has gone up before, they stay where they are", async () => {
  const { window, shown, scroller, come, topOf } = await comingLate();
  await using _ = window;
  await scroller.hover();
  await shown.mouse.wheel(0, -400);
  const belowPx = () => scroller.evaluate((list) => list.scrollHeight - list.clientHeight - list.scrollTop);
  await expect.poll(belowPx).toBe(400);
  const seen = shown.getByText("message 50", { exact: true });
  const before = await topOf(seen);
  come();
  await expect.poll(belowPx).toBeGreaterThan(2_000);
  expect(await topOf(seen)).toBeCloseTo(before, 0);
});

test("where nothing was said, that is in sight, and nothing can be scrolled", async () => {
  const screens = new FakeScreens();
  const { timeline } = screens.view.open;
  screens.changeOpen({ timeline: { ...timeline, items: [], hasOlder: false, hasNewer: false } });
  await using window = await pages.open({ who: screens });
  const scroller = window.page.locator(".scroller");
  await scroller.getByText("Nothing was said here yet").waitFor();
  expect(await scroller.evaluate((list) => list.scrollHeight - list.clientHeight)).toBe(0);
});
