// Coming and going without a commit: direct conversations, leaving, asking, devices whose certificate is revoked.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LogId } from "../../src/model/ids.ts";
import { directLog } from "../../src/wire/log-id.ts";
import { decodeCommitNote } from "../../src/wire/note.ts";
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
  resultsOf,
  room,
  settled,
  stateIn,
  termsOf,
  textsOf,
  write,
} from "../kit/conversation.ts";
import { type TestRealm, makeRealm } from "../kit/realm.ts";
import { type TestServer, testServer } from "../kit/server.ts";

let realm: TestRealm;
let server: TestServer;
let alice: Guest;
let bob: Guest;
let carol: Guest;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob", "carol", "mallory"] });
  server = await testServer(realm);
  alice = await enter(server, realm.client("alice"));
  bob = await enter(server, realm.client("bob"));
  carol = await enter(server, realm.client("carol"));
});
afterAll(async () => {
  leave([alice, bob, carol]);
  await server[Symbol.asyncDispose]();
  realm.remove();
});

const devices = (...guests: readonly Guest[]) => guests.map(({ device }) => device);
const go = ({ client }: Guest, log: LogId) => client.ask({ type: "leave", log });
const pair = (a: Guest, b: Guest) => directLog(realm.fingerprint, a.user, b.user);
const direct = (a: Guest, b: Guest) => termsOf({ [a.user]: "owner", [b.user]: "owner" }, { kind: "direct" });
const noteAt = (guest: Guest, log: LogId, seq: number) => {
  const entry = heard(guest, log).find((each) => each.seq === seq);
  return entry === undefined ? undefined : decodeCommitNote(entry.note);
};

describe("a direct conversation", () => {
  it("is the same one whoever of the two makes it, also when both do at once", async () => {
    const log = pair(alice, bob);
    expect(log).toBe(pair(bob, alice));
    const answers = await Promise.all([create(alice, log, direct(alice, bob)), create(bob, log, direct(bob, alice))]);
    for (const answer of answers) expect(answer).toMatchObject({ type: "created", state: { log, kind: "direct" } });
    await Promise.all([putParts(alice, log), putParts(bob, log)]);
    const both = { add: devices(alice, bob) };
    const founders = await Promise.all([commit(alice, log, both), commit(bob, log, both)]);
    expect(resultsOf(founders)).toEqual(["ok", "stale"]);
    expect(await write(bob, log, "just us")).toMatchObject({ result: "ok", seq: 2 });
    expect(await commit(alice, log, { epoch: 1, add: devices(carol) })).toMatchObject({ code: "fixed-members" });
    expect(await create(carol, log, direct(alice, carol))).toMatchObject({ code: "no-such-conversation" });
  });

  it("is refused with other users, another id, or open to others", async () => {
    const log = pair(alice, carol);
    const three = termsOf({ alice: "owner", bob: "owner", carol: "owner" }, { kind: "direct" });
    expect(await create(alice, log, three)).toMatchObject({ code: "bad-terms" });
    expect(await create(bob, log, direct(alice, carol)), "not one of them").toMatchObject({ code: "bad-terms" });
    expect(await create(alice, `0004${newRoom().slice(4)}` as LogId, direct(alice, carol))).toMatchObject({
      code: "bad-log-id",
    });
    const open = { ...direct(alice, carol), join: "open" } as const;
    expect(await create(alice, log, open)).toMatchObject({ code: "bad-terms" });
    const room3 = { type: "create", log: newRoom(), kind: "room" } as const;
    expect(await alice.client.ask({ ...room3, terms: Buffer.from("nonsense") })).toMatchObject({ code: "bad-terms" });
    expect(await create(alice, newRoom(), termsOf({ alice: "admin" }))).toMatchObject({ code: "bad-terms" });
    expect(await create(alice, `01${newRoom().slice(2)}` as LogId, termsOf({ alice: "owner" }))).toMatchObject({
      code: "bad-log-id",
    });
  });

  it("may be with oneself; who leaves one comes back by making it again", async () => {
    const self = pair(alice, alice);
    expect(await create(alice, self, termsOf({ alice: "owner" }, { kind: "direct" }))).toMatchObject({
      type: "created",
    });
    const log = pair(bob, carol);
    await create(bob, log, direct(bob, carol));
    await found([bob, carol], log);
    expect(await go(carol, log)).toMatchObject({ type: "done" });
    expect(await change(bob, log, ({ leaving }) => leaving.length > 0)).toMatchObject({ leaving: ["carol"] });
    expect(await write(carol, log, "gone")).toMatchObject({ result: "denied" });
    const away = await enter(server, realm.client("carol"));
    expect(stateIn(away, log)).toBeUndefined();
    expect(await create(away, log, direct(bob, carol))).toMatchObject({ state: { member: true, leaving: [] } });
    expect(await change(bob, log, ({ added }) => added.some(({ user }) => user === "carol"))).toBeDefined();
    expect(await write(bob, log, "welcome back")).toMatchObject({ result: "ok" });
    await away.client.until(() => (textsOf(heard(away, log)).includes("welcome back") ? true : undefined));
    carol = away;
  });
});

