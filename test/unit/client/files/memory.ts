// A disk and a server in memory for tests of transfers: honest ones, with a handle for everything that can go wrong.
import { createHash } from "node:crypto";
import type { BlobRequests, Progress, Sink, SinkPlace, Source } from "../../../../src/client/files/contract.ts";
import { type ChunkPlace, TAG_BYTES, sealChunk } from "../../../../src/client/files/stream.ts";
import type { TransferWorld } from "../../../../src/client/files/upload.ts";
import { Fault } from "../../../../src/model/fault.ts";
import type { Sha256 } from "../../../../src/model/ids.ts";

export const KiB = 1024;
export const LIMITS = { blobChunkBytes: 256 * KiB, blobBytes: 1024 * KiB * KiB };

export const sha256 = (bytes: Uint8Array): Sha256 => createHash("sha256").update(bytes).digest("hex") as Sha256;

/** Bytes that repeat nowhere, the same for the same seed. */
export function noise(bytes: number, seed = 1): Buffer {
  const out = Buffer.alloc(bytes);
  for (let at = 0, state = seed; at < bytes; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    out[at] = state >>> 24;
  }
  return out;
}

/** One chunk in memory of its own. */
export function sealedChunk(key: Uint8Array, place: ChunkPlace, plain: Uint8Array): Buffer {
  const out = Buffer.alloc(plain.length + TAG_BYTES);
  sealChunk(key, place, { plain, out });
  return out;
}

export class MemorySource implements Source {
  readonly path = "/home/alice/photo.png";
  readonly size: number;
  content: Buffer;
  stamped = 0;
  closed = 0;

  constructor(content: Buffer) {
    this.content = content;
    this.size = content.length;
  }

  async read(offset: number, into: Uint8Array): Promise<number> {
    if (this.closed > 0) throw new Error("read after close");
    const part = this.content.subarray(offset, offset + into.length);
    into.set(part);
    return part.length;
  }

  async stamp(): Promise<string> {
    return `${this.content.length} ${this.stamped}`;
  }

  async close(): Promise<void> {
    this.closed += 1;
  }
}

/** `held` and `more` in one buffer. Copied only when its memory is used up: twice as much each time. */
function joined(held: Buffer, more: Uint8Array): Buffer {
  const length = held.length + more.length;
  const isRoomy = ROOMS.has(held.buffer) && length <= held.buffer.byteLength;
  const room = isRoomy ? held.buffer : new ArrayBuffer(2 * length);
  ROOMS.add(room);
  const out = Buffer.from(room, 0, length);
  if (!isRoomy) out.set(held);
  out.set(more, held.length);
  return out;
}

/** Made by `joined`: all other memory belongs to somebody else. */
const ROOMS = new WeakSet<ArrayBufferLike>();

export class MemorySink implements Sink {
  readonly place: SinkPlace = {
    folder: "/home/bob",
    name: "photo.png",
    partial: `/home/bob/.${"0".repeat(24)}.part`,
    file: "1 2",
    replace: false,
  };
  content: Buffer = Buffer.alloc(0);
  /** How much of it a power cut leaves. */
  flushed = 0;
  state: "open" | "finished" | "discarded" | "closed" = "open";
  /** Thrown by the next write. */
  fails: Fault | undefined;
  /** Bytes of each write, in order. */
  readonly writes: number[] = [];

  async write(offset: number, bytes: Uint8Array): Promise<void> {
    if (this.state !== "open") throw new Error("write after the end");
    if (this.fails !== undefined) throw this.fails;
    if (offset !== this.content.length) throw new Error(`a write at ${offset} after ${this.content.length}`);
    this.writes.push(bytes.length);
    this.content = joined(this.content, bytes);
  }

  async read(offset: number, into: Uint8Array): Promise<number> {
    const part = this.content.subarray(offset, offset + into.length);
    into.set(part);
    return part.length;
  }

  async sync(): Promise<void> {
    this.flushed = this.content.length;
  }

  async finish(): Promise<string> {
    this.state = "finished";
    return `${this.place.folder}/${this.place.name}`;
  }

  async discard(): Promise<void> {
    this.state = "discarded";
  }

  async close(): Promise<void> {
    this.state = "closed";
  }
}

