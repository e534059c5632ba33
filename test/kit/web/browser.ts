// A real browser in front of the web face: Chromium without a window, and what goes wrong in its page.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { makePage } from "../../../scripts/executable/page.ts";
import type { BuiltPage } from "../../../src/client/face/web/page-files.ts";
import { png } from "./png.ts";
import { TestWeb, type WebOptions } from "./server.ts";

const CHROMIUM = "/usr/bin/chromium";

export async function launch(): Promise<Browser> {
  // Its sandbox wants rights that a container does not have; the pages are our own.
  return chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
}

export async function pageOfSources(): Promise<BuiltPage> {
  return (await makePage()).page;
}

/** A page that is open, the server behind it, and what it complained about. */
export class Window implements AsyncDisposable {
  readonly web: TestWeb;
  readonly page: Page;
  /** Errors and what the content policy has blocked. */
  readonly complaints: string[] = [];
  /** Addresses of all requests. */
  readonly requests: string[] = [];
  readonly dialogs: string[] = [];

  private constructor(web: TestWeb, page: Page) {
    this.web = web;
    this.page = page;
    page.on("console", (message) => {
      if (message.type() === "error") this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("request", (request) => this.requests.push(request.url()));
    page.on("websocket", (socket) => this.requests.push(socket.url()));
    page.on("dialog", (dialog) => {
      this.dialogs.push(dialog.message());
      void dialog.accept();
    });
  }

  static async open(
    browser: Browser,
    options: WebOptions & { readonly context?: BrowserContextOptions },
  ): Promise<Window> {
    const web = await TestWeb.start(options);
    givePicture(web);
    const context = await browser.newContext(options.context);
    const window = new Window(web, await context.newPage());
    // Less than a test may take: what is missing is then named.
    window.page.setDefaultTimeout(8_000);
    await window.page.goto(web.web.address());
    return window;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.context().close();
    await this.web[Symbol.asyncDispose]();
  }
}

/** Every file is the same small picture. */
function givePicture(web: Pick<TestWeb, "screens">): void {
  web.screens.answers.set("save", (command) => {
    const path = join(command.do === "save" ? command.path : tmpdir(), "garden.png");
    writeFileSync(
      path,
      png(240, 120, (_, y) => [90, 150 - y / 2, 120]),
    );
    return { path };
  });
}

/** A file to send, in a folder of its own; returns its path and what removes it. */
export function someFile(name: string, text: string): { readonly path: string } & Disposable {
  const folder = mkdtempSync(join(tmpdir(), "mutual-file-"));
  const path = join(folder, name);
  writeFileSync(path, text);
  return { path, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

const AXE = readFileSync(join(import.meta.dirname, "../../../node_modules/axe-core/axe.min.js"), "utf8");

/** What axe has to say, one line for each. */
export async function faultsOf(shown: Page): Promise<readonly string[]> {
  await shown.evaluate(AXE);
  const found: { id: string; nodes: { html: string }[] }[] = await shown.evaluate("axe.run().then(r => r.violations)");
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
}

/** The same where the content policy, which keeps axe out, is on. */
export async function faultsIn({ page: shown }: Window): Promise<readonly string[]> {
  const policy = await shown.context().newCDPSession(shown);
  await policy.send("Page.setBypassCSP", { enabled: true });
  return faultsOf(shown);
}
