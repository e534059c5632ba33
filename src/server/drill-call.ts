// The device of a rehearsal: one connection over mutual TLS, a hello, the greeting, and the realm's log from its first entry to its signed
// head. It keeps nothing.
import { once } from "node:events";
import { connect, type TLSSocket } from "node:tls";
import { Fault } from "../model/fault.ts";
import { FRAME_BYTES } from "../model/limits.ts";
import { chainOf, checkServer } from "../pki/peer.ts";
import type { Realm } from "../pki/realm.ts";
import { follow, isCaughtUp, newHistory, readSize } from "../transparency/history.ts";
import { decodeHead } from "../transparency/head.ts";
import { checkLogCertificate } from "../transparency/log-key.ts";
import { ALPN } from "../wire/alpn.ts";
import { decodeServerFrame, encodeClientFrame } from "../wire/codec.ts";
import { FrameDecoder } from "../wire/frames.ts";
import type { ClientMessage, ServerMessage, ServerMessageOf } from "../wire/messages.ts";

export interface CallWish {
  readonly port: number;
  readonly realm: Realm;
  readonly identity: { readonly certificatePem: string; readonly keyPem: string };
  readonly now: () => number;
}

export interface Heard {
  readonly generation: number;
  /** Entries of the realm's log that were read and belong to its signed head. */
  readonly realmLog: number;
}

/** A server on the same machine answers within this time, or it does not. */
const ANSWER_MS = 20_000;

/** @throws Fault `drill-failed`, and what a client finds wrong with the server */
export async function callServer({ port, realm, identity, now }: CallWish): Promise<Heard> {
  const { certificatePem: cert, keyPem: key } = identity;
  const ca = realm.root.toString();
  const options = { host: "127.0.0.1", port, cert, key, ca, ALPNProtocols: [ALPN], minVersion: "TLSv1.3" } as const;
  const socket = connect({ ...options, servername: "", checkServerIdentity: () => undefined });
  socket.setTimeout(ANSWER_MS, () => socket.destroy(failed("the server did not answer")));
  try {
    await once(socket, "secureConnect");
    checkServer(chainOf(socket.getPeerX509Certificate()), realm, { now: new Date(now()) });
    const line = new Line(socket);
    const greeting = await line.ask(HELLO, "greeting");
    return { generation: greeting.generation, realmLog: await readLog(line, greeting, { realm, now }) };
  } finally {
    socket.destroy();
  }
}

const HELLO: ClientMessage = {
  type: "hello",
  versions: [1],
  features: [],
  agent: "drill",
  storeId: undefined,
  generation: 0,
  positions: [],
  logHead: new Uint8Array(0),
};

/** As a client reads it that has nothing yet. */
async function readLog(
  line: Line,
  { logHead, logKey }: ServerMessageOf<"greeting">,
  { realm, now }: Pick<CallWish, "realm" | "now">,
): Promise<number> {
  if (logHead.length === 0) return 0;
  const { publicKey } = checkLogCertificate(logKey, realm, { now: new Date(now()) });
  const trust = { realm: realm.fingerprint, publicKey };
  let history = newHistory();
  do {
    const { entries, head, path } = await line.ask({ type: "readRealmLog", from: readSize(history) }, "realmLogPage");
    ({ history } = follow(history, { entries, head: decodeHead(head), path }, trust));
  } while (!isCaughtUp(history));
  return readSize(history);
}

/** Requests and their answers, one after the other. */
class Line {
  readonly #socket: TLSSocket;
  readonly #decoder = new FrameDecoder(FRAME_BYTES);
  readonly #answers = new Map<number, (message: ServerMessage) => void>();
  readonly #broken = Promise.withResolvers<never>();
  #request = 0;

  constructor(socket: TLSSocket) {
    this.#socket = socket;
    this.#broken.promise.catch(() => undefined);
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.on("error", (error) => this.#broken.reject(error));
    socket.on("close", () => this.#broken.reject(failed("the server closed the connection")));
  }

  async ask<K extends ServerMessage["type"]>(message: ClientMessage, wanted: K): Promise<ServerMessageOf<K>> {
    this.#request += 1;
    const request = this.#request;
    const answered = new Promise<ServerMessage>((resolve) => this.#answers.set(request, resolve));
    this.#socket.write(encodeClientFrame({ request, message }));
    const answer = await Promise.race([answered, this.#broken.promise]);
    if (answer.type === wanted) return answer as ServerMessageOf<K>;
    throw failed(answer.type === "error" ? `${answer.code}: ${answer.message}` : `it answered ${answer.type}`);
  }

  #read(chunk: Buffer): void {
    for (const bytes of this.#decoder.push(chunk)) {
      const { request, message } = decodeServerFrame(bytes);
      if (message.type === "goodbye") this.#broken.reject(failed(`it said goodbye: ${message.code}`));
      this.#answers.get(request)?.(message);
    }
  }
}

function failed(why: string): Fault {
  return new Fault("drill-failed", `the restored server does not work: ${why}`, {
    hint: "the backup can be read; what is wrong with its realm says the line above",
  });
}
