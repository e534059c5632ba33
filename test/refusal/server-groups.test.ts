// What the server refuses of conversations and groups: whoever does not belong learns not even that something is there.
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeviceId, LogId, MessageId } from "../../src/model/ids.ts";
import { TREE_PART_BYTES } from "../../src/model/limits.ts";
import { encodeTerms } from "../../src/model/terms.ts";
import { inboxLog } from "../../src/wire/log-id.ts";
import type { ClientMessage, ClientMessageOf } from "../../src/wire/messages.ts";
import {
  type Guest,
  PART,
  PART_ID,
  commit,
  enter,
  leave,
  newRoom,
  putParts,
  room,
  termsOf,
} from "../kit/conversation.ts";
import { type TestRealm, makeRealm } from "../kit/realm.ts";
import { type TestServer, testServer } from "../kit/server.ts";

let realm: TestRealm;
let server: TestServer;
let alice: Guest;
let mallory: Guest;
let log: LogId;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "mallory"] });
  server = await testServer(realm);
  alice = await enter(server, realm.client("alice"));
  mallory = await enter(server, realm.client("mallory"));
  log = await room([alice]);
});
afterAll(async () => {
  leave([alice, mallory]);
  await server[Symbol.asyncDispose]();
  realm.remove();
});

type Append = ClientMessageOf<"append">;

const append = (more: Partial<Append>): Append => ({
  type: "append",
  log,
  mid: randomBytes(16).toString("hex") as MessageId,
  since: 0,
  kind: "app",
  epoch: 1,
  body: PART,
  commit: undefined,
  ...more,
});
const whole: Append["commit"] = {
  add: [],
  remove: [],
  external: false,
  terms: Buffer.alloc(0),
  reinit: false,
  groupInfo: PART,
  tree: [PART_ID],
  welcomes: [],
  restored: false,
};

const ASKS: readonly (readonly [string, (of: LogId) => ClientMessage])[] = [
  ["its members", (of) => ({ type: "listMembers", log: of })],
  ["its entries", (of) => ({ type: "fetch", log: of, after: 0, maxCount: 0, maxBytes: 0 })],
  ["its group info", (of) => ({ type: "getGroupInfo", log: of, epoch: 0 })],
  ["its tree", (of) => ({ type: "getTreeParts", log: of, parts: [PART_ID] })],
  ["a place for a tree", (of) => ({ type: "putTreeParts", log: of, parts: [PART] })],
  ["key packages for it", (of) => ({ type: "claimKeyPackages", log: of, suite: 1, devices: [] })],
  ["to be let in", (of) => ({ type: "ask", log: of })],
  ["to answer there", (of) => ({ type: "answer", log: of, user: "alice" })],
  ["to leave it", (of) => ({ type: "leave", log: of })],
  ["to signal there", (of) => ({ type: "signal", log: of, body: PART })],
];

describe("somebody who does not belong", () => {
  it.each(ASKS)(
    "asks for %s: the same answer for a room, for none, and for an inbox of another",
    async (_what, ask) => {
      const answers = [];
      for (const of of [log, newRoom(), inboxLog(alice.device)]) answers.push(await mallory.client.ask(ask(of)));
      const error = { type: "error", code: "no-such-conversation" };
      expect(answers).toMatchObject([error, error, error]);
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    },
  );

  it("commits or writes: the same, and nothing of it is stored", async () => {
    for (const of of [log, newRoom(), inboxLog(alice.device)]) {
      const wishes = [{ epoch: 1 }, { epoch: 1, external: true, add: [mallory.device] }, { epoch: 9 }];
      for (const wish of wishes)
        expect(await commit(mallory, of, wish)).toMatchObject({
          result: "denied",
          code: "no-such-conversation",
          head: 0,
          epoch: 0,
        });
      expect(await mallory.client.ask(append({ log: of }))).toMatchObject({
        result: "denied",
        code: "no-such-conversation",
      });
    }
    expect(await alice.client.ask({ type: "fetch", log, after: 0, maxCount: 0, maxBytes: 0 })).toMatchObject({
      head: 1,
    });
    const conversations = await mallory.client.ask({ type: "listConversations", log });
    expect(conversations).toEqual({ type: "conversationList", conversations: [] });
  });

  it("cannot take the id of somebody else's room", async () => {
    const terms = encodeTerms(termsOf({ mallory: "owner" }));
    expect(await mallory.client.ask({ type: "create", log, kind: "room", terms })).toMatchObject({
      code: "no-such-conversation",
    });
    expect(await alice.client.ask({ type: "listConversations", log })).toMatchObject({
      conversations: [{ state: { log, member: true }, members: 1 }],
    });
  });
});

