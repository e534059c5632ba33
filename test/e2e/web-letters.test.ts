// The page in a real browser with large letters: it is laid out as a narrower window is, and nothing that can be pressed lies outside.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { FakeScreens } from "../kit/web/fake-screens.ts";
import { Pages } from "../kit/web/pages.ts";

const pages = new Pages();

/** What can be pressed or typed into, and is seen, and is not within the window from left to right. */
const outside = (shown: Page): Promise<readonly string[]> =>
  shown.evaluate(() =>
    [...document.querySelectorAll("button, input, select, textarea")]
      .filter((part) => part.checkVisibility() && part.getBoundingClientRect().width > 0)
      .filter((part) => {
        const { left, right } = part.getBoundingClientRect();
        const inside = part.closest("dialog[open] .dialog-inside") ?? document.documentElement;
        return left < 0 || right > innerWidth || inside.scrollWidth > inside.clientWidth;
      })
      .map((part) => part.outerHTML.slice(0, 80)),
  );

const CASES = [1_180, 360].flatMap((width) =>
  [1.5, 2].flatMap((scale) => ["en", "pt"].map((l) => [width, scale, l] as const)),
);

test.each(CASES)("%i wide, letters times %d, in %s", async (width, fontScale, language) => {
  const screens = new FakeScreens();
  screens.change({
    settings: { ...screens.view.settings, fontScale, language, quiet: { from: 60, to: 420 } },
    link: { state: "reconnecting", waiting: 2 },
  });
  const context = { viewport: { width, height: 740 } };
  await using window = await pages.open({ who: screens, context });
  const { page: shown } = window;
  await shown.locator("article").first().waitFor();
  const looked: Record<string, readonly string[]> = {};
  const look = async (name: string): Promise<void> => {
    looked[name] = await outside(shown);
  };
  await shown
    .locator("input[type=file]")
    .setInputFiles([{ name: "a-long-name.txt", mimeType: "x/y", buffer: Buffer.from("a") }]);
  await shown.locator(".tray li").waitFor();
  await look("conversation, and a file that waits");
  // Whoever writes sees what: on a telephone most of a line is theirs.
  const field = await shown.locator("#composer").boundingBox();
  expect(field?.width).toBeGreaterThan(Math.min(width, 720) / 2);
  await shown.locator("#search-button + button").click();
  await look("members");
  await shown.locator(".person-row").nth(1).click();
  await shown.locator(".qr").waitFor();
  await look("a person");
  await shown.keyboard.press("Escape");
  await shown.locator(".side-head button").click();
  // 46 times the letters: there is room for one column only.
  const isNarrow = width / (16 * fontScale) <= 46;
  expect(await shown.locator("nav").isVisible()).toBe(!isNarrow);
  if (isNarrow) await shown.locator("button.only-narrow").click();
  await look("list");
  for (const at of [1, -1]) {
    await shown.locator(".self > button").nth(at).click();
    await shown.locator("dialog").waitFor();
    await look(at === 1 ? "new conversation" : "settings");
    await shown.keyboard.press("Escape");
    await shown.locator("dialog").waitFor({ state: "detached" });
  }
  expect(looked).toEqual(Object.fromEntries(Object.keys(looked).map((name) => [name, []])));
  expect(Object.keys(looked)).toHaveLength(6);
});
