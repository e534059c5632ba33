// The packaged chat-client with its window, and a browser in front of it.
import { once } from "node:events";
import { type ChildProcess, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { CLIENT, HOME } from "../executables.ts";

export interface GuiWish {
  readonly browser: Browser;
  readonly env?: NodeJS.ProcessEnv;
  readonly context?: BrowserContextOptions;
  /** With the page before it goes anywhere. */
  readonly before?: (page: Page) => Promise<void>;
}

export class GuiProgram implements AsyncDisposable {
  readonly page: Page;
  readonly #child: ChildProcess;

  private constructor(page: Page, child: ChildProcess) {
    [this.page, this.#child] = [page, child];
  }

  static async open(flags: readonly string[], { browser, env, context, before }: GuiWish): Promise<GuiProgram> {
    const child = spawn(CLIENT, ["--gui", ...flags], {
      env: { PATH: "/usr/bin:/bin", HOME, ...env },
      cwd: tmpdir(),
      stdio: ["pipe", "pipe", "inherit"],
    });
    let told = "";
    for await (const chunk of child.stdout) {
      told += String(chunk);
      if (/http:\S+\n/.test(told)) break;
    }
    const [address = ""] = /http:\S+/.exec(told) ?? [];
    const page = await (await browser.newContext(context)).newPage();
    await before?.(page);
    await page.goto(address);
    return new GuiProgram(page, child);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
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
    if (this.#child.exitCode === null) {
      this.#child.kill("SIGTERM");
      await once(this.#child, "exit");
    }
    return this.#child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }
}
