// The MAC that ties a certificate request to a login.
import { createHmac, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { boundText } from "../../../src/password/owner.ts";
import { checkMac, macOfRequest } from "../../../src/password/request-mac.ts";
import { ALICE, BOB, OTHER_REALM } from "./both-sides.ts";

const sessionKey = randomBytes(64);
const input = { ...ALICE, request: randomBytes(300) };
const mac = macOfRequest(sessionKey, input);

describe("the MAC of a request", () => {
  it("is believed by who has the session key", () => {
    expect(mac).toHaveLength(32);
    expect(checkMac(sessionKey, input, mac)).toBe(true);
    expect(checkMac(Buffer.from(sessionKey), { ...input, request: Buffer.from(input.request) }, mac)).toBe(true);
  });

  it("stays what it is: a client and a server of other versions must agree on it", () => {
    const key = Buffer.from(Array.from({ length: 64 }, (_, index) => index));
    expect(macOfRequest(key, { ...ALICE, request: Buffer.from("request") }).toString("hex")).toBe(
      "099c0a3dfa61206bd16e7cf1a3bd331b8a29444f8a122da0181bbbe3c0d7b830",
    );
  });

  it.each([
    ["another session key", randomBytes(64), input],
    ["another user", sessionKey, { ...input, user: BOB.user }],
    ["another realm", sessionKey, { ...input, realm: OTHER_REALM }],
    ["another request", sessionKey, { ...input, request: randomBytes(300) }],
    ["a request that is cut", sessionKey, { ...input, request: input.request.subarray(1) }],
  ])("is not the one of %s", (_what, key, other) => {
    expect(checkMac(key, other, mac)).toBe(false);
  });

  it("is not believed with a bit turned, or in another length", () => {
    for (let bit = 0; bit < mac.length * 8; bit += 1) {
      const bent = Buffer.from(mac);
      bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(checkMac(sessionKey, input, bent)).toBe(false);
    }
    for (const other of [Buffer.alloc(0), mac.subarray(1), Buffer.concat([mac, Buffer.alloc(1)])])
      expect(checkMac(sessionKey, input, other)).toBe(false);
  });

  it("is not the plain HMAC under the session key", () => {
    const text = boundText("request mac 1", input, [input.request]);
    for (const plain of [text, input.request])
      expect(checkMac(sessionKey, input, createHmac("sha256", sessionKey).update(plain).digest())).toBe(false);
  });

  it("is made with a whole session key only", () => {
    expect(() => macOfRequest(sessionKey.subarray(0, 32), input)).toThrow(RangeError);
  });
});

describe("a bound text", () => {
  it("is another one when a byte moves from one field to the next", () => {
    const one = boundText("x", ALICE, [Buffer.from("ab"), Buffer.from("c")]);
    const other = boundText("x", ALICE, [Buffer.from("a"), Buffer.from("bc")]);
    expect(one.length).toBe(other.length);
    expect(one.equals(other)).toBe(false);
  });

  it("is what the server and the client of other versions derive from", () => {
    expect(boundText("x", ALICE, [Buffer.from([7])]).toString("latin1")).toBe(
      `\0\0\0\x0dmutual-chat x\0\0\0\x40${"ab".repeat(32)}\0\0\0\x05alice\0\0\0\x01\x07`,
    );
  });
});
