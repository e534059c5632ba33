// What a device that a commit took out may not have: anything of after that, and of before no more than what was said.
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { LogId, MessageId } from "../../src/model/ids.ts";
import { inboxLog } from "../../src/wire/log-id.ts";
import type { ClientMessage, ServerMessage } from "../../src/wire/messages.ts";
import {
  type Guest,
  PART,
  PART_ID,
  change,
  commit,
  enter,
  heard,
  leave,
  putParts,
  room,
  settled,
  stateIn,
  textsOf,
  write,
} from "../kit/conversation.ts";
import { type TestRealm, makeRealm } from "../kit/realm.ts";
import { type TestServer, testServer } from "../kit/server.ts";

const NONE = { type: "error", code: "no-such-conversation" };
/** Commit, three messages, and then the commit that takes bob out. */
const UNTIL = 4;

let realm: TestRealm;
let server: TestServer;
let alice: Guest;
let bob: Guest;
let log: LogId;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob"] });
  server = await testServer(realm);
  alice = await enter(server, realm.client("alice"));
});
afterAll(async () => {
  leave([alice, bob]);
  await server[Symbol.asyncDispose]();
  realm.remove();
});

beforeEach(async () => {
  bob = await enter(server, realm.client("bob"));
  log = await room([alice, bob]);
  leave([bob]);
  for (const text of ["one", "two", "three"]) await write(alice, log, text);
  await commit(alice, log, { epoch: 1, remove: [bob.device] });
  await write(alice, log, { text: "four", epoch: 2 });
  bob = await enter(server, realm.client("bob"));
});

const fetch = (after: number, maxCount = 0): Promise<ServerMessage | undefined> =>
  bob.client.ask({ type: "fetch", log, after, maxCount, maxBytes: 0 });
const list = (): Promise<ServerMessage | undefined> => bob.client.ask({ type: "listConversations", log });
const kept = (seq: number): unknown => bob.client.say({ type: "cursor", cursors: [{ log, seq }] }, 0);

