// What a face keeps for its person alone, with the packaged client: the lock, one's own names, levels, quiet hours, an export; all of it
// there again after a restart.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CLIENT, type ClientProgram, run } from "../kit/executables.ts";
import { inTerminal, inWindow } from "../kit/faces.ts";
import { OwnRealm } from "../kit/own-realm.ts";
import type { Terminal } from "../kit/tmux.ts";
import { launch } from "../kit/web/browser.ts";
import type { GuiProgram } from "../kit/web/gui-program.ts";

const PASSPHRASE = "five words chosen by chance";
let realm: OwnRealm;
let browser: Browser;
let bob: ClientProgram;
beforeAll(async () => {
  [realm, browser] = await Promise.all([OwnRealm.init(), launch()]);
  await realm.start();
  writeFileSync(realm.file("passphrase"), `${PASSPHRASE}\n`, { mode: 0o600 });
  const guarded = ["--new-passphrase-file", realm.file("passphrase")];
  await realm.joined(realm.line, "ann", "--user", "ann", ...guarded);
  await realm.joined(await realm.invite("cyd"), "cyd", ...guarded);
  await realm.joined(await realm.invite("bob"), "bob");
  bob = realm.client("bob");
  await bob.ready();
}, 60_000);
afterAll(async () => {
  await bob.end();
  await browser.close();
  await realm[Symbol.asyncDispose]();
});

const opener = (): string[] => ["--vault-passphrase-file", realm.file("passphrase")];
const terminal = (): Terminal => inTerminal(realm, "ann", { flags: opener().join(" ") });
const window = (): Promise<GuiProgram> =>
  inWindow(realm, "cyd", { browser, flags: opener(), context: { permissions: ["notifications"] } });

