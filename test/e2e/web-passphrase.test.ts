// The packaged program with its window: a passphrase is set there, holds from then on, is asked for at the next start, and cannot be tried
// as often as somebody likes.
import { tmpdir } from "node:os";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CLIENT, HOME } from "../kit/executables.ts";
import { OwnRealm } from "../kit/own-realm.ts";
import { Terminal } from "../kit/tmux.ts";
import { launch } from "../kit/web/browser.ts";
import { GuiProgram } from "../kit/web/gui-program.ts";

const WORDS = "five words chosen by chance";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

test("set in the window, locked with it, asked for at the next start, and a few wrong ones make a wait", async () => {
  await using realm = await OwnRealm.init();
  await realm.start();
  await realm.joined(realm.line, "ada", "--user", "ada");
  const flags = ["--home", realm.file("ada")];
  const env = { LANG: "en_US.UTF-8" };
  {
    await using gui = await GuiProgram.open(flags, { browser, env });
    const { page } = gui;
    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByRole("button", { name: "Set a passphrase" }).click();
    await page.getByLabel(/^New passphrase/).fill("short");
    await page.getByLabel("The new one once more").fill("short");
    await page.keyboard.press("Enter");
    await page.getByText("at least 8 characters").waitFor();
    await page.getByLabel(/^New passphrase/).fill(WORDS);
    await page.getByLabel("The new one once more").fill(WORDS);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Lock", exact: true }).click();
    await page.getByLabel("Passphrase").fill(WORDS);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Settings" }).waitFor();
  }
  {
    // Also where there is a terminal, it is asked for in the window.
    const start = `${CLIENT} --gui --home '${realm.file("ada")}'`;
    using terminal = new Terminal(start, {
      columns: 160,
      rows: 20,
      env: { ...env, PATH: "/usr/bin:/bin", HOME },
      cwd: tmpdir(),
    });
    const screen = await terminal.shows(/http:\S+/);
    expect(screen).not.toContain("assphrase");
    const page = await browser.newPage();
    await page.goto(/http:\S+/.exec(screen)?.[0] ?? "");
    await page.getByLabel("Passphrase").fill(WORDS);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Settings" }).waitFor();
    await page.close();
  }
  await using again = await GuiProgram.open(flags, { browser, env });
  const { page } = again;
  for (let tries = 0; tries < 3; tries += 1) {
    await page.getByLabel("Passphrase").fill(`wrong ${tries}`);
    await page.keyboard.press("Enter");
    await expect.poll(() => page.getByLabel("Passphrase").inputValue()).toBe("");
    await page.getByText("That is not the passphrase").waitFor();
  }
  // Until the wait is over also the right one is not looked at.
  await page.getByLabel("Passphrase").fill(WORDS);
  await page.keyboard.press("Enter");
  await page.getByText("it was wrong 3 times").waitFor();
  await expect
    .poll(
      async () => {
        await page
          .getByLabel("Passphrase")
          .fill(WORDS, { timeout: 500 })
          .catch(() => undefined);
        await page.keyboard.press("Enter");
        return page.getByRole("button", { name: "Settings" }).isVisible();
      },
      { interval: 1_500, timeout: 30_000 },
    )
    .toBe(true);
}, 120_000);
