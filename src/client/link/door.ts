// The server's enrolment door as a client sees it: HTTPS to a server of which only the CA's fingerprint is known. Its certificate is
// checked before a byte is said: a code or a request never reaches a stranger.
import { request as httpRequest } from "node:http";
import { isIP } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { Fault, reason } from "../../model/fault.ts";
import type { Sha256 } from "../../model/ids.ts";
import { readCertificate } from "../../pki/certificate.ts";
import { chainOf, checkServer } from "../../pki/peer.ts";
import { keyFingerprint, type Realm, realmOf } from "../../pki/realm.ts";
import type { Clock } from "../port/clock.ts";
import { aboutServer, explain, type Stage, timedOut, type Where } from "./explain.ts";
import { serverName } from "./server-name.ts";

export interface DoorPlace {
  readonly host: string;
  readonly port: number;
  /** SHA-256 of the root's SubjectPublicKeyInfo. */
  readonly realm: Sha256;
  readonly clock: Clock;
  /** Own certificate and key, PEM, where the door is asked as a device. */
  readonly identity?: { readonly certificatePem: string; readonly keyPem: string };
}

export interface DoorAsk {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly type?: string;
  readonly body?: string | Uint8Array;
  readonly basic?: { readonly user: string; readonly secret: string };
}

export interface DoorReply {
  readonly body: Buffer;
  /** Known from its fingerprint, and the issuing CA that the server brought. */
  readonly realm: Realm;
}

const CONNECT_MS = 10_000;
/** A wrong code is answered after half a minute at most. */
const ANSWER_MS = 60_000;
const ANSWER_BYTES = 4 * 1024 * 1024;

/** One request on a connection of its own. @throws Fault `connect-*`, `server-*`, `realm-mismatch`, or what the door says */
export async function askDoor(place: DoorPlace, ask: DoorAsk): Promise<DoorReply> {
  const socket = await dial(place);
  try {
    const realm = checkedRealm(socket, place);
    return { body: await exchange(socket, place, ask), realm };
  } finally {
    socket.destroy();
  }
}

function dial({ host, port, clock, identity }: DoorPlace): Promise<TLSSocket> {
  const where: Where = { server: serverName(host, port), host, at: "door" };
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
  const own = identity === undefined ? {} : { cert: identity.certificatePem, key: identity.keyPem };
  let stage: Stage = "dial";
  const socket = connect({
    host,
    port,
    // RFC 6066 §3: a literal address is not a server name.
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...own,
    minVersion: "TLSv1.3",
    ALPNProtocols: ["http/1.1"],
    // Whom to trust is known by a fingerprint only: `checkedRealm` looks, before anything is said.
    rejectUnauthorized: false,
  });
  const stop = clock.after(CONNECT_MS, () => socket.destroy(timedOut(where, stage, CONNECT_MS)));
  socket.once("connect", () => (stage = "handshake"));
  socket.once("secureConnect", () => resolve(socket));
  socket.on("error", (error) => reject(explain(error, where, stage)));
  socket.once("close", () => reject(explain(Object.assign(new Error("closed"), { code: "ECONNRESET" }), where, stage)));
  promise.then(stop, stop);
  return promise;
}

/** @throws Fault `realm-mismatch`, `server-*` */
function checkedRealm(socket: TLSSocket, { realm, clock, host }: DoorPlace): Realm {
  const chain = chainOf(socket.getPeerX509Certificate());
  const root = chain.find((der) => isRoot(der, realm));
  if (root === undefined)
    throw new Fault("realm-mismatch", "this server is not the one of the invitation: its CA has another fingerprint", {
      hint: "nothing was said to it; ask for the invitation again, and compare the line",
    });
  const [, ...above] = chain.filter((der) => der !== root);
  const known = realmOf({ root, issuers: above });
  try {
    checkServer(chain, known, { now: new Date(clock.now()), host });
  } catch (error) {
    throw aboutServer(error);
  }
  return known;
}

function isRoot(der: Buffer, realm: Sha256): boolean {
  try {
    return keyFingerprint(readCertificate(der).publicKeyInfo) === realm;
  } catch {
    return false;
  }
}

async function exchange(socket: TLSSocket, { host, port, clock }: DoorPlace, ask: DoorAsk): Promise<Buffer> {
  const { method, path, type, body, basic } = ask;
  const headers: Record<string, string> = {
    host: serverName(host, port),
    accept: "application/json, */*",
    connection: "close",
  };
  if (type !== undefined) headers["content-type"] = type;
  if (body !== undefined) headers["content-length"] = String(Buffer.byteLength(body));
  if (basic !== undefined)
    headers["authorization"] = `Basic ${Buffer.from(`${basic.user}:${basic.secret}`).toString("base64")}`;
  const sent = httpRequest({ method, path, headers, createConnection: () => socket });
  const stop = clock.after(ANSWER_MS, () => sent.destroy(new Error("there was no answer")));
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  sent.on("error", (error) => reject(cut(error)));
  sent.on("response", (response) => {
    const parts: Buffer[] = [];
    let size = 0;
    response.on("data", (part: Buffer) => {
      size += part.length;
      if (size > ANSWER_BYTES) sent.destroy(new Error("the answer is too long"));
      parts.push(part);
    });
    response.on("error", (error) => reject(cut(error)));
    response.on("end", () => {
      const all = Buffer.concat(parts);
      if (response.statusCode === 200) resolve(all);
      else reject(faultIn(all, response.statusCode ?? 0));
    });
  });
  sent.end(body);
  return promise.finally(stop);
}

function cut(error: unknown): Fault {
  return new Fault("connect-cut", `the server's door broke off: ${reason(error)}`, { hint: "try again", cause: error });
}

const CODE = /^[a-z][a-z0-9-]{0,63}$/;
const TEXT = 500;

/** What the door says is the server's word, and shown like it. */
function faultIn(body: Buffer, status: number): Fault {
  try {
    const { error } = JSON.parse(body.toString("utf8")) as {
      error?: { code?: unknown; message?: unknown; hint?: unknown };
    };
    const { code, message, hint } = error ?? {};
    if (typeof code === "string" && CODE.test(code) && typeof message === "string")
      return new Fault(code, message.slice(0, TEXT), typeof hint === "string" ? { hint: hint.slice(0, TEXT) } : {});
  } catch {
    // Said below.
  }
  return new Fault(
    "door-malformed",
    `the server's door answered with ${status}, and not in words that are known here`,
    {
      hint: "check host and port in the line; the server may be another version",
    },
  );
}
