import { describe, expect, it } from "vitest";
import type { DeviceId, Handle, LogId, MessageId, Sha256, StoreId } from "../../../src/model/ids.ts";
import {
  type Frame,
  decodeClientFrame,
  decodeServerFrame,
  encodeClientFrame,
  encodeServerFrame,
} from "../../../src/wire/codec.ts";
import type { ClientMessage, ServerMessage } from "../../../src/wire/messages.ts";

const log = `0003${"11".repeat(14)}` as LogId;
const device = "22".repeat(16) as DeviceId;
const mid = "33".repeat(16) as MessageId;
const storeId = "44".repeat(16) as StoreId;
const sha = "55".repeat(32) as Sha256;
const user = "alice" as Handle;
const chain = Buffer.alloc(32, 6);
const body = Buffer.from("not for the server");
const belonging = { member: true, terms: body, leaving: [user], until: 8 };
const state = { log, kind: "room", head: 9, first: 1, epoch: 2, cursor: 3, standing: "ahead", ...belonging } as const;
const entry = {
  seq: 7,
  at: 1_800_000_000_000,
  sender: device,
  mid,
  kind: "commit",
  epoch: 2,
  body,
  note: body,
} as const;
const member = { device, user, online: true };

const classic = { suite: 1, package: body, expiresAt: 1_900_000_000_000 };
const hybrid = { ...classic, suite: 0xf00d };
const stocks = [
  { suite: 1, count: 0, lastResort: true },
  { suite: 0xf00d, count: 25, lastResort: false },
];

/** One of each kind: a new message without a line here fails the count below. */
const CLIENT: readonly ClientMessage[] = [
  {
    type: "hello",
    logHead: body,
    versions: [1],
    features: ["presence"],
    agent: "test/1",
    storeId,
    generation: 3,
    positions: [
      { log, seq: 5, chain },
      { log, seq: 0, chain: undefined },
    ],
  },
  { type: "append", log, mid, since: 4, kind: "app", epoch: 0, body, commit: undefined },
  { type: "fetch", log, after: 0, maxCount: 10, maxBytes: 0 },
  { type: "cursor", cursors: [{ log, seq: Number.MAX_SAFE_INTEGER }] },
  { type: "listConversations", log },
  { type: "listConversations", log: undefined },
  { type: "listMembers", log },
  { type: "listUsers", query: "é", after: user },
  { type: "getDevices", devices: [device, device], former: true },
  { type: "create", log, kind: "direct", terms: body },
  { type: "signal", log, body },
  { type: "blobPut", id: sha, size: 10, offset: 3, chunk: body },
  { type: "blobGet", id: sha, offset: 0, maxBytes: 7 },
  { type: "putKeyPackages", packages: [classic, hybrid, hybrid], lastResorts: [hybrid, classic], replaces: false },
  { type: "putKeyPackages", packages: [], lastResorts: [], replaces: false },
  { type: "claimKeyPackages", log, suite: 0xffff, devices: [device] },
  {
    type: "append",
    log,
    mid,
    since: 4,
    kind: "commit",
    epoch: 3,
    body,
    commit: {
      add: [device],
      remove: [device],
      external: true,
      terms: body,
      groupInfo: body,
      tree: [sha, sha],
      welcomes: [{ devices: [device], body }],
      reinit: true,
      restored: true,
    },
  },
  { type: "putTreeParts", log, parts: [body, body] },
  { type: "getTreeParts", log, parts: [sha] },
  { type: "getGroupInfo", log, epoch: 3 },
  { type: "ask", log },
  { type: "answer", log, user },
  { type: "leave", log },
  { type: "readRealmLog", from: 3 },
  { type: "offerRealmLog", from: 3, entries: [body], head: body },
  { type: "renew", request: body },
  { type: "revokeDevice", device },
  { type: "administer", request: body },
  { type: "openPairing", code: sha },
  { type: "confirmPairing", key: sha, signature: body },
  { type: "ping", nonce: 0 },
  { type: "pong", nonce: 12 },
  { type: "goodbye", code: "bye", message: "", retryMs: 0 },
];

