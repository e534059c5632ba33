// The places of a server's door for accounts, as a client asks them: JSON there and back, read strictly. No password comes here.
import { Fault } from "../model/fault.ts";
import { askDoor, type DoorPlace } from "./link/door.ts";
import type { Realm } from "../pki/realm.ts";

type Body = Readonly<Record<string, unknown>>;

export interface RealmAbout {
  /** Known from its fingerprint. */
  readonly realm: Realm;
  readonly chatPort: number;
  /** The server's key for passwords. */
  readonly passwordKey: string;
}

export class AccountDoor {
  readonly place: DoorPlace;

  constructor(place: DoorPlace) {
    this.place = place;
  }

  /** @throws Fault `realm-mismatch`, `connect-*`, `door-malformed`, `no-accounts` */
  async about(): Promise<RealmAbout> {
    const { body, realm } = await askDoor(this.place, { method: "GET", path: "/mutual/v1/realm" });
    const answer = new Answer(body);
    const passwordKey = answer.maybeText("passwordKey");
    if (passwordKey === undefined)
      throw new Fault("no-accounts", "this server lets nobody in by a password", {
        hint: "ask who runs it for an invitation",
      });
    return { realm, chatPort: answer.inner("chat").port(), passwordKey };
  }

  /** `session`: where the place wants one. @throws Fault of the door */
  async post(path: string, body: Body, session?: string): Promise<Answer> {
    const reply = await askDoor(this.place, {
      method: "POST",
      path: `/mutual/v1/${path}`,
      type: "application/json",
      body: JSON.stringify(body),
      ...(session === undefined ? {} : { basic: { user: "", secret: session } }),
    });
    return new Answer(reply.body);
  }

  async get(path: string): Promise<Answer> {
    return new Answer((await askDoor(this.place, { method: "GET", path: `/mutual/v1/${path}` })).body);
  }
}

/** Each field of it is read, or it is not believed. */
export class Answer {
  readonly #value: Body;

  constructor(body: Buffer | Body) {
    this.#value = Buffer.isBuffer(body) ? parsed(body) : body;
  }

  text(name: string): string {
    const value = this.#value[name];
    if (typeof value === "string") return value;
    throw malformed();
  }

  maybeText(name: string): string | undefined {
    return this.#value[name] === undefined ? undefined : this.text(name);
  }

  count(name: string): number {
    const value = this.#value[name];
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
    throw malformed();
  }

  port(): number {
    const port = this.count("port");
    if (port > 0 && port < 65_536) return port;
    throw malformed();
  }

  bytes(name: string): Buffer {
    return Buffer.from(this.text(name), "base64");
  }

  /** DER, leaf first. */
  certificates(): readonly Buffer[] {
    const value = this.#value["certificates"];
    if (!Array.isArray(value)) throw malformed();
    return value.map((one) => Buffer.from(String(one), "base64"));
  }

  inner(name: string): Answer {
    const value = this.#value[name];
    if (typeof value !== "object" || value === null) throw malformed();
    return new Answer(value as Body);
  }
}

function parsed(body: Buffer): Body {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    if (typeof value === "object" && value !== null) return value as Body;
  } catch {
    // Said below.
  }
  throw malformed();
}

function malformed(): Fault {
  return new Fault("door-malformed", "the server's door does not answer as this program expects", {
    hint: "the server may be another version",
  });
}
