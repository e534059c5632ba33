// Keys for tests, good ones and bad ones, made by the library itself; as an armored text, as a key server keeps them.

import * as openpgp from "openpgp";
import { publicKeyOf, type PgpKey } from "../../../src/pgp/keys.ts";

const DAY_MS = 86_400_000;
const USER = { type: "ecc", curve: "curve25519Legacy" } as const;

export interface TestKey {
  /** Armored. */
  readonly secret: string;
  /** Armored. */
  readonly shown: string;
  readonly key: PgpKey;
  readonly fingerprint: string;
}

export type Flaw = "expired" | "revoked" | "no-encryption" | "revoked-id" | "no-signing" | "weak";

async function testKey(secret: openpgp.PrivateKey): Promise<TestKey> {
  const key = await publicKeyOf(secret.armor());
  return { secret: secret.armor(), shown: secret.toPublic().armor(), key, fingerprint: key.fingerprint };
}

/** A good key of these addresses. */
export async function goodKey(...emails: readonly string[]): Promise<TestKey> {
  const { privateKey } = await openpgp.generateKey({ ...USER, userIDs: idsOf(emails), format: "object" });
  return testKey(privateKey);
}

/** A good key that was made some time ago. */
export async function agedKey(ageMs: number, ...emails: readonly string[]): Promise<TestKey> {
  const date = new Date(Date.now() - ageMs);
  const { privateKey } = await openpgp.generateKey({ ...USER, userIDs: idsOf(emails), date, format: "object" });
  return testKey(privateKey);
}

function idsOf(emails: readonly string[]): openpgp.UserID[] {
  return emails.map((email) => ({ name: email.split("@", 1)[0] ?? "", email }));
}

export async function badKey(flaw: Flaw, ...emails: readonly string[]): Promise<TestKey> {
  const made = await openpgp.generateKey({ ...optionsOf(flaw), userIDs: idsOf(emails), format: "object" });
  switch (flaw) {
    case "revoked":
      return testKey((await openpgp.revokeKey({ key: made.privateKey, format: "object" })).privateKey);
    case "revoked-id":
      return testKey(await withoutFirst(made.privateKey));
    case "no-signing":
      return testKey(await onlyCertifying(made.privateKey));
    default:
      return testKey(made.privateKey);
  }
}

type Options = Omit<openpgp.KeyOptions, "userIDs" | "format">;

function optionsOf(flaw: Flaw): Options {
  switch (flaw) {
    case "expired":
      return { ...USER, date: new Date(Date.now() - 2 * DAY_MS), keyExpirationTime: 86_400 };
    case "no-encryption":
      return { ...USER, subkeys: [{ ...USER, sign: true }] };
    case "weak":
      return { type: "rsa", rsaBits: 1024, config: { minRSABits: 1024 } };
    default:
      return USER;
  }
}

/** The first user id is revoked. */
async function withoutFirst(key: openpgp.PrivateKey): Promise<openpgp.PrivateKey> {
  const [user] = key.users;
  if (user === undefined || !(key.keyPacket instanceof openpgp.SecretKeyPacket)) throw new Error("no user id");
  key.users[0] = await user.revoke(key.keyPacket);
  return openpgp.readPrivateKey({ armoredKey: key.armor() });
}

/** Its primary key may sign keys, and nothing else (RFC 9580 §5.2.3.29). */
async function onlyCertifying(key: openpgp.PrivateKey): Promise<openpgp.PrivateKey> {
  const { keyPacket } = key;
  if (!(keyPacket instanceof openpgp.SecretKeyPacket)) throw new TypeError("no secret key");
  for (const { userID, selfCertifications } of key.users) {
    for (const certification of selfCertifications) {
      // Its salt, which a second signature may not have.
      certification.rawNotations = [];
      certification.keyFlags = Uint8Array.of(openpgp.enums.keyFlags.certifyKeys);
      await signPacket(certification, keyPacket, { userID, key: keyPacket });
    }
  }
  return openpgp.readPrivateKey({ armoredKey: key.armor() });
}

/** As the library has it; its type declarations know a simpler one. */
type Sign = (
  ...parts: [key: openpgp.SecretKeyPacket, data: object, date: Date, detached: boolean, config: openpgp.Config]
) => Promise<void>;

