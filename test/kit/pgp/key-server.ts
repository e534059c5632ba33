// A key server on loopback: HKP as GnuPG speaks it (add, get, index) and the pages of the Web Key Directory, with ways to misbehave.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import * as openpgp from "openpgp";
import { wkdHash } from "../../../src/pgp/wkd.ts";

export type Mood =
  | "honest"
  /** Never answers. */
  | "silent"
  /** Sends the head, and never a body. */
  | "slow"
  | "huge"
  | "redirecting"
  | "garbage"
  | "broken"
  /** Cuts the first connection; the next is served. */
  | "cutting-once"
  /** Whatever is asked for: everything it has. */
  | "everything";

const BODY_BYTES = 256 * 1024;

export class KeyServer {
  mood: Mood = "honest";
  /** Path and query of each request. */
  readonly asked: string[] = [];
  readonly #keys = new Map<string, openpgp.Key>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        response.writeHead(400).end(String(error));
      });
    });
  }

  static async start(): Promise<KeyServer> {
    const server = new KeyServer();
    server.#server.listen(0, "127.0.0.1");
    await once(server.#server, "listening");
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get hkp(): string {
    return `hkp://127.0.0.1:${this.port}`;
  }

  get http(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async add(...armored: readonly string[]): Promise<void> {
    for (const armoredKeys of armored) {
      for (const key of await openpgp.readKeys({ armoredKeys })) this.#keys.set(key.getFingerprint(), key.toPublic());
    }
  }

  has(fingerprint: string): boolean {
    return this.#keys.has(fingerprint.toLowerCase());
  }

  clear(): void {
    this.#keys.clear();
    this.asked.length = 0;
    this.mood = "honest";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://localhost");
    this.asked.push(url.pathname + url.search);
    if (this.#misbehave(request, response)) return;
    if (request.method === "POST" && url.pathname === "/pks/add") return this.#take(request, response);
    if (url.pathname === "/pks/lookup") return this.#lookUp(url, response);
    this.#page(url, response);
  }

  /** Whether the request has been dealt with. */
  #misbehave(request: IncomingMessage, response: ServerResponse): boolean {
    switch (this.mood) {
      case "silent":
        return true;
      case "slow":
        response.writeHead(200).write("-----BEGIN PGP");
        return true;
      case "huge":
        response.writeHead(200).end(Buffer.alloc(BODY_BYTES + 1, "a"));
        return true;
      case "redirecting":
        response.writeHead(302, { location: `${this.http}${(request.url ?? "").replace("?", "?again=1&")}` }).end();
        this.mood = "honest";
        return true;
      case "garbage":
        response.writeHead(200).end("<html>no key here</html>");
        return true;
      case "broken":
        response.writeHead(500).end();
        return true;
      case "cutting-once":
        request.socket.resetAndDestroy();
        this.mood = "honest";
        return true;
      default:
        return false;
    }
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    const text = new URLSearchParams(Buffer.concat(parts).toString("latin1")).get("keytext");
    await this.add(text ?? "");
    response.writeHead(200).end("added");
  }

  #lookUp(url: URL, response: ServerResponse): void {
    const found = this.#find(url.searchParams.get("search") ?? "");
    if (found.length === 0) response.writeHead(404).end("not found");
    else if (url.searchParams.get("op") === "get")
      response.writeHead(200).end(found.map((key) => key.armor()).join(""));
    else response.writeHead(200, { "content-type": "text/plain" }).end(indexOf(found));
  }

  #find(search: string): openpgp.Key[] {
    const all = [...this.#keys.values()];
    if (this.mood === "everything") return all;
    const wanted = search.toLowerCase();
    if (!wanted.startsWith("0x")) return all.filter((key) => key.getUserIDs().some((id) => id.includes(wanted)));
    return all.filter((key) => key.getKeys().some((part) => part.getFingerprint().endsWith(wanted.slice(2))));
  }

  /** Both methods of the Web Key Directory, and its policy file. */
  #page({ pathname }: URL, response: ServerResponse): void {
    const [, domain, hash] = /^\/\.well-known\/openpgpkey\/(?:([^/]+)\/)?hu\/([a-z0-9]{32})$/.exec(pathname) ?? [];
    const isHere = (email = ""): boolean => {
      const [local = "", at] = email.split("@");
      return wkdHash(local) === hash && (domain === undefined || at === domain);
    };
    const keys = [...this.#keys.values()].filter(
      ({ users }) => this.mood === "everything" || users.some(({ userID }) => isHere(userID?.email)),
    );
    if (pathname.endsWith("/policy")) response.writeHead(200).end();
    else if (hash === undefined || keys.length === 0) response.writeHead(404).end();
    else response.writeHead(200).end(Buffer.concat(keys.map((key) => key.write())));
  }
}

/** The machine-readable index (draft-gallagher-openpgp-hkp §6). */
function indexOf(keys: readonly openpgp.Key[]): string {
  const lines = keys.flatMap((key) => {
    const created = key.getCreationTime().getTime() / 1000;
    const { algorithm, bits = 255 } = key.getAlgorithmInfo();
    const number = openpgp.enums.publicKey[algorithm as keyof typeof openpgp.enums.publicKey];
    return [
      `pub:${key.getFingerprint().toUpperCase()}:${number}:${bits}:${created}::`,
      ...key.getUserIDs().map((id) => `uid:${encodeURIComponent(id)}:${created}::`),
    ];
  });
  return [`info:1:${keys.length}`, ...lines, ""].join("\n");
}
