// Bytes of the log that are not in their one form: entries, heads, and what a client kept.

import { generateKeyPairSync, sign, verify } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Fault } from "../../src/model/fault.ts";
import { CompactRange } from "../../src/transparency/compact.ts";
import { decodeEntry, encodeEntry, type LogEntry } from "../../src/transparency/entry.ts";
import { decodeHead, encodeHead, signHead, verifyHead, type SignedHead } from "../../src/transparency/head.ts";
import { leafHash } from "../../src/transparency/merkle.ts";
import { aLog, codeOf, ISSUED, REALM } from "../unit/transparency/a-log.ts";

const decode = (text: string): string => codeOf(() => decodeEntry(Buffer.from(text, "utf8")));
const { kind, ...facts } = ISSUED;
const issued = (more: object = {}): string => JSON.stringify({ v: 1, kind, ...facts, ...more });
const act = (more: object = {}): string => JSON.stringify({ v: 1, kind: "act", at: 1, by: "alice", act: "x", ...more });
const revoked = (more: object = {}): string => {
  const { at, user, device, serial } = ISSUED;
  return JSON.stringify({ v: 1, kind: "revoked", at, user, device, serial, reason: "lease", by: "alice", ...more });
};
const cosigned = { by: ISSUED.device, signature: "AAAA" };

test("these are accepted, so the refusals below are for what was changed", () => {
  const good = [
    issued(),
    issued({ how: "device", cosigned }),
    issued({ how: "openpgp", pgp: "A".repeat(64), email: "a@b.example" }),
    act(),
    act({ on: "a", detail: "b" }),
    revoked(),
  ];
  expect(good.map(decode)).toEqual(good.map(() => "accepted"));
});

