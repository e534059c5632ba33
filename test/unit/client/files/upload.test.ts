// Uploads against a disk and a server in memory: what is sent, in which pieces, what is told, and what is refused before.
import { describe, expect, test } from "vitest";
import { PROGRESS_MS } from "../../../../src/client/files/meter.ts";
import { MOST_BYTES } from "../../../../src/client/files/pace.ts";
import type { UploadRecord } from "../../../../src/client/files/record.ts";
import { SEALED_CHUNK_BYTES } from "../../../../src/client/files/stream.ts";
import type { FileTicket } from "../../../../src/client/files/ticket.ts";
import { startUpload } from "../../../../src/client/files/upload.ts";
import { Fault } from "../../../../src/model/fault.ts";
import { HandClock, KiB, LIMITS, MemoryServer, MemorySource, Told, noise, sha256, worldOf } from "./memory.ts";
import { CONTENT, SIZE, begin, isWhole } from "./uploading.ts";

describe("a whole upload", () => {
  test("the ticket says what the server holds, and the source is closed", async () => {
    const { server, source, told, upload } = begin();
    const ticket = await upload.done;
    expect(ticket).toMatchObject({ size: SIZE, sha256: sha256(CONTENT), name: "photo.png", type: "image/png" });
    expect(isWhole(server, ticket)).toBe(true);
    expect(source.closed).toBe(1);
    expect(upload.state).toEqual({ at: "done" });
    expect(told.records).toEqual([{ path: source.path, ticket }]);
  });

  test.each([0, 1, 4096, 64 * KiB, 64 * KiB + 1])("of %d bytes", async (size) => {
    const content = noise(size);
    const { server, upload } = begin({ source: new MemorySource(content) });
    expect(isWhole(server, await upload.done, content)).toBe(true);
  });

  test("each with a key of its own: the same file twice is two blobs", async () => {
    const server = new MemoryServer();
    const world = worldOf(server);
    const { onRecord, onProgress } = new Told<UploadRecord>();
    const send = (): Promise<FileTicket> =>
      startUpload(world, { source: new MemorySource(CONTENT), name: "a", onRecord, onProgress }).done;
    const [one, two] = [await send(), await send()];
    expect(one.key).not.toBe(two.key);
    expect(one.blob).not.toBe(two.blob);
    expect(one.sha256).toBe(two.sha256);
  });

  test("name and type are made safe", async () => {
    const { upload } = begin({ wish: { name: "../../x\u202e.sh", type: "no type" } });
    expect(await upload.done).toMatchObject({ name: "_.._x.sh", type: "application/octet-stream" });
  });

  test("the record is kept before the first byte leaves; if it cannot be kept, nothing does", async () => {
    const server = new MemoryServer();
    const onRecord = (): never => {
      throw new Fault("vault-full", "the disk of the vault is full");
    };
    const { upload, source } = begin({ server, wish: { onRecord } });
    await expect(upload.done).rejects.toMatchObject({ code: "vault-full" });
    expect(server.puts).toEqual([]);
    expect(source.closed).toBe(1);
  });
});

describe("pieces", () => {
  test("several at once, in order, ends on borders of chunks, never more in flight than allowed", async () => {
    const { server, upload } = begin();
    await upload.done;
    const pieces = server.puts.slice(1);
    for (const { offset, chunk } of pieces.slice(0, -1)) expect((offset + chunk.length) % SEALED_CHUNK_BYTES).toBe(0);
    expect(pieces.map(({ offset }) => offset)).toEqual(pieces.map(({ offset }) => offset).toSorted((a, b) => a - b));
    expect(server.flyingMost).toBeGreaterThan(2 * 3 * SEALED_CHUNK_BYTES);
    expect(server.flyingMost).toBeLessThanOrEqual(MOST_BYTES + LIMITS.blobChunkBytes);
  });

  test("slow answers make it send less at once, so that a message does not wait behind it", async () => {
    const server = new MemoryServer();
    const clock = new HandClock();
    server.before = () => void (clock.ms += 3_000);
    const { upload } = begin({ server, clock });
    await upload.done;
    expect(server.puts.slice(-5, -1).map(({ chunk }) => chunk.length)).toEqual(
      Array.from({ length: 4 }, () => SEALED_CHUNK_BYTES),
    );
  });

  test("a server that takes little at once gets little at once", async () => {
    const server = new MemoryServer();
    const { onRecord, onProgress } = new Told<UploadRecord>();
    const world = { ...worldOf(server), limits: { ...LIMITS, blobChunkBytes: 5_000 } };
    const content = noise(200_000);
    const ticket = await startUpload(world, { source: new MemorySource(content), name: "a", onRecord, onProgress })
      .done;
    expect(isWhole(server, ticket, content)).toBe(true);
    expect(Math.max(...server.puts.map(({ chunk }) => chunk.length))).toBe(5_000);
  });
});

describe("progress", () => {
  test("a few times a second; first, last and each stage always; never more than there is", async () => {
    const clock = new HandClock();
    const server = new MemoryServer();
    server.before = () => void (clock.ms += PROGRESS_MS / 5);
    const { told, upload } = begin({ server, clock });
    await upload.done;
    const moving = told.progress.filter(({ stage }) => stage === "moving");
    expect(told.progress[0]).toEqual({ stage: "reading", bytes: 0, total: SIZE });
    expect(told.progress.findLast(({ stage }) => stage === "reading")).toEqual({
      stage: "reading",
      bytes: SIZE,
      total: SIZE,
    });
    expect(moving[0]).toEqual({ stage: "moving", bytes: 0, total: SIZE });
    expect(moving.at(-1)).toEqual({ stage: "moving", bytes: SIZE, total: SIZE });
    expect(moving.length).toBeGreaterThan(3);
    expect(moving.length).toBeLessThan(server.puts.length / 3 + 3);
  });
});

describe("limits told before", () => {
  test("too large for this server: nothing is read, nothing is sent", async () => {
    const server = new MemoryServer();
    const source = new MemorySource(CONTENT);
    const told = new Told<UploadRecord>();
    const world = { ...worldOf(server), limits: { ...LIMITS, blobBytes: 2_000 * KiB } };
    const upload = startUpload(world, { source, name: "a", onRecord: told.onRecord, onProgress: told.onProgress });
    await expect(upload.done).rejects.toMatchObject({
      code: "source-too-large",
      message: "the file has 2.9 MiB, and this server takes at most 1.9 MiB",
    });
    expect([server.puts, told.progress, source.closed]).toEqual([[], [], 1]);
  });

  test.each([
    { ...LIMITS, blobBytes: 0 },
    { ...LIMITS, blobChunkBytes: 0 },
  ])("a server that takes no files: %j", async (limits) => {
    const source = new MemorySource(CONTENT);
    const { onRecord, onProgress } = new Told<UploadRecord>();
    const world = { ...worldOf(new MemoryServer()), limits };
    await expect(startUpload(world, { source, name: "a", onRecord, onProgress }).done).rejects.toMatchObject({
      code: "transfer-limits",
    });
  });

  test("the server refuses: told as it says it, and the record stays", async () => {
    const server = new MemoryServer();
    server.before = () => {
      if (server.puts.length > 3) throw new Fault("store-full", "the disk of the file store is full");
    };
    const { upload, told } = begin({ server });
    await expect(upload.done).rejects.toMatchObject({ code: "store-full" });
    expect(told.records.at(-1)).toBeDefined();
  });
});
