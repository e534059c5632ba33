// The few places of the local server. Everything is refused that is not exactly one of them, after guard.ts has let it in.
import type { IncomingMessage, ServerResponse } from "node:http";
import { isMessageId } from "../../../model/ids.ts";
import { Fault } from "../../../model/fault.ts";
import type { Command } from "../../port/client.ts";
import type { Screens } from "../../port/screens.ts";
import { type Answer, json, plain, readJson, sendAnswer } from "./answers.ts";
import { giveDownload } from "./downloads.ts";
import { giveExport } from "./exports.ts";
import { refusalOf } from "./guard.ts";
import { faultOf } from "./live.ts";
import type { PageFiles } from "./page-files.ts";
import { EXPORT_PATH, FILE_PATH, SESSION_PATH, UPLOAD_PATH } from "./protocol/messages.ts";
import type { Sessions } from "./sessions.ts";
import { takeUpload } from "./uploads.ts";

/** Files that move at once between this machine and itself: each holds a file descriptor and a turn of the client's transfers. */
const FILES_MOST = 8;
const BEARER = /^Bearer ([\w-]{43})$/;
const JSON_TYPE = /^application\/json(?:;\s*charset=utf-8)?$/i;

export interface RoutesWorld {
  readonly port: () => number;
  readonly page: PageFiles;
  readonly sessions: Sessions;
  /** Undefined: nobody is here yet. */
  readonly screens: () => Screens | undefined;
  /** Folders of what comes and goes. */
  readonly uploads: string;
  readonly downloads: string;
  readonly random: (bytes: number) => Uint8Array;
  readonly onFault: (error: unknown) => void;
  readonly now: () => number;
}

export class Routes {
  readonly #world: RoutesWorld;
  #files = 0;

  constructor(world: RoutesWorld) {
    this.#world = world;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const port = this.#world.port();
    try {
      const answer = await this.#answered(request, response);
      if (answer !== undefined) sendAnswer(response, port, answer);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else sendAnswer(response, port, error instanceof Fault ? json(409, faultOf(error)) : plain(500));
    }
  }

  /** Undefined: it was answered. */
  async #answered(request: IncomingMessage, response: ServerResponse): Promise<Answer | undefined> {
    const refusal = refusalOf(request, this.#world.port());
    if (refusal !== undefined) return plain(refusal);
    const { method, url = "" } = request;
    const file = method === "GET" ? this.#world.page.get(url) : undefined;
    if (file !== undefined) return { status: 200, ...file };
    if (url === SESSION_PATH) return method === "POST" ? this.#session(request) : plain(405);
    const path = url.split("?", 1)[0] ?? "";
    if (path !== UPLOAD_PATH && path !== EXPORT_PATH && !path.startsWith(FILE_PATH)) return plain(404);
    const [, key] = BEARER.exec(request.headers.authorization ?? "") ?? [];
    if (key === undefined || !this.#world.sessions.isKey(key)) return plain(401);
    return this.#file(request, response, path);
  }

  async #session(request: IncomingMessage): Promise<Answer> {
    if (!JSON_TYPE.test(request.headers["content-type"] ?? "")) return plain(415);
    const body = await readJson(request);
    const token = typeof body === "object" && body !== null && "token" in body ? body.token : undefined;
    if (typeof token !== "string") return plain(400);
    const key = this.#world.sessions.swap(token);
    return key === undefined ? plain(401) : json(200, { key });
  }

  async #file(request: IncomingMessage, response: ServerResponse, path: string): Promise<Answer | undefined> {
    const screens = this.#world.screens();
    if (screens === undefined) return plain(404);
    if (this.#files >= FILES_MOST) return plain(503);
    this.#files += 1;
    try {
      if (path === UPLOAD_PATH) return await this.#upload(request, screens);
      if (path === EXPORT_PATH) return await this.#export(request, response, screens);
      return await this.#download(request, response, screens);
    } finally {
      this.#files -= 1;
    }
  }

  async #upload(request: IncomingMessage, screens: Screens): Promise<Answer> {
    if (request.method !== "POST") return plain(405);
    const { random, onFault, uploads: folder } = this.#world;
    const query = new URLSearchParams((request.url ?? "").slice(UPLOAD_PATH.length));
    return plain(await takeUpload(request, query, { folder, random, onFault, ask: (command) => screens.ask(command) }));
  }

  async #export(request: IncomingMessage, response: ServerResponse, screens: Screens): Promise<Answer | undefined> {
    if (request.method !== "GET") return plain(405);
    const query = new URLSearchParams((request.url ?? "").slice(EXPORT_PATH.length));
    const world = { port: this.#world.port(), now: this.#world.now, ask: (command: Command) => screens.ask(command) };
    const status = await giveExport(query, response, world);
    return status === undefined ? undefined : plain(status);
  }

  async #download(request: IncomingMessage, response: ServerResponse, screens: Screens): Promise<Answer | undefined> {
    const message = (request.url ?? "").slice(FILE_PATH.length);
    if (request.method !== "GET") return plain(405);
    if (!isMessageId(message)) return plain(404);
    const { random, downloads: folder } = this.#world;
    const port = this.#world.port();
    await giveDownload(message, response, { folder, random, port, ask: (command) => screens.ask(command) });
    return response.headersSent ? undefined : plain(404);
  }
}
