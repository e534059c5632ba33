// What a chat message says of a file: where it is, its key, and what must come out. Whoever has the ticket can read the file,
// so it travels inside the encryption of the message and lies sealed in the vault. Strict on the way in.
import { Fault } from "../../model/fault.ts";
import { isSha256, type Sha256 } from "../../model/ids.ts";
import { BLOB_BYTES } from "../../model/limits.ts";
import { safeFileName } from "./file-name.ts";
import { safeMediaType } from "./media-type.ts";
import { largestFile } from "./padding.ts";

declare const brand: unique symbol;
/** 64 hex digits: the key of one file and of no other. */
export type FileKey = string & { readonly [brand]: "FileKey" };

export interface FileTicket {
  /** SHA-256 of the ciphertext: the name of the blob. */
  readonly blob: Sha256;
  readonly key: FileKey;
  /** Bytes of the content, without padding. */
  readonly size: number;
  /** Of the content, without padding. */
  readonly sha256: Sha256;
  /** Safe as a file name: see file-name.ts. */
  readonly name: string;
  /** `token/token`, said by the sender: not to be trusted. */
  readonly type: string;
}

/** No server takes more (model/limits.ts). */
const SIZE_MOST = largestFile(BLOB_BYTES) ?? 0;
/** A safe name has at most 255 bytes; what is much longer was never a name. */
const TEXT_CHARS = 1024;
const KEY = /^[0-9a-f]{64}$/;

function isFileKey(text: string): text is FileKey {
  return KEY.test(text);
}

/** Plain JSON, for the payload of a message. Name and type are made safe here too: the other side sees what we show. */
export function writeTicket({ blob, key, size, sha256, name, type }: FileTicket): Readonly<Record<string, unknown>> {
  return { blob, key, size, sha256, name: safeFileName(name), type: safeMediaType(type) };
}

/** From parsed JSON of a stranger. Throws Fault `ticket-malformed`, which quotes nothing of it. */
export function readTicket(value: unknown): FileTicket {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformed("is not an object");
  const { blob, key, size, sha256, name, type, ...rest } = value as Readonly<Record<string, unknown>>;
  if (Object.keys(rest).length > 0) throw malformed("has a field that is not of this version");
  if (typeof blob !== "string" || !isSha256(blob)) throw malformed("names no blob");
  if (typeof key !== "string" || !isFileKey(key)) throw malformed("has no key");
  if (typeof sha256 !== "string" || !isSha256(sha256)) throw malformed("has no hash");
  if (!isSize(size)) throw malformed("has no size, or one that no server takes");
  return { blob, key, size, sha256, name: safeFileName(shortText(name)), type: safeMediaType(shortText(type)) };
}

function isSize(value: unknown): value is number {
  return (
    typeof value === "number" &&
    Number.isSafeInteger(value) &&
    !Object.is(value, -0) &&
    value >= 0 &&
    value <= SIZE_MOST
  );
}

function shortText(value: unknown): string {
  if (typeof value !== "string" || value.length > TEXT_CHARS) throw malformed("has no name or type, or one too long");
  return value;
}

function malformed(why: string): Fault {
  return new Fault("ticket-malformed", `what the message says of its file cannot be used: it ${why}`);
}
