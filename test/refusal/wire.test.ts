// Bytes that no honest client sends: each is refused with a Fault, never with anything else, and never half-taken.
import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { Fault } from "../../src/model/fault.ts";
import type { DeviceId, LogId, MessageId } from "../../src/model/ids.ts";
import { decodeClientFrame, decodeServerFrame, encodeClientFrame, encodeServerFrame } from "../../src/wire/codec.ts";
import { decodeCommitNote, decodeWelcomeNote, encodeCommitNote, encodeWelcomeNote } from "../../src/wire/note.ts";
import { mutual } from "../../src/wire/generated/mutual.js";

const id = (byte: number, length = 16): Buffer => Buffer.alloc(length, byte);
const raw = (message: object): Uint8Array => mutual.v1.ClientFrame.encode(message).finish();
const rawServer = (message: object): Uint8Array => mutual.v1.ServerFrame.encode(message).finish();

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return error instanceof Fault ? error.code : `not a fault: ${String(error)}`;
  }
  return "taken";
};

const append = { log: id(1), mid: id(2), since: 0, kind: 0, epoch: 0, body: id(3) };

const keyPackage = { suite: 1, package: id(1) };

const commit = (fields: object): object => ({ ...append, kind: 2, commit: fields });

describe("a malformed message", () => {
  it.each<readonly [string, object]>([
    ["a log id of 15 bytes", { append: { ...append, log: id(1, 15) } }],
    ["a log id of 17 bytes", { append: { ...append, log: id(1, 17) } }],
    ["no message id", { append: { ...append, mid: undefined } }],
    ["an unknown entry kind", { append: { ...append, kind: 9 } }],
    ["a negative entry kind", { append: { ...append, kind: -1 } }],
    ["a body over the limit", { append: { ...append, body: Buffer.alloc(512 * 1024 + 1) } }],
    ["a chain of 31 bytes", { hello: { positions: [{ log: id(1), seq: 1, chain: id(1, 31) }] } }],
    ["too many versions", { hello: { versions: Array.from({ length: 17 }, () => 1) } }],
    ["too many features", { hello: { features: Array.from({ length: 33 }, () => "x") } }],
    ["a feature that is too long", { hello: { features: ["x".repeat(65)] } }],
    ["too many empty positions", { hello: { positions: Array.from({ length: 5_001 }, () => ({})) } }],
    ["an empty cursor", { cursor: { cursors: [{}] } }],
    ["too many cursors", { cursor: { cursors: Array.from({ length: 5_001 }, () => ({ log: id(1), seq: 1 })) } }],
    ["too many devices asked for", { getDevices: { devices: Array.from({ length: 201 }, () => id(1)) } }],
    ["a signal over its limit", { signal: { log: id(1), body: Buffer.alloc(2048) } }],
    ["51 key packages", { putKeyPackages: { packages: Array.from({ length: 51 }, () => keyPackage) } }],
    ["3 last-resort packages", { putKeyPackages: { lastResorts: Array.from({ length: 3 }, () => keyPackage) } }],
    [
      "a key package over its limit",
      { putKeyPackages: { packages: [{ ...keyPackage, package: Buffer.alloc(16 * 1024 + 1) }] } },
    ],
    ["a key package of no suite", { putKeyPackages: { packages: [{ ...keyPackage, suite: 0 }] } }],
    ["a last-resort package of no suite", { putKeyPackages: { lastResorts: [{ package: id(1) }] } }],
    ["a key package of a suite of 17 bits", { putKeyPackages: { packages: [{ ...keyPackage, suite: 0x1_0000 }] } }],
    ["a blob chunk over its limit", { blobPut: { id: id(1, 32), size: 1, chunk: Buffer.alloc(256 * 1024 + 1) } }],
    ["a search text that is too long", { listUsers: { query: "x".repeat(65) } }],
    ["terms over their limit", { create: { log: id(1), kind: 2, terms: Buffer.alloc(256 * 1024 + 1) } }],
    ["a commit of too many devices", { append: commit({ add: Array.from({ length: 5_001 }, () => id(1)) }) }],
    [
      "a commit of too many empty devices",
      { append: commit({ remove: Array.from({ length: 5_001 }, () => id(1, 0)) }) },
    ],
    ["a commit with terms over their limit", { append: commit({ terms: Buffer.alloc(256 * 1024 + 1) }) }],
    ["a group info over its limit", { append: commit({ groupInfo: Buffer.alloc(64 * 1024 + 1) }) }],
    ["a tree of too many parts", { append: commit({ tree: Array.from({ length: 1_025 }, () => id(1, 32)) }) }],
    ["a part named by 31 bytes", { append: commit({ tree: [id(1, 31)] }) }],
    ["a welcome for a bad device", { append: commit({ welcomes: [{ devices: [id(1, 17)], body: id(1) }] }) }],
    ["too many empty welcomes", { append: commit({ welcomes: Array.from({ length: 5_001 }, () => ({})) }) }],
    [
      "51 devices in a claim",
      { claimKeyPackages: { log: id(1), suite: 1, devices: Array.from({ length: 51 }, () => id(2)) } },
    ],
    ["a claim for no log", { claimKeyPackages: { suite: 1, devices: [id(2)] } }],
    ["a claim of no suite", { claimKeyPackages: { log: id(1), devices: [id(2)] } }],
    ["a claim of a suite of 17 bits", { claimKeyPackages: { log: id(1), suite: 0x1_0000, devices: [id(2)] } }],
    ["a part of a tree over its limit", { putTreeParts: { log: id(1), parts: [Buffer.alloc(128 * 1024 + 1)] } }],
    ["too many empty parts", { putTreeParts: { log: id(1), parts: Array.from({ length: 1_025 }, () => id(1, 0)) } }],
    ["parts asked for by 16 bytes", { getTreeParts: { log: id(1), parts: [id(1)] } }],
    [
      "too many parts asked for",
      { getTreeParts: { log: id(1), parts: Array.from({ length: 1_025 }, () => id(1, 32)) } },
    ],
    ["a group info of no log", { getGroupInfo: { epoch: 1 } }],
    ["an ask for half a log", { ask: { log: id(1, 8) } }],
    ["an answer to a long name", { answer: { log: id(1), user: "x".repeat(33) } }],
    ["a leave of no log", { leave: {} }],
    ["a list of a log of 15 bytes", { listConversations: { log: id(1, 15) } }],
    ["a commit with a bad device", { append: { ...append, kind: 2, commit: { add: [id(1, 3)] } } }],
  ])("with %s is refused", (_what, message) => {
    expect(codeOf(() => decodeClientFrame(raw({ request: 1, ...message })))).toBe("malformed");
  });

  it("from the server is refused too", () => {
    expect(codeOf(() => decodeServerFrame(rawServer({ deliver: { log: id(1), entries: [{}] } })))).toBe("malformed");
    expect(codeOf(() => decodeServerFrame(rawServer({ page: { log: id(1), chain: id(1, 3) } })))).toBe("malformed");
    const stocks = [1, 2, 3].map((suite) => ({ suite, count: 1 }));
    expect(codeOf(() => decodeServerFrame(rawServer({ keyPackagesLow: { stocks } })))).toBe("malformed");
    expect(codeOf(() => decodeServerFrame(rawServer({ keyPackagesLow: { stocks: [{ count: 1 }] } })))).toBe(
      "malformed",
    );
    expect(codeOf(() => decodeServerFrame(rawServer({ keyPackagesLow: { stocks: stocks.slice(1) } })))).toBe("taken");
  });

  it("with a number of 2^53 or more is refused", () => {
    const good = raw({ request: 1, fetch: { log: id(1), after: 1 } });
    const at = Buffer.from(good).lastIndexOf(Buffer.from([0x10, 0x01]));
    const big = Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]);
    const inner = Buffer.concat([Buffer.from([0x0a, 0x10]), id(1), big]);
    const bytes = Buffer.concat([Buffer.from([0x08, 0x01, 0x22, inner.length]), inner]);
    expect(at).toBeGreaterThan(0);
    expect(codeOf(() => decodeClientFrame(bytes))).toBe("malformed");
  });

  it("of no known kind is refused as unknown, with its request number", () => {
    expect(codeOf(() => decodeClientFrame(raw({ request: 5 })))).toBe("unknown-message");
    const future = Buffer.from([0x08, 0x05, 0xba, 0x3e, 0x00]); // request 5, field 999
    expect(() => decodeClientFrame(future)).toThrow(
      expect.objectContaining({ code: "unknown-message", request: 5 }) as Error,
    );
  });
});

