// HPKE against RFC 9180 Appendix A (base mode, the first message), X-Wing against the vectors of its draft.
import { describe, expect, it } from "vitest";
import { aead, type AeadName } from "../../src/mls/crypto/aead.ts";
import { dhkem } from "../../src/mls/crypto/dhkem.ts";
import { hpke } from "../../src/mls/crypto/hpke.ts";
import { hkdf, type HashName } from "../../src/mls/crypto/kdf.ts";
import { xWing } from "../../src/mls/crypto/x-wing.ts";
import { bytesOf as fromHex, hexOf as toHex } from "../../src/model/ids.ts";
import hpkeVectors from "./hpke.json" with { type: "json" };
import xWingVectors from "./x-wing.json" with { type: "json" };

const KEMS = new Map([
  [16, dhkem("P-256")],
  [18, dhkem("P-521")],
  [32, dhkem("x25519")],
]);
const HASHES = new Map<number, HashName>([
  [1, "sha256"],
  [3, "sha512"],
]);
const AEADS = new Map<number, AeadName>([
  [1, "AES128GCM"],
  [2, "AES256GCM"],
  [3, "CHACHA20POLY1305"],
]);

function found<T>(map: ReadonlyMap<number, T>, id: number): T {
  const value = map.get(id);
  if (value === undefined) throw new Error(`the vectors have a new number ${id}`);
  return value;
}

describe.each(hpkeVectors)("RFC 9180: $suite", (vector) => {
  const kem = found(KEMS, vector.kem);
  const info = fromHex(vector.info);
  const impl = hpke({ kem, kdf: hkdf(found(HASHES, vector.kdf)), aead: aead(found(AEADS, vector.aead)) });

  it("derives the receiver's keys", () => {
    const derived = kem.derive(fromHex(vector.ikm));
    expect(toHex(derived.raw)).toBe(vector.privateKey);
    expect(toHex(derived.publicKey.raw)).toBe(vector.publicKey);
    expect(toHex(kem.importPrivate(fromHex(vector.privateKey)).publicKey.raw)).toBe(vector.publicKey);
  });

  it("finds the shared secret", () => {
    const own = kem.importPrivate(fromHex(vector.privateKey));
    expect(toHex(kem.decapsulate(own, fromHex(vector.enc)))).toBe(vector.sharedSecret);
  });

  it("opens the first message", async () => {
    const own = await impl.importPrivateKey(fromHex(vector.privateKey));
    const opened = await impl.open(own, fromHex(vector.enc), fromHex(vector.ciphertext), info, fromHex(vector.aad));
    expect(toHex(opened)).toBe(vector.plaintext);
  });

  it("exports secrets", async () => {
    const own = await impl.importPrivateKey(fromHex(vector.privateKey));
    for (const { context, length, value } of vector.exports) {
      const exported = await impl.importSecret(own, fromHex(context), fromHex(vector.enc), length, info);
      expect(toHex(exported)).toBe(value);
    }
  });

  it("seals what the other side opens", async () => {
    const { privateKey, publicKey } = await impl.generateKeyPair();
    const to = await impl.importPublicKey(await impl.exportPublicKey(publicKey));
    const { enc, ct } = await impl.seal(to, fromHex("c0ffee"), info, fromHex("aa"));
    expect(toHex(await impl.open(privateKey, enc, ct, info, fromHex("aa")))).toBe("c0ffee");
    const { enc: second, secret } = await impl.exportSecret(to, fromHex("01"), 32, info);
    expect(await impl.importSecret(privateKey, fromHex("01"), second, 32, info)).toEqual(secret);
  });
});

describe.each(xWingVectors)("X-Wing, seed $seed", ({ seed, publicKey, enc, sharedSecret }) => {
  it("makes the public key", () => {
    expect(toHex(xWing().importPrivate(fromHex(seed)).publicKey.raw)).toBe(publicKey);
  });

  it("finds the shared secret", () => {
    const own = xWing().importPrivate(fromHex(seed));
    expect(toHex(xWing().decapsulate(own, fromHex(enc)))).toBe(sharedSecret);
  });

  it("encapsulates what the other side finds", () => {
    const own = xWing().importPrivate(fromHex(seed));
    const { enc: made, secret } = xWing().encapsulate(xWing().importPublic(fromHex(publicKey)));
    expect(xWing().decapsulate(own, made)).toEqual(secret);
  });
});
