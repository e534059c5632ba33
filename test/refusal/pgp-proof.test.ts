// What must not pass for a proof, nor for a server's challenge.

import * as openpgp from "openpgp";
import { beforeAll, expect, test } from "vitest";
import { CHALLENGE_LIFE_MS, encodeChallenge, signedText, type Challenge } from "../../src/pgp/challenge.ts";
import { readPublicKey, readPublicKeys, type SecretKey } from "../../src/pgp/keys.ts";
import { verifyAnswer } from "../../src/pgp/proof.ts";
import { openKeyFile } from "../../src/pgp/signers/key-file.ts";
import { ABOUT, challengeFor, newServerKey, signerOf } from "../kit/pgp/enrolment.ts";
import { agedKey, badKey, goodKey, standaloneSignature, type Flaw, type TestKey } from "../kit/pgp/keys.ts";
import { faultOf } from "../kit/pgp/refusal.ts";

let serverKey: SecretKey;
let ada: TestKey;
let eve: TestKey;
let challenge: Challenge;
beforeAll(async () => {
  serverKey = await newServerKey();
  ada = await goodKey(ABOUT.email);
  // Eve has made a key with Ada's address.
  eve = await goodKey(ABOUT.email);
  ({ challenge } = await challengeFor(ada.key, serverKey));
});

async function signature(text: string, { secret }: TestKey, date: Date = new Date()): Promise<string> {
  const signingKeys = await openpgp.readPrivateKey({ armoredKey: secret });
  const message = await openpgp.createMessage({ binary: Buffer.from(text) });
  return (await openpgp.sign({ message, signingKeys, detached: true, date })) as string;
}

function verify(answer: string, of: Challenge = challenge, nowMs: number = Date.now()): Promise<true> {
  return verifyAnswer(answer, of, { userKey: ada.key, nowMs });
}

async function refusal(answer: string, of?: Challenge, nowMs?: number): Promise<string> {
  const fault = await faultOf(verify(answer, of, nowMs));
  expect(fault.code).toBe("pgp-proof");
  return fault.message;
}

test("the answer that the others are variants of", async () => {
  expect(await verify(await signature(signedText(challenge), ada))).toBe(true);
});

test("a signature by another key with the same address", async () => {
  expect(await refusal(await signature(signedText(challenge), eve))).toContain("signing key");
});

test("a signature on the challenge without the words in front, and on another challenge", async () => {
  expect(await refusal(await signature(encodeChallenge(challenge), ada))).toContain("digest");
  const other = await challengeFor(ada.key, serverKey);
  expect(await refusal(await signature(signedText(other.challenge), ada))).toContain("digest");
  await refusal(await signature(signedText(challenge), ada), {
    ...challenge,
    request: other.challenge.request,
    email: "Ada@example.org",
  });
});

test("a signature that signs no text at all: there is a type for that", async () => {
  expect(await refusal(await standaloneSignature(ada))).toContain("not signed");
});

test("a signature that is dated back, or ahead", async () => {
  const old = new Date(challenge.untilMs - CHALLENGE_LIFE_MS - 3_600_000);
  const past = await agedKey(172_800_000, ABOUT.email);
  const answer = await signature(signedText(challenge), past, old);
  const fault = await faultOf(verifyAnswer(answer, challenge, { userKey: past.key, nowMs: Date.now() }));
  expect([fault.code, fault.message]).toEqual(["pgp-proof", expect.stringContaining("older than the challenge")]);
  expect(await refusal(await signature(signedText(challenge), ada, new Date(Date.now() + 3_600_000)))).toContain(
    "future",
  );
});

test("two signatures, of which one holds", async () => {
  const parts = [await signature(signedText(challenge), ada), await signature(signedText(challenge), eve)];
  const bytes = await Promise.all(
    parts.map(async (armoredSignature) => (await openpgp.readSignature({ armoredSignature })).write() as Uint8Array),
  );
  expect(await refusal(openpgp.armor(openpgp.enums.armor.signature, Buffer.concat(bytes)))).toContain("more than one");
});

test("no signature, half of one, a large one, and one that comes too late", async () => {
  const good = await signature(signedText(challenge), ada);
  for (const answer of ["", "yes", good.slice(0, 120), ada.shown]) {
    expect(await refusal(answer)).toContain("not an armored signature");
  }
  expect(await refusal(good + " ".repeat(40_000))).toContain("larger than");
  expect(await refusal(good, challenge, challenge.untilMs)).toContain("too late");
});

const FLAWS: readonly Flaw[] = ["expired", "revoked", "no-encryption", "no-signing", "weak", "revoked-id"];
test.each(FLAWS)("no challenge for a key that is %s, and no proof by it", async (flaw) => {
  const bad = await badKey(flaw, ABOUT.email);
  expect((await faultOf(challengeFor(bad.key, serverKey))).code).toBe("pgp-unusable");
  const nowMs = Date.now();
  expect((await faultOf(verifyAnswer("", challenge, { userKey: bad.key, nowMs }))).code).toBe("pgp-unusable");
});

test("no challenge for a key of another address", async () => {
  const bob = await goodKey("bob@example.org");
  expect((await faultOf(challengeFor(bob.key, serverKey))).code).toBe("pgp-unusable");
});

