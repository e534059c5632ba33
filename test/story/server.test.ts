// The whole server and bare clients in one process, over real TLS.
import { randomBytes } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/bin/system-clock.ts";
import type { Handle, LogId, MessageId } from "../../src/model/ids.ts";
import { bytesOf } from "../../src/model/ids.ts";
import { nameDevice } from "../../src/pki/peer.ts";
import { openSqliteStore } from "../../src/server/store/sqlite/store.ts";
import { CHAIN_START, nextChain } from "../../src/wire/chain.ts";
import { ENTRY_KIND } from "../../src/wire/entry-kind.ts";
import { lobbyLog } from "../../src/wire/log-id.ts";
import type { LogState, ServerMessageOf } from "../../src/wire/messages.ts";
import { decodeCommitNote } from "../../src/wire/note.ts";
import {
  type Guest,
  comeIn,
  enter,
  foundLobby,
  heard,
  leave,
  settled,
  stateIn,
  textsOf,
  write,
} from "../kit/conversation.ts";
import { type TestRealm, makeRealm } from "../kit/realm.ts";
import { type TestServer, testServer } from "../kit/server.ts";

let realm: TestRealm;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob", "carol"] });
});
afterAll(() => realm.remove());

const start = (data?: string): Promise<TestServer> => testServer(realm, data === undefined ? {} : { data });
const come = (server: TestServer, name: string, features: readonly string[] = []): Promise<Guest> =>
  enter(server, realm.client(name), features);
const lobby = (): LogId => lobbyLog(realm.fingerprint);

/** Alice and Bob, in the lobby; at epoch 1, head 1. */
async function two(server: TestServer): Promise<readonly [alice: Guest, bob: Guest]> {
  const [alice, bob] = [await come(server, "alice"), await come(server, "bob")];
  await foundLobby([alice, bob]);
  return [alice, bob];
}

async function said(guest: Guest, count: number): Promise<readonly string[]> {
  const texts = (): readonly string[] => textsOf(heard(guest, lobby()).filter(({ kind }) => kind === "app"));
  await guest.client.until(() => (texts().length >= count ? true : undefined));
  return texts();
}

describe("a device that comes for the first time", () => {
  it("is told who it is and what there is, and is in nothing but its inbox", async () => {
    await using server = await start();
    const { client, greeting } = await come(server, "alice");
    expect(greeting).toMatchObject({ version: 1, user: "alice", durability: "disk", generation: 1 });
    const told = greeting.logs.map(({ kind, head, member }) => `${kind} ${head} ${member ? "in" : "not in"}`);
    expect(told.toSorted()).toEqual(["inbox 0 in", "lobby 0 not in"]);
    expect(client.socket.alpnProtocol).toBe("mutual-chat/1");
    const connected = server.lines.find(({ sentence }) => sentence === "connected");
    expect(connected?.fields).toMatchObject({ user: "alice", group: "X25519MLKEM768", tls: "TLSv1.3" });
    client.close();
  });

  it("hears and reads nothing of the lobby before it has come in", async () => {
    await using server = await start();
    const [alice, bob] = [await come(server, "alice"), await come(server, "bob")];
    const log = await foundLobby([alice]);
    expect(stateIn(await come(server, "carol"), log)).toMatchObject({ member: false, head: 1, first: 2 });
    await write(alice, log, "among us");
    const fetch = { type: "fetch", log, after: 0, maxCount: 0, maxBytes: 0 } as const;
    expect(await bob.client.ask(fetch)).toMatchObject({ code: "no-such-conversation" });
    expect(await comeIn(bob, log)).toMatchObject({ result: "ok", seq: 3, epoch: 2 });
    await write(alice, log, { text: "with bob", epoch: 2 });
    expect(await said(bob, 1)).toEqual(["with bob"]);
    leave([alice, bob]);
  });

  it("is not in the lobby either where an older server had put it, and what was said there is kept", async () => {
    const data = mkdtempSync(join(tmpdir(), "mutual-old-"));
    const { device } = nameDevice(realm.client("alice").chain, await realm.load());
    const store = await openSqliteStore({ file: join(data, "chat.db"), clock: systemClock, onFailed: () => {} });
    await store.enrol({ device, user: "alice" as Handle, name: "alice", serial: "01", certificates: [] });
    await store.createLog(lobby(), [device]);
    const old = { mid: "0a".repeat(16) as MessageId, since: 0, epoch: 0, body: Buffer.from("of old") };
    await store.append([{ kind: "app", log: lobby(), sender: device, ...old }]);
    await store.close();
    const first = await start(data);
    const alice = await come(first, "alice");
    expect(stateIn(alice, lobby())).toMatchObject({ member: false, head: 1, epoch: 0 });
    expect(await write(alice, lobby(), { text: "as before", epoch: 0 })).toMatchObject({ result: "denied" });
    await foundLobby([alice]);
    expect(await write(alice, lobby(), "in the group")).toMatchObject({ result: "ok", seq: 3 });
    await first.stop();
    await using second = await start(data);
    const again = await come(second, "alice");
    expect(stateIn(again, lobby()), "who came in by a commit stays").toMatchObject({ member: true, head: 3, first: 3 });
    const page = await again.client.ask({ type: "fetch", log: lobby(), after: 0, maxCount: 1, maxBytes: 0 });
    expect(page?.type === "page" && textsOf(page.entries)).toEqual(["of old"]);
    leave([again]);
  });
});

