// Taken out while away: what was said while a device was a member is read by it, whenever it comes; nothing of after that is.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ClientMessage, LogState, ServerMessage } from "../../src/wire/messages.ts";
import { TestClient } from "../kit/client.ts";
import { makeRealm, type TestRealm } from "../kit/realm.ts";
import { testServer, type TestServer } from "../kit/server.ts";

let realm: TestRealm;
let server: TestServer;
let alice: TestClient;
let home: string;
beforeEach(async () => {
  realm = await makeRealm({ clients: ["alice", "bob", "carol"] });
  server = await testServer(realm);
  home = mkdtempSync(join(tmpdir(), "mutual-home-"));
  alice = start("alice");
  await alice.ready();
  await alice.ask({ do: "create", name: "plans" });
});
afterEach(async () => {
  alice[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
  rmSync(home, { recursive: true, force: true });
  realm.remove();
});

const start = (name: string, at?: string): TestClient =>
  new TestClient({ realm, identity: realm.client(name), port: server.port, ...(at === undefined ? {} : { home: at }) });

const say = (by: TestClient, text: string): Promise<unknown> => by.send(text, { to: "#plans" });
const add = (user: string): Promise<unknown> => alice.ask({ do: "add", to: "#plans", user });
const remove = (user: string): Promise<unknown> => alice.ask({ do: "remove", to: "#plans", user });

const isOut = (client: TestClient): boolean =>
  client.face.of("conversation").some(({ change }) => change === "removed");

/** Brought into the room, and away then. */
async function bobAway(): Promise<void> {
  const bob = start("bob", home);
  await bob.ready();
  await add("bob");
  await say(alice, "hello");
  await bob.hears("hello");
  bob.client.stop();
}

describe("a device that was taken out while it was away", () => {
  it("reads what was said before, and no more, is out then, and stays so", async () => {
    await bobAway();
    for (const text of ["one", "two", "three"]) await say(alice, text);
    await remove("bob");
    await say(alice, "four");
    {
      const bob = start("bob", home);
      await bob.ready();
      expect(bob.texts()).toEqual(["one", "two", "three"]);
      const lines = bob.face.events.flatMap((event) =>
        event.event === "message" ? [event.text] : event.event === "conversation" ? [event.change] : [],
      );
      expect(lines).toEqual(["one", "two", "three", "removed"]);
      expect(await bob.ask({ do: "conversations" })).toMatchObject({ conversations: [{ conversation: "#lobby" }] });
      expect([...bob.face.of("alarm"), ...bob.face.of("link").filter(({ state }) => state !== "connected")]).toEqual(
        [],
      );
      bob.client.stop();
    }
    const bob = start("bob", home);
    await bob.ready();
    expect([bob.texts(), isOut(bob)]).toEqual([[], false]);
    bob.client.stop();
  });

  it("also when it ends and starts, and the server too, in the middle of it", async () => {
    await bobAway();
    const texts = Array.from({ length: 30 }, (_, n) => `m${n}`);
    for (const text of texts) await say(alice, text);
    await remove("bob");
    await say(alice, "after");
    const first = start("bob", home);
    await first.face.until(() => first.texts().length > 0, "the first");
    first.client.stop();
    const { port, data } = server;
    await server.stop();
    server = await testServer(realm, { data, port });
    const bob = start("bob", home);
    await bob.ready();
    expect(isOut(first) || isOut(bob)).toBe(true);
    const held = await bob.ask({ do: "search", query: "m" });
    expect(held).toMatchObject({ messages: { length: 30 } });
    expect(bob.texts()).not.toContain("after");
    bob.client.stop();
  });

  it("sends nothing there any more: what waited has failed", async () => {
    await bobAway();
    await say(alice, "one");
    const offline = start("bob", home);
    await offline.ask({ do: "link", state: "down" });
    const sent = say(offline, "too late").then(
      () => "sent",
      (error: unknown) => (error as { code: string }).code,
    );
    await alice.ask({ do: "policy", to: "#plans", join: "ask" });
    await remove("bob");
    await offline.ask({ do: "link", state: "up" });
    expect(await sent).toBe("not-a-member");
    await offline.hears("one");
    await say(alice, "two");
    expect([alice.texts(), offline.texts()]).toEqual([["hello", "one", "two"], ["one"]]);
    offline.client.stop();
  });

  it("and brought in again: reads what was said in either time, and nothing of between", async () => {
    await bobAway();
    await say(alice, "in the first");
    await remove("bob");
    await say(alice, "between");
    await add("bob");
    await say(alice, "in the second");
    const bob = start("bob", home);
    await bob.ready();
    await bob.hears("in the second");
    expect(bob.texts()).toEqual(["in the first", "in the second"]);
    await say(bob, "here again");
    await alice.hears("here again");
    expect(isOut(bob)).toBe(false);
    // What was between was never for bob: nothing of his is gone.
    expect(bob.face.of("conversation").map(({ change }) => change)).not.toContain("trimmed");
    bob.client.stop();
  });

  it("in and out, again and again: reads all of those times, and is out", async () => {
    await bobAway();
    for (const time of [1, 2, 3]) {
      if (time > 1) await add("bob");
      await say(alice, `in ${time}`);
      await remove("bob");
      await say(alice, `out ${time}`);
    }
    const bob = start("bob", home);
    await bob.ready();
    await bob.face.until(() => isOut(bob), "out");
    expect(bob.texts()).toEqual(["in 1", "in 2", "in 3"]);
    expect(bob.face.of("alarm")).toEqual([]);
    bob.client.stop();
  });

  it("and was brought in while away too: reads what was said in between", async () => {
    {
      const bob = start("bob", home);
      await bob.ready();
      bob.client.stop();
    }
    await add("bob");
    await say(alice, "short");
    await remove("bob");
    await say(alice, "after");
    const bob = start("bob", home);
    await bob.ready();
    await bob.face.until(() => isOut(bob), "out");
    expect(bob.texts()).toEqual(["short"]);
    bob.client.stop();
  });

  it("is out, though the server says for ever that there is more to read", async () => {
    await bobAway();
    await say(alice, "one");
    await remove("bob");
    let asked = 0;
    let told: LogState | undefined;
    const lie = (message: ServerMessage): ServerMessage => {
      if (message.type === "greeting") told = message.logs.find(({ until }) => until > 0);
      if (message.type !== "conversationList" || told === undefined) return message;
      asked += 1;
      return { type: "conversationList", conversations: [{ state: told, members: 1 }] };
    };
    const bob = new TestClient({ realm, identity: realm.client("bob"), port: server.port, home, hears: lie });
    await bob.ready();
    await bob.face.until(() => isOut(bob), "out");
    expect([asked, bob.texts()]).toEqual([1, ["one"]]);
    bob.client.stop();
  });

  it("gets nothing of what came before it left by itself", async () => {
    using other = new TestClient({ realm, identity: realm.issueClient({ user: "bob" }), port: server.port });
    await other.ready();
    await bobAway();
    await say(alice, "one");
    await other.hears("one");
    await other.ask({ do: "leave", to: "#plans" });
    await say(alice, "two");
    const bob = start("bob", home);
    await bob.ready();
    expect(bob.texts()).toEqual([]);
    expect(isOut(bob)).toBe(true);
    bob.client.stop();
  });
});

describe("a device that is there, and slow", () => {
  it("reads what was said before it was taken out; brought in again at once, it reads on", async () => {
    const bob = start("bob");
    await bob.ready();
    await add("bob");
    await say(alice, "hello");
    await bob.hears("hello");
    bob.face.stall();
    for (let n = 0; n < 20; n += 1) await say(alice, `m${n}`);
    await remove("bob");
    await say(alice, "between");
    await add("bob");
    await say(alice, "again");
    bob.face.resume();
    await bob.hears("again");
    expect(bob.texts()).toEqual(["hello", ...Array.from({ length: 20 }, (_, n) => `m${n}`), "again"]);
    await remove("bob");
    await bob.face.until(() => isOut(bob), "out");
    bob[Symbol.dispose]();
  });

  it("brought in again before it has asked how it stands: reads everything that was said since", async () => {
    const answer = Promise.withResolvers<void>();
    const asks = Promise.withResolvers<void>();
    const holds = ({ type }: ClientMessage): Promise<void> | undefined => {
      if (type !== "listConversations") return undefined;
      asks.resolve();
      return answer.promise;
    };
    const bob = new TestClient({ realm, identity: realm.client("bob"), port: server.port, holds });
    await bob.ready();
    await add("bob");
    await say(alice, "hello");
    await bob.hears("hello");
    await remove("bob");
    await asks.promise;
    // The server has heard by now that bob holds everything of that time.
    await bob.send("here");
    await add("bob");
    await say(alice, "again");
    await alice.ask({ do: "policy", to: "#plans", join: "ask" });
    await say(alice, "and again");
    await alice.send("there");
    await bob.hears("there");
    answer.resolve();
    await bob.hears("and again");
    expect(bob.texts()).toEqual(["hello", "here", "there", "again", "and again"]);
    expect([bob.face.of("alarm"), isOut(bob)]).toEqual([[], false]);
    bob[Symbol.dispose]();
  });
});
