// Somebody with all keys of the realm and the server's database tries to add a device of Alice's that nobody sees: by the server as it
// is, past its log, with a log of her own for Alice, and with a log that is cut back afterwards. Nothing of it is silent.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Handle } from "../../src/model/ids.ts";
import { decodeEntry } from "../../src/transparency/entry.ts";
import { decodeHead, encodeHead, signHead } from "../../src/transparency/head.ts";
import { loadLogSigner } from "../../src/transparency/log-folder.ts";
import { leafHash, MerkleTree } from "../../src/transparency/merkle.ts";
import type { ServerMessage } from "../../src/wire/messages.ts";
import { TestClient, type TestClientWish } from "../kit/client.ts";
import { deviceOf, makeRealm, type TestIdentity, type TestRealm } from "../kit/realm.ts";
import { type TestServer, testServer } from "../kit/server.ts";

let realm: TestRealm;
let server: TestServer;
let alice: TestIdentity;
let bob: TestIdentity;
let ghost: TestIdentity;
let data: string;
const open: Disposable[] = [];

beforeEach(async () => {
  realm = await makeRealm();
  [alice, bob, ghost] = ["alice", "bob", "alice"].map((user) => realm.issueClient({ user })) as [
    TestIdentity,
    TestIdentity,
    TestIdentity,
  ];
  data = mkdtempSync(join(tmpdir(), "mutual-ghost-"));
  server = await testServer(realm, { data });
});
afterEach(async () => {
  for (const one of open.splice(0)) one[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
  rmSync(data, { recursive: true, force: true });
  realm.remove();
});

function client(identity: TestIdentity, more: Partial<TestClientWish> = {}): TestClient {
  const one = new TestClient({ realm, identity, port: server.port, ...more });
  open.push(one);
  return one;
}

const alarms = (one: TestClient): string[] => one.face.of("alarm").map(({ code }) => code);

/** Alice and Bob in the lobby, each having heard the other. */
async function talking(more: Partial<TestClientWish> = {}): Promise<{ a: TestClient; b: TestClient }> {
  const a = client(alice, more);
  await a.ready();
  const b = client(bob);
  await b.ready();
  await a.send("hello");
  await b.hears("hello");
  await b.send("hello alice");
  await a.hears("hello alice");
  return { a, b };
}

/** With the server stopped, as its administrator: the certificate counts as entered, and is not. */
async function enterBesideTheLog(): Promise<void> {
  const { port } = server;
  await server.stop();
  const db = new DatabaseSync(join(data, "chat.db"));
  const { leaf } = ghost;
  db.prepare(
    `INSERT INTO certificate (serial, handle, device, fingerprint, key, issued_at, expires_at, certificates)
     VALUES (?, 'alice', ?, ?, ?, 0, ?, x'00000000')`,
  ).run(
    leaf.serial,
    Buffer.from(deviceOf(ghost), "hex"),
    Buffer.alloc(32, 1),
    Buffer.alloc(32, 2),
    Number.MAX_SAFE_INTEGER,
  );
  db.close();
  server = await testServer(realm, { data, port });
}

describe("a device of Alice's that somebody else has made", () => {
  test("by the server as it is: it rings at Alice's, and Bob sees it come", async () => {
    const { a, b } = await talking();
    const g = client(ghost);
    await g.ready();
    await a.face.until(
      (face) => face.of("certificate").some(({ device, how }) => device === deviceOf(ghost) && how === "outside"),
      "the certificate",
    );
    await b.face.until((face) => face.of("device").some(({ device }) => device === deviceOf(ghost)), "the device");
    expect(b.face.of("device").map(({ how, cosigned }) => [how, cosigned])).toEqual([["outside", undefined]]);
  });

  test("past the log: everybody is told, it is put out, and reads nothing of what is said then", async () => {
    const { a, b } = await talking();
    await enterBesideTheLog();
    const g = client(ghost);
    for (const one of [a, b])
      await one.face.until((face) => face.of("alarm").some(({ code }) => code === "device-unlogged"), "the alarm");
    await b.send("is somebody listening");
    await a.hears("is somebody listening");
    expect(g.texts()).not.toContain("is somebody listening");
  });

  test("with a log of its own for Alice: the first message of either tells both", async () => {
    const lies = await splitFor();
    const { a, b } = await talking({ hears: lies.bend });
    expect([alarms(a), alarms(b)]).toEqual([[], []]);
    lies.hide(deviceOf(ghost));
    const g = client(ghost);
    await g.ready();
    await b.face.until((face) => face.of("device").some(({ device }) => device === deviceOf(ghost)), "the device");
    await a.face.until((face) => face.of("alarm").some(({ code }) => code === "device-unlogged"), "the alarm");
    // And where the ghost is in no conversation of hers, the heads tell.
    await b.send("one word");
    await a.face.until(
      (face) => face.of("alarm").some(({ code }) => code === "realm-log-split" || code === "realm-log-withheld"),
      "the split at Alice's",
    );
  }, 60_000);

  test("with a log that is cut back afterwards: whoever had seen more puts it right", async () => {
    const { a, b } = await talking();
    const g = client(ghost);
    await g.ready();
    await b.face.until((face) => face.of("device").some(({ device }) => device === deviceOf(ghost)), "the device");
    const before = await cutBack();
    for (const one of [a, b]) await one.face.until((face) => face.of("link").length >= 3, "the server is back");
    await b.send("after that");
    await a.hears("after that");
    await server.stop();
    const after = logged();
    server = await testServer(realm, { data });
    expect(after).toEqual(before);
    expect(after.at(-1)).toContain(deviceOf(ghost));
  });

  test("with a log in which another entry takes its place: whoever had seen it knows", async () => {
    const { a, b } = await talking();
    client(ghost);
    await b.face.until((face) => face.of("device").some(({ device }) => device === deviceOf(ghost)), "the device");
    for (const one of [a, b]) await one.ask({ do: "link", state: "down" });
    await cutBack();
    const carol = client(realm.issueClient({ user: "carol" }));
    await carol.ready();
    for (const one of [a, b]) {
      await one.ask({ do: "link", state: "up" });
      await one.face.until((face) => face.of("alarm").some(({ code }) => code === "realm-log-split"), "the alarm");
    }
    // She was shown a log without it, and finds it in the group.
    expect(carol.face.of("alarm").map(({ code }) => code)).toEqual(["device-unlogged"]);
  });
});

/** With the server stopped: nobody else may look into its database. */
function logged(): string[] {
  const db = new DatabaseSync(join(data, "chat.db"), { readOnly: true });
  const rows = db.prepare("SELECT body FROM realm_log ORDER BY id").all();
  db.close();
  return rows.map(({ body }) => Buffer.from(body as Uint8Array).toString());
}

/** The newest entry is gone. Returns what was there before. */
async function cutBack(): Promise<string[]> {
  const { port } = server;
  await server.stop();
  const before = logged();
  const db = new DatabaseSync(join(data, "chat.db"));
  db.exec("DELETE FROM realm_log WHERE id = (SELECT max(id) FROM realm_log)");
  db.close();
  server = await testServer(realm, { data, port });
  return before;
}

/** A server that shows one of its users a log in which entries of a device are missing, signed like the true one. */
async function splitFor() {
  const known = await realm.load();
  const signer = await loadLogSigner(realm.dir, known, new Date());
  const hidden = new Set<string>();
  const tree = new MerkleTree();
  const shown: Uint8Array[] = [];
  const sign = (at: number): Uint8Array =>
    encodeHead(signHead(signer.key, { realm: known.fingerprint, size: tree.size, root: tree.root(), at }));
  const take = (entries: readonly Uint8Array[]): Uint8Array[] => {
    const kept = entries.filter((bytes) => {
      const entry = decodeEntry(bytes);
      return entry.kind === "act" || !hidden.has(entry.device);
    });
    for (const entry of kept) tree.append(leafHash(entry));
    shown.push(...kept);
    return kept;
  };
  const bend = (message: ServerMessage): ServerMessage => {
    switch (message.type) {
      case "realmLogPage": {
        const entries = take(message.entries);
        return { ...message, entries, head: sign(decodeHead(message.head).at), path: [] };
      }
      case "realmLogGrown":
        return hidden.size === 0 ? message : { ...message, head: sign(decodeHead(message.head).at) };
      default:
        return message;
    }
  };
  return { bend, hide: (device: string) => void hidden.add(device), user: "alice" as Handle };
}
