// Keys read from files and answers: what is in them, in whatever form, and the server's own.

import * as openpgp from "openpgp";
import { expect, test } from "vitest";
import {
  armorOf,
  generateServerKey,
  openSecretKey,
  parseFingerprint,
  publicKeyOf,
  readPublicKey,
  readPublicKeys,
} from "../../../src/pgp/keys.ts";
import { badKey, goodKey, inOneBlock, withForeignId } from "../../kit/pgp/keys.ts";
import { faultOf } from "../../kit/pgp/refusal.ts";

test("the facts of a key", async () => {
  const { shown, fingerprint } = await goodKey("ada@example.org", "lovelace@example.net");
  const key = await readPublicKey(shown);
  expect(key.fingerprint).toMatch(/^[0-9A-F]{40}$/);
  expect(key.fingerprint).toBe(fingerprint);
  expect(key.userIds).toEqual([
    { text: "ada <ada@example.org>", email: "ada@example.org" },
    { text: "lovelace <lovelace@example.net>", email: "lovelace@example.net" },
  ]);
  expect(key.algorithms).toEqual(["ed25519Legacy", "curve25519Legacy"]);
  expect(key.endsMs).toBeUndefined();
});

test("an expiry is a fact, and a user id that was revoked or never signed is none", async () => {
  const expired = await badKey("expired", "ada@example.org");
  expect(expired.key.endsMs).toBe(expired.key.createdMs + 86_400_000);
  const revoked = await badKey("revoked-id", "ada@example.org", "lovelace@example.net");
  expect(revoked.key.userIds.map(({ email }) => email)).toEqual(["lovelace@example.net"]);
  const liar = await withForeignId(await goodKey("eve@example.org"), await goodKey("ada@example.org"));
  expect(liar.key.userIds.map(({ email }) => email)).toEqual(["eve@example.org"]);
});

test("binary, armored, several blocks, several keys in one block: the same keys", async () => {
  const [one, two] = [await goodKey("ada@example.org"), await goodKey("bob@example.org")];
  const expected = [one.fingerprint, two.fingerprint];
  const found = async (input: string | Uint8Array): Promise<string[]> =>
    (await readPublicKeys(input)).map(({ fingerprint }) => fingerprint);
  expect(await found(Buffer.concat([one.key.bytes, two.key.bytes]))).toEqual(expected);
  expect(await found(`text before\n${one.shown}\ntext between\n${two.shown}`)).toEqual(expected);
  expect(await found(await inOneBlock(one, two))).toEqual(expected);
  expect((await readPublicKey(await armorOf(one.key))).bytes).toEqual(one.key.bytes);
});

test("two copies of one key are one key, and a revocation in either counts", async () => {
  const good = await goodKey("ada@example.org");
  const secret = await openpgp.readPrivateKey({ armoredKey: good.secret });
  const { publicKey } = await openpgp.revokeKey({ key: secret, format: "armored" });
  for (const text of [good.shown + publicKey, publicKey + good.shown]) {
    const [key, another] = await readPublicKeys(text);
    expect(another).toBeUndefined();
    const merged = await openpgp.readKey({ binaryKey: key?.bytes ?? new Uint8Array() });
    expect(await merged.isRevoked()).toBe(true);
  }
});

test("a new server key, with and without a passphrase", async () => {
  const wish = { name: "chat", email: "chat@example.org" };
  const plain = await generateServerKey(wish);
  const locked = await generateServerKey({ ...wish, passphrase: "five words" });
  expect((await publicKeyOf(plain)).userIds).toEqual([{ text: "chat <chat@example.org>", email: "chat@example.org" }]);
  expect((await openSecretKey(plain)).key).toEqual(await publicKeyOf(plain));
  expect((await openSecretKey(locked, "five words")).key).toEqual(await publicKeyOf(locked));
  expect((await faultOf(openSecretKey(locked, "six words"))).code).toBe("passphrase-wrong");
  expect((await faultOf(openSecretKey(locked))).code).toBe("passphrase-missing");
});

test("nothing secret is in the public half", async () => {
  const secret = await generateServerKey({ name: "chat", email: "chat@example.org" });
  const { bytes } = await publicKeyOf(secret);
  expect((await openpgp.readKey({ binaryKey: bytes })).isPrivate()).toBe(false);
});

test("a fingerprint, as people write it", async () => {
  const plain = "0123456789ABCDEF0123456789ABCDEF01234567";
  expect(parseFingerprint(plain)).toBe(plain);
  expect(parseFingerprint("0x0123456789abcdef0123456789abcdef01234567")).toBe(plain);
  expect(parseFingerprint("0123 4567 89AB CDEF 0123  4567 89AB CDEF 0123 4567")).toBe(plain);
  for (const text of ["", "89ABCDEF01234567", `${plain}0`, plain.replace("0", "G")]) {
    expect((await faultOf(() => parseFingerprint(text))).code).toBe("pgp-malformed");
  }
});
