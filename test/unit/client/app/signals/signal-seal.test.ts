// Signals as bytes: read by those of the same epoch, of one length, and nothing else is taken.
import { createCipheriv } from "node:crypto";
import { describe, expect, it } from "vitest";
import { openSignal, sealSignal, type SignalPlace } from "../../../../../src/client/app/signals/signal-seal.ts";
import { bytesOf, type DeviceId, type LogId } from "../../../../../src/model/ids.ts";
import { SIGNAL_BODY_BYTES } from "../../../../../src/model/limits.ts";

const PLACE: SignalPlace = {
  log: "00030000000000000000000000000001" as LogId,
  sender: "ab".repeat(16) as DeviceId,
  founding: 1,
  epoch: 7,
};
const KEY = Buffer.alloc(32, 9);
const NONCE = Buffer.alloc(12, 3);
const AT = 1_700_000_000_000;

const sealed = (on = true, place = PLACE): Uint8Array =>
  sealSignal({ signal: { kind: "typing", on }, at: AT }, place, { key: KEY, nonce: NONCE });

/** Any plaintext, sealed as a member could. */
function forged(written: Buffer): Uint8Array {
  const cipher = createCipheriv("aes-256-gcm", KEY, NONCE);
  const { log, sender, founding, epoch } = PLACE;
  const bound = Buffer.alloc(44);
  bytesOf(log).copy(bound);
  bytesOf(sender).copy(bound, 16);
  bound.writeUInt32BE(founding, 32);
  bound.writeBigUInt64BE(BigInt(epoch), 36);
  cipher.setAAD(bound);
  return Buffer.concat([NONCE, cipher.update(written), cipher.final(), cipher.getAuthTag()]);
}

function plain(text: string, length = Buffer.byteLength(text)): Buffer {
  const bytes = Buffer.alloc(256);
  bytes.writeBigUInt64BE(BigInt(AT));
  bytes.writeUInt16BE(length, 8);
  bytes.write(text, 10);
  return bytes;
}

describe("a signal", () => {
  it("comes out as it went in, with its time", () => {
    expect(openSignal(sealed(true), PLACE, KEY)).toEqual({ signal: { kind: "typing", on: true }, at: AT });
    expect(openSignal(sealed(false), PLACE, KEY)).toEqual({ signal: { kind: "typing", on: false }, at: AT });
  });

  it("has the same length whatever it says, and one that the server takes", () => {
    expect(sealed(true).length).toBe(284);
    expect(sealed(false).length).toBe(284);
    expect(284).toBeLessThan(SIGNAL_BODY_BYTES);
  });

  it("is the same bytes as it always was", () => {
    const body = forged(plain('{"v":1,"kind":"typing","on":true}'));
    expect(openSignal(body, PLACE, KEY)).toEqual({ signal: { kind: "typing", on: true }, at: AT });
    expect(Buffer.from(sealed(true)).equals(body)).toBe(true);
  });

  it.each([
    ["another conversation", { log: "00030000000000000000000000000002" as LogId }],
    ["another sender", { sender: "ba".repeat(16) as DeviceId }],
    ["another epoch", { epoch: 8 }],
    ["another group of the same log", { founding: 2 }],
  ])("is not taken for one of %s", (_, other) => {
    expect(openSignal(sealed(), { ...PLACE, ...other }, KEY)).toBeUndefined();
  });

  it("is not taken under another key", () => {
    expect(openSignal(sealed(), PLACE, Buffer.alloc(32, 8))).toBeUndefined();
  });

  it("is not taken with any bit turned", () => {
    const body = sealed();
    for (let at = 0; at < body.length; at += 1) {
      const turned = Uint8Array.from(body);
      turned[at] = (turned[at] ?? 0) ^ 0x10;
      expect([at, openSignal(turned, PLACE, KEY)]).toEqual([at, undefined]);
    }
  });

  it("is not taken shorter or longer", () => {
    const body = Buffer.from(sealed());
    for (const other of [
      body.subarray(1),
      body.subarray(0, -1),
      Buffer.concat([body, Buffer.alloc(1)]),
      Buffer.alloc(0),
    ])
      expect(openSignal(other, PLACE, KEY)).toBeUndefined();
  });
});

describe("of a member who writes what is not of the form", () => {
  it.each([
    ["a length over the end", plain('{"v":1,"kind":"typing","on":true}', 247)],
    ["something behind the signal", plain('{"v":1,"kind":"typing","on":true}!', 33)],
    ["no signal", plain("hello")],
    ["a kind of a newer version", plain('{"v":1,"kind":"waving"}')],
  ])("%s is dropped", (_, bytes) => {
    expect(openSignal(forged(bytes), PLACE, KEY)).toBeUndefined();
  });
});
