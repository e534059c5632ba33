// The whole server and bare clients in one process, over real TLS.
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MessageId } from "../../src/model/ids.ts";
import { CHAIN_START, nextChain } from "../../src/wire/chain.ts";
import { ENTRY_KIND } from "../../src/wire/entry-kind.ts";
import { bytesOf } from "../../src/model/ids.ts";
import type { LogState, ServerMessageOf } from "../../src/wire/messages.ts";
import type { RawClient } from "../kit/raw-client.ts";
import { type TestRealm, makeRealm } from "../kit/realm.ts";
import { type TestServer, testServer } from "../kit/server.ts";

let realm: TestRealm;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob", "carol"] });
});
afterAll(() => realm.remove());

const lobbyOf = ({ logs }: { readonly logs: readonly LogState[] }): LogState => {
  const found = logs.find(({ kind }) => kind === "lobby");
  if (found === undefined) throw new Error("no lobby");
  return found;
};

async function enter(server: TestServer, name: string, features: readonly string[] = []) {
  const client = await server.connect(realm.client(name));
  const greeting = await client.hello(features);
  return { client, greeting, lobby: lobbyOf(greeting).log };
}

const delivered = (client: RawClient): string[] =>
  client.frames.flatMap(({ message }) =>
    message.type === "deliver" ? message.entries.map(({ body }) => Buffer.from(body).toString()) : [],
  );

const until = async (client: RawClient, count: number): Promise<string[]> => {
  await client.until(() => (delivered(client).length >= count ? true : undefined));
  return delivered(client);
};

describe("a lobby", () => {
  it("greets a device with who it is and what there is", async () => {
    await using server = await testServer(realm);
    const { client, greeting } = await enter(server, "alice");
    expect(greeting).toMatchObject({ version: 1, user: "alice", durability: "disk", generation: 1 });
    expect(greeting.logs.map(({ kind, head }) => `${kind} ${head}`).toSorted()).toEqual(["inbox 0", "lobby 0"]);
    expect(client.socket.alpnProtocol).toBe("mutual-chat/1");
    const connected = server.lines.find(({ sentence }) => sentence === "connected");
    expect(connected?.fields).toMatchObject({ user: "alice", group: "X25519MLKEM768", tls: "TLSv1.3" });
    client.close();
  });

  it("acks what it stored and gives it to everybody, the sender included, in one order", async () => {
    await using server = await testServer(realm);
    const [alice, bob] = [await enter(server, "alice"), await enter(server, "bob")];
    const sends = Array.from({ length: 40 }, (_, at) =>
      (at % 2 === 0 ? alice : bob).client.append(alice.lobby, `m${at}`),
    );
    const acks = (await Promise.all(sends)) as ServerMessageOf<"appended">[];
    expect(acks.map(({ result }) => result)).toEqual(sends.map(() => "ok"));
    expect(acks.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, at) => at + 1));
    const [first, second] = [await until(alice.client, 40), await until(bob.client, 40)];
    expect(first).toEqual(second);
    expect(first.toSorted()).toEqual(Array.from({ length: 40 }, (_, at) => `m${at}`).toSorted());
    alice.client.close();
    bob.client.close();
  });

  it("stores a retry once", async () => {
    await using server = await testServer(realm);
    const { client, lobby } = await enter(server, "alice");
    const mid = randomBytes(16).toString("hex") as MessageId;
    expect(await client.append(lobby, "once", mid)).toMatchObject({ result: "ok", seq: 1 });
    expect(await client.append(lobby, "once", mid)).toMatchObject({ result: "dup", seq: 1 });
    expect(await client.append(lobby, "next")).toMatchObject({ result: "ok", seq: 2 });
    client.close();
  });

  it("keeps everything over a restart, pages it, and its chain can be checked", async () => {
    const first = await testServer(realm);
    const alice = await enter(first, "alice");
    for (let at = 1; at <= 5; at += 1) await alice.client.append(alice.lobby, `m${at}`);
    await first.stop();
    await using second = await testServer(realm, { data: first.data });
    const bob = await enter(second, "bob");
    expect(lobbyOf(bob.greeting)).toMatchObject({ head: 5, first: 1, standing: "ok" });
    const page = await bob.client.ask({ type: "fetch", log: bob.lobby, after: 0, maxCount: 3, maxBytes: 0 });
    if (page?.type !== "page") throw new Error("no page");
    expect(page.entries.map(({ body }) => Buffer.from(body).toString())).toEqual(["m1", "m2", "m3"]);
    expect(page.entries.every(({ sender }) => sender === alice.greeting.device)).toBe(true);
    let chain = CHAIN_START;
    for (const { seq, at, sender, mid, kind, epoch, body } of page.entries)
      chain = nextChain(chain, {
        log: bytesOf(bob.lobby),
        seq,
        at,
        sender: bytesOf(sender),
        mid: bytesOf(mid),
        kind: ENTRY_KIND[kind],
        epoch,
        body,
      });
    const rest = await bob.client.ask({ type: "fetch", log: bob.lobby, after: 3, maxCount: 0, maxBytes: 0 });
    expect(rest).toMatchObject({ type: "page", head: 5, entries: [{ seq: 4 }, { seq: 5 }] });
    expect(rest?.type === "page" && Buffer.from(rest.chain).equals(chain)).toBe(true);
    bob.client.close();
  });

  it("tells a device that holds more, or something else, than the store", async () => {
    await using server = await testServer(realm);
    const alice = await enter(server, "alice");
    await alice.client.append(alice.lobby, "one");
    const standing = async (seq: number, chain: Buffer | undefined) => {
      const bob = await server.connect(realm.client("bob"));
      bob.say({
        type: "hello",
        versions: [1],
        features: [],
        agent: "t",
        storeId: undefined,
        generation: 0,
        positions: [{ log: alice.lobby, seq, chain }],
      });
      const greeting = await bob.message("greeting");
      bob.close();
      return greeting === undefined ? undefined : lobbyOf(greeting).standing;
    };
    expect(await standing(0, undefined)).toBe("ok");
    expect(await standing(7, Buffer.alloc(32, 1))).toBe("ahead");
    expect(await standing(1, Buffer.alloc(32, 1))).toBe("forked");
    alice.client.close();
  });

  it("says who came and went, and who is new, to those who asked for it", async () => {
    await using server = await testServer(realm);
    const alice = await enter(server, "alice", ["presence"]);
    const carol = await enter(server, "carol");
    const isCarol = ({ user, online }: { readonly user: string; readonly online: boolean }): boolean =>
      user === "carol" && online;
    expect(
      await alice.client.until(({ message }) =>
        message.type === "memberChange" && message.added.some(isCarol) ? true : undefined,
      ),
    ).toBe(true);
    expect(
      await alice.client.until(({ message }) =>
        message.type === "presence" && message.changes.some(({ user, online }) => user === "carol" && online)
          ? true
          : undefined,
      ),
    ).toBe(true);
    carol.client.close();
    expect(
      await alice.client.until(({ message }) =>
        message.type === "presence" && message.changes.some(({ user, online }) => user === "carol" && !online)
          ? true
          : undefined,
      ),
    ).toBe(true);
    expect(carol.client.frames.some(({ message }) => message.type === "presence")).toBe(false);
    alice.client.close();
  });

  it("passes signals to those who are there and keeps none", async () => {
    await using server = await testServer(realm);
    const [alice, bob] = [await enter(server, "alice"), await enter(server, "bob")];
    alice.client.say({ type: "signal", log: alice.lobby, body: Buffer.from("typing") }, 0);
    expect(await bob.client.message("signalled")).toMatchObject({ log: alice.lobby, sender: alice.greeting.device });
    const page = await bob.client.ask({ type: "fetch", log: bob.lobby, after: 0, maxCount: 0, maxBytes: 0 });
    expect(page).toMatchObject({ head: 0, entries: [] });
    alice.client.close();
    bob.client.close();
  });
});