describe("an entry is refused", () => {
  test.each([
    ["nothing", ""],
    ["no JSON", "{"],
    ["a number", "1"],
    ["null", "null"],
    ["a list", "[]"],
    ["a list of a list", "[".repeat(2000)],
    ["blanks", issued().replace(",", ", ")],
    ["a blank at the end", `${issued()} `],
    ["a byte order mark", `\ufeff${issued()}`],
    ["two entries", issued() + issued()],
    ["another order", issued().replace('"v":1,"kind":"issued"', '"kind":"issued","v":1')],
    ["a name twice", issued().replace('"v":1', '"v":1,"v":1')],
    ["a later name twice", issued().replace('"how"', '"user":"alice","how"')],
    ["an escape where none is needed", issued().replace("alice", "\\u0061lice")],
    ["a number in another spelling", issued().replace("1700000000000", "17e11")],
    ["a number with a fraction", issued().replace("1700000000000", "1700000000000.0")],
    ["version 2", issued({ v: 2 })],
    ["a version that is text", issued({ v: "1" })],
    ["no version", issued({ v: undefined })],
    ["an unknown kind", issued({ kind: "noted" })],
    ["a kind of all objects", issued({ kind: "constructor" })],
    ["an unknown field", issued({ reads: "all" })],
    ["an unknown field of all objects", issued().replace(/\}$/, ',"__proto__":1}')],
    ["an unknown field that is null", issued({ more: null })],
    ["a field of another kind", act({ user: "alice" })],
  ])("with %s", (_, text) => {
    expect(decode(text)).toBe("log-malformed");
  });

  test.each([
    ["at", [-1, 1.5, "1", null, 8_640_000_000_000_001, 2 ** 53]],
    ["user", ["", "Alice", "@console", "a".repeat(33), "a b", 1, null]],
    ["device", ["", "0".repeat(31), "0".repeat(33), "A".repeat(32), null]],
    ["serial", ["", "0", "4F00", "004f", "0000", "4f".repeat(21), 1]],
    ["cert", ["", "a".repeat(63), "A".repeat(64), null]],
    ["until", [-1, "1", null]],
    ["how", ["", "magic", "Device", null, 1]],
  ])("with another %s", (field, values) => {
    const missing = decode(issued({ [field]: undefined }));
    expect([missing, ...values.map((value) => decode(issued({ [field]: value })))]).toEqual(
      ["", ...values].map(() => "log-malformed"),
    );
  });

  test.each([
    ["a signature of another device on another way", issued({ cosigned })],
    ["a signature without a device", issued({ how: "device", cosigned: { signature: "AAAA" } })],
    ["a device without a signature", issued({ how: "device", cosigned: { by: ISSUED.device } })],
    ["an empty signature", issued({ how: "device", cosigned: { ...cosigned, signature: "" } })],
    ["a padded signature", issued({ how: "device", cosigned: { ...cosigned, signature: "AAA=" } })],
    ["a signature in another alphabet", issued({ how: "device", cosigned: { ...cosigned, signature: "AA+/" } })],
    ["a signature with bits too many", issued({ how: "device", cosigned: { ...cosigned, signature: "AAB" } })],
    ["a signature too long", issued({ how: "device", cosigned: { ...cosigned, signature: "AAAA".repeat(342) } })],
    ["a signature with more beside it", issued({ how: "device", cosigned: { ...cosigned, more: 1 } })],
    ["a signature in another order", issued({ how: "device", cosigned: { signature: "AAAA", by: ISSUED.device } })],
    ["a signature that is null", issued({ how: "device", cosigned: null })],
    ["a list of signatures", issued({ how: "device", cosigned: [cosigned] })],
    ["a key on another way", issued({ pgp: "A".repeat(40) })],
    ["an address on another way", issued({ email: "a@b.example" })],
    ["a fingerprint in lower case", issued({ how: "openpgp", pgp: "a".repeat(40) })],
    ["a short fingerprint", issued({ how: "openpgp", pgp: "A".repeat(16) })],
    ["a fingerprint of 42 digits", issued({ how: "openpgp", pgp: "A".repeat(42) })],
    ["no address", issued({ how: "openpgp", email: "nobody" })],
    ["an address with a control character", issued({ how: "openpgp", email: "a\u0007@b.example" })],
    ["an unknown reason", revoked({ reason: "removeFromCRL" })],
    ["nobody who did it", revoked({ by: undefined })],
    ["another console", revoked({ by: "@Console" })],
    ["no act", act({ act: "" })],
    ["an act with a blank", act({ act: "a b" })],
    ["an act that ends with a dot", act({ act: "room." })],
    ["an act with two dots", act({ act: "room..close" })],
    ["an act in capitals", act({ act: "Close" })],
    ["an act of 41 letters", act({ act: "a".repeat(41) })],
    ["a line break", act({ on: "a\nb" })],
    ["a line separator", act({ on: "a\u2028b" })],
    ["a terminal's escape", act({ detail: "\u001b[2J" })],
    ["half of a character", act({ detail: "\ud83d" })],
    ["the other half of a character", act({ detail: "\udc1f" })],
    ["a subject of 201 characters", act({ on: "a".repeat(201) })],
    ["a subject of 201 large characters", act({ on: "🐟".repeat(201) })],
    ["a detail of 501 characters", act({ detail: "a".repeat(501) })],
    ["a detail that is null", act({ detail: null })],
  ])("with %s", (_, text) => {
    expect(decode(text)).toBe("log-malformed");
  });

  test("when it is not UTF-8, or too long", () => {
    const bytes = Buffer.from(act({ detail: "é" }));
    expect(codeOf(() => decodeEntry(bytes))).toBe("accepted");
    const at = bytes.indexOf(0xc3);
    expect(codeOf(() => decodeEntry(bytes.subarray(0, at + 1)))).toBe("log-malformed");
    expect(codeOf(() => decodeEntry(Buffer.from(bytes).fill(0xff, at, at + 1)))).toBe("log-malformed");
    // An overlong "/", and a surrogate in UTF-8.
    for (const strange of ["c0af", "eda0bd"]) {
      const bent = Buffer.concat([bytes.subarray(0, at), Buffer.from(strange, "hex"), bytes.subarray(at + 2)]);
      expect(codeOf(() => decodeEntry(bent))).toBe("log-malformed");
    }
    expect(decode(act({ detail: "a".repeat(5000) }))).toBe("log-malformed");
    expect(decode(act() + " ".repeat(5000))).toBe("log-malformed");
  });

  test("also by those who write it", () => {
    const bad: object[] = [
      { ...ISSUED, serial: "4F" },
      { ...ISSUED, at: -0 },
      { ...ISSUED, cosigned },
      { ...ISSUED, more: 1 },
      { ...ISSUED, how: "device", cosigned: { ...cosigned, more: 1 } },
      { ...ISSUED, how: undefined },
      { kind: "act", at: 1, by: "@console", act: "x", detail: "a\nb" },
    ];
    const codes = bad.map((entry) => codeOf(() => encodeEntry(entry as LogEntry)));
    expect(codes).toEqual(bad.map(() => "log-malformed"));
  });
});

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const head = signHead(privateKey, { realm: REALM, size: 3, root: leafHash(Buffer.of()), at: 1 });

