// Commits: who may do what, one winner, and what they say of themselves. Bare clients, the real server.
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LogId, type MessageId, bytesOf } from "../../src/model/ids.ts";
import { CHAIN_START, nextChain } from "../../src/wire/chain.ts";
import { ENTRY_KIND } from "../../src/wire/entry-kind.ts";
import { inboxLog } from "../../src/wire/log-id.ts";
import type { ServerMessage } from "../../src/wire/messages.ts";
import { decodeCommitNote, decodeWelcomeNote } from "../../src/wire/note.ts";
import {
  type Guest,
  type CommitWish,
  change,
  commit,
  create,
  enter,
  found,
  heard,
  leave,
  newRoom,
  putParts,
  room,
  settled,
  stateIn,
  termsOf,
  write,
  resultsOf,
  PART,
  PART_ID,
} from "../kit/conversation.ts";
import { type TestRealm, makeRealm } from "../kit/realm.ts";
import { type TestServer, testServer } from "../kit/server.ts";

let realm: TestRealm;
let server: TestServer;
let alice: Guest;
let bob: Guest;
let carol: Guest;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob", "carol"] });
  server = await testServer(realm);
  [alice, bob, carol] = await Promise.all(
    ["alice", "bob", "carol"].map((name) => enter(server, realm.client(name))) as [
      Promise<Guest>,
      Promise<Guest>,
      Promise<Guest>,
    ],
  );
});
afterAll(async () => {
  leave([alice, bob, carol]);
  await server[Symbol.asyncDispose]();
  realm.remove();
});

const devices = (...guests: readonly Guest[]) => guests.map(({ device }) => device);
const groupInfo = ({ client }: Guest, log: LogId, epoch = 0) => client.ask({ type: "getGroupInfo", log, epoch });
const fetch = ({ client }: Guest, log: LogId) => client.ask({ type: "fetch", log, after: 0, maxCount: 0, maxBytes: 0 });

describe("the first commit", () => {
  it("brings in whom it adds: a change with state, a welcome that says where it leads, the tree", async () => {
    const log = newRoom();
    const terms = termsOf({ alice: "owner" });
    expect(await create(alice, log, terms)).toMatchObject({
      type: "created",
      state: { log, kind: "room", head: 0, epoch: 0, member: false },
    });
    expect(await groupInfo(alice, log), "not founded yet").toMatchObject({ code: "no-group-info" });
    expect(await write(alice, log, { text: "too early", epoch: 0 })).toMatchObject({ result: "denied" });
    await found([alice, bob], log);
    const told = await change(bob, log);
    expect(told).toMatchObject({
      added: [{ user: "bob" }],
      state: { member: true, head: 1, first: 2 },
    });
    expect(told?.state?.epoch).toBe(1);
    const inbox = inboxLog(bob.device);
    await bob.client.until(() => (heard(bob, inbox).length > 0 ? true : undefined));
    const welcome = heard(bob, inbox).at(-1);
    expect(welcome).toMatchObject({ kind: "inbox", sender: alice.device, body: Buffer.from("welcome") });
    expect(decodeWelcomeNote(welcome?.note ?? PART)).toEqual({ log, seq: 1, epoch: 1 });
    expect(await groupInfo(bob, log, 1)).toMatchObject({
      epoch: 1,
      seq: 1,
      groupInfo: Buffer.from("info 1"),
      tree: [PART_ID],
    });
    expect(await bob.client.ask({ type: "getTreeParts", log, parts: [PART_ID] })).toMatchObject({ parts: [PART] });
    expect(await write(bob, log, "hello")).toMatchObject({ result: "ok", seq: 2 });
  });

  it("is the owner's, adds its own device, and welcomes all others", async () => {
    const log = newRoom();
    await create(alice, log, termsOf({ alice: "owner", bob: "admin" }));
    await Promise.all([putParts(alice, log), putParts(bob, log)]);
    const refused = async (by: Guest, wish: Parameters<typeof commit>[2]) => commit(by, log, wish);
    expect(await refused(bob, { add: devices(bob) })).toMatchObject({ result: "denied", code: "not-an-owner" });
    expect(await refused(carol, { add: devices(carol) })).toMatchObject({ code: "no-such-conversation" });
    expect(await refused(alice, { add: devices(bob) })).toMatchObject({ code: "other-device" });
    expect(await refused(alice, { add: devices(alice), external: true })).toMatchObject({ code: "not-founded" });
    expect(await refused(alice, { add: devices(alice, bob), welcomes: [] })).toMatchObject({ code: "bad-commit" });
    const twice = { devices: [bob.device, bob.device], body: PART };
    expect(await refused(alice, { add: devices(alice, bob), welcomes: [twice] })).toMatchObject({ code: "bad-commit" });
    expect(await refused(alice, { add: devices(alice), groupInfo: Buffer.alloc(0) })).toMatchObject({
      code: "bad-commit",
    });
    expect(await refused(alice, { add: devices(alice), tree: [] })).toMatchObject({ code: "bad-commit" });
    const unknown = { add: [...devices(alice), "ab".repeat(16) as never] };
    expect(await refused(alice, unknown)).toMatchObject({ code: "no-such-device" });
    const missing = { add: devices(alice), tree: [PART_ID, "ab".repeat(32) as never] };
    expect(await refused(alice, missing)).toMatchObject({ code: "no-such-part" });
    expect(await refused(alice, { add: devices(alice) })).toMatchObject({ result: "ok", seq: 1 });
  });
});

