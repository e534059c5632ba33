// Somebody who comes in by OpenPGP at the door of a test server, step by step and by hand: so that each step can be done wrong.
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { hexOf, type Sha256 } from "../../../src/model/ids.ts";
import { type KeyPair, newKeyPair } from "../../../src/pki/keys.ts";
import { signedText } from "../../../src/pgp/challenge.ts";
import { readPublicKey } from "../../../src/pgp/keys.ts";
import { openKeyFile } from "../../../src/pgp/signers/key-file.ts";
import { decodeEntry, type LogEntry } from "../../../src/transparency/entry.ts";
import { administer, type DoorClock, knock, logged, requestBody } from "../door.ts";
import type { TestServer } from "../server.ts";
import type { TestKey } from "./keys.ts";

type Fields = Readonly<Record<string, unknown>>;

export interface Reply {
  readonly status: number;
  readonly fields: Fields;
  /** Of a refusal. */
  readonly code: string | undefined;
}

/** The longest that a wrong answer waits. */
const LONGEST_MS = 30_000;

export class Applicant {
  readonly keys: KeyPair = newKeyPair("ed25519");
  readonly #server: TestServer;
  readonly #clock: DoorClock;
  readonly #key: TestKey;
  readonly email: string;
  /** An address of the loopback, which is somebody's of their own. */
  from: string;

  constructor(
    server: TestServer,
    clock: DoorClock,
    { key, email, from }: Pick<Applicant, "email" | "from"> & { key: TestKey },
  ) {
    this.#server = server;
    this.#clock = clock;
    this.#key = key;
    this.email = email;
    this.from = from;
  }

  start(more: Fields = {}): Promise<Reply> {
    return this.post("start", { email: this.email, server: "127.0.0.1", request: requestBody(this.keys), ...more });
  }

  /** Until the server has found the key, or will not. */
  async look(ticket: unknown): Promise<Reply> {
    for (let seen = 0; ;) {
      const reply = await this.post("look", { ticket, seen });
      if (reply.fields["state"] !== "looking") return reply;
      seen = (reply.fields["lines"] as readonly string[]).length;
    }
  }

  /** To the sealed challenge, or the refusal before it. */
  async begin(more: Fields = {}): Promise<Reply & { readonly ticket: string }> {
    const started = await this.start(more);
    if (started.status !== 200) return { ...started, ticket: "" };
    const ticket = String(started.fields["ticket"]);
    return { ...(await this.look(ticket)), ticket };
  }

  /** What this key signs on a challenge that was sealed for it. */
  async answer({ fields }: Reply, by: TestKey = this.#key): Promise<string> {
    const signer = await this.#signer(this.#key);
    const serverKey = await readPublicKey(String(fields["serverKey"]));
    const challenge = await signer.openChallenge(String(fields["sealed"]), { serverKey });
    if (challenge.request !== hashOf(requestBody(this.keys))) throw new Error("it is for another request");
    return (await this.#signer(by)).sign(signedText(challenge));
  }

  finish(ticket: string, answer: string, more: Fields = {}): Promise<Reply> {
    return this.post("finish", { ticket, answer, ...more });
  }

  /** The whole way. */
  async comesIn({
    start = {},
    finish = {},
  }: { readonly start?: Fields; readonly finish?: Fields } = {}): Promise<Reply> {
    const sealed = await this.begin(start);
    return sealed.status === 200 ? this.finish(sealed.ticket, await this.answer(sealed), finish) : sealed;
  }

  /** A wrong answer waits as long as the server's clock says: it is turned. */
  async post(step: string, fields: Fields | string, type = "application/json"): Promise<Reply> {
    const before = logged(this.#server, "door: wrong").length;
    const state = { isThere: false };
    const asked = knock(this.#server, {
      method: "POST",
      path: `/mutual/v1/openpgp/${step}`,
      headers: { "content-type": type, accept: "application/json" },
      body: typeof fields === "string" ? fields : JSON.stringify(fields),
      from: this.from,
    }).finally(() => (state.isThere = true));
    // Looked at below.
    asked.catch(() => undefined);
    const isWrong = (): boolean => logged(this.#server, "door: wrong").length > before;
    while (!state.isThere && !isWrong()) await sleep(5);
    if (isWrong()) this.#clock.turn(LONGEST_MS);
    const { status, body } = await asked;
    const read = JSON.parse(body) as Fields;
    return { status, fields: read, code: (read["error"] as { code?: string } | undefined)?.code };
  }

  #signer({ secret }: TestKey): ReturnType<typeof openKeyFile> {
    const now = (): number => this.#clock.now();
    return openKeyFile({ secret: Buffer.from(secret), email: this.email, passphrase: async () => undefined, now });
  }
}

function hashOf(base64: string): Sha256 {
  return hexOf(createHash("sha256").update(Buffer.from(base64, "base64")).digest()) as Sha256;
}

/** The act `openpgp`; throws where it is refused. */
export async function setOpenpgp(server: Pick<TestServer, "data">, given: Fields): Promise<Fields> {
  const answer = await administer(server, { do: "openpgp", ...given });
  if (answer["ok"] !== true) throw new Error(JSON.stringify(answer));
  return answer;
}

/** The realm's log, as a device of alice reads it. */
export async function entriesOf(server: TestServer): Promise<readonly LogEntry[]> {
  const client = await server.connect(server.realm.client("alice"));
  try {
    await client.hello();
    const page = await client.ask({ type: "readRealmLog", from: 0 });
    if (page?.type !== "realmLogPage") throw new Error(JSON.stringify(page));
    return page.entries.map((bytes) => decodeEntry(bytes));
  } finally {
    client.close();
  }
}
