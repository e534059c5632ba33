// The vault key at rest: a file of its own beside the database. Open, then file permissions guard it; or wrapped under a
// passphrase (Argon2id, RFC 9106; AES-256-GCM). Whoever removes this file has destroyed the vault.
import { createCipheriv, createDecipheriv, createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { join } from "node:path";
import { Fault } from "../../model/fault.ts";
import { COST, type Cost, costOf, stretch, stretchAside, type Stretched } from "../../sealing/passphrase.ts";
import { readIfThere, removeLeftover, writeDurably } from "./durable-file.ts";
import { Damage } from "./faults.ts";
import { newer } from "./migrations.ts";
import { KEY_BYTES } from "./seals.ts";

const FILE = "vault.key";
const VERSION = 1;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

type Fields = Readonly<Record<string, unknown>>;

/** By whoever has the vault locked. */
export function removeKeyLeftover(folder: string): void {
  removeLeftover(join(folder, FILE));
}

export function newVaultKey(): Buffer {
  return randomBytes(KEY_BYTES);
}

/** What keeps others from reading it. */
export type Guard = "permissions" | "passphrase";

export interface HeldKey {
  readonly key: Uint8Array;
  readonly guard: Guard;
}

/** `stretched`: beforehand, so that nothing has to wait here. Undefined if there is none. @throws Fault `no-passphrase`, `wrong-passphrase`, `vault-newer`; Damage */
export function readVaultKey(
  folder: string,
  passphrase: string | undefined,
  stretched?: Stretched,
): HeldKey | undefined {
  const fields = read(folder);
  if (fields === undefined) return undefined;
  if (fields["guard"] === "permissions") return { key: bytesIn(fields, "key", KEY_BYTES), guard: "permissions" };
  if (passphrase === undefined)
    throw new Fault("no-passphrase", "this vault is protected by a passphrase, and none was given", {
      hint: "start it on a terminal and type it, or give --vault-passphrase-file",
    });
  return { key: unwrap(fields, passphrase, stretched), guard: "passphrase" };
}

/** What the key file asks of this passphrase, in a thread of its own. Undefined: it asks for none. @throws Damage */
export async function stretchedFor(folder: string, passphrase: string): Promise<Stretched | undefined> {
  const fields = read(folder);
  if (fields?.["guard"] !== "passphrase") return undefined;
  const { cost, salt } = askedBy(fields);
  return { cost, salt, key: await stretchAside(passphrase, salt, cost) };
}

/** For a new passphrase, likewise. */
export async function stretchedAnew(passphrase: string, cost: Cost = COST): Promise<Stretched> {
  const salt = randomBytes(SALT_BYTES);
  return { cost, salt, key: await stretchAside(passphrase, salt, cost) };
}

function askedBy(fields: Fields): Pick<Stretched, "cost" | "salt"> {
  const cost = costOf(fields);
  if (cost === undefined) throw new Damage(`${FILE} is damaged`);
  return { cost, salt: bytesIn(fields, "salt", SALT_BYTES) };
}

/** For a new passphrase, here and now. */
export function stretchedNow(passphrase: string, cost: Cost = COST): Stretched {
  const salt = randomBytes(SALT_BYTES);
  return { cost, salt, key: stretch(passphrase, salt, cost) };
}

/** From now on the key is guarded like this; before, it was as it had been. Also after kill -9. */
export function writeVaultKey(folder: string, key: Uint8Array, stretched?: Stretched): void {
  const fields =
    stretched === undefined
      ? { version: VERSION, guard: "permissions", key: hex(key) }
      : { version: VERSION, guard: "passphrase", ...wrap(key, stretched) };
  const text = JSON.stringify(fields);
  writeDurably(join(folder, FILE), Buffer.from(`${JSON.stringify({ ...fields, sum: sumOf(text) })}\n`));
}

function wrap(key: Uint8Array, { salt, cost, key: wrapping }: Stretched): Fields {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", wrapping, nonce);
  const sealed = Buffer.concat([cipher.update(key), cipher.final(), cipher.getAuthTag()]);
  return { ...cost, salt: hex(salt), nonce: hex(nonce), sealed: hex(sealed) };
}

/** The sum of the file was right: what does not open now was wrapped under another passphrase. */
function unwrap(fields: Fields, passphrase: string, before?: Stretched): Buffer {
  const { cost, salt } = askedBy(fields);
  const sealed = bytesIn(fields, "sealed", KEY_BYTES + TAG_BYTES);
  const isReady = before !== undefined && isOf(before, { cost, salt });
  const key = isReady ? before.key : stretch(passphrase, salt, cost);
  const decipher = createDecipheriv("aes-256-gcm", key, bytesIn(fields, "nonce", NONCE_BYTES));
  decipher.setAuthTag(sealed.subarray(KEY_BYTES));
  const vaultKey = decipher.update(sealed.subarray(0, KEY_BYTES));
  try {
    decipher.final();
  } catch (error) {
    throw new Fault("wrong-passphrase", "that is not the passphrase of this vault", {
      hint: "try again; nothing was changed, and without the right one nobody can read this vault",
      cause: error,
    });
  }
  return vaultKey;
}

/** Another passphrase may have been set meanwhile. */
function isOf({ salt, cost }: Stretched, asked: Pick<Stretched, "cost" | "salt">): boolean {
  const isCost = cost.memoryKiB === asked.cost.memoryKiB && cost.passes === asked.cost.passes;
  return isCost && cost.lanes === asked.cost.lanes && Buffer.from(salt).equals(asked.salt);
}

function read(folder: string): Fields | undefined {
  const file = readIfThere(join(folder, FILE));
  if (file === undefined) return undefined;
  let fields: Fields;
  try {
    fields = JSON.parse(file.toString()) as Fields;
  } catch (error) {
    throw new Damage(`${FILE} cannot be read`, { cause: error });
  }
  if (typeof fields !== "object" || fields === null) throw new Damage(`${FILE} cannot be read`);
  const { sum, ...rest } = fields;
  if (typeof sum !== "string" || !isSame(sum, sumOf(JSON.stringify(rest)))) throw new Damage(`${FILE} is damaged`);
  if (rest["version"] !== VERSION || (rest["guard"] !== "permissions" && rest["guard"] !== "passphrase")) throw newer();
  return rest;
}

function bytesIn(fields: Fields, name: string, length: number): Buffer {
  const value = fields[name];
  const bytes = Buffer.from(typeof value === "string" ? value : "", "hex");
  if (bytes.length !== length) throw new Damage(`${FILE} is damaged`);
  return bytes;
}

/** Against accidents only: who can write the file can make it fit. It tells damage from a wrong passphrase. */
function sumOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
