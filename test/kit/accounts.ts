// People with accounts at the door of a test server: each comes from an address of their own, by the client's code or by hand.
import { randomBytes } from "node:crypto";
import {
  type AccountWorld,
  type Admitted,
  logIn,
  prepareAccount,
  recover,
  register,
  type RegisterBody,
} from "../../src/client/account.ts";
import { Answer } from "../../src/client/account-door.ts";
import { Fault } from "../../src/model/fault.ts";
import type { Handle } from "../../src/model/ids.ts";
import { OpaqueClient } from "../../src/password/client.ts";
import { type KeyPair, newKeyPair } from "../../src/pki/keys.ts";
import { makeRequest } from "../../src/pki/request.ts";
import { administer, basic, DoorClock, invite, type KnockAnswer, knock } from "./door.ts";
import { makeRealm, type TestRealm } from "./realm.ts";
import { type LogLine, type TestServer, testServer } from "./server.ts";

const PLACE = "/mutual/v1/";

let last = 1;

/** An address that was never wrong. */
export function freshAddress(): string {
  last += 1;
  return `127.0.${Math.floor(last / 250)}.${(last % 250) + 2}`;
}

interface Way {
  readonly from?: string;
  readonly session?: string | undefined;
}

/** One request by hand; a text is sent as it is. */
export function post(
  server: TestServer,
  [path, body]: readonly [path: string, body: unknown],
  { from = freshAddress(), session }: Way = {},
): Promise<KnockAnswer> {
  return knock(server, {
    method: "POST",
    path: PLACE + path,
    headers: { "content-type": "application/json", ...(session === undefined ? {} : basic("", session)) },
    body: typeof body === "string" ? body : JSON.stringify(body),
    from,
  });
}

/** As the client's door, from an address of its own. */
export function doorFrom(server: TestServer, from: string): AccountWorld["door"] {
  return {
    async post(path, body, session) {
      const answer = await post(server, [path, body], { from, session });
      if (answer.status === 200) return new Answer(Buffer.from(answer.body));
      const { error } = JSON.parse(answer.body) as { error: { code: string; message: string } };
      throw new Fault(error.code, error.message);
    },
  };
}

export function newRequest(keys: KeyPair = newKeyPair("ed25519")): Buffer {
  return makeRequest({ subject: [], altNames: [] }, keys);
}

/** Somebody with a password and a phrase; whether the server knows them is another question. */
export class Somebody implements AsyncDisposable {
  readonly server: TestServer;
  readonly user: Handle;
  readonly entropy = new Uint8Array(randomBytes(32));
  readonly opaque = new OpaqueClient();
  password: string;

  constructor(server: TestServer, user: string, password = `the password of ${user}`) {
    this.server = server;
    this.user = user as Handle;
    this.password = password;
  }

  /** From an address that was never wrong, where none is given. */
  async world(from = freshAddress()): Promise<AccountWorld> {
    const { fingerprint } = this.server.realm;
    const about = JSON.parse((await knock(this.server)).body) as { passwordKey: string };
    const owner = { realm: fingerprint, user: this.user };
    return { door: doorFrom(this.server, from), opaque: this.opaque, owner, serverKey: about.passwordKey };
  }

  async prepare({
    code,
    contents = Buffer.from("contents"),
    request = newRequest(),
    from = freshAddress(),
  }: PrepareWish = {}): Promise<RegisterBody> {
    const { password, entropy } = this;
    const given = { password, entropy, contents, code, request };
    return (await prepareAccount(await this.world(from), given)).body;
  }

  async register(wish: PrepareWish = {}): Promise<readonly Buffer[]> {
    return register(doorFrom(this.server, freshAddress()), await this.prepare(wish));
  }

  async logIn(request: Uint8Array | undefined = newRequest(), from = freshAddress()): Promise<Admitted> {
    return logIn(await this.world(from), { password: this.password, request });
  }

  async recover(request: Uint8Array | undefined = newRequest()): Promise<Admitted> {
    return recover(await this.world(), { entropy: this.entropy, request });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.opaque.end();
  }
}

export interface PrepareWish {
  readonly code?: string | undefined;
  readonly contents?: Uint8Array;
  readonly request?: Uint8Array;
  readonly from?: string;
}

export async function openRegistration(server: TestServer, who: "open" | "invited" = "open"): Promise<void> {
  const answer = await administer(server, { do: "registration", who });
  if (answer["ok"] !== true) throw new Error(JSON.stringify(answer));
}

/** Waits that the door has logged are over at once where they are hurried, to the millisecond. */
export class GuessClock extends DoorClock {
  readonly logs: (readonly LogLine[])[] = [];
  readonly #over = new Set<LogLine>();
  #isHurried = false;

  /** Waits are logged before they begin; each is over once. */
  override after(ms: number, run: () => void): () => void {
    const cancel = super.after(ms, run);
    const line = this.logs.flat().find((one) => one.fields["waitMs"] === ms && !this.#over.has(one));
    if (line !== undefined) this.#over.add(line);
    if (line !== undefined && this.#isHurried) setImmediate(() => this.turn(ms));
    return cancel;
  }

  async hurried<T>(answer: Promise<T>): Promise<T> {
    this.#isHurried = true;
    try {
      return await answer;
    } finally {
      this.#isHurried = false;
    }
  }

  async logging(starting: Promise<TestServer>): Promise<TestServer> {
    const started = await starting;
    this.logs.push(started.lines);
    return started;
  }
}

/** A server at whose door alice has an account, and nobody has none. */
export class DoorWithAlice implements AsyncDisposable {
  readonly realm: TestRealm;
  readonly server: TestServer;
  readonly clock: GuessClock;
  readonly alice: Somebody;
  readonly nobody: Somebody;

  private constructor(realm: TestRealm, server: TestServer, clock: GuessClock) {
    this.realm = realm;
    this.server = server;
    this.clock = clock;
    this.alice = new Somebody(server, "alice");
    this.nobody = new Somebody(server, "nobody");
  }

  static async open(): Promise<DoorWithAlice> {
    const realm = await makeRealm({ clients: ["zoe"] });
    const clock = new GuessClock();
    const server = await clock.logging(testServer(realm, { doorPort: 0 }, clock));
    // Somebody may come in all the time: the door is open.
    await invite(server, { uses: 100, lastsMs: 80 * 24 * 3_600_000 });
    const door = new DoorWithAlice(realm, server, clock);
    await door.alice.register({ code: (await invite(server, { user: "alice" })).code });
    return door;
  }

  /** A login is begun there, with a guess. */
  async begun(user: string, from = freshAddress()): Promise<{ readonly state: string; readonly answer: KnockAnswer }> {
    await using somebody = new Somebody(this.server, user);
    const { request } = await somebody.opaque.startLogin("a guess of a stranger");
    const answer = await post(this.server, ["login/start", { user, request }], { from });
    return { state: (JSON.parse(answer.body) as { state: string }).state, answer };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.alice, this.nobody].map((one) => one[Symbol.asyncDispose]()));
    await this.server[Symbol.asyncDispose]();
    this.realm.remove();
  }
}

/** The end of a login, whose proofs prove nothing. */
export function finishBody(state: string): Readonly<Record<"state" | "finish" | "mac" | "pkcs10", string>> {
  return { state, finish: text(64), mac: base64(32), pkcs10: newRequest().toString("base64") };
}

export const text = (bytes: number): string => randomBytes(bytes).toString("base64url");
export const base64 = (bytes: number): string => randomBytes(bytes).toString("base64");
