// Standing at the enrolment door of a test server: invitations over its local socket, certificate requests, HTTPS by hand.
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import type { AltName } from "../../src/pki/alt-name.ts";
import { readCertificate } from "../../src/pki/certificate.ts";
import { type KeyPair, newKeyPair, plainKeyPem } from "../../src/pki/keys.ts";
import { toPem } from "../../src/pki/pem.ts";
import { readCertsOnly } from "../../src/pki/pkcs7-read.ts";
import { makeRequest } from "../../src/pki/request.ts";
import { type InvitationLine, readInvitationLine } from "../../src/wire/invitation-line.ts";
import { TurnedClock } from "./hand-clock.ts";
import type { TestIdentity, TestRealm } from "./realm.ts";
import type { TestServer } from "./server.ts";

export const ENROL = "/.well-known/est/simpleenroll";
export const REENROL = "/.well-known/est/simplereenroll";
export const CACERTS = "/.well-known/est/cacerts";
export const ABOUT = "/mutual/v1/realm";

type Fields = Readonly<Record<string, unknown>>;

/** The clock of a server that a test turns. */
export class DoorClock extends TurnedClock {
  soon(run: () => void): void {
    queueMicrotask(run);
  }
}

/** What is written to the local socket of a data folder, and the lines that come back until it ends or so many are there. */
export async function socketLines(data: string, text: string | Buffer, count = 1): Promise<Fields[]> {
  const socket = connect(join(data, "admin.sock"));
  const lines: Fields[] = [];
  let held = "";
  try {
    await once(socket, "connect");
    socket.on("error", () => undefined);
    socket.write(text);
    for await (const chunk of socket.setEncoding("utf8")) {
      held += String(chunk);
      for (let end = held.indexOf("\n"); end >= 0; end = held.indexOf("\n")) {
        lines.push(JSON.parse(held.slice(0, end)) as Fields);
        held = held.slice(end + 1);
      }
      if (lines.length >= count) break;
    }
  } finally {
    socket.destroy();
  }
  return lines;
}

/** The answer to one administrative request. */
export async function administer({ data }: Pick<TestServer, "data">, given: Fields): Promise<Fields> {
  const [answer] = await socketLines(data, `${JSON.stringify(given)}\n`);
  if (answer === undefined) throw new Error("there was no answer");
  return answer;
}

export interface TestInvitation extends InvitationLine {
  readonly id: string;
}

export async function invite(server: Pick<TestServer, "data">, given: Fields = {}): Promise<TestInvitation> {
  const answer = await administer(server, { do: "invite", ...given });
  if (answer["ok"] !== true) throw new Error(JSON.stringify(answer));
  return { ...readInvitationLine(String(answer["line"])), id: String(answer["id"]) };
}

export interface Knock {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** An address of this machine's loopback: each is somebody else to the server. */
  readonly from?: string;
  /** Undefined: it has no certificate. */
  readonly identity?: Pick<TestIdentity, "certPem" | "keyPem"> | undefined;
}

/** A test server, or a door without one. */
export interface AtDoor {
  readonly realm: Pick<TestRealm, "caPem">;
  readonly server: { readonly doorPort: number | undefined };
}

export interface KnockAnswer {
  readonly status: number;
  /** Names and values as they came, without the time of day. */
  readonly headers: readonly string[];
  readonly body: string;
}

/** One request on a connection of its own. Rejects where the connection breaks before the answer is whole. */
export async function knock(server: AtDoor, ask: Knock = {}): Promise<KnockAnswer> {
  const { method = "GET", path = ABOUT, headers = {}, body, from = "127.0.0.1", identity } = ask;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const sent = httpsRequest({
    host: "127.0.0.1",
    port: doorPort(server),
    ca: server.realm.caPem(),
    localAddress: from,
    ...(identity === undefined ? {} : { cert: identity.certPem, key: identity.keyPem }),
    agent: false,
    method,
    path,
    headers: { ...(body === undefined || "transfer-encoding" in headers ? {} : sizeOf(body)), ...headers },
  });
  sent.on("response", resolve).on("error", reject);
  sent.end(body);
  const response = await promise;
  const text = Buffer.concat((await response.toArray()) as Buffer[]).toString("latin1");
  const pairs = response.rawHeaders.map((name, at, all) => (at % 2 === 0 ? `${name}: ${all[at + 1] ?? ""}` : ""));
  const kept = pairs.filter((pair) => pair !== "" && !/^date:/i.test(pair));
  return { status: response.statusCode ?? 0, headers: kept, body: text };
}

function sizeOf(body: string | Uint8Array): Readonly<Record<string, number>> {
  return { "content-length": Buffer.byteLength(body) };
}

export function doorPort({ server }: Pick<AtDoor, "server">): number {
  if (server.doorPort === undefined) throw new Error("the door was never open");
  return server.doorPort;
}

export function basic(user: string, code: string): Readonly<Record<string, string>> {
  return { authorization: `Basic ${Buffer.from(`${user}:${code}`).toString("base64")}` };
}

export interface EnrolWish {
  readonly code: string;
  readonly user?: string;
  readonly keys?: KeyPair;
  readonly altNames?: readonly AltName[];
  readonly from?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** PKCS#10 as EST wants it: base64. */
export function requestBody(keys: KeyPair, altNames: readonly AltName[] = []): string {
  return makeRequest({ subject: [], altNames }, keys).toString("base64");
}

export function enrol(server: TestServer, wish: EnrolWish): Promise<KnockAnswer> {
  const { code, user = "", keys = newKeyPair("ed25519"), altNames, from, headers } = wish;
  return knock(server, {
    method: "POST",
    path: ENROL,
    headers: { "content-type": "application/pkcs10", accept: "application/json", ...basic(user, code), ...headers },
    body: requestBody(keys, altNames),
    ...(from === undefined ? {} : { from }),
  });
}

/** DER of the certificates that came, leaf first. */
export function certificatesIn({ body }: KnockAnswer): Buffer[] {
  return readCertsOnly(Buffer.from(body, "base64"));
}

export function identityOf(keys: KeyPair, chain: readonly Buffer[]): TestIdentity {
  return {
    leaf: readCertificate(chain[0] ?? Buffer.alloc(0)),
    key: keys.privateKey,
    chain: [...chain],
    certPem: chain.map((der) => toPem("CERTIFICATE", der)).join(""),
    keyPem: plainKeyPem(keys.privateKey),
  };
}

/** By an invitation: a certificate that lives as long as this server makes them. */
export async function enrolled(server: TestServer, user: string, more: Fields = {}): Promise<TestIdentity> {
  const { code } = await invite(server, { user, ...more });
  const keys = newKeyPair("ed25519");
  const answer = await enrol(server, { code, keys });
  if (answer.status !== 200) throw new Error(answer.body);
  return identityOf(keys, certificatesIn(answer));
}

/** Of an answer in JSON. */
export function codeIn({ body }: KnockAnswer): string {
  return (JSON.parse(body) as { readonly error: { readonly code: string } }).error.code;
}

/** What the server's log says with this sentence. */
export function logged({ lines }: TestServer, sentence: string): readonly Fields[] {
  return lines.filter((line) => line.sentence === sentence).map(({ fields }) => fields);
}
