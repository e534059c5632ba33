// Signed heads: what is signed byte by byte, and one form for each head.

import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Sha256 } from "../../../src/model/ids.ts";
import { decodeHead, encodeHead, HEAD_BYTES, signHead, verifyHead } from "../../../src/transparency/head.ts";
import { changed, codeOf, hex, REALM } from "./a-log.ts";

/** RFC 8032 §7.1, TEST 1: a key that everybody knows, so that the signature below can be checked by others. */
const KEY = createPrivateKey({
  key: Buffer.from(
    "302e020100300506032b6570042204209d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "hex",
  ),
  format: "der",
  type: "pkcs8",
});
const PUBLIC = createPublicKey(KEY);

const head = { realm: REALM, size: 0x0102_0304_0506, root: new Uint8Array(32).fill(0xcc), at: 1_700_000_000_000 };
const BODY = `${"5a".repeat(32)}0000010203040506${"cc".repeat(32)}0000018bcfe56800`;
const SIGNED = `${Buffer.from("mutual-chat log head v1").toString("hex")}00${BODY}`;

describe("a head", () => {
  test("is signed with its label in front", () => {
    const { signature } = signHead(KEY, head);
    expect(verify(null, Buffer.from(SIGNED, "hex"), PUBLIC, signature)).toBe(true);
    expect(hex(signature)).toBe(hex(sign(null, Buffer.from(SIGNED, "hex"), KEY)));
  });

  test("has its fields one behind the other", () => {
    const signed = signHead(KEY, head);
    expect(hex(encodeHead(signed))).toBe(`01${BODY}${hex(signed.signature)}`);
    expect(encodeHead(signed)).toHaveLength(HEAD_BYTES);
    expect(decodeHead(encodeHead(signed))).toEqual(signed);
    expect(verifyHead(decodeHead(encodeHead(signed)), PUBLIC)).toBe(true);
  });

  test("does not hold on to the bytes that it was read from", () => {
    const bytes = encodeHead(signHead(KEY, head));
    const read = decodeHead(bytes);
    bytes.fill(0);
    expect(verifyHead(read, PUBLIC)).toBe(true);
  });
});

const heads = fc
  .record({
    realm: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => hex(bytes) as Sha256),
    size: fc.maxSafeNat(),
    root: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    at: fc.integer({ min: 0, max: 8_640_000_000_000_000 }),
  })
  .map((one) => signHead(KEY, one));

test("every head comes back as it went", () => {
  fc.assert(
    fc.property(heads, (one) => {
      const read = decodeHead(encodeHead(one));
      expect(read).toEqual(one);
      expect(verifyHead(read, PUBLIC)).toBe(true);
      expect(hex(encodeHead(read))).toBe(hex(encodeHead(one)));
    }),
    { numRuns: 200, seed: 13 },
  );
});

test("a changed bit is refused, or is another head that nobody signed", () => {
  const signed = signHead(KEY, head);
  const bytes = encodeHead(signed);
  const accepted = [];
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const bent = changed(bytes, bit >> 3, 1 << (bit & 7));
    const code = codeOf(() => decodeHead(bent));
    if (code === "log-malformed") continue;
    expect(code).toBe("accepted");
    expect(hex(encodeHead(decodeHead(bent)))).toBe(hex(bent));
    if (verifyHead(decodeHead(bent), PUBLIC)) accepted.push(bit);
  }
  expect(accepted).toEqual([]);
});