describe("a note that is none", () => {
  const note = encodeCommitNote({
    add: [{ device: "11".repeat(16) as DeviceId, user: "ann" }],
    remove: [],
    external: true,
    terms: Buffer.from("t"),
    revoked: ["22".repeat(16) as DeviceId],
    leaving: ["bob"],
    restored: true,
  });

  it("is refused at every cut that takes something from it", () => {
    expect(decodeCommitNote(note)).toMatchObject({ external: true, leaving: ["bob"], restored: true });
    expect(decodeWelcomeNote(encodeWelcomeNote({ log: "11".repeat(16) as LogId, seq: 3, epoch: 2 }))).toEqual({
      log: "11".repeat(16),
      seq: 3,
      epoch: 2,
    });
    expect(codeOf(() => decodeCommitNote(Buffer.from([0x0a, 0x02, 0x0a, 0x00])))).toBe("malformed");
    expect(codeOf(() => decodeWelcomeNote(Buffer.alloc(0)))).toBe("malformed");
    expect(codeOf(() => decodeWelcomeNote(note))).toBe("malformed");
  });

  it("or any bytes at all, gives a note or a Fault", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(codeOf(() => decodeCommitNote(bytes))).toMatch(/^(taken|malformed)$/);
        expect(codeOf(() => decodeWelcomeNote(bytes))).toMatch(/^(taken|malformed)$/);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("cut or scrambled bytes", () => {
  const log = "11".repeat(16) as LogId;
  const mid = "22".repeat(16) as MessageId;
  const device = "33".repeat(16) as DeviceId;
  const good = encodeClientFrame({
    request: 300,
    message: {
      type: "append",
      log,
      mid,
      since: 7,
      kind: "app",
      epoch: 1,
      body: Buffer.alloc(40, 9),
      commit: undefined,
    },
  }).subarray(4);

  it("every cut of a frame is refused", () => {
    for (let length = 0; length < good.length; length += 1)
      expect(
        codeOf(() => decodeClientFrame(good.subarray(0, length))),
        `cut at ${length}`,
      ).toMatch(/^(malformed|unknown-message)$/);
  });

  it("a frame with something behind it is refused", () => {
    expect(codeOf(() => decodeClientFrame(Buffer.concat([good, Buffer.from([0x80])])))).toBe("malformed");
  });

  it("any bytes at all give a message or a Fault", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(codeOf(() => decodeClientFrame(bytes))).toMatch(/^(taken|malformed|unknown-message)$/);
        expect(codeOf(() => decodeServerFrame(bytes))).toMatch(/^(taken|malformed|unknown-message)$/);
      }),
      { numRuns: 2_000 },
    );
  });

  it("any byte changed in a real frame gives a message or a Fault", () => {
    const deliver = encodeServerFrame({
      request: 0,
      message: {
        type: "deliver",
        log,
        entries: [
          { seq: 1, at: 2, sender: device, mid, kind: "app", epoch: 0, body: Buffer.alloc(9), note: Buffer.alloc(0) },
        ],
      },
    }).subarray(4);
    fc.assert(
      fc.property(fc.nat(deliver.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = Buffer.from(deliver);
        bytes[at] = (bytes[at] ?? 0) ^ change;
        expect(codeOf(() => decodeServerFrame(bytes))).toMatch(/^(taken|malformed|unknown-message)$/);
      }),
      { numRuns: 2_000 },
    );
  });

  it("messages nested without end are refused before the stack is", () => {
    // Every level claims to be a `hello` in a `positions`; the schema has no such depth, so it ends at the second.
    const deep = Buffer.concat(Array.from({ length: 5_000 }, () => Buffer.from([0x12, 0x7f])));
    expect(codeOf(() => decodeClientFrame(deep))).toMatch(/^(malformed|unknown-message)$/);
  });
});
