// Files from people and servers that lie: tickets that are none, answers that were not asked for, bytes that nobody sealed.
// Whatever comes, nothing gets a name that is not what its sender said.
import { describe, expect, test } from "vitest";
import { type Saved, startDownload } from "../../src/client/files/download.ts";
import { paddedBytes } from "../../src/client/files/padding.ts";
import type { DownloadRecord } from "../../src/client/files/record.ts";
import { CHUNK_BYTES, SEALED_CHUNK_BYTES, chunksOf } from "../../src/client/files/stream.ts";
import { type FileKey, type FileTicket, readTicket, writeTicket } from "../../src/client/files/ticket.ts";
import { Fault } from "../../src/model/fault.ts";
import { bytesOf, type Sha256 } from "../../src/model/ids.ts";
import { MemoryServer, MemorySink, Told, noise, sealedChunk, sha256, worldOf } from "../unit/client/files/memory.ts";

const CONTENT = noise(700_000);
const KEY = "5a".repeat(32) as FileKey;

/** A blob as any sender can make it. */
function sealed(plain: Buffer): Buffer {
  const count = chunksOf(plain.length);
  return Buffer.concat(
    Array.from({ length: count }, (_, index) =>
      sealedChunk(
        bytesOf(KEY),
        { index, final: index === count - 1 },
        plain.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES),
      ),
    ),
  );
}

function padded(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc(paddedBytes(content.length) - content.length)]);
}

const BLOB = sealed(padded(CONTENT));
const TICKET: FileTicket = {
  blob: sha256(BLOB),
  key: KEY,
  size: CONTENT.length,
  sha256: sha256(CONTENT),
  name: "photo.png",
  type: "image/png",
};

interface Download {
  readonly server: MemoryServer;
  readonly sink: MemorySink;
  readonly told: Told<DownloadRecord>;
  readonly done: Promise<Saved>;
}

function download(blob: Buffer, bend: (server: MemoryServer) => void = () => {}, ticket = TICKET): Download {
  const server = new MemoryServer();
  server.blobs.set(ticket.blob, blob);
  bend(server);
  const sink = new MemorySink();
  const told = new Told<DownloadRecord>();
  const { onRecord, onProgress } = told;
  const { done } = startDownload(worldOf(server), { ticket, sink, offset: 0, onRecord, onProgress });
  return { server, sink, told, done };
}

/** What was written is a beginning of what was sealed, and it has no name. */
function expectUnnamed({ sink }: Download): void {
  expect(sink.content.equals(CONTENT.subarray(0, sink.content.length))).toBe(true);
  expect(sink.state).not.toBe("finished");
  expect(sink.state).not.toBe("open");
}

test("the blob of these tests is a good one", async () => {
  const { sink, done } = download(BLOB);
  await done;
  expect(sink.content.equals(CONTENT)).toBe(true);
});

describe("tickets", () => {
  const good = writeTicket(TICKET);

  test.each<readonly [what: string, value: unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["text", JSON.stringify(good)],
    ["a list", [good]],
    ["empty", {}],
    ["one with a field more", { ...good, path: "/etc/passwd" }],
    ["one without a blob", { ...good, blob: undefined }],
    ["a blob in capitals", { ...good, blob: TICKET.blob.toUpperCase() }],
    ["a blob too short", { ...good, blob: TICKET.blob.slice(2) }],
    ["a blob with a line end", { ...good, blob: `${TICKET.blob}\n` }],
    ["a blob that is a path", { ...good, blob: "../".repeat(21) }],
    ["a key too short", { ...good, key: KEY.slice(2) }],
    ["a key too long", { ...good, key: `${KEY}00` }],
    ["a key that is a number", { ...good, key: 5 }],
    ["a hash that is none", { ...good, sha256: "0" }],
    ["a size in words", { ...good, size: "700000" }],
    ["a size below nothing", { ...good, size: -1 }],
    ["minus nothing", { ...good, size: -0 }],
    ["half a byte", { ...good, size: 0.5 }],
    ["no number", { ...good, size: Number.NaN }],
    ["no end", { ...good, size: Number.POSITIVE_INFINITY }],
    ["more than any server takes", { ...good, size: 1008 * 1024 * 1024 + 1 }],
    ["more than a number can count", { ...good, size: 2 ** 60 }],
    ["no name", { ...good, name: undefined }],
    ["a name that is an object", { ...good, name: { toString: "x" } }],
    ["a name without an end", { ...good, name: "x".repeat(1_025) }],
    ["no type", { ...good, type: undefined }],
    ["a type without an end", { ...good, type: "x".repeat(1_025) }],
  ])("%s", (_, value) => {
    expect(() => readTicket(value)).toThrow(expect.objectContaining({ code: "ticket-malformed" }) as Error);
  });

  test("what is told of it quotes nothing of it", () => {
    const secret = "SECRET".repeat(8);
    for (const field of Object.keys(good))
      expect(() => readTicket({ ...good, [field]: [secret] })).toThrow(/^what the message says [a-z ,:]+$/);
  });

  test("a name that climbs is a name in a folder", () => {
    expect(readTicket({ ...good, name: "../../.bashrc" }).name).toBe("_.._.bashrc");
  });
});

