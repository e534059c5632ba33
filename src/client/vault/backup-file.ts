// A backup as a file: a header in the clear, then chunks sealed one by one under a passphrase, the last one marked as such. What is
// inside are frames of a type and a length. Nothing of it is believed before its chunk was opened.
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import { closeSync, existsSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { Fault, errno, reason } from "../../model/fault.ts";
import { syncFolder } from "./durable-file.ts";
import { COST, type Cost, costOf, stretch } from "./key-file.ts";
import { KEY_BYTES } from "./seals.ts";

export interface Frame {
  readonly type: string;
  readonly body: Buffer;
}

const MAGIC = "mutual-chat-backup";
const VERSION = 1;
const CHUNK_BYTES = 64 * 1024;
const TAG_BYTES = 16;
const SALT_BYTES = 16;
const HEADER_BYTES_MOST = 4096;
/** A block of entries has at most 512, and a body on the wire 512 KiB. */
const FRAME_BYTES_MOST = 512 * 1024 * 1024;
const FRAME_HEAD_BYTES = 5;

interface Keys {
  readonly chunks: Buffer;
  readonly check: string;
}

/** Written beside, and in its place when it is finished. */
export class BackupWriter {
  readonly #path: string;
  readonly #fd: number;
  readonly #key: Buffer;
  #pending: Buffer[] = [];
  #bytes = 0;
  #chunk = 0;

  /** @throws Fault `backup-exists`, `backup-unwritable` */
  constructor(
    path: string,
    wish: { readonly passphrase: string; readonly cost?: Cost | undefined; readonly force: boolean },
  ) {
    if (!wish.force && existsSync(path))
      throw new Fault("backup-exists", `there is something at ${path} already`, {
        hint: "give another name, or --force",
      });
    this.#path = path;
    this.#fd = writing(() => openSync(this.#beside, "w", 0o600));
    const fields = { ...(wish.cost ?? COST), salt: randomBytes(SALT_BYTES).toString("hex") };
    const { chunks, check } = keysOf(fields, wish.passphrase);
    this.#key = chunks;
    const header = JSON.stringify({ ...fields, check, sum: sumOf(fields, check) });
    writing(() => writeSync(this.#fd, `${MAGIC} ${VERSION}\n${header}\n`));
  }

  write({ type, body }: Frame): void {
    const head = Buffer.alloc(FRAME_HEAD_BYTES);
    head.write(type, "latin1");
    head.writeUInt32BE(body.length, 1);
    this.#pending.push(head, body);
    this.#bytes += head.length + body.length;
    if (this.#bytes < CHUNK_BYTES) return;
    const all = Buffer.concat(this.#pending);
    let at = 0;
    for (; all.length - at >= CHUNK_BYTES; at += CHUNK_BYTES) this.#seal(all.subarray(at, at + CHUNK_BYTES), false);
    this.#pending = [all.subarray(at)];
    this.#bytes = all.length - at;
  }

  /** The file is there, whole, also after a power cut. */
  finish(): void {
    this.#seal(Buffer.concat(this.#pending), true);
    writing(() => {
      fsyncSync(this.#fd);
      closeSync(this.#fd);
      renameSync(this.#beside, this.#path);
    });
    syncFolder(dirname(this.#path));
  }

  /** Nothing is left of it. */
  discard(): void {
    closeSync(this.#fd);
    rmSync(this.#beside, { force: true });
  }

  get #beside(): string {
    return `${this.#path}.new`;
  }

  #seal(plain: Buffer, isLast: boolean): void {
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonceOf(this.#chunk, isLast));
    const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    writing(() => writeSync(this.#fd, sealed));
    this.#chunk += 1;
  }
}

/** Everything in it, frame by frame; at the end it is certain that nothing is missing. The caller closes it by leaving the loop. */
export function* readBackup(path: string, passphrase: string): Generator<Frame> {
  const fd = reading(() => openSync(path, "r"), path);
  try {
    const { header, start } = readHeader(fd);
    const key = unlock(header, passphrase);
    let bytes: Buffer = Buffer.alloc(0);
    for (const chunk of chunksOf(fd, start, key)) {
      bytes = Buffer.concat([bytes, chunk]);
      let at = 0;
      for (let size = frameBytes(bytes, at); size <= bytes.length - at; size = frameBytes(bytes, at)) {
        yield { type: bytes.toString("latin1", at, at + 1), body: bytes.subarray(at + FRAME_HEAD_BYTES, at + size) };
        at += size;
      }
      bytes = bytes.subarray(at);
    }
    if (bytes.length > 0) throw corrupt("it ends in the middle of something");
  } finally {
    closeSync(fd);
  }
}

export function corrupt(why: string, cause?: unknown): Fault {
  return new Fault("backup-corrupt", `the backup cannot be used: ${why}`, {
    hint: "nothing was changed; use another copy of it",
    cause,
  });
}

/** Also of what is not there completely: then more than there is. */
function frameBytes(bytes: Buffer, at: number): number {
  if (bytes.length - at < FRAME_HEAD_BYTES) return Number.POSITIVE_INFINITY;
  const size = bytes.readUInt32BE(at + 1);
  if (size > FRAME_BYTES_MOST) throw corrupt("a part of it is too large");
  return FRAME_HEAD_BYTES + size;
}

function* chunksOf(fd: number, start: number, key: Buffer): Generator<Buffer> {
  let at = start;
  let sealed = readAt(fd, at);
  for (let chunk = 0; ; chunk += 1) {
    at += sealed.length;
    // Whether a chunk is the last one is sealed with it: a file that was cut between two of them does not open.
    const next = readAt(fd, at);
    yield openChunk(sealed, key, nonceOf(chunk, next.length === 0));
    if (next.length === 0) return;
    sealed = next;
  }
}

function openChunk(sealed: Buffer, key: Buffer, nonce: Buffer): Buffer {
  if (sealed.length < TAG_BYTES) throw corrupt("it is cut short");
  const end = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv("aes-256-gcm", key, nonce);
  decipher.setAuthTag(sealed.subarray(end));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, end)), decipher.final()]);
  } catch (error) {
    throw corrupt("it is damaged or cut short", error);
  }
}

function readAt(fd: number, at: number): Buffer {
  const bytes = Buffer.alloc(CHUNK_BYTES + TAG_BYTES);
  let length = 0;
  for (let count = -1; count !== 0 && length < bytes.length; length += count)
    count = readInto(fd, bytes.subarray(length), at + length);
  return bytes.subarray(0, length);
}

function readInto(fd: number, bytes: Buffer, at: number): number {
  return reading(() => readSync(fd, bytes, 0, bytes.length, at));
}

type Header = Readonly<Record<string, unknown>>;

function readHeader(fd: number): { readonly header: Header; readonly start: number } {
  const bytes = Buffer.alloc(HEADER_BYTES_MOST);
  const text = bytes.toString("latin1", 0, readInto(fd, bytes, 0));
  const [first = "", second] = text.split("\n", 2);
  const [magic, version] = first.split(" ");
  if (magic !== MAGIC) throw corrupt("the file is none");
  if (version !== String(VERSION))
    throw new Fault("backup-newer", "the backup was written by a newer version of this program", {
      hint: "use that version",
    });
  if (second === undefined || text.length <= first.length + 1 + second.length) throw corrupt("it is cut short");
  return { header: parsedHeader(second), start: first.length + second.length + 2 };
}

function parsedHeader(text: string): Header {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (error) {
    throw corrupt("it is damaged at its beginning", error);
  }
  if (typeof header !== "object" || header === null) throw corrupt("it is damaged at its beginning");
  return header as Header;
}

function unlock(header: Header, passphrase: string): Buffer {
  const { check, sum, ...fields } = header;
  const cost = costOf(fields);
  if (cost === undefined || typeof check !== "string" || typeof sum !== "string" || sum !== sumOf(fields, check))
    throw corrupt("it is damaged at its beginning");
  const keys = keysOf({ ...cost, salt: String(fields["salt"]) }, passphrase);
  const [told, ours] = [Buffer.from(check), Buffer.from(keys.check)];
  if (told.length === ours.length && timingSafeEqual(told, ours)) return keys.chunks;
  throw new Fault("wrong-passphrase", "the passphrase of this backup is another one", {
    hint: "it is the one that was given when the backup was made; nothing was changed",
  });
}

function keysOf(fields: Cost & { readonly salt: string }, passphrase: string): Keys {
  const master = stretch(passphrase, Buffer.from(fields.salt, "hex"), fields);
  const text = `${fields.memoryKiB} ${fields.passes} ${fields.lanes} ${fields.salt}`;
  const derive = (what: string): Buffer =>
    Buffer.from(
      hkdfSync("sha256", master, createHash("sha256").update(text).digest(), `mutual-chat backup 1 ${what}`, KEY_BYTES),
    );
  return { chunks: derive("chunks"), check: createHmac("sha256", derive("check")).update(text).digest("hex") };
}

/** Against accidents: it tells damage from a wrong passphrase. */
function sumOf(fields: object, check: string): string {
  return createHash("sha256").update(JSON.stringify(fields)).update(check).digest("hex");
}

/** Counted, and each key is used for one file. */
function nonceOf(chunk: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(chunk, 5, 6);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

function writing<T>(write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw new Fault("backup-unwritable", `the backup cannot be written: ${reason(error)}`, {
      hint: "choose another place, or make room",
      cause: error,
    });
  }
}

function reading<T>(read: () => T, path = "the backup"): T {
  try {
    return read();
  } catch (error) {
    const why = errno(error) === "ENOENT" ? "there is no such file" : reason(error);
    throw new Fault("backup-unreadable", `cannot read ${path}: ${why}`, {
      hint: "check its name and who may read it",
      cause: error,
    });
  }
}
