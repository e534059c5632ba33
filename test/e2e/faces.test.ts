// The packaged client with its two faces: somebody in a terminal, somebody in a window, and somebody who comes in by a window for the first time.
import { writeFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inTerminal, inWindow } from "../kit/faces.ts";
import { OwnRealm } from "../kit/own-realm.ts";
import type { Terminal } from "../kit/tmux.ts";
import { launch } from "../kit/web/browser.ts";
import type { GuiProgram } from "../kit/web/gui-program.ts";

let realm: OwnRealm;
let browser: Browser;
beforeAll(async () => {
  [realm, browser] = await Promise.all([OwnRealm.init(), launch()]);
  await realm.start();
  await realm.joined(realm.line, "ann", "--user", "ann");
  await realm.joined(await realm.invite("bob"), "bob");
}, 60_000);
afterAll(async () => {
  await browser.close();
  await realm[Symbol.asyncDispose]();
});

const terminalOf = (home: string, before = ""): Terminal => inTerminal(realm, home, { before });
const opens = (home: string): Promise<GuiProgram> => inWindow(realm, home, { browser });

test("a terminal, a window, and one who comes in by a window, read each other", async () => {
  using ann = terminalOf("ann");
  await ann.shows("#lobby");
  await using bob = await opens("bob");
  await using cyd = await opens("cyd");
  await cyd.page.getByRole("textbox", { name: "Line of invitation" }).fill(await realm.invite("cyd"));
  await cyd.page.getByRole("button", { name: "Continue" }).click();
  await cyd.page.getByRole("button", { name: "Back" }).waitFor();
  await cyd.page.getByRole("button", { name: "Come in" }).first().click();
  await cyd.page.getByRole("textbox", { name: /^Write to/ }).waitFor();
  await ann.shows(/cyd.* joined/);
  ann.type("from the terminal");
  await Promise.all([bob, cyd].map((one) => one.hears("from the terminal")));
  await bob.says("from a **window**");
  await cyd.says("from nobody a minute ago");
  await ann.shows("from nobody a minute ago");
  expect(ann.screen()).toContain("from a **window**");
  await cyd.hears("from a window");
  expect(await bob.end()).toBe(0);
}, 120_000);

test("a window asks for the passphrase where there is no terminal, and the right one opens it", async () => {
  const file = realm.file("passphrase");
  writeFileSync(file, "five words chosen by chance\n", { mode: 0o600 });
  await realm.joined(await realm.invite("eve"), "eve", "--new-passphrase-file", file);
  await using eve = await opens("eve");
  const field = eve.page.getByLabel("Passphrase");
  await field.fill("another");
  await field.press("Enter");
  await eve.page.getByText("That is not the passphrase of this vault").waitFor();
  await field.fill("five words chosen by chance");
  await field.press("Enter");
  await eve.page.getByRole("textbox", { name: /^Write to/ }).waitFor();
  expect(await eve.end()).toBe(0);
}, 60_000);

test("in a terminal where nobody has come in yet: the line is asked for, a passphrase with its strength, and then it chats", async () => {
  using dan = terminalOf("dan");
  await dan.shows("the line of the invitation");
  dan.type("chat://nonsense");
  await dan.shows(/\* .*invitation/);
  dan.type(`chat-client join '${await realm.invite("dan")}'`);
  await dan.shows("Enter: none");
  dan.type("five words chosen by chance");
  await dan.shows("* it is good");
  dan.type("five words chosen by chance");
  await dan.shows("end-to-end");
  dan.type("/quit");
  expect(await dan.shows("exit 0")).toContain("you are @dan");
}, 60_000);

test("the terminal is given back when it is left", async () => {
  using ann = terminalOf("ann");
  await ann.shows("#lobby");
  ann.type("/quit");
  const screen = await ann.shows("exit 0");
  expect(screen.trim().split("\n")).toEqual(["before", "exit 0"]);
}, 60_000);

test("a terminal that cannot place a cursor has one line after the other", async () => {
  using ann = terminalOf("ann", "TERM=dumb");
  expect(await ann.shows(/you are ann/)).toContain("* connected");
}, 60_000);
