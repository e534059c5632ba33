// Downloads from a server in memory to a disk in memory: what is written, when it gets its name, and how it ends.
import { beforeAll, describe, expect, test } from "vitest";
import { type DownloadWish, startDownload } from "../../../../src/client/files/download.ts";
import { MOST_BYTES } from "../../../../src/client/files/pace.ts";
import {
  type DownloadRecord,
  type UploadRecord,
  readDownloadRecord,
  writeDownloadRecord,
} from "../../../../src/client/files/record.ts";
import { CHUNK_BYTES } from "../../../../src/client/files/stream.ts";
import type { FileTicket } from "../../../../src/client/files/ticket.ts";
import { startUpload } from "../../../../src/client/files/upload.ts";
import { Fault } from "../../../../src/model/fault.ts";
import { KiB, LIMITS, MemoryServer, MemorySink, MemorySource, Told, noise, sha256, until, worldOf } from "./memory.ts";

const SIZE = 3_000 * KiB + 123;
const CONTENT = noise(SIZE);
const uploaded = { ticket: {} as FileTicket, server: new MemoryServer() };

async function upload(content: Buffer): Promise<{ ticket: FileTicket; server: MemoryServer }> {
  const server = new MemoryServer();
  const { onRecord, onProgress } = new Told<UploadRecord>();
  const source = new MemorySource(content);
  return {
    server,
    ticket: await startUpload(worldOf(server), { source, name: "photo.png", onRecord, onProgress }).done,
  };
}

beforeAll(async () => Object.assign(uploaded, await upload(CONTENT)));

/** The same blobs, another server. */
function serverAgain(): MemoryServer {
  const server = new MemoryServer();
  for (const [id, bytes] of uploaded.server.blobs) server.blobs.set(id, bytes);
  return server;
}

function begin({
  server = serverAgain(),
  sink = new MemorySink(),
  wish = {},
}: { server?: MemoryServer; sink?: MemorySink; wish?: Partial<DownloadWish> } = {}) {
  const told = new Told<DownloadRecord>();
  const { onRecord, onProgress } = told;
  const { ticket } = uploaded;
  const download = startDownload(worldOf(server), { ticket, sink, offset: 0, onRecord, onProgress, ...wish });
  return { server, sink, told, download };
}

describe("a whole download", () => {
  test("the content, its hash, its name, and nothing left to go on with", async () => {
    const { sink, told, download } = begin();
    expect(await download.done).toEqual({ path: "/home/bob/photo.png", bytes: SIZE, sha256: sha256(CONTENT) });
    expect(sink.content.equals(CONTENT)).toBe(true);
    expect(sink.state).toBe("finished");
    expect(told.records[0]).toEqual({ ticket: uploaded.ticket, place: sink.place, offset: 0 });
    expect(told.records.at(-1)).toBeUndefined();
    expect(told.progress.at(-1)).toEqual({ stage: "moving", bytes: SIZE, total: SIZE });
  });

  test.each([0, 1, 4096, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])(
    "of %d bytes",
    async (size) => {
      const content = noise(size);
      const { server, ticket } = await upload(content);
      const { sink, download } = begin({ server, wish: { ticket } });
      expect(await download.done).toMatchObject({ bytes: size, sha256: sha256(content) });
      expect(sink.content.equals(content)).toBe(true);
    },
  );

  test("several requests at once, never for more bytes than allowed, and written as they come", async () => {
    const { server, sink, download } = begin();
    await download.done;
    expect(server.flyingMost).toBeGreaterThan(LIMITS.blobChunkBytes);
    expect(server.flyingMost).toBeLessThanOrEqual(MOST_BYTES + LIMITS.blobChunkBytes);
    expect(Math.max(...sink.writes)).toBeLessThanOrEqual(LIMITS.blobChunkBytes);
  });

  test("from a server that gives little at once", async () => {
    const server = serverAgain();
    const sink = new MemorySink();
    const { onRecord, onProgress } = new Told<DownloadRecord>();
    const world = { ...worldOf(server), limits: { ...LIMITS, blobChunkBytes: 5_000 } };
    await startDownload(world, { ticket: uploaded.ticket, sink, offset: 0, onRecord, onProgress }).done;
    expect(sink.content.equals(CONTENT)).toBe(true);
  });
});

