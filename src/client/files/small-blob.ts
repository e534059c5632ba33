// A blob of a few pieces, put and taken whole: nothing is kept to go on with, what broke off is done again.
import { createHash } from "node:crypto";
import { Fault } from "../../model/fault.ts";
import type { Sha256 } from "../../model/ids.ts";
import { BLOB_CHUNK_BYTES } from "../../model/limits.ts";
import type { BlobRequests } from "./contract.ts";
import { wrongAnswer } from "./endings.ts";

/** Requests for one blob: a server that takes or gives less at once wants to wear us out. */
const REQUESTS_MOST = 64;

/** Its name, when the server holds the whole. @throws Fault `transfer-answer`, and what the server says */
export async function putBlob({ put }: Pick<BlobRequests, "put">, bytes: Uint8Array): Promise<Sha256> {
  const id = hashOf(bytes);
  let offset = 0;
  for (let times = 0; times < REQUESTS_MOST; times += 1) {
    const chunk = bytes.subarray(offset, offset + BLOB_CHUNK_BYTES);
    const held = await put({ id, size: bytes.length, offset, chunk });
    if (held.complete) return id;
    if (held.offset >= bytes.length) break;
    offset = held.offset;
  }
  throw wrongAnswer();
}

/** @throws Fault `blob-mismatch`, and what the server says */
export async function getBlob(
  { get }: Pick<BlobRequests, "get">,
  { id, size }: { readonly id: Sha256; readonly size: number },
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let held = 0;
  for (let times = 0; held < size && times < REQUESTS_MOST; times += 1) {
    const piece = await get({ id, offset: held, maxBytes: Math.min(BLOB_CHUNK_BYTES, size - held) });
    if (piece.size !== size || piece.chunk.length === 0) break;
    pieces.push(piece.chunk);
    held += piece.chunk.length;
  }
  const bytes = Buffer.concat(pieces);
  if (held === size && hashOf(bytes) === id) return bytes;
  throw new Fault("blob-mismatch", "the server gives something else than what was put under this name");
}

function hashOf(bytes: Uint8Array): Sha256 {
  return createHash("sha256").update(bytes).digest("hex") as Sha256;
}
