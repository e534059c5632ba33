// The web face as a value: a server for one browser on this machine, over one model. No argv, no environment: what it needs is handed in.
import { createServer, type IncomingMessage, type Server } from "node:http";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Clock } from "../../port/clock.ts";
import type { Screens } from "../../port/screens.ts";
import { refusalOf } from "./guard.ts";
import { listenAsBefore } from "./kept-port.ts";
import { faultOf, LivePage, type Stage } from "./live.ts";
import { type BuiltPage, pageFilesOf } from "./page-files.ts";
import type { FirstRun, Protected } from "./protocol/first-run.ts";
import { KEY_PREFIX, LIVE_PATH, PAGE_FRAME_BYTES, SUBPROTOCOL } from "./protocol/messages.ts";
import { Routes } from "./routes.ts";
import { Sessions } from "./sessions.ts";
import { removeOldUploads } from "./uploads.ts";

export interface WebConfig {
  /** Of this profile, private to the user: the port, files on their way, the browser's own profile. */
  readonly folder: string;
}

export interface WebWorld {
  readonly clock: Clock;
  /** Cryptographic randomness. */
  readonly random: (bytes: number) => Uint8Array;
  readonly page: BuiltPage;
  /** Nobody yet, somebody whose vault is not open yet, or the model of a device. */
  readonly who: FirstRun | Protected | Screens;
  /** How many windows show the page, whenever that is another number. */
  readonly onPages?: (open: number) => void;
  /** Somebody came in by the first-run screen: the page goes on with this model. */
  readonly onScreens?: (screens: Screens) => void;
}

export interface Web {
  readonly port: number;
  /** With a new token in its fragment; those of before are void. `onUsed`: it will never work again. Secret. */
  address(onUsed?: () => void): string;
  close(): Promise<void>;
}

/** A page is open in one window, perhaps two; each request of theirs is short, but a file takes as long as it takes. */
const LIMITS = { headersTimeout: 5_000, requestTimeout: 0, keepAliveTimeout: 5_000, maxHeaderSize: 16 * 1024 } as const;
const CONNECTIONS_MOST = 64;
const PAGES_MOST = 8;

/** Resolves when it listens. */
export async function startWeb({ folder }: WebConfig, world: WebWorld): Promise<Web> {
  let port = 0;
  const sessions = new Sessions(world);
  const pages = new LivePages(world);
  const uploads = join(folder, "uploads");
  const routes = new Routes({
    port: () => port,
    page: pageFilesOf(world.page),
    sessions,
    screens: () => pages.screens,
    uploads,
    downloads: join(folder, "downloads"),
    random: world.random,
    onFault: (error) => pages.tell(error),
    now: () => world.clock.now(),
  });
  const server = createServer(LIMITS, (request, response) => void routes.answer(request, response));
  server.maxConnections = CONNECTIONS_MOST;
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const status = socketRefusal(request, { port, sessions, isFull: pages.isFull });
    if (status === undefined) pages.take(request, socket, head);
    else refuse(socket, status);
  });
  port = await listenAsBefore(server, folder);
  await removeOldUploads(uploads, world.clock.now());
  return {
    port,
    address: (onUsed) => `http://127.0.0.1:${port}/#${sessions.token(onUsed)}`,
    close: () => closed(server, pages),
  };
}

interface Door {
  readonly port: number;
  readonly sessions: Sessions;
  readonly isFull: boolean;
}

/** The status to refuse it with; undefined: it is our page. */
function socketRefusal(request: IncomingMessage, { port, sessions, isFull }: Door): number | undefined {
  const refusal = refusalOf(request, port, true);
  if (refusal !== undefined) return refusal;
  if (request.url !== LIVE_PATH || request.method !== "GET") return 404;
  const offered = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((one) => one.trim());
  const key = offered.find((one) => one.startsWith(KEY_PREFIX))?.slice(KEY_PREFIX.length);
  if (!offered.includes(SUBPROTOCOL) || key === undefined || !sessions.isKey(key)) return 401;
  return isFull ? 503 : undefined;
}

function refuse(socket: Duplex, status: number): void {
  socket.on("error", () => undefined);
  socket.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

async function closed(server: Server, pages: LivePages): Promise<void> {
  pages.close();
  const done = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await done;
}

/** The windows that are open, and what they all show. */
class LivePages {
  readonly #world: WebWorld;
  readonly #open = new Set<LivePage>();
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: PAGE_FRAME_BYTES,
    perMessageDeflate: false,
    handleProtocols: () => SUBPROTOCOL,
  });
  #stage: Stage;

  constructor(world: WebWorld) {
    this.#world = world;
    this.#stage = stageOf(world.who);
  }

  get screens(): Screens | undefined {
    return this.#stage.stage === "chat" ? this.#stage.screens : undefined;
  }

  get isFull(): boolean {
    return this.#open.size >= PAGES_MOST;
  }

  take(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#sockets.handleUpgrade(request, socket, head, (live: WebSocket) => {
      const page = new LivePage(live, {
        clock: this.#world.clock,
        stage: () => this.#stage,
        onScreens: (screens) => this.#show(screens),
      });
      this.#open.add(page);
      this.#world.onPages?.(this.#open.size);
      live.on("close", () => {
        this.#open.delete(page);
        this.#world.onPages?.(this.#open.size);
      });
    });
  }

  tell(error: unknown): void {
    for (const page of this.#open) page.send({ say: "fault", fault: faultOf(error) });
  }

  close(): void {
    for (const page of this.#open) page.close();
  }

  #show(screens: Screens): void {
    this.#stage = chat(screens);
    this.#world.onScreens?.(screens);
    for (const page of this.#open) page.begin();
  }
}

function stageOf(who: WebWorld["who"]): Stage {
  if ("view" in who) return chat(who);
  return "open" in who ? { stage: "protected", vault: who } : { stage: "first-run", firstRun: who };
}

function chat(screens: Screens): Stage {
  return { stage: "chat", screens };
}
