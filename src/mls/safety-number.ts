// The number that two people compare to know that nobody stands between them: the same on both sides exactly if both hold the
// same root and see the same keys of the same devices of each other. Made as Signal makes its own: slow to collide with.
import { hash } from "node:crypto";
import { Fault } from "../model/fault.ts";
import { bytesOf, type Handle, type Sha256 } from "../model/ids.ts";

/** One person of the pair, as this device sees them. */
export interface Person {
  readonly user: Handle;
  /** The signature keys of all devices, raw, in any order. */
  readonly keys: readonly Uint8Array[];
}

/** To find a second set of keys with the same number, each try costs this many hashes. */
const ROUNDS = 5200;
/** Of each person; 30 digits are 99 bits. */
const GROUPS = 6;
const LABEL = "mutual safety number 1";
/** Devices of one user: more would let somebody try many sets of keys. */
const KEYS_MOST = 100;

/** 60 digits in groups of 5. `realm`: the fingerprint of the root's key. @throws Fault `no-keys`, `too-many-devices` */
export function safetyNumber(realm: Sha256, one: Person, other: Person): string {
  const halves = [halfOf(realm, one), halfOf(realm, other)].toSorted();
  return halves.join(" ");
}

function halfOf(realm: Sha256, { user, keys }: Person): string {
  const material = materialOf(realm, user, keys);
  let digest = hash("sha512", material, "buffer");
  for (let round = 1; round < ROUNDS; round += 1) digest = hash("sha512", Buffer.concat([digest, material]), "buffer");
  return Array.from({ length: GROUPS }, (_, at) => group(digest, at)).join(" ");
}

function materialOf(realm: Sha256, user: Handle, keys: readonly Uint8Array[]): Buffer {
  if (keys.length === 0) throw new Fault("no-keys", `${user} has no device`, { values: { user } });
  if (keys.length > KEYS_MOST) throw new Fault("too-many-devices", `${user} has more than ${KEYS_MOST} devices`);
  const sorted = keys.map((key) => hash("sha256", key, "buffer")).toSorted((a, b) => Buffer.compare(a, b));
  // Each part has a length of its own or a fixed one: no two pairs give the same bytes.
  return Buffer.concat([Buffer.from(LABEL), bytesOf(realm), Buffer.of(user.length), Buffer.from(user), ...sorted]);
}

/** Five bytes as five digits: 40 bits are enough that no digit is likelier than another. */
function group(digest: Buffer, at: number): string {
  return (digest.readUIntBE(5 * at, 5) % 100_000).toString().padStart(5, "0");
}