describe("a device that was taken out while it was away", () => {
  it("is told up to where it may read, and gets that and no more", async () => {
    const state = { member: false, head: UNTIL, until: UNTIL, epoch: 1, leaving: [] };
    expect(stateIn(bob, log)).toMatchObject(state);
    expect(stateIn(bob, log)?.terms).toHaveLength(0);
    const page = await fetch(1);
    expect(page).toMatchObject({ head: UNTIL, entries: { length: UNTIL - 1 } });
    expect(page?.type === "page" && textsOf(page.entries)).toEqual(["one", "two", "three"]);
    expect(await fetch(UNTIL, 1), "at its end").toMatchObject({ head: UNTIL, entries: [] });
    for (const after of [UNTIL + 1, UNTIL + 2, 9_999]) expect(await fetch(after)).toMatchObject(NONE);
  });

  it("gets nothing that is said now, and no signal", async () => {
    await write(alice, log, { text: "five", epoch: 2 });
    alice.client.say({ type: "signal", log, body: PART }, 0);
    await settled(alice);
    await settled(bob);
    expect(heard(bob, log)).toEqual([]);
    expect(bob.client.frames.some(({ message }) => message.type === "signalled")).toBe(false);
  });

  const asks: readonly (readonly [string, () => ClientMessage])[] = [
    ["the newest group info", () => ({ type: "getGroupInfo", log, epoch: 0 })],
    ["the group info of the epoch it was put out by", () => ({ type: "getGroupInfo", log, epoch: 2 })],
    ["the tree", () => ({ type: "getTreeParts", log, parts: ["ab".repeat(32) as never] })],
    ["a place for a tree", () => ({ type: "putTreeParts", log, parts: [PART] })],
    ["its members", () => ({ type: "listMembers", log })],
    ["key packages for it", () => ({ type: "claimKeyPackages", log, suite: 1, devices: [] })],
    ["to leave it", () => ({ type: "leave", log })],
    ["to signal there", () => ({ type: "signal", log, body: PART })],
  ];
  it.each(asks)("asks for %s: there is no such conversation", async (_what, ask) => {
    expect(await bob.client.ask(ask())).toMatchObject(NONE);
  });

  it("may have what its Welcome leads to as long as that waits, and then not", async () => {
    const info: ClientMessage = { type: "getGroupInfo", log, epoch: 1 };
    const tree: ClientMessage = { type: "getTreeParts", log, parts: [PART_ID] };
    expect(await bob.client.ask(info)).toMatchObject({ epoch: 1, tree: [PART_ID] });
    expect(await bob.client.ask(tree)).toMatchObject({ parts: [PART] });
    const inbox = inboxLog(bob.device);
    const head = bob.greeting.logs.find((state) => state.log === inbox)?.head ?? 0;
    bob.client.say({ type: "cursor", cursors: [{ log: inbox, seq: head }] }, 0);
    expect(await bob.client.ask(info)).toMatchObject(NONE);
    expect(await bob.client.ask(tree)).toMatchObject(NONE);
  });

  it("writes and commits: refused, and nothing of it is stored", async () => {
    expect(await write(bob, log, "still here?")).toMatchObject({ result: "denied", code: "no-such-conversation" });
    for (const epoch of [0, 1, 2, 9])
      expect(await commit(bob, log, { epoch })).toMatchObject({ result: "denied", head: 0, epoch: 0 });
    expect(await alice.client.ask({ type: "fetch", log, after: 0, maxCount: 0, maxBytes: 0 })).toMatchObject({
      head: UNTIL + 2,
    });
  });

  it("has read it: there is nothing more to read, also for the next connection", async () => {
    kept(UNTIL - 1);
    expect(await fetch(UNTIL - 1)).toMatchObject({ entries: [{ seq: UNTIL }] });
    kept(UNTIL);
    expect(await fetch(UNTIL - 1)).toMatchObject(NONE);
    expect(await list()).toMatchObject({ conversations: [] });
    leave([bob]);
    bob = await enter(server, realm.client("bob"));
    expect(stateIn(bob, log)).toBeUndefined();
    expect(await fetch(0)).toMatchObject(NONE);
  });

  it("says that it has read more than there is for it: that is its own loss", async () => {
    kept(9_999);
    expect(await list()).toMatchObject({ conversations: [] });
    expect(await fetch(0)).toMatchObject(NONE);
  });

  it("is brought in again: nothing of that comes before it has read the rest and asks", async () => {
    await putParts(alice, log);
    await commit(alice, log, { epoch: 2, add: [bob.device] });
    await write(alice, log, { text: "five", epoch: 3 });
    await settled(bob);
    expect(heard(bob, log)).toEqual([]);
    expect(await fetch(UNTIL + 1), "past its end").toMatchObject(NONE);
    kept(UNTIL);
    expect(await list()).toMatchObject({ conversations: [{ state: { member: true, until: 0, first: UNTIL + 4 } }] });
    await write(alice, log, { text: "six", epoch: 3 });
    await bob.client.until(() => (textsOf(heard(bob, log)).includes("six") ? true : undefined));
    expect(textsOf(heard(bob, log))).toEqual(["six"]);
  });

  it("leaves by another device: nothing is left for it", async () => {
    const second = await enter(server, realm.issueClient({ user: "bob" }));
    const both = await room([alice, bob, second]);
    leave([bob]);
    await write(alice, both, "one");
    await commit(alice, both, { epoch: 1, remove: [bob.device] });
    bob = await enter(server, realm.client("bob"));
    const page: ClientMessage = { type: "fetch", log: both, after: 1, maxCount: 0, maxBytes: 0 };
    expect(await bob.client.ask(page)).toMatchObject({ entries: [{ seq: 2 }] });
    expect(await second.client.ask({ type: "leave", log: both })).toMatchObject({ type: "done" });
    expect(await bob.client.ask(page)).toMatchObject(NONE);
    leave([second]);
  });
});

describe("a device that is taken out while it reads", () => {
  it("gets the page that it asked for, without what came after", async () => {
    const open = await room([alice, bob]);
    for (let n = 0; n < 50; n += 1) await write(alice, open, `m${n}`);
    const page: ClientMessage = { type: "fetch", log: open, after: 1, maxCount: 0, maxBytes: 0 };
    const pages = Array.from({ length: 20 }, () => bob.client.ask(page));
    const removal = commit(alice, open, { epoch: 1, remove: [bob.device] });
    pages.push(...Array.from({ length: 20 }, () => bob.client.ask(page)));
    const out = await removal;
    const end = out?.type === "appended" && out.result === "ok" ? out.seq : 0;
    await write(alice, open, { text: "after", epoch: 2 });
    pages.push(bob.client.ask(page));
    for (const got of await Promise.all(pages))
      expect(got?.type === "page" && [got.head, got.entries.at(-1)?.seq]).toEqual([end - 1, end - 1]);
    expect(await change(bob, open, ({ removed }) => removed.length > 0)).toMatchObject({ state: undefined });
  });

  it("asks again for the answer to its own commit: that, and nothing of any other", async () => {
    const open = await room([alice, bob]);
    const mid = randomBytes(16).toString("hex") as MessageId;
    expect(await commit(bob, open, { epoch: 1, mid })).toMatchObject({ result: "ok", seq: 2 });
    await commit(alice, open, { epoch: 2, remove: [bob.device] });
    expect(await commit(bob, open, { epoch: 1, mid })).toMatchObject({ result: "dup", seq: 2 });
    expect(await commit(bob, open, { epoch: 1 })).toMatchObject({ code: "no-such-conversation", head: 0 });
  });
});