type Put = Parameters<BlobRequests["put"]>[0];
type Held = Awaited<ReturnType<BlobRequests["put"]>>;
type Get = Parameters<BlobRequests["get"]>[0];
type Got = Awaited<ReturnType<BlobRequests["get"]>>;

/** Keeps what docs/protocol.md §7 says, in order, one answer a turn. */
export class MemoryServer implements BlobRequests {
  readonly blobs = new Map<Sha256, Buffer>();
  readonly partials = new Map<Sha256, Buffer>();
  readonly puts: Put[] = [];
  readonly gets: Get[] = [];
  online = true;
  /** Bytes asked for or sent and not answered, now and at most. */
  flying = 0;
  flyingMost = 0;
  /** Looks at every request before it is answered; may throw, or change things. */
  before: (request: "put" | "get") => void | Promise<void> = () => {};
  /** What the answer becomes on its way: a server that lies. */
  bendHeld: (held: Held, put: Put) => Held = (held) => held;
  bendGot: (got: Got) => Got = (got) => got;
  #turn: Promise<unknown> = Promise.resolve();

  put(put: Put): Promise<Held> {
    this.puts.push(put);
    return this.#inTurn("put", put.chunk.length, () => this.bendHeld(this.#put(put), put));
  }

  get(get: Get): Promise<Got> {
    this.gets.push(get);
    return this.#inTurn("get", get.maxBytes, () => this.bendGot(this.#get(get)));
  }

  #inTurn<T>(kind: "put" | "get", bytes: number, run: () => T): Promise<T> {
    this.flying += bytes;
    this.flyingMost = Math.max(this.flyingMost, this.flying);
    const turn = this.#turn.then(async () => {
      // A network takes a moment: everything that is sent at once is under way at once.
      await new Promise((resolve) => setImmediate(resolve));
      this.flying -= bytes;
      await this.before(kind);
      if (!this.online) throw new Fault("offline", "the server cannot be asked now");
      return run();
    });
    this.#turn = turn.catch(() => {});
    return turn;
  }

  #put({ id, size, offset, chunk }: Put): Held {
    const whole = this.blobs.get(id);
    if (whole !== undefined) return { offset: whole.length, complete: true };
    const held = this.partials.get(id) ?? Buffer.alloc(0);
    if (offset !== held.length) return { offset: held.length, complete: false };
    const grown = joined(held, chunk);
    if (grown.length < size) {
      this.partials.set(id, grown);
      return { offset: grown.length, complete: false };
    }
    this.partials.delete(id);
    if (sha256(grown) !== id) throw new Fault("blob-mismatch", "the blob does not have the hash that names it");
    this.blobs.set(id, grown);
    return { offset: size, complete: true };
  }

  #get({ id, offset, maxBytes }: Get): Got {
    const blob = this.blobs.get(id);
    if (blob === undefined) throw new Fault("no-such-blob", "there is no such blob");
    return { size: blob.length, offset, chunk: blob.subarray(offset, offset + maxBytes) };
  }
}

/** Time that a test turns by hand. */
export class HandClock {
  ms = 1_000;

  now(): number {
    return this.ms;
  }
}

export function worldOf(
  requests: BlobRequests,
  clock = new HandClock(),
): TransferWorld & { random: (bytes: number) => Uint8Array } {
  let made = 0;
  const random = (bytes: number): Uint8Array => noise(bytes, (made += 1));
  return { requests, limits: LIMITS, clock, random };
}

/** What a transfer told, as its callbacks. */
export class Told<R> {
  readonly records: (R | undefined)[] = [];
  readonly progress: Progress[] = [];
  readonly onRecord = (record: R | undefined): void => void this.records.push(record);
  readonly onProgress = (progress: Progress): void => void this.progress.push(progress);

  get kept(): R {
    const kept = this.records.findLast((record) => record !== undefined);
    if (kept === undefined) throw new Error("no record was kept");
    return kept;
  }
}

/** Resolves when `is` holds. */
export async function until(is: () => boolean): Promise<void> {
  for (let turn = 0; !is(); turn += 1) {
    if (turn > 100_000) throw new Error("waited in vain");
    await new Promise((resolve) => setImmediate(resolve));
  }
}