test("the terminal under lock shows nobody's name and nothing of what is said, rings without words, and opens by the passphrase", async () => {
  using ann = terminal();
  await ann.shows("TLS 1.3");
  await bob.says("the vault is under the stairs");
  await ann.shows("under the stairs");
  ann.type("/notify on");
  ann.type("/lock");
  await ann.shows("passphrase");
  await bob.says("and the key is in the clock");
  await expect.poll(async () => (await bob.history()).length).toBeGreaterThan(1);
  const locked = ann.screen();
  expect(locked).not.toMatch(/stairs|clock|bob|#lobby|@ann/);
  expect(ann.tmux("display-message", "-p", "#{pane_title}").trim()).toBe("Mutual");
  ann.type("another one");
  await ann.shows("that is not the passphrase of this vault");
  ann.type(PASSPHRASE);
  expect(await ann.shows("in the clock")).toContain("under the stairs");
}, 60_000);

test("names, levels, quiet hours and settings of the terminal are there after a restart", async () => {
  {
    using ann = terminal();
    await ann.shows("TLS 1.3");
    ann.type("/nick bob Bobby from work");
    await ann.shows(/Bobby .*│/);
    ann.type("/level mentions");
    ann.type("/quiet 21:30-06:15");
    ann.type("/lock-after 5");
    ann.press("F5");
    await ann.shows(/quiet hours +‹ 21:30-06:15 ›/);
    ann.press("C-q");
    await ann.shows("exit 0");
  }
  using ann = terminal();
  await ann.shows("TLS 1.3");
  await ann.shows(/Bobby .*│/);
  ann.press("F5");
  const settings = await ann.shows(/quiet hours +‹ 21:30-06:15 ›/);
  expect(settings).toMatch(/lock after +‹ 5 min ›/);
}, 60_000);

/** Notifications are remembered instead of shown. */
const REMEMBERING = `globalThis.rung = [];
  globalThis.Notification = class extends EventTarget {
    static permission = "granted";
    static requestPermission = async () => "granted";
    constructor(title, { body }) { super(); rung.push(title + ": " + body); }
    close() {}
  };
  document.hasFocus = () => false;`;

test("the page rings by level and quiet hours, under lock without words, and locks by itself when nobody is there", async () => {
  await using cyd = await inWindow(realm, "cyd", {
    browser,
    flags: opener(),
    before: async (page) => {
      await page.addInitScript(REMEMBERING);
      await page.clock.install();
    },
  });
  const { page } = cyd;
  await page.getByRole("textbox", { name: /^Write to/ }).waitFor();
  const rung = (): Promise<unknown> => page.evaluate("rung");
  const settings = async (then: () => Promise<unknown>): Promise<void> => {
    await page.getByRole("button", { name: "Settings" }).click();
    await then();
    await page.keyboard.press("Escape");
  };
  await settings(() => page.getByLabel("Notifications").check());
  await bob.says("one for everybody");
  await expect.poll(rung).toEqual(["#lobby: one for everybody"]);
  await page.getByRole("button", { name: "About this conversation" }).click();
  await page.getByLabel("What rings").selectOption("mentions");
  await page.keyboard.press("Escape");
  await bob.says("nobody is meant");
  await cyd.hears("nobody is meant");
  await bob.says("@cyd is meant");
  await expect.poll(rung).toEqual(["#lobby: one for everybody", "#lobby: @cyd is meant"]);
  const now = new Date();
  const clock = (minutes: number): string => new Date(now.getTime() + 60_000 * minutes).toTimeString().slice(0, 5);
  await settings(async () => {
    await page.getByLabel("Quiet hours").check();
    await page.getByLabel("From").fill(clock(-60));
    await page.getByLabel("Until").fill(clock(60));
  });
  await bob.says("@cyd should sleep");
  await cyd.hears("@cyd should sleep");
  await settings(async () => {
    await page.getByLabel("Quiet hours").uncheck();
    await page.getByLabel("Lock after").selectOption("5");
  });
  // Once more where the setting had not come back from the model yet.
  const isLocked = async (): Promise<boolean> => {
    await page.clock.fastForward("06:00");
    return page.getByRole("button", { name: "Unlock" }).isVisible();
  };
  await expect.poll(isLocked).toBe(true);
  await bob.says("@cyd a secret");
  await expect.poll(rung).toHaveLength(3);
  expect(await rung()).toEqual(["#lobby: one for everybody", "#lobby: @cyd is meant", "Mutual: New message"]);
  expect(await page.evaluate("document.documentElement.outerHTML")).not.toMatch(/secret|bob|lobby/);
  const field = page.getByLabel("Passphrase");
  await field.fill(PASSPHRASE);
  await field.press("Enter");
  await cyd.hears("@cyd a secret");
}, 90_000);

test("one's own name for somebody and the level of a conversation are in the page after a restart", async () => {
  {
    await using cyd = await window();
    await cyd.hears("one for everybody");
    await cyd.page.getByRole("button", { name: "Members" }).click();
    await cyd.page.locator(".person-row").filter({ hasText: "@bob" }).click();
    await cyd.page.getByLabel("Your own name for them").fill("Bobby");
    await cyd.page.getByRole("button", { name: "Save", exact: true }).click();
    await cyd.page.getByRole("dialog").getByRole("heading", { name: "Bobby" }).waitFor();
    expect(await cyd.end()).toBe(0);
  }
  await using cyd = await window();
  await cyd.page.getByRole("button", { name: "Bobby", exact: true }).first().waitFor();
  await cyd.page.getByRole("button", { name: "About this conversation" }).click();
  await expect.poll(() => cyd.page.getByLabel("What rings").inputValue()).toBe("mentions");
}, 60_000);

test("a conversation is exported as text, as JSON and as a page that makes nothing of what was said", async () => {
  const evil = "<script>alert(1)</script> \u{1b}[2J";
  await bob.says(evil);
  const exported = async (format: string, ...more: readonly string[]): Promise<string> => {
    const flags = ["--home", realm.file("ann"), ...opener(), "--format", format, ...more];
    const { code, stdout, stderr } = await run(CLIENT, ["export", "#lobby", ...flags]);
    expect([code, stderr]).toEqual([0, ""]);
    return stdout;
  };
  expect(await exported("text")).toContain("the vault is under the stairs");
  const json = await exported("json");
  expect(json).toContain("the vault is under the stairs");
  const file = realm.file("lobby.html");
  await exported("html", "--output", file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const html = readFileSync(file, "utf8");
  expect(html).toContain("the vault is under the stairs");
  expect(html).not.toContain("<script>alert");
  expect(`${await exported("text")}${html}`).not.toContain("\u{1b}");
  const shown = await browser.newPage();
  await shown.goto(`file://${file}`);
  expect(await shown.getByText("<script>alert(1)</script>").count()).toBe(1);
  expect(await shown.locator("script").count()).toBe(0);
  await shown.close();
}, 60_000);