describe("a sender who lies", () => {
  test("about the hash", async () => {
    const run = download(BLOB, undefined, { ...TICKET, sha256: "00".repeat(32) as Sha256 });
    await expect(run.done).rejects.toMatchObject({ code: "transfer-mismatch" });
    expectUnnamed(run);
    expect(run.sink.state).toBe("discarded");
  });

  test("about the key", async () => {
    const run = download(BLOB, undefined, { ...TICKET, key: "00".repeat(32) as FileKey });
    await expect(run.done).rejects.toMatchObject({ code: "stream-damaged" });
    expect(run.sink.writes).toEqual([]);
  });

  test("about the size, inside and outside of its bucket", async () => {
    const inside = download(BLOB, undefined, { ...TICKET, size: TICKET.size - 1 });
    await expect(inside.done).rejects.toMatchObject({ code: "transfer-mismatch" });
    const outside = download(BLOB, undefined, { ...TICKET, size: 10 });
    await expect(outside.done).rejects.toMatchObject({ code: "transfer-answer" });
    expectUnnamed(inside);
    expectUnnamed(outside);
  });

  test("with a second content where the padding should be", async () => {
    const plain = padded(CONTENT);
    plain[plain.length - 1] = 1;
    const run = download(sealed(plain));
    await expect(run.done).rejects.toMatchObject({ code: "transfer-mismatch" });
    expectUnnamed(run);
  });

  test("without padding", async () => {
    await expect(download(sealed(CONTENT)).done).rejects.toMatchObject({ code: "transfer-answer" });
  });

  test("with chunks that are not marked as they should", async () => {
    const plain = padded(CONTENT);
    const last = chunksOf(plain.length) - 1;
    const bytes = Buffer.from(BLOB);
    const unmarked = sealedChunk(bytesOf(KEY), { index: last, final: false }, plain.subarray(last * CHUNK_BYTES));
    bytes.set(unmarked, last * SEALED_CHUNK_BYTES);
    await expect(download(bytes).done).rejects.toMatchObject({ code: "stream-truncated" });
    const early = Buffer.from(BLOB);
    early.set(
      sealedChunk(bytesOf(KEY), { index: 1, final: true }, plain.subarray(CHUNK_BYTES, 2 * CHUNK_BYTES)),
      SEALED_CHUNK_BYTES,
    );
    await expect(download(early).done).rejects.toMatchObject({ code: "stream-trailing" });
  });
});

describe("a server that lies to a receiver", () => {
  test.each<readonly [what: string, bend: (server: MemoryServer) => void, code: string]>([
    ["another size", (server) => (server.bendGot = (got) => ({ ...got, size: got.size + 1 })), "transfer-answer"],
    [
      "a size that shrinks",
      (server) => (server.bendGot = (got) => ({ ...got, size: got.offset + got.chunk.length })),
      "transfer-answer",
    ],
    ["no end", (server) => (server.bendGot = (got) => ({ ...got, size: Number.MAX_SAFE_INTEGER })), "transfer-answer"],
    ["another place", (server) => (server.bendGot = (got) => ({ ...got, offset: got.offset + 1 })), "transfer-answer"],
    [
      "less than asked",
      (server) => (server.bendGot = (got) => ({ ...got, chunk: got.chunk.subarray(1) })),
      "transfer-answer",
    ],
    [
      "nothing, for ever",
      (server) => (server.bendGot = (got) => ({ ...got, chunk: Buffer.alloc(0) })),
      "transfer-answer",
    ],
    [
      "more than asked",
      (server) => (server.bendGot = (got) => ({ ...got, chunk: Buffer.alloc(got.chunk.length + 1) })),
      "transfer-answer",
    ],
    [
      "other bytes",
      (server) => (server.bendGot = (got) => ({ ...got, chunk: Buffer.alloc(got.chunk.length) })),
      "stream-damaged",
    ],
    ["no such blob", (server) => server.blobs.clear(), "transfer-gone"],
    [
      "a refusal in the middle",
      (server) => {
        server.before = () => {
          if (server.gets.length > 3) throw new Fault("store-failed", "the file store failed");
        };
      },
      "store-failed",
    ],
  ])("%s", async (_, bend, code) => {
    const run = download(BLOB, bend);
    await expect(run.done).rejects.toMatchObject({ code });
    expectUnnamed(run);
    expect(run.server.gets.length).toBeLessThan(20);
  });

  test("chunks in another order, or another file of the same length", async () => {
    const swapped = Buffer.from(BLOB);
    swapped.set(BLOB.subarray(0, SEALED_CHUNK_BYTES), SEALED_CHUNK_BYTES);
    swapped.set(BLOB.subarray(SEALED_CHUNK_BYTES, 2 * SEALED_CHUNK_BYTES), 0);
    for (const blob of [swapped, noise(BLOB.length)]) {
      const run = download(blob);
      await expect(run.done).rejects.toMatchObject({ code: "stream-damaged" });
      expectUnnamed(run);
      expect(run.sink.state).toBe("discarded");
      expect(run.told.records.at(-1)).toBeUndefined();
    }
  });

  test("one bit, in any chunk: only what stands before it is written", async () => {
    for (let chunk = 0; chunk < chunksOf(paddedBytes(CONTENT.length)); chunk += 1) {
      const bent = Buffer.from(BLOB);
      const at = Math.min(chunk * SEALED_CHUNK_BYTES + 77, bent.length - 1);
      bent[at] = (bent[at] ?? 0) ^ 0x10;
      const run = download(bent);
      await expect(run.done).rejects.toMatchObject({ code: "stream-damaged" });
      expectUnnamed(run);
      expect(run.sink.content.length).toBeLessThanOrEqual(chunk * CHUNK_BYTES);
    }
  });
});