describe("pause, cancel, stop, a lost connection", () => {
  test("paused and resumed", async () => {
    const { server, sink, download } = begin();
    await until(() => sink.content.length > 200_000);
    download.pause();
    await until(() => server.flying === 0);
    const asked = server.gets.length;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(server.gets).toHaveLength(asked);
    expect(download.state).toEqual({ at: "held", by: ["user"] });
    download.resume();
    await download.done;
    expect(sink.content.equals(CONTENT)).toBe(true);
  });

  test("cancelled: the partial file is removed, there is nothing to go on with", async () => {
    const { sink, told, download } = begin();
    await until(() => sink.content.length > 200_000);
    download.cancel();
    await expect(download.done).rejects.toMatchObject({ code: "transfer-cancelled" });
    expect(sink.state).toBe("discarded");
    expect(told.records.at(-1)).toBeUndefined();
  });

  test("cancelled although the server never answers", async () => {
    const server = serverAgain();
    server.before = () => new Promise(() => {});
    const { sink, download } = begin({ server });
    await until(() => server.gets.length > 0);
    download.cancel();
    await expect(download.done).rejects.toMatchObject({ code: "transfer-cancelled" });
    expect(sink.state).toBe("discarded");
  });

  test("a lost connection: it waits, and goes on with the chunk after the last one written", async () => {
    const { server, sink, download } = begin();
    await until(() => sink.content.length > 500_000);
    server.online = false;
    await until(() => download.state.at === "held");
    server.online = true;
    const asked = server.gets.length;
    download.reconnected();
    await download.done;
    expect(sink.content.equals(CONTENT)).toBe(true);
    expect(server.gets[asked]?.offset).toBeGreaterThan(0);
  });

  test("stopped with the program: flushed, kept, and the next start goes on", async () => {
    const stop = new AbortController();
    const first = begin({ wish: { signal: stop.signal } });
    await until(() => first.sink.content.length > 500_000);
    stop.abort();
    await expect(first.download.done).rejects.toMatchObject({ code: "transfer-stopped" });
    const { offset } = first.told.kept;
    expect(first.sink.state).toBe("closed");
    expect(offset).toBeGreaterThan(400_000);
    expect(offset % CHUNK_BYTES).toBe(0);
    expect(first.sink.flushed).toBeGreaterThanOrEqual(offset);
    const sink = new MemorySink();
    sink.content = first.sink.content.subarray(0, offset);
    const second = begin({ sink, wish: { offset } });
    expect(await second.download.done).toMatchObject({ sha256: sha256(CONTENT) });
    expect(sink.content.equals(CONTENT)).toBe(true);
    expect(second.server.gets[0]?.offset).toBe((offset / CHUNK_BYTES) * (CHUNK_BYTES + 16));
    expect(second.told.progress[0]).toMatchObject({ stage: "reading" });
  });

  test("stopped at every chunk of a small file", async () => {
    const content = CONTENT.subarray(0, 5 * CHUNK_BYTES + 7);
    const { server, ticket } = await upload(content);
    for (let offset = 0; offset <= content.length; offset += CHUNK_BYTES) {
      const sink = new MemorySink();
      sink.content = content.subarray(0, offset);
      await begin({ server, sink, wish: { ticket, offset } }).download.done;
      expect(sink.content.equals(content), `from ${offset}`).toBe(true);
    }
  });

  test("flushed now and then, and the record moves with it", async () => {
    const content = Buffer.alloc(70 * 1024 * KiB, 7);
    const { server, ticket } = await upload(content);
    const { told, download } = begin({ server, wish: { ticket } });
    await download.done;
    const offsets = told.records.map((record) => record?.offset);
    expect(offsets).toHaveLength(4);
    expect(offsets[1]).toBeGreaterThanOrEqual(32 * 1024 * KiB);
    expect(offsets[1]).toBeLessThan(33 * 1024 * KiB);
  });
});

describe("what goes wrong on this side", () => {
  test("the disk is full: told, what is there is kept", async () => {
    const { sink, told, download } = begin();
    await until(() => sink.content.length > 500_000);
    sink.fails = new Fault("target-full", "the disk is full");
    await expect(download.done).rejects.toMatchObject({ code: "target-full" });
    expect(sink.state).toBe("closed");
    expect(told.kept.offset).toBeGreaterThan(400_000);
    expect(told.records.at(-1)).toBeDefined();
  });

  test.each(["target-gone", "target-changed"])("%s: another attempt would end the same way", async (code) => {
    const { sink, told, download } = begin();
    await until(() => sink.content.length > 500_000);
    sink.fails = new Fault(code, "it is not there any more");
    await expect(download.done).rejects.toMatchObject({ code });
    expect(sink.state).toBe("discarded");
    expect(told.records.at(-1)).toBeUndefined();
  });

  test("it is whole and cannot get its name: kept, to the last whole chunk", async () => {
    const sink = new MemorySink();
    sink.finish = () => Promise.reject(new Fault("target-unwritable", "this user may not write there"));
    const { told, download } = begin({ sink });
    await expect(download.done).rejects.toMatchObject({ code: "target-unwritable" });
    expect(told.kept.offset).toBe(SIZE - (SIZE % CHUNK_BYTES));
    expect(readDownloadRecord(writeDownloadRecord(told.kept))).toEqual(told.kept);
  });

  test("what an earlier start wrote was changed since: refused at the end, and removed", async () => {
    const sink = new MemorySink();
    sink.content = Buffer.alloc(2 * CHUNK_BYTES, 1);
    const { told, download } = begin({ sink, wish: { offset: 2 * CHUNK_BYTES } });
    await expect(download.done).rejects.toMatchObject({ code: "transfer-mismatch" });
    expect(sink.state).toBe("discarded");
    expect(told.records.at(-1)).toBeUndefined();
  });

  test("what an earlier start wrote is shorter than it said", async () => {
    const { sink, download } = begin({ wish: { offset: 2 * CHUNK_BYTES } });
    await expect(download.done).rejects.toMatchObject({ code: "transfer-mismatch" });
    expect(sink.state).toBe("discarded");
  });
});
