// Who comes and who goes by commits: what reaches whom, and nothing beyond that. Bare clients, the real server.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LogId } from "../../src/model/ids.ts";
import {
  type Guest,
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
  textsOf,
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

/** So many at a time that some are stored together with what comes between. */
const BURST = 60;

async function writeOn(log: LogId, state: { readonly isDone: boolean }): Promise<void> {
  const sent = [];
  do {
    for (let n = 0; n < BURST; n += 1) sent.push(write(alice, log, `m${n}`));
    await new Promise((resolve) => setImmediate(resolve));
  } while (!state.isDone);
  await Promise.all(sent);
}

describe("who comes and who goes", () => {
  it("a removed device gets not a byte more, and can neither read nor write", async () => {
    const log = await room([alice, bob]);
    await write(alice, log, "before");
    const writes = Array.from({ length: 20 }, (_, n) => write(alice, log, `m${n}`));
    const removal = commit(alice, log, { epoch: 1, since: 1, remove: devices(bob) });
    const more = Array.from({ length: 20 }, (_, n) => write(alice, log, { text: `later ${n}`, epoch: 1 }));
    const seen = await removal;
    if (seen?.type !== "appended" || seen.result !== "ok") throw new Error("not removed");
    await Promise.all([...writes, ...more]);
    expect(await change(bob, log, ({ removed }) => removed.length > 0)).toMatchObject({
      removed: [{ device: bob.device }],
      state: undefined,
    });
    expect(await write(bob, log, "still here?")).toMatchObject({ result: "denied" });
    expect(await fetch(bob, log), "of before").toMatchObject({ head: seen.seq - 1, entries: { length: seen.seq - 1 } });
    expect(await groupInfo(bob, log)).toMatchObject({ code: "no-such-conversation" });
    expect(await commit(bob, log, { epoch: 2 })).toMatchObject({ code: "no-such-conversation" });
    expect(await bob.client.ask({ type: "listMembers", log })).toMatchObject({ code: "no-such-conversation" });
    const last = heard(bob, log).at(-1)?.seq ?? 0;
    expect(last).toBeLessThan(seen.seq);
    expect(last, "and nothing of before is missing").toBe(seen.seq - 1);
    alice.client.say({ type: "signal", log, body: PART }, 0);
    await settled(alice);
    await settled(bob);
    expect(bob.client.frames.some(({ message }) => message.type === "signalled" && message.log === log)).toBe(false);
  });

  it("a removed device has all of before also when somebody writes all the time, and a newcomer nothing of it", async () => {
    for (let round = 0; round < 5; round += 1) {
      const log = await room([alice, bob]);
      const state = { isDone: false };
      const writing = writeOn(log, state);
      const answer = await commit(alice, log, { epoch: 1, since: 1, remove: devices(bob), add: devices(carol) });
      state.isDone = true;
      await writing;
      const at = answer?.type === "appended" && answer.result === "ok" ? answer.seq : 0;
      await Promise.all([settled(bob), settled(carol)]);
      const [before, after] = [heard(bob, log), heard(carol, log)].map((entries) => entries.map(({ seq }) => seq));
      expect(before).toEqual(Array.from({ length: at - 2 }, (_, n) => n + 2));
      expect(after).toEqual((after ?? []).map((_, n) => at + 1 + n));
    }
  });

  it("a newcomer is delivered nothing of before, and can fetch it", async () => {
    const log = await room([alice]);
    const before = Array.from({ length: 10 }, (_, n) => write(alice, log, `m${n}`));
    const addition = commit(alice, log, { epoch: 1, since: 1, add: devices(bob) });
    const after = Array.from({ length: 10 }, (_, n) => write(alice, log, `n${n}`));
    const added = await addition;
    if (added?.type !== "appended" || added.result !== "ok") throw new Error("not added");
    await Promise.all([...before, ...after]);
    await write(alice, log, "last");
    await bob.client.until(() => (textsOf(heard(bob, log)).includes("last") ? true : undefined));
    const seqs = heard(bob, log).map(({ seq }) => seq);
    expect(seqs[0]).toBe(added.seq + 1);
    expect(seqs).toEqual(seqs.map((_, n) => added.seq + 1 + n));
    expect(await change(bob, log)).toMatchObject({ state: { first: added.seq + 1, head: added.seq } });
    expect(await fetch(bob, log)).toMatchObject({ entries: expect.arrayContaining([]) as unknown, first: 1 });
    expect(await bob.client.ask({ type: "fetch", log, after: 0, maxCount: 1, maxBytes: 0 })).toMatchObject({
      entries: [{ seq: 1, kind: "commit" }],
    });
  });

  it("who comes in by itself needs the terms to be open, or to belong there", async () => {
    const log = await room([alice], termsOf({ alice: "owner", bob: "member" }));
    expect(await change(bob, log), "one who is named is told").toMatchObject({ state: { member: false, epoch: 1 } });
    expect(await groupInfo(carol, log)).toMatchObject({ code: "no-such-conversation" });
    expect(await putParts(carol, log)).toMatchObject({ code: "no-such-conversation" });
    expect(await bob.client.ask({ type: "getTreeParts", log, parts: [PART_ID] })).toMatchObject({ parts: [PART] });
    expect(await groupInfo(bob, log)).toMatchObject({ epoch: 1 });
    expect(await bob.client.ask({ type: "listMembers", log })).toMatchObject({ members: [{ user: "alice" }] });
    expect(
      await commit(bob, log, { epoch: 1, external: true, add: devices(bob), remove: devices(alice) }),
    ).toMatchObject({
      code: "other-device",
    });
    const came = await commit(bob, log, { epoch: 1, external: true, add: devices(bob) });
    expect(came).toMatchObject({ result: "ok", epoch: 2 });
    expect(await write(bob, log, { text: "in", epoch: 2 })).toMatchObject({ result: "ok", seq: 3 });
    // The device's own former leaf, whose state was lost.
    const again = { epoch: 2, external: true, add: devices(bob), remove: devices(bob) };
    expect(await commit(bob, log, again)).toMatchObject({ result: "ok", epoch: 3 });
    expect(await write(bob, log, { text: "in again", epoch: 3 })).toMatchObject({ result: "ok" });
    const [open, terms] = [newRoom(), termsOf({ alice: "owner" }, { join: "open" })];
    await create(alice, open, terms);
    await found([alice], open);
    expect(await groupInfo(carol, open)).toMatchObject({ epoch: 1 });
    expect(await commit(carol, open, { epoch: 1, external: true, add: devices(carol) })).toMatchObject({
      result: "ok",
    });
  });

  it("users are told when they are named, and when they no longer are", async () => {
    const log = await room([alice]);
    await commit(alice, log, { epoch: 1, terms: termsOf({ alice: "owner", carol: "member" }) });
    expect(await change(carol, log, ({ state }) => state !== undefined)).toMatchObject({
      state: { member: false, epoch: 2 },
    });
    const second = await enter(server, realm.issueClient({ user: "carol" }));
    expect(stateIn(second, log)).toMatchObject({ member: false, head: 2, first: 3 });
    expect(await fetch(second, log), "not in it").toMatchObject({ code: "no-such-conversation" });
    await commit(alice, log, { epoch: 2, terms: termsOf({ alice: "owner" }) });
    expect(await change(second, log, ({ state }) => state === undefined)).toMatchObject({
      removed: [{ user: "carol" }],
    });
    leave([second]);
  });
});

describe("the lobby, where devices come in by commits", () => {
  it("is everybody's, its first commit is anybody's, the others come in by themselves", async () => {
    const log = alice.greeting.logs.find(({ kind }) => kind === "lobby")?.log;
    if (log === undefined) throw new Error("no lobby");
    expect(stateIn(alice, log)).toMatchObject({ member: false, epoch: 0 });
    expect(await write(alice, log, { text: "not yet", epoch: 0 })).toMatchObject({ result: "denied" });
    await Promise.all([putParts(alice, log), putParts(bob, log)]);
    const founders = await Promise.all([alice, bob].map((by) => commit(by, log, { add: devices(by) })));
    expect(resultsOf(founders)).toEqual(["ok", "stale"]);
    const [one] = founders;
    const [first, second] = one?.type === "appended" && one.result === "ok" ? [alice, bob] : [bob, alice];
    expect(await change(carol, log), "there is a group now").toMatchObject({ state: { member: false, epoch: 1 } });
    expect(await commit(second, log, { epoch: 1, external: true, add: devices(second) })).toMatchObject({
      result: "ok",
    });
    expect(await commit(carol, log, { epoch: 2, external: true, add: devices(carol) })).toMatchObject({ result: "ok" });
    expect(await write(first, log, { text: "all here", epoch: 3 })).toMatchObject({ result: "ok" });
    await carol.client.until(() => (textsOf(heard(carol, log)).includes("all here") ? true : undefined));
    expect(await first.client.ask({ type: "leave", log })).toMatchObject({ code: "cannot-leave" });
    expect(await commit(carol, log, { epoch: 3, remove: devices(first) })).toMatchObject({ code: "fixed-members" });
  });

  it("takes messages of the last three epochs, no older ones", async () => {
    const log = await room([alice]);
    for (let epoch = 1; epoch < 5; epoch += 1) await commit(alice, log, { epoch });
    expect(await write(alice, log, { text: "late", epoch: 2 })).toMatchObject({ result: "ok" });
    expect(await write(alice, log, { text: "too late", epoch: 1 })).toMatchObject({ result: "stale", epoch: 5 });
  });
});
