// The web face as its tests start it: the real server on a port of the loopback, a fake model behind it, raw requests in front.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { WebSocket } from "ws";
import { systemClock } from "../../../src/bin/system-clock.ts";
import type { BuiltPage } from "../../../src/client/face/web/page-files.ts";
import { type FromPage, LIVE_PATH, SUBPROTOCOL, type ToPage } from "../../../src/client/face/web/protocol/messages.ts";
import type { FirstRun, Protected } from "../../../src/client/face/web/protocol/first-run.ts";
import { startWeb, type Web } from "../../../src/client/face/web/start.ts";
import type { Clock } from "../../../src/client/port/clock.ts";
import type { Screens } from "../../../src/client/port/screens.ts";
import { FakeScreens } from "./fake-screens.ts";

/** Enough where nobody looks at the page. */
const BARE_PAGE: BuiltPage = { html: "<!doctype html><title>page</title>", script: "", style: "", icon: "<svg/>" };

export interface WebOptions {
  readonly clock?: Clock;
  readonly page?: BuiltPage;
  readonly who?: FirstRun | Protected | Screens;
  /** Instead of a new one. */
  readonly folder?: string;
}

export interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Wanted {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
}

/** A web face that ends with the test, and its folder with it. */
export class TestWeb implements AsyncDisposable {
  readonly screens = new FakeScreens();
  readonly folder: string;
  readonly #isOwn: boolean;
  #web: Web | undefined;

  private constructor(folder: string | undefined) {
    this.#isOwn = folder === undefined;
    this.folder = folder ?? mkdtempSync(join(tmpdir(), "mutual-web-"));
  }

  static async start(options: WebOptions = {}): Promise<TestWeb> {
    const test = new TestWeb(options.folder);
    const { clock = systemClock, page = BARE_PAGE, who = test.screens } = options;
    const random = (bytes: number): Uint8Array => randomBytes(bytes);
    test.#web = await startWeb({ folder: test.folder }, { clock, random, page, who });
    return test;
  }

  get web(): Web {
    if (this.#web === undefined) throw new Error("it was not started");
    return this.#web;
  }

  get host(): string {
    return `127.0.0.1:${this.web.port}`;
  }

  get origin(): string {
    return `http://${this.host}`;
  }

  /** The token of a new address. */
  token(): string {
    return new URL(this.web.address()).hash.slice(1);
  }

  /** As the page of this server would ask, where nothing else is said. */
  async get({ method = "GET", path = "/", headers = {}, body }: Wanted = {}): Promise<Got> {
    const asked = request({
      host: "127.0.0.1",
      port: this.web.port,
      method,
      path,
      headers: { host: this.host, ...headers },
    });
    asked.end(body);
    const [response] = (await once(asked, "response")) as [IncomingMessage];
    return { status: response.statusCode ?? 0, headers: response.headers, body: await textOf(response) };
  }

  swap(token: string, headers: Wanted["headers"] = {}): Promise<Got> {
    const own = { "content-type": "application/json", origin: this.origin };
    const body = JSON.stringify({ token });
    return this.get({ method: "POST", path: "/api/session", headers: { ...own, ...headers }, body });
  }

  async key(): Promise<string> {
    const { body } = await this.swap(this.token());
    return (JSON.parse(body) as { key: string }).key;
  }

  /** A socket as the page opens it, where nothing else is said. */
  socket(key: string, headers?: Readonly<Record<string, string>>): WebSocket {
    return new WebSocket(`ws://${this.host}${LIVE_PATH}`, [SUBPROTOCOL, `key.${key}`], {
      headers: headers ?? { origin: this.origin },
    });
  }

  /** `key`: of a session that there is. */
  async page(key?: string): Promise<RawPage> {
    const page = new RawPage(this.socket(key ?? (await this.key())));
    await page.opened;
    return page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.web.close();
    if (this.#isOwn) rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The end of the page, frame by frame. */
export class RawPage {
  readonly heard: ToPage[] = [];
  readonly opened: Promise<unknown>;
  /** The code. */
  readonly closed: Promise<number>;
  readonly socket: WebSocket;
  #n = 0;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data: Buffer) => this.heard.push(JSON.parse(data.toString("utf8")) as ToPage));
    this.opened = once(socket, "open");
    this.closed = new Promise((resolve) => socket.once("close", resolve));
    // A server that ends cuts its pages off.
    socket.on("error", () => undefined);
  }

  /** Returns its number. */
  say(message: { readonly [K in string]: unknown } & { readonly say: FromPage["say"] }): number {
    this.#n += 1;
    this.socket.send(JSON.stringify({ n: this.#n, ...message }));
    return this.#n;
  }

  async answerTo(n: number): Promise<Extract<ToPage, { n: number }>> {
    for (;;) {
      const found = this.heard.find((message) => "n" in message && message.n === n);
      if (found !== undefined && "n" in found) return found;
      await once(this.socket, "message");
    }
  }
}

/** How a socket was refused: the status. */
export async function refusedWith(socket: WebSocket): Promise<number> {
  socket.on("error", () => undefined);
  const [, response] = (await once(socket, "unexpected-response")) as [unknown, IncomingMessage];
  socket.terminate();
  return response.statusCode ?? 0;
}