describe("leaving", () => {
  it("ends everything for the user's devices at once; the next commit must remove them", async () => {
    const second = await enter(server, realm.issueClient({ user: "bob" }));
    const log = await room([alice, bob, second, carol]);
    expect(await go(bob, log)).toMatchObject({ type: "done" });
    for (const guest of [alice, bob, second, carol])
      expect(await change(guest, log, ({ leaving }) => leaving.length > 0)).toMatchObject({ leaving: ["bob"] });
    await write(alice, log, "without bob");
    await Promise.all([settled(bob), settled(second)]);
    expect([heard(bob, log), heard(second, log)]).toEqual([[], []]);
    expect(await write(second, log, "still here")).toMatchObject({ result: "denied" });
    expect(await go(bob, log), "twice").toMatchObject({ code: "no-such-conversation" });
    expect(await commit(bob, log, { epoch: 1 })).toMatchObject({ code: "no-such-conversation" });
    const late = await enter(server, realm.issueClient({ user: "alice" }));
    expect(stateIn(late, log)).toMatchObject({ leaving: ["bob"] });
    const must = await commit(carol, log, { epoch: 1, remove: devices(bob) });
    expect(must).toMatchObject({ result: "denied", code: "must-remove", devices: [second.device] });
    const both = devices(bob, second);
    expect(await commit(carol, log, { epoch: 1, remove: both }), "by a plain member").toMatchObject({ result: "ok" });
    await settled(alice);
    expect(noteAt(alice, log, 3)).toMatchObject({ leaving: ["bob"], remove: [{ user: "bob" }, { user: "bob" }] });
    expect(await commit(carol, log, { epoch: 2 })).toMatchObject({ result: "ok" });
    leave([second, late]);
  });

  it("while a commit is on its way: one of both comes first, and the other keeps the rule", async () => {
    for (let round = 0; round < 10; round += 1) {
      const log = await room([alice, bob]);
      const [left, committed] = await Promise.all([go(bob, log), commit(alice, log, { epoch: 1 })]);
      expect(left).toMatchObject({ type: "done" });
      if (committed?.type !== "appended") throw new Error("no answer");
      // Either the commit came too late, or the next one does.
      const next = committed.result === "ok" ? await commit(alice, log, { epoch: 2 }) : committed;
      expect(next).toMatchObject({ code: "must-remove", devices: devices(bob) });
    }
  });

  it("is refused to the only owner as long as others are there; the last one out closes the room", async () => {
    const log = await room([alice, bob]);
    expect(await go(alice, log)).toMatchObject({ code: "last-owner" });
    expect(await go(bob, log)).toMatchObject({ type: "done" });
    expect(await go(alice, log)).toMatchObject({ type: "done" });
    expect(await go(carol, log)).toMatchObject({ code: "no-such-conversation" });
    const again = await enter(server, realm.client("alice"));
    expect(stateIn(again, log)).toBeUndefined();
    expect(await commit(again, log, { epoch: 1, external: true, add: devices(again) })).toMatchObject({
      code: "no-such-conversation",
    });
    alice = again;
  });
});

