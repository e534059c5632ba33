// How long a file looks to the server. Zeros after the content, inside the encrypted stream, up to a step of PADMÉ
// (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files", PoPETs 2019): a length keeps its top bits only.
import { sealedBytes } from "./stream.ts";

/** All small files look alike. A file takes a page of the disk anyway; from here on at most 6.25 % is added, 3.1 % from 64 KiB. */
const LEAST_BYTES = 4096;

/** The length of content and zeros: every reader works it out from the true size. */
export function paddedBytes(size: number): number {
  if (size <= LEAST_BYTES) return LEAST_BYTES;
  const exponent = Math.floor(Math.log2(size));
  const kept = Math.floor(Math.log2(exponent)) + 1;
  const step = 2 ** (exponent - kept);
  return Math.ceil(size / step) * step;
}

/** What the server stores for a file of this size. */
export function blobBytesOf(size: number): number {
  return sealedBytes(paddedBytes(size));
}

/** The largest file whose blob has at most `blobBytes`; undefined if there is none. */
export function largestFile(blobBytes: number): number | undefined {
  if (blobBytesOf(0) > blobBytes) return undefined;
  let fits = 0;
  let over = blobBytes;
  while (over - fits > 1) {
    const middle = Math.floor((fits + over) / 2);
    if (blobBytesOf(middle) <= blobBytes) fits = middle;
    else over = middle;
  }
  return fits;
}
