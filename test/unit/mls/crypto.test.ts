// The cryptography of MLS on node:crypto: what it refuses, and what it must not do to its inputs. What it computes: test/vectors.
import { getCiphersuiteFromName } from "ts-mls/crypto/ciphersuite.js";
import { describe, expect, it } from "vitest";
import { curve } from "../../../src/mls/crypto/curves.ts";
import { dhkem } from "../../../src/mls/crypto/dhkem.ts";
import { hkdf } from "../../../src/mls/crypto/kdf.ts";
import { xWing } from "../../../src/mls/crypto/x-wing.ts";
import { nodeCrypto } from "../../../src/mls/provider.ts";
import { suite } from "../../../src/mls/ciphersuite.ts";
import { CLASSIC, HYBRID, suiteFor, suiteNumber } from "../../../src/mls/suite.ts";
import { Fault } from "../../../src/model/fault.ts";

const P256 = nodeCrypto(getCiphersuiteFromName("MLS_128_DHKEMP256_AES128GCM_SHA256_P256"));
const SUITES = [suite(CLASSIC), suite(HYBRID), P256];
const NONE = new Uint8Array();

function flipped(bytes: Uint8Array, at = 0): Uint8Array {
  return bytes.with(at, (bytes.at(at) ?? 0) ^ 1);
}

describe("suites", () => {
  it("X-Wing up to 200 devices, suite 1 above", () => {
    expect([1, 200, 201, 5_000].map((devices) => suiteFor(devices))).toEqual([HYBRID, HYBRID, CLASSIC, CLASSIC]);
  });

  it("have the numbers of RFC 9420 §17.1", () => {
    expect(([CLASSIC, HYBRID] as const).map(suiteNumber)).toEqual([0x0001, 0xf00d]);
  });

  it("others are refused by name", () => {
    for (const name of ["MLS_128_DHKEMP256_AES128GCM_SHA256_P256", "61453", "", "__proto__"]) {
      expect(() => suite(name)).toThrow(Fault);
    }
  });

  it("those whose parts are not here are refused", () => {
    for (const name of [
      "MLS_256_MLKEM1024_AES256GCM_SHA512_Ed25519",
      "MLS_256_XWING_AES256GCM_SHA512_MLDSA87",
    ] as const) {
      expect(() => nodeCrypto(getCiphersuiteFromName(name))).toThrow(TypeError);
    }
  });
});

describe.each(SUITES)("$name", (cs) => {
  it("MACs are compared whole", async () => {
    const [key, data] = [new Uint8Array(32).fill(1), new Uint8Array([1, 2, 3])];
    const mac = await cs.hash.mac(key, data);
    expect(await cs.hash.verifyMac(key, mac, data)).toBe(true);
    for (const wrong of [flipped(mac), flipped(mac, -1), mac.subarray(1), new Uint8Array([...mac, 0]), NONE]) {
      expect(await cs.hash.verifyMac(key, wrong, data)).toBe(false);
    }
  });

  it("signatures hold for one key and one message", async () => {
    const { signKey, publicKey } = await cs.signature.keygen();
    const other = await cs.signature.keygen();
    const message = new Uint8Array([1, 2, 3]);
    const signed = await cs.signature.sign(signKey, message);
    expect(await cs.signature.verify(publicKey, message, signed)).toBe(true);
    expect(await cs.signature.verify(other.publicKey, message, signed)).toBe(false);
    expect(await cs.signature.verify(publicKey, flipped(message), signed)).toBe(false);
    expect(await cs.signature.verify(publicKey, message, flipped(signed, 9))).toBe(false);
    expect(await cs.signature.verify(publicKey, message, NONE)).toBe(false);
    for (const key of [NONE, publicKey.subarray(1), new Uint8Array([...publicKey, 0])]) {
      expect(await cs.signature.verify(key, message, signed)).toBe(false);
    }
  });

  it("HPKE opens only what was sealed, for whom, and about what", async () => {
    const { privateKey, publicKey } = await cs.hpke.generateKeyPair();
    const other = await cs.hpke.generateKeyPair();
    const [info, aad, plaintext] = [new Uint8Array([1]), new Uint8Array([2]), new Uint8Array([3, 4])];
    const { enc, ct } = await cs.hpke.seal(publicKey, plaintext, info, aad);
    expect(await cs.hpke.open(privateKey, enc, ct, info, aad)).toEqual(plaintext);
    await expect(cs.hpke.open(other.privateKey, enc, ct, info, aad)).rejects.toThrow(Error);
    await expect(cs.hpke.open(privateKey, enc, flipped(ct), info, aad)).rejects.toThrow(Error);
    await expect(cs.hpke.open(privateKey, enc, ct.subarray(0, 15), info, aad)).rejects.toThrow("tag");
    await expect(cs.hpke.open(privateKey, flipped(enc, 40 % enc.length), ct, info, aad)).rejects.toThrow(Error);
    await expect(cs.hpke.open(privateKey, enc.subarray(1), ct, info, aad)).rejects.toThrow(Error);
    await expect(cs.hpke.open(privateKey, NONE, ct, info, aad)).rejects.toThrow(Error);
    await expect(cs.hpke.open(privateKey, enc, ct, flipped(info), aad)).rejects.toThrow(Error);
    await expect(cs.hpke.open(privateKey, enc, ct, info, flipped(aad))).rejects.toThrow(Error);
  });

  it("keys go out and come in as bytes; what is no key is refused", async () => {
    const made = await cs.hpke.generateKeyPair();
    const [priv, pub] = [
      await cs.hpke.exportPrivateKey(made.privateKey),
      await cs.hpke.exportPublicKey(made.publicKey),
    ];
    const { enc, ct } = await cs.hpke.seal(await cs.hpke.importPublicKey(pub), new Uint8Array([7]), NONE);
    const own = await cs.hpke.importPrivateKey(priv);
    expect(await cs.hpke.open(own, enc, ct, NONE)).toEqual(new Uint8Array([7]));
    for (const wrong of [NONE, pub.subarray(1), new Uint8Array([...pub, 0]), new Uint8Array(pub.length - 1)]) {
      await expect(cs.hpke.importPublicKey(wrong)).rejects.toThrow(Error);
    }
    for (const wrong of [NONE, new Uint8Array([...priv, 0])])
      await expect(cs.hpke.importPrivateKey(wrong)).rejects.toThrow(Error);
  });

  it("one input gives one key pair", async () => {
    const ikm = new Uint8Array(64).fill(9);
    const [one, two] = [await cs.hpke.deriveKeyPair(ikm), await cs.hpke.deriveKeyPair(ikm)];
    expect(await cs.hpke.exportPrivateKey(one.privateKey)).toEqual(await cs.hpke.exportPrivateKey(two.privateKey));
    const other = await cs.hpke.deriveKeyPair(flipped(ikm));
    expect(await cs.hpke.exportPublicKey(other.publicKey)).not.toEqual(await cs.hpke.exportPublicKey(one.publicKey));
  });

  it("inputs stay as they are, results are plain bytes of their own", async () => {
    const [key, nonce] = [new Uint8Array(cs.hpke.keyLength).fill(1), new Uint8Array(cs.hpke.nonceLength).fill(2)];
    const plaintext = new Uint8Array([1, 2, 3]);
    const sealed = await cs.hpke.encryptAead(key, nonce, undefined, plaintext);
    const opened = await cs.hpke.decryptAead(key, nonce, undefined, sealed);
    expect([key, nonce]).toEqual([key.slice().fill(1), nonce.slice().fill(2)]);
    const secret = await cs.kdf.extract(new Uint8Array(), plaintext);
    const [digest, mac] = [await cs.hash.digest(plaintext), await cs.hash.mac(key, plaintext)];
    const results = [
      sealed,
      opened,
      secret,
      await cs.kdf.expand(secret, NONE, 100),
      cs.rng.randomBytes(16),
      digest,
      mac,
    ];
    for (const result of results) expect(Buffer.isBuffer(result)).toBe(false);
    opened.fill(0);
    expect(plaintext).toEqual(new Uint8Array([1, 2, 3]));
  });
});

