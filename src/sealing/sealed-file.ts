// A file sealed under a passphrase: a header in the clear, then chunks of one size, each sealed with its number (AES-256-GCM, NIST SP
// 800-38D), the last one marked as such: nothing of it can be changed, left out, moved or cut off. Knows no disk, and not what is inside.
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import { Fault } from "../model/fault.ts";
import { type Cost, costOf, KEY_BYTES } from "./passphrase.ts";

/** Whose file it is: neither opens the other's. */
export interface SealedKind {
  /** First word of the file. */
  readonly magic: string;
  readonly version: number;
}

/** What the key comes of, as the header says it. */
export interface SealedHeader extends Cost {
  readonly salt: string;
}

export interface OpenedHeader {
  readonly header: SealedHeader;
  /** Of the right key. */
  readonly check: string;
  /** Where the first chunk begins. */
  readonly start: number;
}

export const CHUNK_BYTES = 64 * 1024;
export const SEALED_CHUNK_BYTES = CHUNK_BYTES + 16;
/** What has to be read to have the whole header. */
export const HEADER_BYTES_MOST = 4096;
const TAG_BYTES = 16;
const SALT_BYTES = 16;

interface Keys {
  readonly chunks: Buffer;
  readonly check: string;
}

export function newHeader(cost: Cost): SealedHeader {
  const { memoryKiB, passes, lanes } = cost;
  return { memoryKiB, passes, lanes, salt: randomBytes(SALT_BYTES).toString("hex") };
}

export function saltOf({ salt }: SealedHeader): Buffer {
  return Buffer.from(salt, "hex");
}

/** `stretched`: of the passphrase, with the header's salt and cost. */
export function writeHeader(
  kind: SealedKind,
  header: SealedHeader,
  stretched: Uint8Array,
): { readonly key: Buffer; readonly text: string } {
  const { chunks, check } = keysOf(kind, header, stretched);
  const fields = JSON.stringify({ ...header, check, sum: sumOf(header, check) });
  return { key: chunks, text: `${kind.magic} ${kind.version}\n${fields}\n` };
}

/** `bytes`: the beginning of the file. @throws Fault `backup-corrupt`, `backup-newer` */
export function readHeader(kind: SealedKind, bytes: Buffer): OpenedHeader {
  const text = bytes.toString("latin1", 0, HEADER_BYTES_MOST);
  const [first = "", second] = text.split("\n", 2);
  const [magic, version] = first.split(" ");
  if (magic !== kind.magic) throw corrupt("the file is none");
  if (version !== String(kind.version))
    throw new Fault("backup-newer", "the backup was written by a newer version of this program", {
      hint: "use that version",
    });
  if (second === undefined || text.length <= first.length + 1 + second.length) throw corrupt("it is cut short");
  return { ...headerIn(second), start: first.length + second.length + 2 };
}

/** @throws Fault `wrong-passphrase` */
export function keyOf(kind: SealedKind, { header, check }: OpenedHeader, stretched: Uint8Array): Buffer {
  const keys = keysOf(kind, header, stretched);
  const [told, ours] = [Buffer.from(check), Buffer.from(keys.check)];
  if (told.length === ours.length && timingSafeEqual(told, ours)) return keys.chunks;
  throw new Fault("wrong-passphrase", "the passphrase of this backup is another one", {
    hint: "it is the one that was given when the backup was made; nothing was changed",
  });
}

/** Where a chunk stands. */
export interface Place {
  readonly chunk: number;
  readonly isLast: boolean;
}

export function sealChunk(key: Uint8Array, plain: Uint8Array, place: Place): Buffer {
  const cipher = createCipheriv("aes-256-gcm", key, nonceOf(place));
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** @throws Fault `backup-corrupt` */
export function openChunk(key: Uint8Array, sealed: Buffer, place: Place): Buffer {
  if (sealed.length < TAG_BYTES) throw corrupt("it is cut short");
  const end = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv("aes-256-gcm", key, nonceOf(place));
  decipher.setAuthTag(sealed.subarray(end));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, end)), decipher.final()]);
  } catch (error) {
    throw corrupt("it is damaged or cut short", error);
  }
}

export function corrupt(why: string, cause?: unknown): Fault {
  return new Fault("backup-corrupt", `the backup cannot be used: ${why}`, {
    hint: "nothing was changed; use another copy of it",
    cause,
  });
}

function headerIn(text: string): Pick<OpenedHeader, "header" | "check"> {
  const { check, sum, ...fields } = objectIn(text);
  const cost = costOf(fields);
  if (cost === undefined || typeof check !== "string" || typeof sum !== "string" || sum !== sumOf(fields, check))
    throw corrupt("it is damaged at its beginning");
  return { header: { ...cost, salt: String(fields["salt"]) }, check };
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw corrupt("it is damaged at its beginning", error);
  }
  throw corrupt("it is damaged at its beginning");
}

function keysOf({ magic, version }: SealedKind, header: SealedHeader, stretched: Uint8Array): Keys {
  const text = `${header.memoryKiB} ${header.passes} ${header.lanes} ${header.salt}`;
  const salt = createHash("sha256").update(text).digest();
  const derive = (what: string): Buffer =>
    Buffer.from(hkdfSync("sha256", stretched, salt, `${magic} ${version} ${what}`, KEY_BYTES));
  return { chunks: derive("chunks"), check: createHmac("sha256", derive("check")).update(text).digest("hex") };
}

/** Against accidents: it tells damage from a wrong passphrase. */
function sumOf(fields: object, check: string): string {
  return createHash("sha256").update(JSON.stringify(fields)).update(check).digest("hex");
}

/** Counted, and each key is used for one file. */
function nonceOf({ chunk, isLast }: Place): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(chunk, 5, 6);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}
