// Brought in while away: however long the Welcome has waited, it leads in, and nothing of what was said since is missing.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/bin/system-clock.ts";
import { WELCOME_WAITS_MS } from "../../src/server/port/records.ts";
import { GROUP_INFO_EPOCHS } from "../../src/server/port/store.ts";
import { openSqliteStore } from "../../src/server/store/sqlite/store.ts";
import type { Groups } from "../../src/mls/groups.ts";
import type { Replies } from "../../src/client/port/replies.ts";
import type { ServerMessage } from "../../src/wire/messages.ts";
import { TestClient, type TestClientWish } from "../kit/client.ts";
import { makeRealm, type TestRealm } from "../kit/realm.ts";
import { testServer, type TestServer } from "../kit/server.ts";

const COMMITS = 40;
const TEXTS = Array.from({ length: COMMITS }, (_, n) => `m${n}`);

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

const start = (name: string, more: Partial<TestClientWish> = {}): TestClient =>
  new TestClient({ realm, identity: realm.client(name), port: server.port, ...more });

/** Bob was here once, is away, and is added; then a message and a commit, again and again. */
async function addedAndAway(): Promise<void> {
  const bob = start("bob", { home });
  await bob.ready();
  bob.client.stop();
  await alice.ask({ do: "add", to: "#plans", user: "bob" });
  for (const [at, text] of TEXTS.entries()) {
    await alice.send(text, { to: "#plans" });
    await changePolicy(at);
  }
}

const changePolicy = (at: number): Promise<unknown> =>
  alice.ask({ do: "policy", to: "#plans", join: at % 2 === 0 ? "ask" : "invite" });

/** Of the room, as alice knows it. */
const epoch = async (): Promise<unknown> => {
  const { conversations } = (await alice.ask({ do: "conversations" })) as unknown as Replies["conversations"];
  return conversations.find(({ conversation }) => conversation === "#plans")?.epoch;
};

describe("a Welcome that has waited while the group went on", () => {
  it("leads in: everything since is read, and the device did not have to come in by itself", async () => {
    expect(COMMITS).toBeGreaterThan(GROUP_INFO_EPOCHS);
    await addedAndAway();
    const before = await epoch();
    const bob = start("bob", { home });
    await bob.ready();
    await bob.hears(TEXTS.at(-1) ?? "");
    expect(bob.texts()).toEqual(TEXTS);
    expect([await epoch(), bob.face.of("notice"), bob.face.of("alarm")]).toEqual([before, [], []]);
    bob.client.stop();
  });

  it("stays where it is as long as the server cannot give what it leads to", async () => {
    await addedAndAway();
    let refused = 0;
    const hears = (message: ServerMessage): ServerMessage => {
      if (message.type !== "groupInfo" || refused > 0) return message;
      refused += 1;
      return { type: "error", code: "store-overload", message: "", hint: "" };
    };
    const bob = start("bob", { home, hears });
    await bob.hears(TEXTS.at(-1) ?? "");
    expect([refused, bob.texts()]).toEqual([1, TEXTS]);
    bob.client.stop();
  });

  it("for too long leads nowhere: the device comes in by itself, and says so", { timeout: 60_000 }, async () => {
    await addedAndAway();
    const { port, data } = server;
    await server.stop();
    const onFailed = (fault: Error): void => {
      throw fault;
    };
    const store = await openSqliteStore({ file: join(data, "chat.db"), clock: systemClock, onFailed });
    await store.tidy(Date.now() + WELCOME_WAITS_MS);
    await store.close();
    server = await testServer(realm, { data, port });
    // With the next commit the group of then goes.
    await changePolicy(COMMITS);
    const bob = start("bob", { home });
    await bob.ready();
    await bob.face.until(() => bob.face.of("notice").length > 0, "a notice");
    await alice.send("here I am", { to: "#plans" });
    await bob.hears("here I am");
    expect(bob.texts()).toEqual(["here I am"]);
    expect(bob.face.of("notice")).toMatchObject([{ code: "added-too-long-ago" }]);
    bob.client.stop();
  });
});

/** A Welcome takes them so long. */
function slow(groups: Groups, ms: number): Groups {
  const joinAtOnce = groups.join.bind(groups);
  return Object.assign(groups, {
    join: async (...to: Parameters<Groups["join"]>) => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      return joinAtOnce(...to);
    },
  });
}

describe("who was about to come in by itself, and was brought in while away", () => {
  it("takes the Welcome, however long that takes: what was said since is for it", async () => {
    await alice.ask({ do: "create", name: "open-house", join: "open", listed: true });
    let isCut = false;
    const cut = (message: ServerMessage): ServerMessage => {
      if (message.type !== "treePartsStored" || isCut) return message;
      isCut = true;
      return { type: "error", code: "store-failed", message: "", hint: "" };
    };
    const before = start("bob", {
      home,
      hears: (message) => (before.face.of("ready").length > 0 ? cut(message) : message),
    });
    await before.ready();
    await before.face.until((face) => face.of("conversation").some(({ change }) => change === "listed"), "listed");
    before.ask({ do: "join", to: "#open-house" }).catch(() => undefined);
    await expect.poll(() => isCut).toBe(true);
    before.client.stop();
    // Another Welcome is to be read before.
    for (const to of ["#plans", "#open-house"]) await alice.ask({ do: "add", to, user: "bob" });
    await alice.send("for bob", { to: "#open-house" });
    const bob = start("bob", { home, bend: (groups) => slow(groups, 1_500) });
    await bob.ready();
    await bob.hears("for bob");
    const joined = alice.face.of("member").filter(({ user, change }) => user === "bob" && change === "joined");
    expect([joined.map(({ conversation }) => conversation), bob.face.of("alarm")]).toEqual([["#lobby"], []]);
    bob.client.stop();
  });
});
