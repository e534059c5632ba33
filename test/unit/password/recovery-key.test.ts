// A phrase that proves itself: a key that is always the same one, and signatures that are for one request only.
import { createPublicKey, randomBytes, verify } from "node:crypto";
import { describe, expect, it } from "vitest";
import { recoveryPublicKey, signRecovery, verifyRecovery } from "../../../src/password/recovery-key.ts";
import { ALICE, BOB, OTHER_REALM } from "./both-sides.ts";

const entropy = Buffer.from(Array.from({ length: 32 }, (_, index) => index));
const challenge = { ...ALICE, nonce: randomBytes(32), request: randomBytes(300) };
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

describe("a recovery key", () => {
  it("is the same one for the same phrase for ever: what is registered today must be of use in years", () => {
    expect(hex(recoveryPublicKey(entropy, ALICE))).toBe(
      "88d03cbb66bd0432f401cdb0a1496d9eda1f31d2de87a5b6112fb76430a193d6",
    );
  });

  it("is another one for another phrase, user or realm", () => {
    const keys = [
      recoveryPublicKey(entropy, ALICE),
      recoveryPublicKey(entropy, BOB),
      recoveryPublicKey(entropy, { ...ALICE, realm: OTHER_REALM }),
      recoveryPublicKey(Buffer.alloc(32), ALICE),
    ];
    expect(new Set(keys.map(hex)).size).toBe(keys.length);
  });

  it("signs, and is believed", () => {
    const publicKey = recoveryPublicKey(entropy, ALICE);
    const signature = signRecovery(entropy, challenge);
    expect([publicKey.length, signature.length]).toEqual([32, 64]);
    expect(verifyRecovery(publicKey, challenge, signature)).toBe(true);
  });

  it("signs a text that nothing else signs", () => {
    const key = createPublicKey({
      key: recoveryPublicKey(entropy, ALICE),
      format: "raw-public",
      asymmetricKeyType: "ed25519",
    });
    const signature = signRecovery(entropy, challenge);
    for (const bare of [challenge.nonce, challenge.request, Buffer.concat([challenge.nonce, challenge.request])])
      expect(verify(null, bare, key, signature)).toBe(false);
  });
});
