// Two windows and a terminal of the packaged client, when the server goes and comes back, and when they themselves are started again.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from "vitest";
import { inTerminal, inWindow } from "../kit/faces.ts";
import { OwnRealm } from "../kit/own-realm.ts";
import type { Terminal } from "../kit/tmux.ts";
import { launch } from "../kit/web/browser.ts";
import type { GuiProgram } from "../kit/web/gui-program.ts";

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
}, 60_000);
afterAll(async () => {
  await browser.close();
  await realm[Symbol.asyncDispose]();
});

beforeEach(async () => {
  ann = inTerminal(realm, "ann");
  [bob, cyd] = (await Promise.all(["bob", "cyd"].map((home) => opens(home)))) as [GuiProgram, GuiProgram];
  await Promise.all([ann.shows("TLS 1.3"), ...[bob, cyd].map((window) => isLinked(window))]);
});
afterEach(async () => {
  ann.close();
  await Promise.all([bob, cyd].map((window) => window.end()));
});

const opens = (home: string): Promise<GuiProgram> => inWindow(realm, home, { browser });
const isLinked = (window: GuiProgram): Promise<void> => window.page.getByText("Encrypted", { exact: true }).waitFor();

/** Everybody has heard everybody. */
async function introduced(): Promise<void> {
  ann.type("ann is here");
  await bob.hears("ann is here");
  await cyd.hears("ann is here");
  await bob.says("bob is here");
  await cyd.says("cyd is here");
  await Promise.all([
    ann.shows("cyd is here"),
    ann.shows("bob is here"),
    bob.hears("cyd is here"),
    cyd.hears("bob is here"),
  ]);
}

/** What was said while the server was away, as one face has it. */
async function saidIn(face: Terminal | GuiProgram): Promise<readonly string[]> {
  const text = "page" in face ? (await face.page.getByRole("article").allInnerTexts()).join("\n") : face.screen();
  return text.match(/\b(?:ann|bob|cyd) alone \d/g) ?? [];
}

test("the server goes and comes back: all three say so, and what was written meanwhile is there in one order", async () => {
  await introduced();
  await realm.stop();
  await ann.shows("not connected");
  for (const { page } of [bob, cyd]) await page.getByText("Reconnecting…").waitFor();
  for (const at of [1, 2]) {
    ann.type(`ann alone ${at}`);
    await bob.says(`bob alone ${at}`);
    await cyd.says(`cyd alone ${at}`);
  }
  await ann.shows(/2 (?:messages )?to send|↑2/);
  for (const { page } of [bob, cyd]) await page.getByText("2 messages wait").waitFor();
  expect(await saidIn(ann)).toEqual(["ann alone 1", "ann alone 2"]);
  await realm.start();
  await ann.shows("TLS 1.3");
  await Promise.all([bob, cyd].map((window) => isLinked(window)));
  const faces = [ann, bob, cyd];
  for (const face of faces) await expect.poll(async () => (await saidIn(face)).length, { timeout: 20_000 }).toBe(6);
  // Where a message of one's own stands until the server has given it its place, and where it stands then, may be two things.
  await expect
    .poll(async () => new Set(await Promise.all(faces.map(async (face) => (await saidIn(face)).join()))).size)
    .toBe(1);
  for (const user of ["ann", "bob", "cyd"])
    expect((await saidIn(ann)).filter((line) => line.startsWith(user))).toEqual([`${user} alone 1`, `${user} alone 2`]);
}, 90_000);

test("drafts are there again when a face is; what came meanwhile is counted, and a line stands above it", async () => {
  await introduced();
  const unsent = "a thought that is not ready";
  ann.press("-l", `${unsent} (ann)`);
  await ann.shows(`${unsent} (ann)`);
  await cyd.page.getByRole("textbox", { name: /^Write to/ }).fill(`${unsent} (cyd)`);
  await cyd.page.locator(".excerpt.draft").waitFor();
  ann.press("C-q");
  await ann.shows("exit 0");
  ann.close();
  expect(await cyd.end()).toBe(0);
  for (const at of [1, 2, 3]) await bob.says(`while they slept ${at}`);
  await expect.poll(() => bob.page.getByRole("article").filter({ hasText: "while they slept" }).count()).toBe(3);
  for (const user of ["ann", "cyd"]) {
    await bob.page.keyboard.press("Control+k");
    await bob.page.keyboard.type(user);
    await bob.page.getByRole("option", { name: new RegExp(user) }).waitFor();
    await bob.page.keyboard.press("Enter");
    await bob.page.getByRole("textbox", { name: `Write to @${user}` }).waitFor();
    await bob.says(`only for ${user}`);
    await bob.page.getByRole("img", { name: "With the server" }).last().waitFor();
  }
  ann = inTerminal(realm, "ann");
  cyd = await opens("cyd");
  await ann.shows("while they slept 3");
  await ann.shows(/─ 3 unread ─/);
  await ann.shows(`> ${unsent} (ann)`);
  await ann.shows(/@bob .*\b1\b/);
  await cyd.hears("while they slept 3");
  await cyd.page.getByText("3 new messages").waitFor();
  const composer = cyd.page.getByRole("textbox", { name: /^Write to/ });
  await expect.poll(() => composer.inputValue()).toBe(`${unsent} (cyd)`);
  await cyd.page.getByRole("button", { name: /^(?:@?bob).*1 unread/ }).waitFor();
}, 90_000);
