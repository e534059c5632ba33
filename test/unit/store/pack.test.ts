// The packing between the two threads: round trip, and everything cut, stretched or made up is refused.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DeviceId, Handle, LogId, MessageId, Sha256 } from "../../../src/model/ids.ts";
import type { AppendOp } from "../../../src/server/port/store.ts";
import { ByteReader, ByteWriter } from "../../../src/server/store/sqlite/bytes.ts";
import {
  BatchWriter,
  packResults,
  packedBytes,
  unpackBatch,
  unpackResults,
} from "../../../src/server/store/sqlite/pack.ts";
import { packPage, unpackPage } from "../../../src/server/store/sqlite/pack-page.ts";
import { ENTRY_KIND } from "../../../src/wire/entry-kind.ts";

const id = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString("hex"));
const body = fc.uint8Array({ maxLength: 300 });
const count = fc.maxSafeNat();
const base = {
  log: id.map((hex) => hex as LogId),
  sender: id.map((hex) => hex as DeviceId),
  mid: id.map((hex) => hex as MessageId),
  since: count,
  body,
};
const devices = fc.array(
  id.map((hex) => hex as DeviceId),
  { maxLength: 5 },
);
const named = fc.array(
  fc.constantFrom("ann", "b", "c.d-e_f").map((text) => text as Handle),
  { maxLength: 3 },
);
const tree = fc.array(
  id.map((hex) => `${hex}${hex}` as Sha256),
  { maxLength: 3 },
);
const change = fc.record({
  version: fc.option(fc.nat(), { nil: undefined }),
  add: devices,
  remove: devices,
  terms: fc.option(fc.record({ bytes: body, named, closed: fc.boolean() }), { nil: undefined }),
  note: body,
  groupInfo: fc.option(fc.record({ body, tree }), { nil: undefined }),
  welcomes: fc.array(fc.record({ devices, body }), { maxLength: 4 }),
  fence: fc.boolean(),
});
const op: fc.Arbitrary<AppendOp> = fc.oneof(
  fc.record({ ...base, kind: fc.constantFrom("app" as const, "proposal" as const), epoch: count }),
  fc.record({ ...base, kind: fc.constant("commit" as const), epoch: count, change }),
  fc.record({ ...base, kind: fc.constant("inbox" as const) }),
);

function packed(ops: readonly AppendOp[], at = 1): Uint8Array {
  const writer = new BatchWriter();
  writer.put(ops);
  return writer.finish(at);
}

