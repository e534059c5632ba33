// A backup as a file: a header in the clear, then chunks sealed one by one under a passphrase, the last one marked as such. What is
// inside are frames of a type and a length. Nothing of it is believed before its chunk was opened.
import { closeSync, existsSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { Fault, errno, reason } from "../../model/fault.ts";
import { COST, type Cost, stretch } from "../../sealing/passphrase.ts";
import {
  CHUNK_BYTES,
  corrupt,
  HEADER_BYTES_MOST,
  keyOf,
  newHeader,
  openChunk,
  readHeader,
  saltOf,
  SEALED_CHUNK_BYTES,
  type SealedKind,
  sealChunk,
  writeHeader,
} from "../../sealing/sealed-file.ts";
import { syncFolder } from "./durable-file.ts";

export interface Frame {
  readonly type: string;
  readonly body: Buffer;
}

const KIND: SealedKind = { magic: "mutual-chat-backup", version: 1 };
/** A block of entries has at most 512, and a body on the wire 512 KiB. */
const FRAME_BYTES_MOST = 512 * 1024 * 1024;
const FRAME_HEAD_BYTES = 5;

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
    const header = newHeader(wish.cost ?? COST);
    const { key, text } = writeHeader(KIND, header, stretch(wish.passphrase, saltOf(header), header));
    this.#key = key;
    writing(() => writeSync(this.#fd, text));
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
    const sealed = sealChunk(this.#key, plain, { chunk: this.#chunk, isLast });
    writing(() => writeSync(this.#fd, sealed));
    this.#chunk += 1;
  }
}

/** Everything in it, frame by frame; at the end it is certain that nothing is missing. The caller closes it by leaving the loop. */
export function* readBackup(path: string, passphrase: string): Generator<Frame> {
  const fd = reading(() => openSync(path, "r"), path);
  try {
    const beginning = Buffer.alloc(HEADER_BYTES_MOST);
    const opened = readHeader(KIND, beginning.subarray(0, readInto(fd, beginning, 0)));
    const key = keyOf(KIND, opened, stretch(passphrase, saltOf(opened.header), opened.header));
    let bytes: Buffer = Buffer.alloc(0);
    for (const chunk of chunksOf(fd, opened.start, key)) {
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
    yield openChunk(key, sealed, { chunk, isLast: next.length === 0 });
    if (next.length === 0) return;
    sealed = next;
  }
}

function readAt(fd: number, at: number): Buffer {
  const bytes = Buffer.alloc(SEALED_CHUNK_BYTES);
  let length = 0;
  for (let count = -1; count !== 0 && length < bytes.length; length += count)
    count = readInto(fd, bytes.subarray(length), at + length);
  return bytes.subarray(0, length);
}

function readInto(fd: number, bytes: Buffer, at: number): number {
  return reading(() => readSync(fd, bytes, 0, bytes.length, at));
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