describe("a lobby", () => {
  it("acks what it stored and gives it to everybody, the sender included, in one order", async () => {
    await using server = await start();
    const [alice, bob] = await two(server);
    const sends = Array.from({ length: 40 }, (_each, at) => write(at % 2 === 0 ? alice : bob, lobby(), `m${at}`));
    const acks = (await Promise.all(sends)) as ServerMessageOf<"appended">[];
    expect(acks.map(({ result }) => result)).toEqual(sends.map(() => "ok"));
    expect(acks.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(sends.map((_each, at) => at + 2));
    const [first, second] = [await said(alice, 40), await said(bob, 40)];
    expect(first).toEqual(second);
    expect(first.toSorted()).toEqual(sends.map((_each, at) => `m${at}`).toSorted());
    leave([alice, bob]);
  });

  it("stores a retry once", async () => {
    await using server = await start();
    const [alice, bob] = await two(server);
    const mid = randomBytes(16).toString("hex") as MessageId;
    expect(await write(alice, lobby(), { text: "once", mid })).toMatchObject({ result: "ok", seq: 2 });
    expect(await write(alice, lobby(), { text: "once", mid })).toMatchObject({ result: "dup", seq: 2 });
    expect(await write(alice, lobby(), "next")).toMatchObject({ result: "ok", seq: 3 });
    leave([alice, bob]);
  });

  it("keeps everything over a restart, pages it, and its chain can be checked", async () => {
    const first = await start();
    const [alice] = await two(first);
    for (let at = 1; at <= 5; at += 1) await write(alice, lobby(), `m${at}`);
    await first.stop();
    await using second = await start(first.data);
    const bob = await come(second, "bob");
    expect(stateIn(bob, lobby())).toMatchObject({ head: 6, first: 2, epoch: 1, member: true, standing: "ok" });
    const page = await bob.client.ask({ type: "fetch", log: lobby(), after: 0, maxCount: 4, maxBytes: 0 });
    if (page?.type !== "page") throw new Error("no page");
    expect(page.entries.map(({ kind }) => kind)).toEqual(["commit", "app", "app", "app"]);
    expect(textsOf(page.entries.slice(1))).toEqual(["m1", "m2", "m3"]);
    expect(page.entries.every(({ sender }) => sender === alice.device)).toBe(true);
    let chain = CHAIN_START;
    for (const entry of page.entries) {
      const { sender, mid, kind } = entry;
      const raw = { log: bytesOf(lobby()), sender: bytesOf(sender), mid: bytesOf(mid), kind: ENTRY_KIND[kind] };
      chain = nextChain(chain, { ...entry, ...raw });
    }
    const rest = await bob.client.ask({ type: "fetch", log: lobby(), after: 4, maxCount: 0, maxBytes: 0 });
    expect(rest).toMatchObject({ type: "page", head: 6, entries: [{ seq: 5 }, { seq: 6 }] });
    expect(rest?.type === "page" && Buffer.from(rest.chain).equals(chain)).toBe(true);
    expect(await write(bob, lobby(), "still in it")).toMatchObject({ result: "ok", seq: 7 });
    leave([bob]);
  });

  it("tells a device that holds more, or something else, than the store", async () => {
    await using server = await start();
    const [alice] = await two(server);
    await write(alice, lobby(), "one");
    const standing = async (seq: number, chain: Buffer | undefined): Promise<LogState["standing"] | undefined> => {
      const bob = await server.connect(realm.client("bob"));
      bob.say({
        type: "hello",
        logHead: new Uint8Array(0),
        versions: [1],
        features: [],
        agent: "t",
        storeId: undefined,
        generation: 0,
        positions: [{ log: lobby(), seq, chain }],
      });
      const greeting = await bob.message("greeting");
      bob.close();
      return greeting?.logs.find(({ log }) => log === lobby())?.standing;
    };
    expect(await standing(0, undefined)).toBe("ok");
    expect(await standing(7, Buffer.alloc(32, 1))).toBe("ahead");
    expect(await standing(2, Buffer.alloc(32, 1))).toBe("forked");
    leave([alice]);
  });

  it("tells its members by a commit who is new, and the newcomer how it stands, and nobody else", async () => {
    await using server = await start();
    const [alice, bob] = await two(server);
    const carol = await come(server, "carol");
    const away = await enter(server, realm.issueClient({ user: "carol" }));
    await comeIn(carol, lobby());
    await alice.client.until(() => (heard(alice, lobby()).length > 0 ? true : undefined));
    const [entry] = heard(alice, lobby());
    expect(entry).toMatchObject({ seq: 2, kind: "commit", sender: carol.device });
    expect(decodeCommitNote(entry?.note ?? new Uint8Array(0))).toMatchObject({
      add: [{ device: carol.device, user: "carol" }],
      external: true,
    });
    const changes = ({ client }: Guest): ServerMessageOf<"memberChange">[] =>
      client.frames.flatMap(({ message }) => (message.type === "memberChange" ? [message] : []));
    await Promise.all([carol, alice, away].map(settled));
    expect(changes(carol)).toMatchObject([
      { added: [{ device: carol.device }], state: { member: true, head: 2, first: 3 } },
    ]);
    expect([changes(alice).length, changes(away)], "alice of her own coming in").toEqual([1, []]);
    leave([alice, bob, carol, away]);
  });

  it("passes signals to those who are there and keeps none", async () => {
    await using server = await start();
    const [alice, bob] = await two(server);
    alice.client.say({ type: "signal", log: lobby(), body: Buffer.from("typing") }, 0);
    expect(await bob.client.message("signalled")).toMatchObject({ log: lobby(), sender: alice.device });
    const page = await bob.client.ask({ type: "fetch", log: lobby(), after: 1, maxCount: 0, maxBytes: 0 });
    expect(page).toMatchObject({ head: 1, entries: [] });
    leave([alice, bob]);
  });
});

describe("presence", () => {
  it("is told to those who asked for it, of everybody, also of who is in no conversation with them", async () => {
    await using server = await start();
    const alice = await come(server, "alice", ["presence"]);
    const bob = await come(server, "bob");
    const carol = await come(server, "carol");
    const told = (wanted: boolean): Promise<true | undefined> =>
      alice.client.until(({ message }) =>
        message.type === "presence" && message.changes.some(({ user, online }) => user === "carol" && online === wanted)
          ? true
          : undefined,
      );
    expect(await told(true)).toBe(true);
    carol.client.close();
    expect(await told(false)).toBe(true);
    await settled(bob);
    expect(bob.client.frames.some(({ message }) => message.type === "presence")).toBe(false);
    leave([alice, bob]);
  });
});

describe("one device", () => {
  it("has one connection: the newer one wins and the older is told", async () => {
    await using server = await start();
    const [older, bob] = await two(server);
    const newer = await come(server, "alice");
    expect(await older.client.message("goodbye")).toMatchObject({ code: "superseded" });
    expect(await older.client.ended()).toBe(true);
    expect(await write(newer, lobby(), "still here")).toMatchObject({ result: "ok" });
    expect(await said(newer, 1)).toEqual(["still here"]);
    leave([newer, bob]);
  });

  it("gets certificates of others as proof of who they are", async () => {
    await using server = await start();
    const [alice, bob] = [await come(server, "alice"), await come(server, "bob")];
    const answer = await alice.client.ask({ type: "getDevices", former: false, devices: [bob.device] });
    if (answer?.type !== "deviceList") throw new Error("no devices");
    expect(answer.devices.map(({ certificates }) => Buffer.from(certificates[0] ?? []))).toEqual([
      realm.client("bob").leaf.der,
    ]);
    expect(await alice.client.ask({ type: "listUsers", query: "", after: "" })).toMatchObject({
      users: [{ user: "alice" }, { user: "bob" }],
    });
    leave([alice, bob]);
  });
});

describe("stopping", () => {
  it("tells everybody, with when to come back", async () => {
    const server = await start();
    const { client } = await come(server, "alice");
    await server.stop();
    expect(await client.message("goodbye")).toMatchObject({ code: "shutdown", retryMs: 2_000 });
    expect(await client.ended()).toBe(true);
  });
});
