// A server that comes back with an older database, and what that costs its clients: nothing.
import { cpSync, rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestClient } from "../kit/client.ts";
import { type TestRealm, makeRealm } from "../kit/realm.ts";
import { type TestServer, testServer } from "../kit/server.ts";

let realm: TestRealm;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob", "carol"] });
});
afterAll(() => realm.remove());

function start(server: TestServer, name: string, home?: string): TestClient {
  const wish = { realm, identity: realm.client(name), port: server.port };
  return new TestClient(home === undefined ? wish : { ...wish, home });
}

interface Said {
  readonly text: string;
  readonly lost?: true;
}

/** What this device holds of the lobby now, in the order of the log. */
async function history(client: TestClient): Promise<readonly Said[]> {
  const { messages } = await client.ask({ do: "history", to: "#lobby", limit: 500 });
  return messages as readonly Said[];
}

const textsOf = (said: readonly Said[]): string[] => said.map(({ text }) => text);

const numbered = (count: number, prefix: string): string[] =>
  Array.from({ length: count }, (_, at) => `${prefix}${at}`);

describe("a server that was restored from an older backup", () => {
  it("costs nothing: an alarm, and everybody's lost messages are sent again", async () => {
    const first = await testServer(realm);
    const { port, data } = first;
    const backup = `${data}.backup`;
    using alice = start(first, "alice");
    using bob = start(first, "bob");
    const away = start(first, "carol");
    await Promise.all([alice.ready(), bob.ready(), away.ready()]);
    away.client.stop();
    await alice.send("kept 1");
    await bob.send("kept 2");
    await Promise.all([alice.messages(2), bob.messages(2)]);
    await first.stop();
    cpSync(data, backup, { recursive: true });
    const second = await testServer(realm, { port, data });
    await Promise.all([alice.send("lost by alice"), bob.send("lost by bob")]);
    await Promise.all([alice.messages(4), bob.messages(4)]);
    await second.stop();
    const offline = alice.send("written after");
    rmSync(data, { recursive: true });
    cpSync(backup, data, { recursive: true });
    await using server = await testServer(realm, { port, data });
    await offline;
    // Carol was away all the time: she has what the server has, and nothing else.
    using carol = start(server, "carol", away.home);
    await carol.messages(5);
    expect(carol.texts().slice(0, 2)).toEqual(["kept 1", "kept 2"]);
    expect(carol.texts().toSorted()).toEqual(["kept 1", "kept 2", "lost by alice", "lost by bob", "written after"]);
    expect(carol.texts().indexOf("lost by alice")).toBeLessThan(carol.texts().indexOf("written after"));
    for (const client of [alice, bob]) {
      await client.messages(5);
      expect(client.texts().toSorted()).toEqual(carol.texts().toSorted());
      expect(client.face.of("alarm").map(({ code }) => code)).toEqual(["server-behind"]);
      const messages = await history(client);
      expect(textsOf(messages)).toEqual(carol.texts());
      expect(messages.some(({ lost }) => lost)).toBe(false);
    }
    rmSync(backup, { recursive: true });
  });

  it("an edit that it lost is sent again, as it was said last; one of a message that is gone is not", async () => {
    const first = await testServer(realm);
    const { port, data } = first;
    const backup = `${data}.backup`;
    using alice = start(first, "alice");
    using bob = start(first, "bob");
    await Promise.all([alice.ready(), bob.ready()]);
    const [kept, gone] = [await alice.send("teh plan"), await alice.send("a secret")];
    await bob.messages(2);
    // What Bob sees of the edits is what was sent again.
    await bob.ask({ do: "link", state: "down" });
    await first.stop();
    cpSync(data, backup, { recursive: true });
    const second = await testServer(realm, { port, data });
    const edit = (message: unknown, text: string) => alice.ask({ do: "edit", to: "#lobby", message, text });
    await edit(kept["message"], "the paln");
    await edit(kept["message"], "the plan");
    await edit(gone["message"], "another secret");
    await alice.ask({ do: "delete", to: "#lobby", message: gone["message"] });
    await second.stop();
    rmSync(data, { recursive: true });
    cpSync(backup, data, { recursive: true });
    await using _server = await testServer(realm, { port, data });
    await alice.send("after");
    await bob.ask({ do: "link", state: "up" });
    await bob.face.until(() => bob.texts().includes("after"), "everything");
    const said = ["the plan", "a message that was deleted", "after"];
    for (const client of [alice, bob]) expect(textsOf(await history(client))).toEqual(said);
    expect(new Set(bob.face.of("edited").map(({ text }) => text))).toEqual(new Set(["the plan"]));
    rmSync(backup, { recursive: true });
  });

  it("another history at the same places is found to the entry", async () => {
    const first = await testServer(realm);
    const { port, data } = first;
    const backup = `${data}.backup`;
    using alice = start(first, "alice");
    using bob = start(first, "bob");
    await Promise.all([alice.ready(), bob.ready()]);
    await Promise.all(numbered(37, "kept ").map((text) => bob.send(text)));
    await Promise.all([alice.messages(37), bob.messages(37)]);
    await first.stop();
    cpSync(data, backup, { recursive: true });
    const second = await testServer(realm, { port, data });
    await Promise.all(numbered(9, "lost ").map((text) => alice.send(text)));
    await alice.messages(46);
    await alice.ask({ do: "link", state: "down" });
    await second.stop();
    rmSync(data, { recursive: true });
    cpSync(backup, data, { recursive: true });
    await using server = await testServer(realm, { port, data });
    // Others go on before alice is back: her last nine positions are other entries now, and one of them is how carol came in.
    using carol = start(server, "carol");
    await carol.ready();
    await Promise.all(numbered(12, "new ").map((text) => carol.send(text)));
    await alice.ask({ do: "link", state: "up" });
    await Promise.all([alice.messages(58), bob.messages(58), carol.messages(21)]);
    expect(carol.texts()).toEqual([...numbered(12, "new "), ...numbered(9, "lost ")]);
    const all = [...numbered(37, "kept "), ...carol.texts()];
    for (const client of [alice, bob]) {
      expect(textsOf(await history(client))).toEqual(all);
      expect(client.texts().toSorted()).toEqual(all.toSorted());
    }
    expect(alice.face.of("alarm")).toHaveLength(1);
    rmSync(backup, { recursive: true });
  });

  it("a device whose way in was lost comes in again: what it says is taken, and everybody reads everybody", async () => {
    const first = await testServer(realm);
    const { port, data } = first;
    const backup = `${data}.backup`;
    using alice = start(first, "alice");
    await alice.ready();
    await alice.send("kept");
    await first.stop();
    cpSync(data, backup, { recursive: true });
    const second = await testServer(realm, { port, data });
    using bob = start(second, "bob");
    await bob.ready();
    await bob.send("lost by bob");
    await alice.send("lost by alice");
    await Promise.all([alice.messages(3), bob.messages(2)]);
    await second.stop();
    rmSync(data, { recursive: true });
    cpSync(backup, data, { recursive: true });
    await using server = await testServer(realm, { port, data });
    await Promise.all([alice.send("after by alice"), bob.send("after by bob")]);
    using carol = start(server, "carol");
    await carol.ready();
    const all = [alice, bob, carol];
    const last = ["last by alice", "last by bob", "last by carol"];
    await Promise.all(all.map((client, at) => client.send(last[at] ?? "")));
    for (const client of all) {
      const has = (text: string): boolean => client.texts().includes(text);
      await client.face.until(() => last.every(has), "what was said after everybody was in");
    }
    const [his, hers] = [textsOf(await history(bob)), textsOf(await history(alice))];
    // What she says before he is in again is of before his joining.
    const both = ["lost by alice", "lost by bob", "after by bob"];
    expect(hers).toEqual(expect.arrayContaining(["kept", "after by alice", ...both]));
    expect(his).toEqual(expect.arrayContaining(both));
    const alarms = [alice, bob].map(({ face }) => face.of("alarm").map(({ code }) => code));
    expect(alarms).toEqual([["server-behind"], ["server-behind"]]);
    expect(all.flatMap((client) => client.face.of("state")).filter(({ state }) => state === "failed")).toEqual([]);
    rmSync(backup, { recursive: true });
  });
});