const SERVER: readonly ServerMessage[] = [
  {
    type: "greeting",
    version: 1,
    features: [],
    storeId,
    generation: 1,
    durability: "disk",
    at: 5,
    device,
    user,
    logs: [state],
    limits: { frameBytes: 1, bodyBytes: 2, pageCount: 3, pageBytes: 4, blobChunkBytes: 5, blobBytes: 6, idleMs: 7 },
    agent: "test",
    keyPackages: stocks,
    logHead: body,
    logKey: [body],
  },
  { type: "appended", result: "overload", seq: 1, epoch: 2, at: 3, head: 4, code: "", devices: [] },
  { type: "appended", result: "denied", seq: 0, epoch: 0, at: 0, head: 0, code: "must-remove", devices: [device] },
  { type: "deliver", log, entries: [entry, entry] },
  { type: "page", log, entries: [], head: 1, first: 1, chain },
  { type: "conversationList", conversations: [{ state, members: 3 }] },
  { type: "memberList", log, members: [member] },
  { type: "userList", users: [{ user, name: "Ada", devices: 2, online: false }], more: true },
  { type: "deviceList", devices: [{ device, user, certificates: [body], former: [{ certificates: [body] }] }] },
  { type: "created", state },
  { type: "signalled", log, sender: device, body },
  { type: "blobStored", id: sha, offset: 3, complete: true },
  { type: "blobChunk", id: sha, size: 9, offset: 1, chunk: body },
  { type: "keyPackagesStored", stocks },
  { type: "keyPackages", packages: [{ device, package: body, lastResort: true }] },
  { type: "ping", nonce: 1 },
  { type: "pong", nonce: 2 },
  { type: "goodbye", code: "shutdown", message: "x", retryMs: 5 },
  { type: "error", code: "c", message: "m", hint: "h" },
  { type: "memberChange", log, added: [member], removed: [], state, leaving: [user] },
  { type: "presence", changes: [{ user, online: true }] },
  { type: "treePartsStored" },
  { type: "treeParts", parts: [body] },
  { type: "groupInfo", log, epoch: 2, seq: 9, groupInfo: body, tree: [sha] },
  { type: "done" },
  { type: "asked", log, user, at: 5 },
  { type: "askAnswered", log, user, approved: true },
  { type: "keyPackagesLow", stocks: stocks.slice(1) },
  { type: "realmLogPage", entries: [body], head: body, path: [chain] },
  { type: "realmLogGrown", head: body },
  { type: "revocationLists", lists: [body, body] },
  { type: "renewed", certificates: [body] },
  { type: "motd", text: "the server moves on Sunday" },
  { type: "administered", answer: body },
  { type: "motd", text: "" },
  { type: "pairingOpened", until: 9, host: "chat.example.org", port: 12_346 },
  { type: "pairingAsked", key: sha, mac: body },
];

const payload = (bytes: Buffer): Buffer => bytes.subarray(4);

describe("codec", () => {
  it("has one example of every message", () => {
    expect(new Set(CLIENT.map(({ type }) => type)).size).toBe(30);
    expect(new Set(SERVER.map(({ type }) => type)).size).toBe(35);
  });

  it.each(CLIENT.map((message) => [message.type, message] as const))("carries %s to the server", (_type, message) => {
    const frame: Frame<ClientMessage> = { request: 7, message };
    const bytes = encodeClientFrame(frame);
    expect(bytes.readUInt32BE(0)).toBe(bytes.length - 4);
    expect(decodeClientFrame(payload(bytes))).toEqual(frame);
    expect(encodeClientFrame(decodeClientFrame(payload(bytes)))).toEqual(bytes);
  });

  it.each(SERVER.map((message) => [message.type, message] as const))("carries %s to the client", (_type, message) => {
    const frame: Frame<ServerMessage> = { request: 0, message };
    const bytes = encodeServerFrame(frame);
    expect(decodeServerFrame(payload(bytes))).toEqual(frame);
    expect(encodeServerFrame(decodeServerFrame(payload(bytes)))).toEqual(bytes);
  });

  it("puts an append on the wire as docs/protocol.md shows it", () => {
    const bytes = encodeClientFrame({
      request: 1,
      message: {
        type: "append",
        log,
        mid,
        since: 4,
        kind: "app",
        epoch: 0,
        body: Buffer.from("hi"),
        commit: undefined,
      },
    });
    expect(bytes.toString("hex")).toBe(`0000002e08011a2a0a100003${"11".repeat(14)}1210${"33".repeat(16)}180432026869`);
  });

  it.each<readonly [string, ClientMessage, string]>([
    [
      "packages of two suites",
      {
        type: "putKeyPackages",
        packages: [{ suite: 1, package: Buffer.from("a"), expiresAt: 2 }],
        lastResorts: [{ suite: 0xf00d, package: Buffer.from("b"), expiresAt: 3 }],
        replaces: false,
      },
      // packages { package, expires_at, suite }, last_resorts { the same }
      "0801 7214 0a07 0a0161 1002 1801 1209 0a0162 1003 188de003",
    ],
    [
      "a claim of one suite",
      { type: "claimKeyPackages", log, suite: 0xf00d, devices: [device] },
      `0801 7a28 0a10 ${"22".repeat(16)} 1210 0003${"11".repeat(14)} 188de003`,
    ],
  ])("puts %s on the wire", (_what, message, hex) => {
    const bytes = payload(encodeClientFrame({ request: 1, message }));
    expect(bytes.toString("hex")).toBe(hex.replaceAll(" ", ""));
    expect(decodeClientFrame(bytes).message).toEqual(message);
  });

  it("puts what is left of each suite on the wire", () => {
    const bytes = payload(encodeServerFrame({ request: 0, message: { type: "keyPackagesLow", stocks } }));
    // stocks { suite, last_resort }, stocks { suite, count }
    expect(bytes.toString("hex")).toBe("e2010e 0a04 0801 1801 0a06 088de003 1019".replaceAll(" ", ""));
  });
});
