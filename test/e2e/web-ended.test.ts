// The page in a real browser, when the program behind it is there no more: what stands over everything, and that a short cut shows nothing.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { faultsOf } from "../kit/web/browser.ts";
import { FakeScreens } from "../kit/web/fake-screens.ts";
import { Pages } from "../kit/web/pages.ts";

const pages = new Pages();

const TITLE = "The program behind this window has ended";

/** Sockets are remembered, so that one can be cut, and none is let in while `isDown`; the page's time stands still. */
async function cuttable(shown: Page): Promise<void> {
  const cutting = `class extends WebSocket {
    constructor(url, ...rest) { super(url, ...(isDown ? [] : rest)); sockets.push(this); }
  }`;
  await shown.addInitScript(`globalThis.sockets = []; globalThis.isDown = false; globalThis.WebSocket = ${cutting};`);
  await shown.clock.install();
  await shown.reload();
  await shown.getByRole("article").first().waitFor();
  await shown.clock.pauseAt(Date.now() + 60_000);
}

async function cut(shown: Page): Promise<void> {
  await shown.evaluate("isDown = true; sockets.at(-1).close()");
  await shown.getByText("chat-client does not answer").waitFor();
}

/** Time goes on, until it is so. */
async function until(shown: Page, is: () => Promise<boolean>): Promise<void> {
  await expect
    .poll(async () => {
      await shown.clock.runFor(500);
      return is();
    })
    .toBe(true);
}

test("a short cut shows nothing; a long one does, and goes away when somebody answers again", async () => {
  await using window = await pages.open();
  const { page: shown } = window;
  await cuttable(shown);
  const over = shown.getByRole("alertdialog");
  const composer = shown.getByRole("textbox", { name: /^Write to/ });
  await composer.fill("half a sen");
  await cut(shown);
  await shown.clock.runFor(2_500);
  expect(await over.count()).toBe(0);
  await shown.evaluate("isDown = false");
  await until(shown, async () => (await shown.getByText("chat-client does not answer").count()) === 0);
  await shown.clock.runFor(20_000);
  expect(await over.count()).toBe(0);
  await cut(shown);
  await until(shown, () => over.isVisible());
  await shown.evaluate("isDown = false");
  await until(shown, async () => (await over.count()) === 0);
  expect(await composer.inputValue()).toBe("half a sen");
});

test.each(["light", "dark"] as const)(
  "what to start again is told and copied; no key leads past it, %s",
  async (theme) => {
    const screens = new FakeScreens();
    screens.change({ settings: { ...screens.view.settings, theme } });
    const permissions = ["clipboard-read", "clipboard-write"];
    const context = { bypassCSP: true, colorScheme: theme, permissions } as const;
    await using window = await pages.open({ who: screens, context });
    const { page: shown } = window;
    await shown.getByRole("article").first().waitFor();
    await window.web.web.close();
    const over = shown.getByRole("alertdialog", { name: TITLE });
    await over.waitFor();
    expect(await over.getByRole("code").textContent()).toBe("chat-client --gui");
    expect(await faultsOf(shown)).toEqual([]);
    for (const key of ["Escape", "Escape", "F1", "Control+k"]) await shown.keyboard.press(key);
    expect(await shown.getByRole("dialog").count()).toBe(0);
    expect(await over.isVisible()).toBe(true);
    // Who was writing when it came presses no button with the next key.
    await shown.evaluate("navigator.clipboard.writeText('of before')");
    await shown.keyboard.press("Enter");
    const copy = over.getByRole("button");
    expect(await copy.evaluate((button) => button === document.activeElement)).toBe(false);
    await shown.keyboard.press("Tab");
    await expect.poll(() => copy.evaluate((button) => button === document.activeElement)).toBe(true);
    expect(await shown.evaluate("navigator.clipboard.readText()")).toBe("of before");
    await shown.keyboard.press("Enter");
    await over.getByRole("button", { name: "Copied" }).waitFor();
    expect(await shown.evaluate("navigator.clipboard.readText()")).toBe("chat-client --gui");
    if (process.env["PICTURE"] !== undefined)
      await shown.screenshot({ path: `${process.env["PICTURE"]}-${theme}.png` });
  },
);