describe("a head is refused", () => {
  const bytes = encodeHead(head);
  test.each([
    ["without a byte", bytes.slice(0, -1)],
    ["with a byte more", Buffer.concat([bytes, Buffer.of(0)])],
    ["empty", new Uint8Array()],
    ["of another version", Buffer.concat([Buffer.of(2), bytes.subarray(1)])],
    ["of too many entries", Buffer.from(bytes).fill(0xff, 33, 41)],
    [
      "of 2^53 entries",
      Buffer.concat([bytes.subarray(0, 33), Buffer.from("0020000000000000", "hex"), bytes.subarray(41)]),
    ],
    ["of a time that is none", Buffer.from(bytes).fill(0xff, 73, 81)],
  ])("%s", (_, bent) => {
    expect(codeOf(() => decodeHead(bent))).toBe("log-malformed");
  });

  test.each([
    ["a realm that is none", { realm: REALM.toUpperCase() }],
    ["half an entry", { size: 1.5 }],
    ["fewer than no entries", { size: -1 }],
    ["a short root", { root: new Uint8Array(31) }],
    ["a time that is none", { at: Number.NaN }],
  ])("with %s: not signed, not written, not verified", (_, change) => {
    const bad = { ...head, ...change } as SignedHead;
    expect(codeOf(() => signHead(privateKey, bad))).toBe("log-malformed");
    expect(codeOf(() => encodeHead(bad))).toBe("log-malformed");
    expect(verifyHead(bad, publicKey)).toBe(false);
  });

  test("with a signature that is not the log's", () => {
    expect(verifyHead(head, publicKey)).toBe(true);
    const others: SignedHead[] = [
      { ...head, size: 4 },
      { ...head, at: 2 },
      { ...head, root: leafHash(Buffer.of(0)) },
      { ...head, realm: "5b".repeat(32) as SignedHead["realm"] },
      { ...head, signature: head.signature.slice(1) },
      { ...head, signature: Buffer.concat([head.signature, Buffer.of(0)]) },
      { ...head, signature: new Uint8Array() },
      { ...head, signature: new Uint8Array(64) },
    ];
    expect(others.filter((other) => verifyHead(other, publicKey))).toEqual([]);
    expect(codeOf(() => encodeHead({ ...head, signature: new Uint8Array(63) }))).toBe("log-malformed");
  });

  test("with a key that is not the log's or no Ed25519 key", () => {
    expect(verifyHead(head, generateKeyPairSync("ed25519").publicKey)).toBe(false);
    const others = [
      generateKeyPairSync("ec", { namedCurve: "prime256v1" }),
      generateKeyPairSync("ed448"),
      generateKeyPairSync("rsa", { modulusLength: 2048 }),
    ];
    for (const other of others) {
      expect(verifyHead(head, other.publicKey)).toBe(false);
      expect(codeOf(() => signHead(other.privateKey, head))).toBe("log-malformed");
    }
    // A signature by RSA of 512 bits is as long as one by Ed25519, and right.
    const weak = generateKeyPairSync("rsa", { modulusLength: 512 });
    const body = encodeHead(head).subarray(1, -64);
    const signed = Buffer.concat([Buffer.from("mutual-chat log head v1\0"), body]);
    const signature = sign("sha256", signed, weak.privateKey);
    expect(verify("sha256", signed, weak.publicKey, signature)).toBe(true);
    expect([signature.length, verifyHead({ ...head, signature }, weak.publicKey)]).toEqual([64, false]);
  });
});

describe("what a client kept is refused", () => {
  const range = new CompactRange();
  for (const one of aLog(7).entries(0, 7)) range.append(leafHash(one));
  const bytes = Buffer.from(range.toBytes());

  test.each([
    ["empty", Buffer.of()],
    ["cut in its size", bytes.subarray(0, 7)],
    ["without a hash", bytes.subarray(0, -32)],
    ["without a byte", bytes.subarray(0, -1)],
    ["with a byte more", Buffer.concat([bytes, Buffer.of(0)])],
    ["with a hash more", Buffer.concat([bytes, Buffer.alloc(32)])],
    ["of a size with another number of subtrees", Buffer.from(bytes).fill(8, 7, 8)],
    ["of 2^53 entries", Buffer.concat([Buffer.from("0020000000000000", "hex"), bytes.subarray(8, 40)])],
    ["of more entries than can be counted", Buffer.concat([Buffer.alloc(8, 0xff), Buffer.alloc(64 * 32)])],
  ])("%s", (_, bent) => {
    expect(codeOf(() => CompactRange.fromBytes(bytes))).toBe("accepted");
    expect(codeOf(() => CompactRange.fromBytes(bent))).toBe("log-malformed");
  });

  test("when it is full: it counts no further than it can count", () => {
    const full = CompactRange.fromBytes(Buffer.concat([Buffer.from("001fffffffffffff", "hex"), Buffer.alloc(53 * 32)]));
    expect(full.size).toBe(Number.MAX_SAFE_INTEGER);
    expect(codeOf(() => full.append(leafHash(Buffer.of())))).toBe("log-range");
  });
});

test("any bytes are read or refused with a fault, never anything else", () => {
  const readers = [decodeEntry, decodeHead, (bytes: Uint8Array) => CompactRange.fromBytes(bytes)];
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => {
      for (const read of readers) expect(() => read(bytes)).toThrow(Fault);
    }),
    { numRuns: 500, seed: 14 },
  );
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(() => decodeEntry(Buffer.from(text))).toThrow(Fault);
    }),
    { numRuns: 500, seed: 15 },
  );
});
