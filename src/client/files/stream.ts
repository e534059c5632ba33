// The body of an encrypted file: age's STREAM construction (age-encryption.org/v1, "Payload") with AES-256-GCM.
// Chunk after chunk, each sealed by itself; the nonce is an 11-byte big-endian counter and one byte that is 1 in the last chunk.
// Knows nothing of where bytes come from. There is no header: the key travels in the message that announces the file.
import { createCipheriv, createDecipheriv } from "node:crypto";
import { Fault } from "../../model/fault.ts";

export const KEY_BYTES = 32;
/** Plaintext of one chunk, as in age: what must be held before a byte of it may be believed. The tag is 0.02 % of it. */
export const CHUNK_BYTES = 64 * 1024;
export const TAG_BYTES = 16;
export const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES;
const NONCE_BYTES = 12;
/** Of the counter's 11 bytes the first 5 stay zero: 2^48 chunks are more than any file has. */
const COUNTER_AT = 5;
const COUNTER_BYTES = 6;

const CIPHER = "aes-256-gcm";

/** Where a chunk stands. One place under one key is sealed with one plaintext only: a nonce used twice gives the key away. */
export interface ChunkPlace {
  readonly index: number;
  readonly final: boolean;
}

export interface Sealing {
  readonly plain: Uint8Array;
  readonly out: Uint8Array;
}

/** How many chunks a plaintext has: an empty one has one empty chunk. */
export function chunksOf(plain: number): number {
  return Math.max(1, Math.ceil(plain / CHUNK_BYTES));
}

/** Bytes of ciphertext for so many bytes of plaintext. */
export function sealedBytes(plain: number): number {
  return plain + TAG_BYTES * chunksOf(plain);
}

/** The other way round; undefined if no plaintext has so much ciphertext. @internal */
export function plainBytes(sealed: number): number | undefined {
  const chunks = Math.ceil(sealed / SEALED_CHUNK_BYTES);
  const plain = sealed - TAG_BYTES * chunks;
  return plain >= 0 && sealed > 0 && sealedBytes(plain) === sealed ? plain : undefined;
}

/** At most CHUNK_BYTES in; ciphertext and tag go to the beginning of `out`, and what they fill of it comes back. */
export function sealChunk(key: Uint8Array, place: ChunkPlace, { plain, out }: Sealing): Uint8Array {
  const cipher = createCipheriv(CIPHER, key, nonceOf(place), { authTagLength: TAG_BYTES });
  out.set(cipher.update(plain));
  cipher.final();
  out.set(cipher.getAuthTag(), plain.length);
  return out.subarray(0, plain.length + TAG_BYTES);
}

/** The tag of a sealed chunk: under one key and place it names the plaintext. */
export function tagOf(sealed: Uint8Array): Uint8Array {
  return sealed.subarray(sealed.length - TAG_BYTES);
}

/** Undefined: not what was sealed at this place under this key. The tag is compared in constant time (OpenSSL). */
function openChunk(key: Uint8Array, place: ChunkPlace, sealed: Uint8Array): Buffer | undefined {
  const decipher = createDecipheriv(CIPHER, key, nonceOf(place), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(tagOf(sealed));
  const plain = decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES));
  try {
    decipher.final();
    return plain;
  } catch {
    return undefined;
  }
}

function nonceOf({ index, final }: ChunkPlace): Buffer {
  const nonce = Buffer.alloc(NONCE_BYTES);
  nonce.writeUIntBE(index, COUNTER_AT, COUNTER_BYTES);
  nonce[NONCE_BYTES - 1] = final ? 1 : 0;
  return nonce;
}

/**
 * Opens a stream from a chunk on. Bytes in, in pieces of any size; plaintext out, each byte only when its chunk is authentic.
 * The last 64 KiB are held back until `end`, because only then it is known that they are the last.
 * Throws Fault `stream-damaged`, `stream-truncated`, `stream-trailing`; after that it opens nothing more.
 */
export class StreamOpener {
  readonly #key: Uint8Array;
  readonly #held = Buffer.alloc(SEALED_CHUNK_BYTES);
  #heldBytes = 0;
  #index: number;
  #over = false;

  constructor(key: Uint8Array, firstChunk = 0) {
    this.#key = key;
    this.#index = firstChunk;
  }

  /** What is certain now. If one chunk of it is not authentic nothing is given. */
  push(bytes: Uint8Array): Buffer {
    this.#refuseAfterEnd();
    const opened: Buffer[] = [];
    for (let at = 0; at < bytes.length;) {
      if (this.#heldBytes === SEALED_CHUNK_BYTES) {
        opened.push(this.#next(this.#held));
        this.#heldBytes = 0;
      } else if (this.#heldBytes === 0 && bytes.length - at > SEALED_CHUNK_BYTES) {
        opened.push(this.#next(bytes.subarray(at, at + SEALED_CHUNK_BYTES)));
        at += SEALED_CHUNK_BYTES;
      } else at += this.#hold(bytes.subarray(at));
    }
    return Buffer.concat(opened);
  }

  /** The last chunk. */
  end(): Buffer {
    this.#refuseAfterEnd();
    this.#over = true;
    const sealed = this.#held.subarray(0, this.#heldBytes);
    if (sealed.length < TAG_BYTES) throw truncated();
    const plain = openChunk(this.#key, { index: this.#index, final: true }, sealed);
    if (plain === undefined) throw this.#opensAs(false, sealed) ? truncated() : damaged();
    // As in age: one plaintext has one form only.
    if (plain.length === 0 && this.#index > 0) throw damaged();
    return plain;
  }

  /** As much as is missing to a chunk. Copied: the piece it came in is not ours. */
  #hold(bytes: Uint8Array): number {
    const taken = bytes.subarray(0, SEALED_CHUNK_BYTES - this.#heldBytes);
    this.#held.set(taken, this.#heldBytes);
    this.#heldBytes += taken.length;
    return taken.length;
  }

  #next(sealed: Uint8Array): Buffer {
    const plain = openChunk(this.#key, { index: this.#index, final: false }, sealed);
    if (plain === undefined) {
      this.#over = true;
      throw this.#opensAs(true, sealed) ? trailing() : damaged();
    }
    this.#index += 1;
    return plain;
  }

  #opensAs(final: boolean, sealed: Uint8Array): boolean {
    return openChunk(this.#key, { index: this.#index, final }, sealed) !== undefined;
  }

  #refuseAfterEnd(): void {
    if (this.#over) throw new Error("the stream is over");
  }
}

const RESEND = "ask the sender for it again";

function damaged(): Fault {
  return new Fault("stream-damaged", "the file was changed or damaged on its way", { hint: RESEND });
}

function truncated(): Fault {
  return new Fault("stream-truncated", "the file ends before its end", { hint: RESEND });
}

function trailing(): Fault {
  return new Fault("stream-trailing", "the file goes on after its end", { hint: RESEND });
}