async function signPacket(
  packet: openpgp.SignaturePacket,
  key: openpgp.SecretKeyPacket,
  data: object,
): Promise<openpgp.SignaturePacket> {
  const sign = packet.sign.bind(packet) as Sign;
  await sign(key, data, packet.created ?? new Date(), false, openpgp.config);
  return packet;
}

/** A signature of type standalone (RFC 9580 §5.2.1.3): it signs only itself, no text at all. Armored. */
export async function standaloneSignature({ secret }: TestKey): Promise<string> {
  const { keyPacket } = await openpgp.readPrivateKey({ armoredKey: secret });
  if (!(keyPacket instanceof openpgp.SecretKeyPacket)) throw new TypeError("no secret key");
  const packet = Object.assign(new openpgp.SignaturePacket(), {
    signatureType: openpgp.enums.signature.standalone,
    publicKeyAlgorithm: keyPacket.algorithm,
    hashAlgorithm: openpgp.enums.hash.sha512,
  });
  const list = new openpgp.PacketList<openpgp.SignaturePacket>();
  list.push(await signPacket(packet, keyPacket, {}));
  return new openpgp.Signature(list).armor();
}

/** A key to which somebody has added a user id that the key never signed: its certification is by another key. */
export async function withForeignId(key: TestKey, stolenFrom: TestKey): Promise<TestKey> {
  const own = await openpgp.readPrivateKey({ armoredKey: key.secret });
  const other = await openpgp.readPrivateKey({ armoredKey: stolenFrom.secret });
  const [user] = other.users;
  if (user === undefined) throw new Error("no user id");
  own.users.push(user);
  return testKey(await openpgp.readPrivateKey({ armoredKey: own.armor() }));
}

/** A key to which somebody has added a user id, under the certification that the key made for its own one. */
export async function withForgedId({ secret }: TestKey, email: string): Promise<TestKey> {
  const key = await openpgp.readPrivateKey({ armoredKey: secret });
  const [own] = key.users;
  const [forged] = (await openpgp.readPrivateKey({ armoredKey: (await goodKey(email)).secret })).users;
  if (own === undefined || forged === undefined) throw new Error("no user id");
  forged.selfCertifications = own.selfCertifications;
  key.users.push(forged);
  return testKey(await openpgp.readPrivateKey({ armoredKey: key.armor() }));
}

/** A key that has said of its user id first that it is for ever, and then that it is for an hour, which is over. */
export async function endedId(email: string): Promise<TestKey> {
  const { secret } = await agedKey(2 * DAY_MS, email);
  const [key, again] = [
    await openpgp.readPrivateKey({ armoredKey: secret }),
    await openpgp.readPrivateKey({ armoredKey: secret }),
  ];
  const [user, copy] = [key.users[0], again.users[0]];
  const newer = copy?.selfCertifications[0];
  if (user === undefined || newer === undefined || !(key.keyPacket instanceof openpgp.SecretKeyPacket)) {
    throw new TypeError("no user id");
  }
  Object.assign(newer, {
    rawNotations: [],
    created: new Date(Date.now() - DAY_MS),
    signatureExpirationTime: 3_600,
    signatureNeverExpires: false,
  });
  await signPacket(newer, key.keyPacket, { userID: user.userID, key: key.keyPacket });
  user.selfCertifications.unshift(newer);
  return testKey(await openpgp.readPrivateKey({ armoredKey: key.armor() }));
}

/** The key's revocation, for whoever imports it. Armored. */
export async function revocationOf(secret: Uint8Array): Promise<string> {
  const key = await openpgp.readPrivateKey({ binaryKey: secret });
  return (await openpgp.revokeKey({ key, format: "armored" })).publicKey;
}

/** Several keys in one armored block, as SKS answers. */
export async function inOneBlock(...keys: readonly TestKey[]): Promise<string> {
  const bytes = await Promise.all(
    keys.map(async ({ shown }) => (await openpgp.readKey({ armoredKey: shown })).write()),
  );
  return openpgp.armor(openpgp.enums.armor.publicKey, Buffer.concat(bytes));
}