describe("a commit", () => {
  it("says in its note what it does, inside the chain", async () => {
    const log = await room([alice, bob]);
    const terms = termsOf({ alice: "owner", bob: "admin" });
    await commit(alice, log, { epoch: 1, since: 1, add: devices(carol), remove: devices(bob), terms });
    await commit(alice, log, { epoch: 2, since: 2, terms: termsOf({ alice: "owner" }) });
    const page = await fetch(alice, log);
    if (page?.type !== "page") throw new Error("no page");
    const notes = page.entries.map(({ note }) => decodeCommitNote(note));
    expect(notes[1]).toMatchObject({
      add: [{ device: carol.device, user: "carol" }],
      remove: [{ device: bob.device, user: "bob" }],
      external: false,
      revoked: [],
      leaving: [],
    });
    expect(Buffer.from(notes[1]?.terms ?? []).toString()).toContain('["bob","admin"]');
    let chain = CHAIN_START;
    for (const entry of page.entries) {
      const raw = {
        log: bytesOf(log),
        sender: bytesOf(entry.sender),
        mid: bytesOf(entry.mid),
        kind: ENTRY_KIND[entry.kind],
      };
      chain = nextChain(chain, { ...entry, ...raw });
    }
    const rest = await alice.client.ask({ type: "fetch", log, after: 3, maxCount: 0, maxBytes: 0 });
    expect(rest?.type === "page" && Buffer.from(rest.chain).equals(chain)).toBe(true);
    expect(
      heard(alice, log).map(({ note }) => note.length > 0),
      "live too",
    ).toEqual([true, true]);
  });

  it("of two for one epoch one wins; sent again it is a dup; of a later epoch it is ahead", async () => {
    const log = await room([alice, bob], termsOf({ alice: "owner", bob: "owner" }));
    const mid = randomBytes(16).toString("hex") as MessageId;
    const rivals = await Promise.all([
      commit(alice, log, { epoch: 1, since: 1, mid, add: devices(carol) }),
      commit(bob, log, { epoch: 1, since: 1, add: devices(carol) }),
    ]);
    expect(resultsOf(rivals)).toEqual(["ok", "stale"]);
    const again = commit(alice, log, { epoch: 1, since: 1, mid, add: devices(carol) });
    const [first] = rivals;
    expect(await again).toMatchObject({
      result: first?.type === "appended" && first.result === "ok" ? "dup" : "stale",
    });
    expect(await commit(alice, log, { epoch: 9, since: 1 })).toMatchObject({ result: "ahead", epoch: 2 });
    expect(await commit(alice, log, { epoch: 2, since: 99 })).toMatchObject({ result: "ahead" });
  });

  it("of 50 for one epoch exactly one wins, and what it does is done once", async () => {
    const log = await room([alice, bob], termsOf({ alice: "owner", bob: "owner" }));
    const race = (epoch: number, wish: CommitWish): Promise<readonly (ServerMessage | undefined)[]> =>
      Promise.all(
        Array.from({ length: 50 }, (_, n) => commit(n % 2 === 0 ? alice : bob, log, { epoch, since: epoch, ...wish })),
      );
    const expected = ["ok", ...Array.from({ length: 49 }, () => "stale")];
    for (const [at, wish] of [{ add: devices(carol) }, { remove: devices(carol) }, {}].entries())
      expect(resultsOf(await race(at + 1, wish))).toEqual(expected);
    expect(await fetch(alice, log)).toMatchObject({ head: 4 });
    expect(await alice.client.ask({ type: "listMembers", log })).toMatchObject({
      members: [{ user: "alice" }, { user: "bob" }],
    });
  });

  it("is refused where the rules of the terms refuse it, with their code", async () => {
    const log = await room([alice, bob]);
    const as = (by: Guest, wish: Parameters<typeof commit>[2]) => commit(by, log, { epoch: 1, since: 1, ...wish });
    expect(await as(bob, { remove: devices(alice) })).toMatchObject({ result: "denied", code: "not-an-admin" });
    expect(await as(bob, { add: devices(carol) })).toMatchObject({ code: "not-an-admin" });
    expect(await as(bob, { terms: termsOf({ bob: "owner" }) })).toMatchObject({ code: "not-an-admin" });
    expect(await as(carol, { add: devices(carol), external: true })).toMatchObject({ code: "no-such-conversation" });
    const again = { add: devices(alice), remove: devices(carol), external: true };
    expect(await as(alice, again)).toMatchObject({ code: "not-in-roster" });
    expect(await as(alice, { add: devices(bob) })).toMatchObject({ code: "in-roster-already" });
    expect(await as(alice, { rawTerms: Buffer.from("{}") })).toMatchObject({ code: "bad-terms" });
    expect(await as(alice, { terms: termsOf({ bob: "admin" }) })).toMatchObject({ code: "last-owner" });
    expect(await as(bob, {}), "an update of one's own").toMatchObject({ result: "ok" });
  });

  it("into a conversation that is closed is refused, and so is a message", async () => {
    const log = await room([alice, bob]);
    const closed = termsOf({ alice: "owner" }, { closed: true });
    expect(await commit(alice, log, { epoch: 1, since: 1, terms: closed })).toMatchObject({ result: "ok" });
    expect(await commit(alice, log, { epoch: 2, since: 2 })).toMatchObject({ code: "closed" });
    expect(await write(bob, log, { text: "late", epoch: 2 })).toMatchObject({ result: "denied" });
    // Whoever has not read it to its end still can; who has is not told of it any more.
    const bob2 = await enter(server, realm.issueClient({ user: "bob" }));
    expect(stateIn(bob2, log), "never was in it").toBeUndefined();
    const again = await enter(server, realm.client("bob"));
    expect(stateIn(again, log)).toMatchObject({ head: 2, member: true });
    expect(await fetch(again, log)).toMatchObject({ head: 2 });
    again.client.say({ type: "cursor", cursors: [{ log, seq: 2 }] }, 0);
    await settled(again);
    const last = await enter(server, realm.client("bob"));
    expect(stateIn(last, log)).toBeUndefined();
    bob = last;
    leave([bob2]);
  });
});
