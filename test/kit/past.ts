// What newcomers have of before, as tests look at it.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { MessageView } from "../../src/client/port/views.ts";
import { vaultFolder } from "../../src/client/vault/home.ts";
import { openVault } from "../../src/client/vault/sqlite.ts";
import { openEnvelope } from "../../src/mls/envelope.ts";
import { bytesOf, type LogId } from "../../src/model/ids.ts";
import { TestClient, type TestClientWish } from "./client.ts";
import { deviceOf, type TestIdentity, type TestRealm } from "./realm.ts";
import type { TestServer } from "./server.ts";

export type More = Partial<Omit<TestClientWish, "realm" | "identity" | "port">>;

export class PastTable {
  readonly realm: TestRealm;
  readonly server: TestServer;

  constructor(realm: TestRealm, server: TestServer) {
    this.realm = realm;
    this.server = server;
  }

  /** By the name of a client of the realm, or any other device. */
  start(who: string | TestIdentity, more: More = {}): TestClient {
    const identity = typeof who === "string" ? this.realm.client(who) : who;
    return new TestClient({ realm: this.realm, identity, port: this.server.port, ...more });
  }

  async ready(who: string | TestIdentity, more: More = {}): Promise<TestClient> {
    const client = this.start(who, more);
    await client.ready();
    return client;
  }
}

/** What it was given of before, in the order of the log. */
export async function history(client: TestClient, to: string): Promise<readonly MessageView[]> {
  const { messages } = await client.ask({ do: "history", to, limit: 500 });
  return messages as readonly MessageView[];
}

/** `user: text`, or what stands in the place of a text. */
export async function reads(client: TestClient, to: string): Promise<readonly string[]> {
  return (await history(client, to)).map(({ from, text, placeholder }) => `${from.user}: ${placeholder ?? text}`);
}

export async function finds(client: TestClient, query: string): Promise<readonly string[]> {
  const { messages } = await client.ask({ do: "search", query });
  return (messages as readonly MessageView[]).map(({ from, text }) => `${from.user}: ${text}`);
}

/** It was told what the room is called. */
export function knows(client: TestClient, to: string): Promise<void> {
  return client.face.until(({ events }) => events.some((one) => "conversation" in one && one.conversation === to), to);
}

/** The notices that history has come, in their order. */
export function received(client: TestClient): readonly string[] {
  return client.face
    .of("notice")
    .filter(({ code }) => code === "history-received")
    .map(({ conversation = "", message }) => `${conversation}: ${message}`);
}

export function comes(client: TestClient, times = 1): Promise<void> {
  return client.face.until(() => received(client).length >= times, "history of before");
}

/** Everything said in the room so far has come to it; what is asked and answered in between has, too. */
export async function hears(client: TestClient, by: TestClient, to: string): Promise<void> {
  const text = `only to be heard ${by.face.events.length}`;
  const { message } = await by.ask({ do: "send", to, text });
  await client.face.until((face) => face.of("message").some((one) => one.message === message), "what was said last");
}

export function alarms(client: TestClient): readonly string[] {
  return client.face.of("alarm").map(({ code }) => code);
}

export async function say(client: TestClient, to: string, text: string): Promise<string> {
  const { message } = await client.ask({ do: "send", to, text });
  return String(message);
}

/** Messages of a log on the disk of a server that was stopped: by which device, and whether there is a copy for newcomers. */
export function stored(data: string, log: LogId): readonly { readonly sender: string; readonly isArchived: boolean }[] {
  const db = new DatabaseSync(join(data, "chat.db"), { readOnly: true });
  try {
    const all = db
      .prepare(
        "SELECT l.sender, l.body FROM log l JOIN conv c ON c.id = l.conv WHERE c.log = ? AND l.kind = 0 ORDER BY l.seq",
      )
      .all(bytesOf(log)) as unknown as readonly { readonly sender: Uint8Array; readonly body: Uint8Array }[];
    return all.map(({ sender, body }) => {
      return { sender: Buffer.from(sender).toString("hex"), isArchived: openEnvelope(body).copy !== undefined };
    });
  } finally {
    db.close();
  }
}

/** Another device of a user. */
export function another(realm: TestRealm, user = "alice"): TestIdentity {
  return realm.issueClient({ user });
}

/** What is in the vault of what was only for the way. */
export function leftIn(
  { home }: TestClient,
  { realm, identity }: { readonly realm: TestRealm; readonly identity: TestIdentity },
): readonly string[] {
  const vault = openVault(vaultFolder(home, realm.fingerprint, deviceOf(identity)));
  try {
    const names = vault.logs().flatMap(({ log }) => [...vault.pending(log).keys()]);
    return names.filter((name) => /^(?:past\/|asked\/|handing\/)/.test(name));
  } finally {
    vault.close();
  }
}

export function withoutHeard(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => !line.includes("only to be heard"));
}
