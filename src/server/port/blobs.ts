// The contract of the blob store: what devices keep with the server and only they can read.
import type { Sha256 } from "../../model/ids.ts";

/** Ciphertext by its SHA-256. A blob is visible only when it is whole and its hash is right. */
export interface BlobStore {
  /**
   * Writes one chunk at `offset`; returns how much is held and whether the blob is complete.
   * A chunk that starts elsewhere than the held size changes nothing (the answer says where to go on).
   * Throws Fault `blob-mismatch` when the whole does not hash to `id` (and forgets it).
   */
  put(
    id: Sha256,
    size: number,
    chunk: { readonly offset: number; readonly bytes: Uint8Array },
  ): Promise<{ readonly offset: number; readonly complete: boolean }>;
  /** Undefined: no such blob. */
  get(
    id: Sha256,
    offset: number,
    maxBytes: number,
  ): Promise<{ readonly size: number; readonly bytes: Uint8Array } | undefined>;
  remove(id: Sha256): Promise<void>;
  /** Every whole blob, in no order; those that come meanwhile may be among them. */
  list(): AsyncIterable<{ readonly id: Sha256; readonly bytes: number }>;
  /** Removes unfinished uploads not touched for `olderThanMs`; returns how many. */
  sweep(olderThanMs: number): Promise<number>;
}
