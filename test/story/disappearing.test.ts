// Messages that disappear, with real clients and a clock that is turned forward.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readOpened } from "../../src/client/app/payload/opened.ts";
import type { Reply } from "../../src/client/port/client.ts";
import type { Vault } from "../../src/client/port/vault.ts";
import { vaultFolder } from "../../src/client/vault/home.ts";
import { openVault } from "../../src/client/vault/sqlite.ts";
import { lobbyLog } from "../../src/wire/log-id.ts";
import { TestClient } from "../kit/client.ts";
import { TurnedClock } from "../kit/hand-clock.ts";
import { deviceOf, makeRealm, type TestRealm } from "../kit/realm.ts";
import { testServer, type TestServer } from "../kit/server.ts";

let realm: TestRealm;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob"] });
});
afterAll(() => realm.remove());

const HOUR = 3_600_000;

type Machine = { readonly clock: TurnedClock; readonly home?: string };

async function start(server: TestServer, name: string, { clock, ...more }: Machine): Promise<TestClient> {
  const wish = { realm, identity: realm.client(name), port: server.port, world: { clock } };
  const client = new TestClient({ ...wish, ...more });
  await client.ready();
  return client;
}

/** Texts, and what stands where there is none. */
async function history(client: TestClient): Promise<readonly string[]> {
  const { messages } = await client.ask({ do: "history", to: "#lobby" });
  const all = messages as readonly { readonly text: string; readonly placeholder?: string }[];
  return all.map(({ text, placeholder }) => placeholder ?? text);
}

const search = (client: TestClient, query: string): Promise<Reply> => client.ask({ do: "search", query });

/** What the vault still holds of the messages in the lobby, of a client that has ended. */
function kept({ home }: TestClient, name: string): readonly string[] {
  using vault = disposable(openVault(vaultFolder(home, realm.fingerprint, deviceOf(realm.client(name)))));
  return vault.history(lobbyLog(realm.fingerprint), 1_000, 100).map(({ payload }) => readOpened(payload).kind);
}

function disposable<V extends Vault>(vault: V): V & Disposable {
  return Object.assign(vault, { [Symbol.dispose]: () => vault.close() });
}

describe("a message that disappears", () => {
  it("says when, and is gone then: from the history, and from what a search finds", async () => {
    await using server = await testServer(realm);
    const [hers, his] = [new TurnedClock(), new TurnedClock()];
    using alice = await start(server, "alice", { clock: hers });
    using bob = await start(server, "bob", { clock: his });
    const { message, at } = await alice.send("gone soon", { expire: 1_800 });
    await alice.send("stays");
    await bob.hears("stays");
    const expires = Date.parse(String(at)) + HOUR / 2;
    expect(bob.face.of("message")[0]).toMatchObject({ message, text: "gone soon", expires });
    expect(await search(bob, "soon")).toMatchObject({ messages: [{ message, expires }] });
    // From the moment on, whether the sweeper was there or not.
    his.turn(HOUR / 2);
    expect(await search(bob, "soon")).toEqual({ messages: [] });
    expect(await history(bob)).toEqual(["expired", "stays"]);
    expect(await history(alice)).toEqual(["gone soon", "stays"]);
    hers.turn(HOUR / 2);
    expect(await history(alice)).toEqual(["expired", "stays"]);
    await expect(alice.ask({ do: "edit", to: "#lobby", message, text: "back" })).rejects.toMatchObject({
      code: "no-such-message",
    });
    expect(bob.face.of("alarm")).toEqual([]);
  });

  it("where the conversation says so, all of them do", async () => {
    await using server = await testServer(realm);
    const clock = new TurnedClock();
    using alice = await start(server, "alice", { clock: new TurnedClock() });
    using bob = await start(server, "bob", { clock });
    await alice.ask({ do: "send", to: "@bob", text: "before" });
    await alice.ask({ do: "expire", to: "@bob", seconds: 60 });
    await alice.ask({ do: "send", to: "@bob", text: "after" });
    await bob.hears("after");
    clock.turn(62_000);
    expect(await bob.ask({ do: "history", to: "@alice" })).toMatchObject({
      messages: [{ text: "before" }, { placeholder: "expired" }],
    });
  });

  it("an edit changes its text and not its time", async () => {
    await using server = await testServer(realm);
    const clock = new TurnedClock();
    using alice = await start(server, "alice", { clock: new TurnedClock() });
    using bob = await start(server, "bob", { clock });
    const { message } = await alice.send("first", { expire: 60 });
    await alice.ask({ do: "edit", to: "#lobby", message, text: "second" });
    await bob.face.until((face) => face.of("edited").length === 1, "edited");
    expect(await history(bob)).toEqual(["second"]);
    clock.turn(62_000);
    expect(await history(bob)).toEqual(["expired"]);
    expect(await search(bob, "second")).toEqual({ messages: [] });
  });

  it("is gone also when the program did not run at that time, and when it comes too late", async () => {
    await using server = await testServer(realm);
    const clock = new TurnedClock();
    using alice = await start(server, "alice", { clock: new TurnedClock() });
    const bob = await start(server, "bob", { clock });
    await alice.send("was here", { expire: 60 });
    await bob.hears("was here");
    bob.client.stop();
    await alice.send("came late", { expire: 90 });
    clock.turn(HOUR);
    using again = await start(server, "bob", { clock, home: bob.home });
    expect(await history(again)).toEqual(["expired", "expired"]);
    expect(again.face.of("message")).toMatchObject([{ placeholder: "expired" }]);
    expect(again.texts().join()).not.toContain("late");
    expect(await search(again, "here")).toEqual({ messages: [] });
    again.client.stop();
    expect(kept(again, "bob")).toEqual(["expired", "expired"]);
  });
});