describe("one device", () => {
  it("has one connection: the newer one wins and the older is told", async () => {
    await using server = await testServer(realm);
    const older = await enter(server, "alice");
    const newer = await enter(server, "alice");
    expect(await older.client.message("goodbye")).toMatchObject({ code: "superseded" });
    expect(await older.client.ended()).toBe(true);
    expect(await newer.client.append(newer.lobby, "still here")).toMatchObject({ result: "ok" });
    expect(await until(newer.client, 1)).toEqual(["still here"]);
    newer.client.close();
  });

  it("gets certificates of others as proof of who they are", async () => {
    await using server = await testServer(realm);
    const [alice, bob] = [await enter(server, "alice"), await enter(server, "bob")];
    const answer = await alice.client.ask({ type: "getDevices", devices: [bob.greeting.device] });
    if (answer?.type !== "deviceList") throw new Error("no devices");
    expect(answer.devices.map(({ certificates }) => Buffer.from(certificates[0] ?? []))).toEqual([
      realm.client("bob").leaf.der,
    ]);
    expect(await alice.client.ask({ type: "listUsers", query: "", after: "" })).toMatchObject({
      users: [{ user: "alice" }, { user: "bob" }],
    });
    alice.client.close();
    bob.client.close();
  });
});

describe("stopping", () => {
  it("tells everybody, with when to come back", async () => {
    const server = await testServer(realm);
    const { client } = await enter(server, "alice");
    await server.stop();
    expect(await client.message("goodbye")).toMatchObject({ code: "shutdown", retryMs: 2_000 });
    expect(await client.ended()).toBe(true);
  });
});
