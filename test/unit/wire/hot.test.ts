// The short way of the hot messages against the long way of all messages: the same bytes, the same values, the same refusals.
import { describe, expect, it } from "vitest";
import fc from "fast-check";
import type { DeviceId, LogId, MessageId } from "../../../src/model/ids.ts";
import { bytesOf } from "../../../src/model/ids.ts";
import {
  type Frame,
  decodeClientFrame,
  decodeServerFrame,
  encodeClientFrame,
  encodeServerFrame,
} from "../../../src/wire/codec.ts";
import { ENTRY_KIND, ENTRY_KIND_NAMES } from "../../../src/wire/entry-kind.ts";
import { mutual } from "../../../src/wire/generated/mutual.js";
import { readAppend } from "../../../src/wire/hot.ts";
import { APPEND_RESULTS, type ClientMessage } from "../../../src/wire/messages.ts";

const id = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString("hex"));
const number = fc.oneof(
  fc.nat(300),
  fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  fc.constantFrom(0, 2 ** 31, 2 ** 32, 2 ** 49 - 1, 2 ** 49, 2 ** 53 - 1),
);
const request = fc.oneof(fc.nat(300), fc.constantFrom(0, 2 ** 32 - 1));
const body = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
const kind = fc.constantFrom(...ENTRY_KIND_NAMES);
const append = fc.record({ log: id, mid: id, since: number, kind, epoch: number, body }).map((fields) => ({
  ...fields,
  type: "append" as const,
  log: fields.log as LogId,
  mid: fields.mid as MessageId,
  commit: undefined,
}));
const note = fc.oneof(fc.constant(Buffer.alloc(0)), body);
const entry = fc
  .record({ seq: number, at: number, sender: id, mid: id, kind, epoch: number, body, note })
  .map((fields) => ({
    ...fields,
    sender: fields.sender as DeviceId,
    mid: fields.mid as MessageId,
  }));

/** What the long way makes of the same bytes: it alone takes a plain Uint8Array. */
function longWay(bytes: Uint8Array): unknown {
  try {
    return plain(decodeClientFrame(Uint8Array.from(bytes)));
  } catch {
    return "refused";
  }
}

/** With the body as hex: a Buffer and a Uint8Array of the same bytes are the same here. */
function plain(frame: Frame<ClientMessage>): unknown {
  if (frame.message.type !== "append") return frame;
  return { ...frame, message: { ...frame.message, body: Buffer.from(frame.message.body).toString("hex") } };
}

describe("reading an append", () => {
  it("is the same both ways", () => {
    fc.assert(
      fc.property(append, request, (message, asked) => {
        const bytes = encodeClientFrame({ request: asked, message }).subarray(4);
        const short = readAppend(bytes);
        expect(short !== undefined || message.since >= 2 ** 49 || message.epoch >= 2 ** 49).toBe(true);
        expect(decodeClientFrame(bytes)).toEqual({ request: asked, message });
        expect(longWay(bytes)).toEqual(plain({ request: asked, message }));
      }),
    );
  });

  it("never takes what the long way refuses, nor as anything else", () => {
    const at = fc.nat(2 ** 20);
    fc.assert(
      fc.property(
        append,
        fc.array(fc.record({ at, byte: fc.nat(255) }), { minLength: 1, maxLength: 3 }),
        at,
        (message, changes, cut) => {
          const bytes = encodeClientFrame({ request: 5, message }).subarray(4);
          for (const change of changes) bytes[change.at % Math.min(bytes.length, 70)] = change.byte;
          for (const some of [
            bytes,
            bytes.subarray(0, cut % bytes.length),
            Buffer.concat([bytes, Buffer.from([cut % 256])]),
          ]) {
            const short = readAppend(some);
            const taken = short === undefined ? longWay(some) : plain(short);
            expect(taken).toEqual(longWay(some));
          }
        },
      ),
      { numRuns: 5_000 },
    );
  });
});

describe("writing", () => {
  it("a deliver gives the bytes of the long way", () => {
    fc.assert(
      fc.property(id, fc.array(entry, { maxLength: 5 }), request, (log, entries, asked) => {
        const frame = { request: asked, message: { type: "deliver", log: log as LogId, entries } } as const;
        const raw = entries.map((one) => ({
          ...one,
          sender: bytesOf(one.sender),
          mid: bytesOf(one.mid),
          kind: ENTRY_KIND[one.kind],
        }));
        const long = mutual.v1.ServerFrame.encode({
          request: asked,
          deliver: { log: bytesOf(log), entries: raw },
        }).finish();
        const bytes = encodeServerFrame(frame);
        expect(bytes.readUInt32BE(0)).toBe(bytes.length - 4);
        expect(bytes.subarray(4)).toEqual(Buffer.from(long));
        expect(decodeServerFrame(bytes.subarray(4))).toEqual(frame);
      }),
    );
  });

  it("an appended gives the bytes of the long way", () => {
    const appended = fc.record({
      result: fc.constantFrom(...APPEND_RESULTS),
      seq: number,
      epoch: number,
      at: number,
      head: number,
      code: fc.constantFrom("", "must-remove"),
      devices: fc.array(
        id.map((hex) => hex as DeviceId),
        { maxLength: 2 },
      ),
    });
    fc.assert(
      fc.property(appended, request, (fields, asked) => {
        const frame = { request: asked, message: { type: "appended", ...fields } } as const;
        const raw = { ...fields, result: APPEND_RESULTS.indexOf(fields.result), devices: fields.devices.map(bytesOf) };
        expect(encodeServerFrame(frame).subarray(4)).toEqual(
          Buffer.from(mutual.v1.ServerFrame.encode({ request: asked, appended: raw }).finish()),
        );
      }),
    );
  });

  it("refuses an id that is none", () => {
    for (const log of ["", "11".repeat(15), "11".repeat(17), `${"11".repeat(15)}zz`])
      expect(() =>
        encodeServerFrame({ request: 0, message: { type: "deliver", log: log as LogId, entries: [] } }),
      ).toThrow(expect.objectContaining({ code: "malformed" }) as Error);
  });
});
