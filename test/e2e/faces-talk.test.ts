// Two windows and a terminal of the packaged client in one conversation: whatever one of them does, the two others show.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inTerminal, inWindow } from "../kit/faces.ts";
import { OwnRealm } from "../kit/own-realm.ts";
import type { Terminal } from "../kit/tmux.ts";
import { launch } from "../kit/web/browser.ts";
import type { GuiProgram } from "../kit/web/gui-program.ts";
import { png } from "../kit/web/png.ts";

let realm: OwnRealm;
let browser: Browser;
let ann: Terminal;
let bob: GuiProgram;
let cyd: GuiProgram;
beforeAll(async () => {
  [realm, browser] = await Promise.all([OwnRealm.init(), launch()]);
  await realm.start();
  await realm.joined(realm.line, "ann", "--user", "ann");
  for (const user of ["bob", "cyd"]) await realm.joined(await realm.invite(user), user);
  ann = inTerminal(realm, "ann", { before: `cd ${realm.folder};` });
  await ann.shows("TLS 1.3");
  [bob, cyd] = await Promise.all([inWindow(realm, "bob", { browser }), inWindow(realm, "cyd", { browser })]);
  for (const joined of [/bob.* joined/, /cyd.* joined/]) await ann.shows(joined);
  ann.type("is everybody here?");
  await Promise.all([bob, cyd].map((window) => window.hears("is everybody here?")));
}, 90_000);
afterAll(async () => {
  ann.close();
  await Promise.all([bob, cyd].map((window) => window.end()));
  await browser.close();
  await realm[Symbol.asyncDispose]();
});

const saidIn = (window: GuiProgram, text: string): Locator =>
  window.page.getByRole("article").filter({ hasText: text }).last();

/** Between the edges of the list. */
async function inSight(window: GuiProgram, text: string): Promise<boolean> {
  const article = window.page.getByRole("article").filter({ hasText: text });
  if ((await article.count()) === 0) return false;
  const [box, list] = await Promise.all([article.boundingBox(), window.page.locator(".scroller").boundingBox()]);
  if (box === null || list === null) return false;
  return box.y >= list.y && box.y + box.height <= list.y + list.height;
}

/** The row of the terminal with this in it, and how many. */
const rowsWith = (text: string): readonly string[] => ann.lines().filter((line) => line.includes(text));

test("messages go both ways; one is written anew, one is taken back", async () => {
  await bob.says("two windows and a terminal");
  await ann.shows("two windows and a terminal");
  await cyd.hears("two windows and a terminal");
  ann.type("I see both of yu");
  await bob.hears("both of yu");
  ann.type("/edit ^ I see both of you");
  await Promise.all([bob, cyd].map((window) => window.hears("both of you")));
  await saidIn(bob, "both of you").getByText("edited").waitFor();
  await cyd.says("nobody shuld read this");
  await ann.shows("nobody shuld read this");
  const composer = cyd.page.getByRole("textbox", { name: /^Write to/ });
  await composer.press("ArrowUp");
  await expect.poll(() => composer.inputValue()).toBe("nobody shuld read this");
  await composer.fill("nobody should read this");
  await composer.press("Enter");
  await ann.shows(/nobody should read this.*edited/);
  await saidIn(cyd, "nobody should").focus();
  await cyd.page.keyboard.press("d");
  await cyd.page.getByRole("dialog").locator(".button.danger").click();
  await saidIn(bob, "This message was deleted").waitFor();
  await expect.poll(() => rowsWith("nobody should")).toEqual([]);
  expect(ann.screen()).toContain("[a message that was deleted]");
});

test("answers quote, reactions count, whoever gave them", async () => {
  await bob.says("who brings the cake?");
  await ann.shows("who brings the cake?");
  ann.type("/react ^ 🍰");
  const cake = saidIn(cyd, "who brings the cake?");
  await cake.getByRole("button", { name: /🍰 1/ }).click();
  await ann.shows(/🍰 2/);
  await saidIn(bob, "who brings")
    .getByRole("button", { name: /🍰 2.*ann, cyd/ })
    .waitFor();
  await cake.focus();
  await cyd.page.keyboard.press("r");
  await cyd.page.getByText("Replying to bob").waitFor();
  await cyd.says("I do");
  await ann.shows(/↳ bob: who brings the cake\?/);
  ann.type("/reply ^ and I bring the plates");
  const quoted = saidIn(bob, "the plates").locator(".quoted");
  await expect.poll(() => quoted.textContent()).toBe("cyd I do");
});

