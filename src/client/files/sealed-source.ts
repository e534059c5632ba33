// A file as its ciphertext, made anew whenever a piece of it is wanted: nothing is spooled to the disk.
// The first pass fixes the tag of every chunk. Later passes give a piece away only if its chunks have these tags: other content
// under the same key and nonces would betray both, and the key (docs/decisions/0009-files.md).
import { createHash, timingSafeEqual } from "node:crypto";
import { Fault } from "../../model/fault.ts";
import type { Sha256 } from "../../model/ids.ts";
import type { Source } from "./contract.ts";
import { paddedBytes } from "./padding.ts";
import {
  CHUNK_BYTES,
  SEALED_CHUNK_BYTES,
  type Sealing,
  TAG_BYTES,
  chunksOf,
  sealChunk,
  sealedBytes,
  tagOf,
} from "./stream.ts";

/** Read from the disk at once in the first pass: 1 MiB. */
const STEP_CHUNKS = 16;

export interface Survey {
  readonly blob: Sha256;
  /** Of the content without padding. */
  readonly sha256: Sha256;
}

/** Called between steps with how far the content was read; may wait, and may throw to end it. */
type Between = (bytes: number) => Promise<void>;

export class SealedSource {
  readonly #source: Source;
  readonly #key: Uint8Array;
  readonly #padded: number;
  readonly #chunks: number;
  /** 16 bytes for each 64 KiB: 256 KiB for 1 GiB. */
  readonly #tags: Buffer;
  /** How many of the tags are known. */
  #known = 0;

  /** The key must be a new one, or that of an earlier survey whose blob the caller compares before anything is sent. */
  constructor(source: Source, key: Uint8Array) {
    this.#source = source;
    this.#key = key;
    this.#padded = paddedBytes(source.size);
    this.#chunks = chunksOf(this.#padded);
    this.#tags = Buffer.alloc(this.#chunks * TAG_BYTES);
  }

  get bytes(): number {
    return sealedBytes(this.#padded);
  }

  /** The first pass. Throws Fault `source-changed` if the file is written to meanwhile. */
  async survey(between: Between): Promise<Survey> {
    const stamp = await this.#source.stamp();
    const blob = createHash("sha256");
    const content = createHash("sha256");
    const step = Buffer.alloc(Math.min(STEP_CHUNKS * CHUNK_BYTES, this.#padded));
    const sealed = Buffer.alloc(sealedBytes(step.length));
    for (let first = 0; first < this.#chunks; first += STEP_CHUNKS) {
      const plain = await this.#read(first, step);
      content.update(plain.subarray(0, Math.max(0, this.#source.size - first * CHUNK_BYTES)));
      for (const { index, chunk } of this.#seal(first, { plain, out: sealed })) {
        this.#tags.set(tagOf(chunk), index * TAG_BYTES);
        this.#known = index + 1;
      }
      blob.update(sealed.subarray(0, sealedBytes(plain.length)));
      await between(Math.min(this.#known * CHUNK_BYTES, this.#source.size));
    }
    if ((await this.#source.stamp()) !== stamp || (await this.#source.read(this.#source.size, Buffer.alloc(1))) > 0)
      throw changed();
    return { blob: blob.digest("hex") as Sha256, sha256: content.digest("hex") as Sha256 };
  }

  /** Ciphertext from one offset to another, after the survey. Throws Fault `source-changed`. */
  async piece(from: number, to: number): Promise<Buffer> {
    const first = Math.floor(from / SEALED_CHUNK_BYTES);
    const after = Math.ceil(to / SEALED_CHUNK_BYTES);
    if (after > this.#known) throw new Error("a piece is asked for before the survey");
    const plain = await this.#read(first, Buffer.alloc((after - first) * CHUNK_BYTES));
    const out = Buffer.alloc(sealedBytes(plain.length));
    for (const { index, chunk } of this.#seal(first, { plain, out })) {
      const known = this.#tags.subarray(index * TAG_BYTES, (index + 1) * TAG_BYTES);
      if (!timingSafeEqual(tagOf(chunk), known)) throw changed();
    }
    const start = first * SEALED_CHUNK_BYTES;
    return out.subarray(from - start, to - start);
  }

  /** Plaintext from a chunk on, as much as `into` takes and there is; what is after the content is zeros. */
  async #read(first: number, into: Buffer): Promise<Buffer> {
    const from = first * CHUNK_BYTES;
    const plain = into.subarray(0, Math.min(into.length, this.#padded - from));
    const content = Math.max(0, Math.min(plain.length, this.#source.size - from));
    if (content > 0 && (await this.#source.read(from, plain.subarray(0, content))) < content) throw changed();
    plain.fill(0, content);
    return plain;
  }

  *#seal(first: number, { plain, out }: Sealing): Generator<{ readonly index: number; readonly chunk: Uint8Array }> {
    for (let at = 0; at < chunksOf(plain.length); at += 1) {
      const place = { index: first + at, final: first + at === this.#chunks - 1 };
      const part = plain.subarray(at * CHUNK_BYTES, (at + 1) * CHUNK_BYTES);
      const chunk = sealChunk(this.#key, place, { plain: part, out: out.subarray(at * SEALED_CHUNK_BYTES) });
      yield { index: place.index, chunk };
    }
  }
}

export function changed(): Fault {
  return new Fault("source-changed", "the file has changed since it was read for sending", {
    hint: "send it again when nobody writes to it, or send a copy",
  });
}