/** A message to Ada, signed by these keys. */
async function sealed(text: string, ...signers: readonly openpgp.PrivateKey[]): Promise<string> {
  return (await openpgp.encrypt({
    message: await openpgp.createMessage({ text }),
    encryptionKeys: await openpgp.readKey({ armoredKey: ada.shown }),
    signingKeys: [...signers],
  })) as string;
}

test("a challenge that is not signed, signed by another, or signed by two", async () => {
  const signer = await signerOf(ada);
  const text = encodeChallenge(challenge);
  const expected = { serverKey: serverKey.key };
  const impostor = await newServerKey();
  expect(await signer.openChallenge(await sealed(text, serverKey.unlocked), expected)).toEqual(challenge);
  for (const message of [
    await sealed(text),
    await sealed(text, impostor.unlocked),
    await sealed(text, serverKey.unlocked, impostor.unlocked),
  ]) {
    expect((await faultOf(signer.openChallenge(message, expected))).code).toBe("pgp-signature");
  }
});

test("a message by the server's key that is no challenge", async () => {
  const message = await sealed("please sign this", serverKey.unlocked);
  const opening = (await signerOf(ada)).openChallenge(message, { serverKey: serverKey.key });
  expect((await faultOf(opening)).code).toBe("pgp-malformed");
});

test("a message for another key, one that is not encrypted, one that was changed, and none", async () => {
  const signer = await signerOf(ada);
  const forEve = (await challengeFor(eve.key, serverKey)).sealed;
  const { sealed: forAda } = await challengeFor(ada.key, serverKey);
  const binary = Buffer.from((await openpgp.unarmor(forAda)).data as Uint8Array);
  binary.writeUInt8(binary.readUInt8(binary.length - 5) ^ 1, binary.length - 5);
  const changed = openpgp.armor(openpgp.enums.armor.message, binary);
  const open = (await openpgp.sign({
    message: await openpgp.createMessage({ text: encodeChallenge(challenge) }),
    signingKeys: serverKey.unlocked,
  })) as string;
  for (const message of [forEve, changed, open, "", "hello", " ".repeat(40_000) + forAda]) {
    const opening = signer.openChallenge(message, { serverKey: serverKey.key });
    expect((await faultOf(opening)).code).toBe("pgp-decrypt");
  }
});

test("a message that unpacks to more than a challenge", async () => {
  const message = (await openpgp.encrypt({
    message: await openpgp.createMessage({ text: "a".repeat(1_000_000) }),
    encryptionKeys: await openpgp.readKey({ armoredKey: ada.shown }),
    signingKeys: serverKey.unlocked,
    config: { preferredCompressionAlgorithm: openpgp.enums.compression.zlib },
  })) as string;
  expect(message.length).toBeLessThan(32_768);
  const opening = (await signerOf(ada)).openChallenge(message, { serverKey: serverKey.key });
  expect((await faultOf(opening)).message).toMatch(/maximum|exceed|large/i);
});

test("what is no key, or not one public key", async () => {
  const many = Buffer.concat(Array.from({ length: 33 }, () => ada.key.bytes));
  const flooded = Buffer.concat([ada.key.bytes, await manyRevocations(ada)]);
  for (const input of ["", "hello", ada.shown.slice(0, 200), ada.secret, "a".repeat(262_145), many, flooded]) {
    expect((await faultOf(readPublicKeys(input))).code).toBe("pgp-malformed");
  }
  expect((await faultOf(readPublicKey(ada.shown + eve.shown))).code).toBe("pgp-malformed");
  const truncated = ada.key.bytes.subarray(0, ada.key.bytes.length - 10);
  expect((await faultOf(readPublicKeys(truncated))).code).toBe("pgp-malformed");
});

/** Revocations of the last subkey, as anybody may append them: none needs to hold, each would have to be tried. */
async function manyRevocations({ secret }: TestKey): Promise<Buffer> {
  const key = await openpgp.readPrivateKey({ armoredKey: secret });
  const [subkey] = key.subkeys;
  if (subkey === undefined || !(key.keyPacket instanceof openpgp.SecretKeyPacket)) throw new Error("no subkey");
  const [revocation] = (await subkey.revoke(key.keyPacket)).revocationSignatures;
  if (revocation === undefined) throw new Error("no revocation");
  const list = new openpgp.PacketList<openpgp.SignaturePacket>();
  list.push(...Array.from({ length: 17 }, () => revocation));
  return Buffer.from(list.write());
}

test("a key file that holds no secret key, or one whose secrets are elsewhere", async () => {
  const rest = { email: ABOUT.email, now: Date.now, passphrase: async () => undefined };
  expect((await faultOf(openKeyFile({ ...rest, secret: Buffer.from(ada.shown) }))).code).toBe("pgp-malformed");
  expect((await faultOf(openKeyFile({ ...rest, secret: Buffer.alloc(0) }))).code).toBe("pgp-malformed");
  const stub = await openpgp.readPrivateKey({ armoredKey: ada.secret });
  for (const { keyPacket } of [stub, ...stub.subkeys]) {
    if (keyPacket instanceof openpgp.SecretKeyPacket || keyPacket instanceof openpgp.SecretSubkeyPacket)
      keyPacket.makeDummy();
  }
  const fault = await faultOf(openKeyFile({ ...rest, secret: Buffer.from(stub.armor()) }));
  expect([fault.code, fault.hint]).toEqual(["pgp-unusable", expect.stringContaining("gpg")]);
});
