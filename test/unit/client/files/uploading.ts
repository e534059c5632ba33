// An upload that is begun in memory, for the tests of uploads.
import type { UploadRecord } from "../../../../src/client/files/record.ts";
import { blobBytesOf } from "../../../../src/client/files/padding.ts";
import { StreamOpener } from "../../../../src/client/files/stream.ts";
import type { Transfer } from "../../../../src/client/files/course.ts";
import type { FileTicket } from "../../../../src/client/files/ticket.ts";
import { type UploadWish, startUpload } from "../../../../src/client/files/upload.ts";
import { bytesOf } from "../../../../src/model/ids.ts";
import { HandClock, KiB, MemoryServer, MemorySource, Told, noise, worldOf } from "./memory.ts";

export const SIZE = 3_000 * KiB + 123;
export const CONTENT = noise(SIZE);

interface Wish {
  readonly server?: MemoryServer;
  readonly source?: MemorySource;
  readonly clock?: HandClock;
  readonly wish?: Partial<UploadWish>;
  readonly random?: (bytes: number) => Uint8Array;
}

export interface Begun {
  readonly server: MemoryServer;
  readonly source: MemorySource;
  readonly told: Told<UploadRecord>;
  readonly upload: Transfer<FileTicket>;
}

/** Every call makes the same keys, in the same order. */
export function begin(parts: Wish = {}): Begun {
  const { server = new MemoryServer(), source = new MemorySource(CONTENT), clock = new HandClock(), wish = {} } = parts;
  const told = new Told<UploadRecord>();
  const { onRecord, onProgress } = told;
  const world = worldOf(server, clock);
  const { random = world.random } = parts;
  const upload = startUpload({ ...world, random }, { source, name: "photo.png", onRecord, onProgress, ...wish });
  return { server, source, told, upload };
}

/** A receiver gets the content and zeros. */
export function isWhole(server: MemoryServer, ticket: FileTicket, content = CONTENT): boolean {
  const opener = new StreamOpener(bytesOf(ticket.key));
  const blob = server.blobs.get(ticket.blob) ?? Buffer.alloc(0);
  const plain = Buffer.concat([opener.push(blob), opener.end()]);
  return (
    blob.length === blobBytesOf(content.length) &&
    plain.subarray(0, content.length).equals(content) &&
    plain.subarray(content.length).every((byte) => byte === 0)
  );
}
