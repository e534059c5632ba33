// How much of a transfer is under way at once. Enough that a far server does not make it slow, so little that a message written
// meanwhile does not wait long behind it: the answers' delay decides. It also bounds what a transfer holds in memory.
import { SEALED_CHUNK_BYTES } from "./stream.ts";

/** One chunk takes half a second at 1 Mbit/s: less cannot be asked for at a time without opening the rest twice. */
const LEAST_BYTES = SEALED_CHUNK_BYTES;
/** 15 MB/s over a way of 100 ms. @internal */
export const MOST_BYTES = 24 * SEALED_CHUNK_BYTES;
const START_BYTES = 6 * SEALED_CHUNK_BYTES;
/** What people notice when a message waits for it, and what they call slow. */
const GOOD_MS = 400;
const BAD_MS = 1_000;

/** Bytes that may be under way. */
export class Pace {
  #bytes = START_BYTES;

  get bytes(): number {
    return this.#bytes;
  }

  /** An answer took so long. */
  took(ms: number): void {
    this.#bytes = nextPace(this.#bytes, ms);
  }
}

/** @internal */
export function nextPace(bytes: number, tookMs: number): number {
  if (tookMs > BAD_MS) return Math.max(LEAST_BYTES, Math.floor(bytes / 2 / LEAST_BYTES) * LEAST_BYTES);
  return tookMs < GOOD_MS ? Math.min(MOST_BYTES, bytes + LEAST_BYTES) : bytes;
}

/**
 * Where a piece that starts at `from` ends: on the border of a chunk if one can be reached with `maxBytes`, so that the next
 * piece opens or seals no chunk a second time.
 */
export function pieceEnd(from: number, maxBytes: number, total: number): number {
  const furthest = from + maxBytes;
  if (furthest >= total) return total;
  const border = Math.floor(furthest / SEALED_CHUNK_BYTES) * SEALED_CHUNK_BYTES;
  return border > from ? border : furthest;
}
