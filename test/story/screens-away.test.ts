// The screens of a real client that is started while its server is away, or does not answer.
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Groups } from "../../src/mls/groups.ts";
import { makeRealm, type TestRealm } from "../kit/realm.ts";
import { ScreenClient } from "../kit/screen-client.ts";
import { testServer } from "../kit/server.ts";

let realm: TestRealm;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob"] });
});
afterAll(() => realm.remove());

/** Groups that are read from the vault no sooner than this. */
function readAfter(groups: Groups, released: Promise<void>): Groups {
  const open: Groups["open"] = async (...args) => {
    await released;
    return groups.open(...args);
  };
  return new Proxy(groups, {
    get(all, name) {
      if (name === "open") return open;
      const one: unknown = Reflect.get(all, name);
      return typeof one === "function" ? (...args: unknown[]): unknown => Reflect.apply(one, all, args) : one;
    },
  });
}

describe("a start without a server", () => {
  it("knows who is in a room, and takes what is written there, however late its group is read", async () => {
    const first = await testServer(realm);
    const { port, data } = first;
    const identity = realm.client("alice");
    const before = await new ScreenClient({ realm, identity, port }).ready();
    await before.screens.ask({ do: "create", name: "plans", join: "invite", listed: false, history: "none" });
    await before.until(() => before.view.open.conversation === "#plans", "in the room that was made");
    await before.do({ want: "submit", text: "before" });
    await before.until(() => before.messages[0]?.seq !== undefined, "stored");
    await first.stop();
    before.stop();
    const released = Promise.withResolvers<void>();
    const bend = (groups: Groups): Groups => readAfter(groups, released.promise);
    using alice = new ScreenClient({ realm, identity, port, home: before.home, bend });
    await alice.until(() => alice.view.link.state === "reconnecting", "away");
    released.resolve();
    await alice.until(() => alice.view.open.members.length > 0, "who is in it");
    expect(alice.row("#plans")).toMatchObject({ members: 1 });
    expect(alice.view.open).toMatchObject({ conversation: "#plans", members: [{ user: "alice", role: "owner" }] });
    expect(alice.view.open.composer).not.toHaveProperty("closed");
    await alice.do({ want: "submit", text: "while away" });
    expect(alice.messages.at(-1)).toMatchObject({ text: "while away", state: "queued" });
    await using _server = await testServer(realm, { port, data });
    await alice.until(() => alice.messages.at(-1)?.state === "stored", "sent");
  });

  it("shows what is kept while the server says nothing; what was missed comes behind it, and is not read for that", async () => {
    const first = await testServer(realm);
    const { port, data } = first;
    const identity = realm.client("alice");
    const before = await new ScreenClient({ realm, identity, port }).ready();
    using bob = await new ScreenClient({ realm, identity: realm.client("bob"), port }).ready();
    await before.do({ want: "submit", text: "before" });
    await bob.sees("before");
    await before.do({ want: "look", focused: true, atEnd: true });
    await before.test.client.rest(false);
    before.stop();
    for (const text of ["one", "two"]) await bob.do({ want: "submit", text });
    await bob.until(() => bob.messages.at(-1)?.state === "stored", "stored");
    await first.stop();
    const dumb = await dumbServer(port);
    using alice = new ScreenClient({ realm, identity, port, home: before.home });
    await alice.sees("before");
    expect(alice.view.link.state).toBe("connecting");
    expect(alice.row("#lobby")).toMatchObject({ unread: 0, excerpt: "before" });
    await alice.do({ want: "look", focused: true, atEnd: true });
    await dumb.end();
    await using _server = await testServer(realm, { port, data });
    await alice.sees("two");
    await alice.until(() => alice.view.link.state === "connected", "all is here");
    expect(alice.row("#lobby")).toMatchObject({ unread: 2 });
    const shown = alice.view.open.timeline.items.map((one) => (one.item === "message" ? one.message.text : one.item));
    expect(shown.slice(-4)).toEqual(["before", "unread", "one", "two"]);
    await alice.do({ want: "look", focused: true, atEnd: true });
    expect(alice.row("#lobby")).toMatchObject({ unread: 0 });
  });
});

/** Takes connections, and says nothing. */
async function dumbServer(port: number): Promise<{ readonly end: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => void sockets.add(socket.on("error", () => socket.destroy())));
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const end = async (): Promise<void> => {
    const closed = once(server, "close");
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return { end };
}