describe("an append that does not fit its kind", () => {
  it.each<readonly [string, string, Partial<Append>]>([
    ["a proposal", "not-supported", { kind: "proposal" }],
    ["an entry for an inbox", "not-supported", { kind: "inbox" }],
    ["a commit that does not say what it does", "bad-commit", { kind: "commit" }],
    ["a message that says it is a commit", "bad-commit", { commit: whole }],
  ])("%s: %s", async (_what, code, more) => {
    expect(await alice.client.ask(append(more))).toMatchObject({ type: "error", code });
  });

  it("a commit into one's own inbox is refused, and so is a message", async () => {
    const own = inboxLog(alice.device);
    expect(await commit(alice, own, {})).toMatchObject({ result: "denied", code: "no-such-conversation" });
    expect(await alice.client.ask(append({ log: own, epoch: 0 }))).toMatchObject({ result: "denied" });
  });
});

describe("a member that says nonsense", () => {
  it("adds and removes the same stranger, itself, nobody known: refused, and the connection goes on", async () => {
    const nobody = "ee".repeat(16) as DeviceId;
    const refused = async (wish: Parameters<typeof commit>[2]) => commit(alice, log, { epoch: 1, since: 1, ...wish });
    expect(await refused({ add: [nobody] })).toMatchObject({ code: "no-such-device" });
    const external = { external: true, add: [alice.device], remove: [nobody] };
    expect(await refused(external)).toMatchObject({ code: "not-in-roster" });
    expect(await refused({ remove: [alice.device] })).toMatchObject({ code: "other-device" });
    expect(await refused({ add: [mallory.device, mallory.device] })).toMatchObject({ code: "bad-commit" });
    expect(await refused({ rawTerms: Buffer.from('{"v":1,"kind":"room"}') })).toMatchObject({ code: "bad-terms" });
    expect(await refused({ rawTerms: randomBytes(1_000) })).toMatchObject({ code: "bad-terms" });
    expect(await refused({ tree: ["cd".repeat(32) as never] })).toMatchObject({ code: "no-such-part" });
    expect(await commit(alice, log, { epoch: 1, since: 1 })).toMatchObject({ result: "ok", seq: 2 });
  });

  it("fills the server with trees until it may not any more", async () => {
    const own = await room([mallory]);
    let answer;
    for (let n = 0; n < 60; n += 1) {
      const parts = Array.from({ length: 7 }, () => randomBytes(TREE_PART_BYTES));
      answer = await putParts(mallory, own, parts);
      if (answer?.type === "error") break;
    }
    expect(answer).toMatchObject({ type: "error", code: "too-many-parts" });
    expect(await putParts(alice, log), "others still may").toMatchObject({ type: "treePartsStored" });
  });
});

describe("a device that puts key packages", () => {
  const LATER = Date.now() + 86_400_000;
  const put = (suites: readonly number[], lasts: readonly number[] = []): ClientMessage => {
    const of = (suite: number) => ({ suite, package: randomBytes(9), expiresAt: LATER });
    return { type: "putKeyPackages", packages: suites.map(of), lastResorts: lasts.map(of), replaces: false };
  };
  const single = (suite: number) => ({ suite, count: 1, lastResort: false });

  it("of three cipher suites is refused, at once or one after the other, and nothing of it is stored", async () => {
    const refused = { type: "error", code: "too-many-suites" };
    expect(await alice.client.ask(put([1, 2, 3]))).toMatchObject(refused);
    expect(await alice.client.ask(put([1], [2, 3]))).toMatchObject(refused);
    expect(await alice.client.ask(put([]))).toEqual({ type: "keyPackagesStored", stocks: [] });
    expect(await alice.client.ask(put([1, 0xf00d]))).toMatchObject({ stocks: [single(1), single(0xf00d)] });
    expect(await alice.client.ask(put([1, 2]))).toMatchObject(refused);
    expect(await alice.client.ask(put([], [2]))).toMatchObject(refused);
    expect(await alice.client.ask(put([]))).toMatchObject({ stocks: [single(1), single(0xf00d)] });
  });

  it("is not added by a claim of a suite that it has none of, and none of the others is spent", async () => {
    await mallory.client.ask(put([1], [0xf00d]));
    const claim = { type: "claimKeyPackages", log, suite: 0x7777, devices: [mallory.device] } as const;
    expect(await alice.client.ask(claim)).toEqual({
      type: "keyPackages",
      packages: [{ device: mallory.device, package: Buffer.alloc(0), lastResort: false }],
    });
    expect(await mallory.client.ask(put([]))).toMatchObject({
      stocks: [single(1), { suite: 0xf00d, count: 0, lastResort: true }],
    });
  });
});