test("a file of the page is saved by the terminal, byte for byte; a picture of the terminal is shown in the pages", async () => {
  const folder = realm.file("saved");
  mkdirSync(folder);
  const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, at) => (at * at) % 251));
  await bob.page.locator("input[type=file]").setInputFiles({ name: "plan.bin", mimeType: "text/html", buffer: bytes });
  await bob.page.getByRole("button", { name: "Take plan.bin away" }).waitFor();
  await bob.page.keyboard.press("Enter");
  await ann.shows(/▤ plan\.bin/);
  ann.type(`/save ^ ${folder}`);
  await expect.poll(() => readOr(`${folder}/plan.bin`)).toEqual(bytes);
  const picture = realm.file("dusk.png");
  writeFileSync(
    picture,
    png(64, 40, (x, y) => [4 * x, 90, 5 * y]),
  );
  ann.type(`/file ${picture} at dusk`);
  for (const window of [bob, cyd]) {
    const image = window.page.getByRole("img", { name: "dusk.png" });
    await image.waitFor();
    expect(await image.getAttribute("src")).toMatch(/^blob:http:\/\/127\.0\.0\.1/);
    await expect.poll(() => window.page.evaluate("document.querySelector('img.picture').naturalWidth")).toBe(64);
  }
});

test("each finds what was said long ago, and goes there", async () => {
  await bob.says("the treasure is under the apple tree");
  await ann.shows("apple tree");
  await using dan = await talkative();
  for (let line = 0; line < 60; line += 1) await dan.says(`line ${line} of many`);
  await ann.shows("line 59 of many");
  await Promise.all([bob, cyd].map((window) => window.hears("line 59 of many")));
  expect(rowsWith("apple tree")).toEqual([]);
  ann.type("/search treasure");
  await ann.shows(/find treasure[^]*the treasure is under/);
  ann.press("Enter");
  await expect.poll(() => ann.screen()).toMatch(/│ the treasure is under the apple tree/);
  for (const window of [bob, cyd]) {
    const { page } = window;
    await expect.poll(() => inSight(window, "apple tree")).toBe(false);
    await page.keyboard.press("Control+f");
    const field = page.getByRole("complementary").getByRole("searchbox");
    await field.fill("treasure");
    await field.press("Enter");
    await page
      .getByRole("complementary")
      .getByRole("button", { name: /apple tree/ })
      .click();
    await page.locator("article.sought").filter({ hasText: "apple tree" }).waitFor();
    await expect.poll(() => inSight(window, "apple tree")).toBe(true);
    expect(await inSight(window, "line 59 of many")).toBe(false);
    await page.keyboard.press("Control+f");
  }
  ann.press("Escape");
  ann.press("M-End");
  await ann.shows("line 59 of many");
});

/** Somebody more, who only writes. */
async function talkative(): Promise<ReturnType<OwnRealm["client"]>> {
  await realm.joined(await realm.invite("dan"), "dan");
  const dan = realm.client("dan");
  await dan.ready();
  return dan;
}

test("numbers that were compared are marked, in the page as in the terminal", async () => {
  await cyd.page.getByRole("button", { name: "To the newest message" }).click();
  await bob.page.getByRole("button", { name: "To the newest message" }).click();
  ann.type("it is really me");
  await bob.hears("it is really me");
  await saidIn(bob, "it is really me").getByRole("button", { name: "ann", exact: true }).click();
  const dialog = bob.page.getByRole("dialog");
  const number = (await dialog.locator(".digits").textContent()) ?? "";
  await dialog.getByRole("button", { name: "They are the same" }).click();
  await dialog.getByText("Safety number compared").waitFor();
  await bob.page.keyboard.press("Escape");
  await saidIn(bob, "it is really me").getByRole("img", { name: "Safety number compared" }).waitFor();
  await bob.says("and this is me");
  await ann.shows("and this is me");
  expect(rowsWith("and this is me").join("")).not.toContain("◆");
  ann.type("/person bob");
  const shown = await ann.shows("not compared yet");
  const groups = number.trim().split(/\s+/);
  expect(groups.length).toBeGreaterThan(5);
  expect(groups.filter((group) => !shown.includes(group))).toEqual([]);
  ann.press("v");
  await ann.shows("have you compared the number with @bob");
  ann.press("y");
  await ann.shows(/bob ◆ *│ and this is me/);
});

function readOr(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
