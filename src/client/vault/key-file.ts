// The vault key at rest: a file of its own beside the database. Open, then file permissions guard it; or wrapped under a
// passphrase (Argon2id, RFC 9106; AES-256-GCM). Whoever removes this file has destroyed the vault.
import { createCipheriv, createDecipheriv, createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { join } from "node:path";
import { Fault } from "../../model/fault.ts";
import { COST, type Cost, costOf, stretch } from "../../sealing/passphrase.ts";
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

/** Undefined if there is none. @throws Fault `no-passphrase`, `wrong-passphrase`, `vault-newer`; Damage */
export function readVaultKey(folder: string, passphrase: string | undefined): HeldKey | undefined {
  const fields = read(folder);
  if (fields === undefined) return undefined;
  if (fields["guard"] === "permissions") return { key: bytesIn(fields, "key", KEY_BYTES), guard: "permissions" };
  if (passphrase === undefined)
    throw new Fault("no-passphrase", "this vault is protected by a passphrase, and none was given", {
      hint: "start it on a terminal and type it, or give --vault-passphrase-file",
    });
  return { key: unwrap(fields, passphrase), guard: "passphrase" };
}

/** From now on the key is guarded like this; before, it was as it had been. Also after kill -9. */
export function writeVaultKey(
  folder: string,
  key: Uint8Array,
  guard?: { readonly passphrase: string; readonly cost?: Cost | undefined },
): void {
  const fields =
    guard === undefined
      ? { version: VERSION, guard: "permissions", key: hex(key) }
      : { version: VERSION, guard: "passphrase", ...wrap(key, guard.passphrase, guard.cost ?? COST) };
  const text = JSON.stringify(fields);
  writeDurably(join(folder, FILE), Buffer.from(`${JSON.stringify({ ...fields, sum: sumOf(text) })}\n`));
}

function wrap(key: Uint8Array, passphrase: string, cost: Cost): Fields {
  const [salt, nonce] = [randomBytes(SALT_BYTES), randomBytes(NONCE_BYTES)];
  const cipher = createCipheriv("aes-256-gcm", stretch(passphrase, salt, cost), nonce);
  const sealed = Buffer.concat([cipher.update(key), cipher.final(), cipher.getAuthTag()]);
  return { ...cost, salt: hex(salt), nonce: hex(nonce), sealed: hex(sealed) };
}

/** The sum of the file was right: what does not open now was wrapped under another passphrase. */
function unwrap(fields: Fields, passphrase: string): Buffer {
  const cost = costOf(fields);
  if (cost === undefined) throw new Damage(`${FILE} is damaged`);
  const sealed = bytesIn(fields, "sealed", KEY_BYTES + TAG_BYTES);
  const key = stretch(passphrase, bytesIn(fields, "salt", SALT_BYTES), cost);
  const decipher = createDecipheriv("aes-256-gcm", key, bytesIn(fields, "nonce", NONCE_BYTES));
  decipher.setAuthTag(sealed.subarray(KEY_BYTES));
  const vaultKey = decipher.update(sealed.subarray(0, KEY_BYTES));
  try {
    decipher.final();
  } catch (error) {
    throw new Fault("wrong-passphrase", "the passphrase of this vault is another one", {
      hint: "try again; nothing was changed, and without the right one nobody can read this vault",
      cause: error,
    });
  }
  return vaultKey;
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