describe("key agreement", () => {
  it("refuses points of small order", () => {
    const own = dhkem("x25519").generate();
    const order8 = Buffer.from("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800", "hex");
    for (const point of [new Uint8Array(32), new Uint8Array(32).with(0, 1), order8]) {
      expect(() => dhkem("x25519").decapsulate(own, point)).toThrow(Error);
      expect(() => dhkem("x25519").encapsulate(dhkem("x25519").importPublic(point))).toThrow(Error);
    }
  });

  it("refuses points that are not on the curve", () => {
    const { raw } = dhkem("P-256").generate().publicKey;
    expect(() => dhkem("P-256").importPublic(flipped(raw, 64))).toThrow(Error);
    const infinity = new Uint8Array([0]);
    const compressed = raw.slice(0, 33).with(0, 2 + ((raw.at(-1) ?? 0) & 1));
    for (const point of [infinity, compressed]) expect(() => dhkem("P-256").importPublic(point)).toThrow(Error);
  });

  it("refuses scalars that are none", () => {
    const order = Buffer.from("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", "hex");
    for (const scalar of [NONE, new Uint8Array(32), order]) {
      expect(() => dhkem("P-256").importPrivate(scalar)).toThrow(Error);
    }
  });

  it("refuses an ML-KEM key with a coefficient that is too large", () => {
    const { raw } = xWing().generate().publicKey;
    expect(() => xWing().importPublic(raw.slice().fill(0xff, 0, 3))).toThrow(Error);
  });

  it("takes a scalar of P-521 without its leading zeros", () => {
    const scalar = new Uint8Array(66).with(65, 5);
    const short = curve("P-521").importPrivate(scalar.subarray(65));
    expect(short.equals(curve("P-521").importPrivate(scalar))).toBe(true);
  });
});

describe("HKDF", () => {
  // RFC 5869 A.1 and A.3
  const ikm = new Uint8Array(22).fill(0x0b);
  it.each([
    {
      salt: "000102030405060708090a0b0c",
      info: "f0f1f2f3f4f5f6f7f8f9",
      okm: "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    },
    {
      salt: "",
      info: "",
      okm: "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
    },
  ])("RFC 5869, salt '$salt'", ({ salt, info, okm }) => {
    const kdf = hkdf("sha256");
    const prk = kdf.extract(Buffer.from(salt, "hex"), ikm);
    expect(Buffer.from(kdf.expand(prk, Buffer.from(info, "hex"), 42)).toString("hex")).toBe(okm);
    expect(() => kdf.expand(prk, NONE, 255 * 32 + 1)).toThrow(RangeError);
  });
});