describe("batch", () => {
  test("comes back as it went in, in exactly the bytes foretold, in a buffer of its own", () => {
    fc.assert(
      fc.property(fc.array(op, { maxLength: 8 }), count, (ops, at) => {
        const bytes = packed(ops, at);
        expect(bytes.length).toBe(12 + ops.reduce((sum, each) => sum + packedBytes(each), 0));
        expect(bytes.byteOffset).toBe(0);
        const back = unpackBatch(bytes);
        expect(back.at).toBe(at);
        expect(back.ops.map(readable)).toEqual(ops.map(expected));
      }),
      { numRuns: 100 },
    );
  });

  test("every shorter and every longer one is refused", () => {
    const [sample] = fc.sample(fc.record({ ...base, kind: fc.constant("commit" as const), epoch: count, change }), {
      seed: 7,
      numRuns: 1,
    });
    if (sample === undefined) throw new Error("no sample");
    const bytes = packed([sample]);
    for (let length = 0; length < bytes.length; length += 1)
      expect(() => unpackBatch(bytes.subarray(0, length))).toThrow(RangeError);
    expect(() => unpackBatch(Buffer.concat([bytes, Buffer.alloc(1)]))).toThrow(RangeError);
  });

  test("any bytes at all are read or refused with a RangeError, never half read, never a huge list", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 0, max: 0xffff_ffff }), (noise, claimed) => {
        const bytes = Buffer.alloc(12 + noise.length);
        bytes.writeUInt32BE(claimed, 8);
        bytes.set(noise, 12);
        for (const read of [unpackBatch, unpackResults, unpackPage]) {
          expect(errorOf(() => read(bytes)) ?? new RangeError()).toBeInstanceOf(RangeError);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("unknown kinds, flags and numbers that are none are refused", () => {
    const commit: AppendOp = {
      ...inbox("00"),
      kind: "commit",
      epoch: 0,
      change: {
        version: undefined,
        add: [],
        remove: [],
        terms: undefined,
        note: Buffer.alloc(0),
        groupInfo: undefined,
        welcomes: [],
        fence: false,
      },
    };
    const broken = (at: number, value: number): Uint8Array => Buffer.from(packed([commit])).fill(value, at, at + 1);
    expect(() => unpackBatch(broken(12, 4))).toThrow("no entry kind 4");
    expect(() => unpackBatch(broken(12 + 1 + 48, 0xc0))).toThrow("whole number");
    expect(() => unpackBatch(broken(packed([commit]).length - 1, 2))).toThrow("flag");
  });

  test("a malformed op takes the ops of its call with it and leaves the batch as it was", () => {
    const writer = new BatchWriter();
    writer.put([inbox("01")]);
    for (const bad of [
      { ...inbox("02"), mid: "zz" as MessageId },
      { ...inbox("02"), since: -1 },
      { ...inbox("02"), log: "xy".repeat(16) as LogId },
    ]) {
      expect(() => writer.put([inbox("03"), bad])).toThrow(RangeError);
    }
    expect(unpackBatch(writer.finish(0)).ops.map((each) => each.mid.toString("hex"))).toEqual(["01".repeat(16)]);
  });
});

test("results and pages come back as they went in", () => {
  const inboxes = [{ log: Buffer.alloc(16, 9), head: 7 }];
  const results = packResults([
    { result: "ok", seq: 1, epoch: 2, at: 3, inboxes, approved: ["ann" as Handle] },
    { result: "stale", seq: 4, epoch: 5, at: 0, inboxes: [], approved: [] },
    { result: "moved", seq: 0, epoch: 0, at: 0, inboxes: [], approved: [] },
  ]);
  expect(unpackResults(results)).toEqual([
    { result: "ok", seq: 1, epoch: 2, at: 3, inboxes: [{ log: "09".repeat(16), head: 7 }], approved: ["ann"] },
    { result: "stale", head: 4, epoch: 5 },
    { result: "moved" },
  ]);
  for (let length = 0; length < results.length; length += 1)
    expect(() => unpackResults(results.subarray(0, length))).toThrow(RangeError);
  const entry = {
    seq: 1,
    at: 2,
    sender: Buffer.alloc(16, 1),
    mid: Buffer.alloc(16, 2),
    kind: 2,
    epoch: 3,
    body: Buffer.from("b"),
    note: Buffer.from("n"),
  };
  const page = packPage({ head: 9, first: 1, chain: Buffer.alloc(32, 5), entries: [entry] });
  expect(unpackPage(page)).toEqual({
    head: 9,
    first: 1,
    chain: Buffer.alloc(32, 5),
    entries: [{ ...entry, sender: "01".repeat(16), mid: "02".repeat(16), kind: "commit" }],
  });
  for (let length = 0; length < page.length; length += 1)
    expect(() => unpackPage(page.subarray(0, length))).toThrow(RangeError);
});

test("the writer grows, rewinds and keeps what was before", () => {
  const writer = new ByteWriter(1);
  writer.u8(7);
  writer.block(Buffer.alloc(1_000, 1));
  writer.rewind(1);
  writer.number(2 ** 53 - 1);
  const reader = new ByteReader(writer.finish());
  expect([reader.u8(), reader.number()]).toEqual([7, 2 ** 53 - 1]);
  reader.end();
});

function inbox(byte: string): AppendOp {
  const hex = byte.repeat(16);
  return {
    kind: "inbox",
    log: hex as LogId,
    sender: hex as DeviceId,
    mid: hex as MessageId,
    since: 0,
    body: Buffer.from("x"),
  };
}

function readable(each: ReturnType<typeof unpackBatch>["ops"][number]) {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
  const { kind, since, epoch, change: changed } = each;
  const plain =
    changed === undefined
      ? undefined
      : {
          version: changed.version,
          add: changed.add.map(hex),
          remove: changed.remove.map(hex),
          terms: changed.terms && [hex(changed.terms.bytes), changed.terms.named, changed.terms.closed],
          note: hex(changed.note),
          groupInfo: changed.groupInfo && [hex(changed.groupInfo.body), changed.groupInfo.tree.map(hex)],
          welcomes: changed.welcomes.map((welcome) => [welcome.devices.map(hex), hex(welcome.body)]),
        };
  return {
    kind,
    log: hex(each.log),
    sender: hex(each.sender),
    mid: hex(each.mid),
    since,
    epoch,
    body: hex(each.body),
    change: plain,
  };
}

function expected(each: AppendOp) {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
  const changed = each.kind === "commit" ? each.change : undefined;
  const plain =
    changed === undefined
      ? undefined
      : {
          version: changed.version,
          add: changed.add,
          remove: changed.remove,
          terms: changed.terms && [hex(changed.terms.bytes), changed.terms.named, changed.terms.closed],
          note: hex(changed.note),
          groupInfo: changed.groupInfo && [hex(changed.groupInfo.body), changed.groupInfo.tree],
          welcomes: changed.welcomes.map((welcome) => [welcome.devices, hex(welcome.body)]),
        };
  const epoch = each.kind === "inbox" ? 0 : each.epoch;
  return {
    kind: ENTRY_KIND[each.kind],
    log: each.log,
    sender: each.sender,
    mid: each.mid,
    since: each.since,
    epoch,
    body: hex(each.body),
    change: plain,
  };
}

function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