describe("asking", () => {
  const ask = ({ client }: Guest, log: LogId) => client.ask({ type: "ask", log });
  const asked = ({ client }: Guest, log: LogId) =>
    client.until(({ message }) => (message.type === "asked" && message.log === log ? message : undefined));
  const answered = ({ client }: Guest, log: LogId) =>
    client.until(({ message }) => (message.type === "askAnswered" && message.log === log ? message : undefined));

  it("is told to owners and admins, now or when they come; no is told to who asked", async () => {
    const log = await room([alice, bob], termsOf({ alice: "owner", mallory: "admin" }, { join: "ask" }));
    expect(await ask(carol, log)).toMatchObject({ type: "done" });
    expect(await ask(carol, log), "again").toMatchObject({ type: "done" });
    expect(await asked(alice, log)).toMatchObject({ user: "carol" });
    const admin = await enter(server, realm.client("mallory"));
    expect(await asked(admin, log)).toMatchObject({ user: "carol" });
    await settled(bob);
    expect(bob.client.frames.some(({ message }) => message.type === "asked" && message.log === log)).toBe(false);
    const no = { type: "answer", log, user: "carol" } as const;
    expect(await bob.client.ask(no), "a plain member").toMatchObject({ code: "not-an-admin" });
    expect(await carol.client.ask(no)).toMatchObject({ code: "no-such-conversation" });
    expect(await admin.client.ask(no)).toMatchObject({ type: "done" });
    for (const guest of [carol, alice, admin])
      expect(await answered(guest, log)).toMatchObject({ user: "carol", approved: false });
    leave([admin]);
  });

  it("yes is a commit", async () => {
    const log = await room([alice], termsOf({ alice: "owner" }, { join: "ask" }));
    await ask(carol, log);
    await commit(alice, log, { epoch: 1, add: devices(carol) });
    expect(await answered(carol, log)).toMatchObject({ user: "carol", approved: true });
    expect(await answered(alice, log)).toMatchObject({ approved: true });
    const again = await enter(server, realm.client("alice"));
    await settled(again);
    expect(again.client.frames.some(({ message }) => message.type === "asked" && message.log === log)).toBe(false);
    alice = again;
  });

  it("is not for those who belong, nor where the terms say otherwise, and not without end", async () => {
    const log = await room([alice], termsOf({ alice: "owner" }, { join: "ask" }));
    expect(await ask(alice, log)).toMatchObject({ code: "not-needed" });
    expect(await ask(bob, await room([alice]))).toMatchObject({ code: "no-such-conversation" });
    expect(await ask(bob, newRoom())).toMatchObject({ code: "no-such-conversation" });
    const answers = [];
    for (let n = 0; n < 4; n += 1) {
      answers.push(await ask(bob, log));
      await alice.client.ask({ type: "answer", log, user: "bob" });
    }
    expect(answers.map((answer) => answer?.type === "error" && answer.code)).toEqual([
      false,
      false,
      false,
      "too-many-asks",
    ]);
  });
});

describe("a device whose certificate is revoked", () => {
  it("must be removed by the next commit of a member, whoever makes it; one who comes in by itself need not", async () => {
    const own = await makeRealm({ clients: ["alice", "bob", "mallory", "dora"] });
    await using ours = await testServer(own);
    const [ann, ben, bad, dora] = [
      await enter(ours, own.client("alice")),
      await enter(ours, own.client("bob")),
      await enter(ours, own.client("mallory")),
      await enter(ours, own.client("dora")),
    ];
    const log = await room([ann, ben, bad], termsOf({ alice: "owner", dora: "member" }));
    await own.revoke("mallory");
    await ours.server.reload();
    expect(await bad.client.message("goodbye")).toMatchObject({ code: "certificate-revoked" });
    expect(await commit(ben, log, { epoch: 1 })).toMatchObject({ code: "must-remove", devices: devices(bad) });
    expect(await commit(dora, log, { epoch: 1, external: true, add: devices(dora) })).toMatchObject({ result: "ok" });
    expect(await commit(ben, log, { epoch: 2, remove: devices(bad) })).toMatchObject({ result: "ok" });
    await settled(ann);
    expect(noteAt(ann, log, 3)).toMatchObject({ revoked: devices(bad), remove: [{ user: "mallory" }] });
    expect(await commit(ben, log, { epoch: 3, remove: devices(ann) }), "no rank for others").toMatchObject({
      code: "not-an-admin",
    });
    leave([ann, ben, dora]);
    own.remove();
  });
});
