// The packaged client with its two faces: somebody in a terminal, somebody in a window, and somebody who comes in by a window for the first time.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CLIENT } from "../kit/executables.ts";
import { OwnRealm } from "../kit/own-realm.ts";
import { Terminal } from "../kit/tmux.ts";
import { launch } from "../kit/web/browser.ts";

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

const SIZE = { columns: 100, rows: 30 };

/** In the whole of a terminal; afterwards the shell says how it ended. */
function inTerminal(home: string, more = ""): Terminal {
  const env = { PATH: process.env["PATH"] ?? "", LC_ALL: "C.UTF-8", TERM: "xterm-256color", CHAT_UI: "" };
  return new Terminal(`echo before; ${more} ${CLIENT} --home ${realm.file(home)}; echo exit $?; sleep 60`, {
    ...SIZE,
    env,
    cwd: "/",
  });
}

/** chat-client with a page, and a browser in front of it. */
class Gui implements AsyncDisposable {
  readonly page: Page;
  readonly #child: ChildProcess;

  private constructor(page: Page, child: ChildProcess) {
    [this.page, this.#child] = [page, child];
  }

  static async open(home: string): Promise<Gui> {
    const env = { PATH: process.env["PATH"] ?? "" };
    const args = ["--gui", "--home", realm.file(home)];
    const child = spawn(CLIENT, args, { env, cwd: realm.folder, stdio: ["pipe", "pipe", "inherit"] });
    let told = "";
    for await (const chunk of child.stdout) {
      told += String(chunk);
      if (/http:\S+\n/.test(told)) break;
    }
    const [address = ""] = /http:\S+/.exec(told) ?? [];
    const page = await (await browser.newContext()).newPage();
    await page.goto(address);
    return new Gui(page, child);
  }

  async says(text: string): Promise<void> {
    const composer = this.page.getByRole("textbox", { name: /^Write to/ });
    await composer.fill(text);
    await composer.press("Enter");
  }

  hears(text: string): Promise<void> {
    return this.page.getByRole("article").filter({ hasText: text }).first().waitFor();
  }

  /** Its exit code once the window is closed and a signal has ended it. */
  async end(): Promise<number | null> {
    await this.page.context().close();
    if (this.#child.exitCode === null) this.#child.kill("SIGTERM");
    if (this.#child.exitCode === null) await once(this.#child, "exit");
    return this.#child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }
}

test("a terminal, a window, and one who comes in by a window, read each other", async () => {
  using ann = inTerminal("ann");
  await ann.shows("#lobby");
  await using bob = await Gui.open("bob");
  await using cyd = await Gui.open("cyd");
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

test("the terminal is given back when it is left", async () => {
  using ann = inTerminal("ann");
  await ann.shows("#lobby");
  ann.type("/quit");
  const screen = await ann.shows("exit 0");
  expect(screen.trim().split("\n")).toEqual(["before", "exit 0"]);
}, 60_000);

test("a terminal that cannot place a cursor has one line after the other", async () => {
  using ann = inTerminal("ann", "TERM=dumb");
  expect(await ann.shows(/you are ann/)).toContain("* connected");
}, 60_000);
