// What is told before a transfer begins: what the server takes, as its greeting said.
import { Fault } from "../../model/fault.ts";
import { BLOB_CHUNK_BYTES } from "../../model/limits.ts";
import type { BlobLimits } from "./contract.ts";
import { largestFile } from "./padding.ts";

/** A server that takes less at once wants to wear us out, or takes no files. */
const PIECE_LEAST = 1024;
const UNITS = ["bytes", "KiB", "MiB", "GiB"];

/** Throws Fault `source-too-large`, `transfer-limits`. */
export function checkSize(size: number, limits: BlobLimits): void {
  const most = largestFile(limits.blobBytes);
  if (most === undefined) throw noFiles();
  if (size <= most) return;
  throw new Fault("source-too-large", `the file has ${inWords(size)}, and this server takes at most ${inWords(most)}`, {
    values: { size: inWords(size), most: inWords(most) },
    hint: "send it in parts",
  });
}

/** Bytes of one request. Throws Fault `transfer-limits`. */
export function pieceBytes({ blobChunkBytes }: BlobLimits): number {
  if (blobChunkBytes < PIECE_LEAST) throw noFiles();
  return Math.min(blobChunkBytes, BLOB_CHUNK_BYTES);
}

function noFiles(): Fault {
  return new Fault("transfer-limits", "this server takes no files");
}

function inWords(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${UNITS[power] ?? ""}`;
}
