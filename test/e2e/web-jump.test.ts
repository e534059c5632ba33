// The page in a real browser: to a message that was looked for, and a conversation in which nothing was said.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { png } from "../kit/web/png.ts";
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

test("where nothing was said, that is in sight, and nothing can be scrolled", async () => {
  const screens = new FakeScreens();
  const { timeline } = screens.view.open;
  screens.changeOpen({ timeline: { ...timeline, items: [], hasOlder: false, hasNewer: false } });
  await using window = await pages.open({ who: screens });
  const scroller = window.page.locator(".scroller");
  await scroller.getByText("Nothing was said here yet").waitFor();
  expect(await scroller.evaluate((list) => list.scrollHeight - list.clientHeight)).toBe(0);
});
