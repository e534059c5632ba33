// Uploads that do not run through: held, ended, begun again, and files that change under them.
import { describe, expect, test } from "vitest";
import { SEALED_CHUNK_BYTES } from "../../../../src/client/files/stream.ts";
import { Fault } from "../../../../src/model/fault.ts";
import { MemoryServer, MemorySource, sha256, until } from "./memory.ts";
import { CONTENT, SIZE, begin, isWhole } from "./uploading.ts";

describe("pause, cancel, stop", () => {
  test("paused: what is under way is finished, nothing more is sent; resumed: it goes on from what the server holds", async () => {
    const server = new MemoryServer();
    const { upload } = begin({ server });
    await until(() => server.puts.length > 4);
    upload.pause();
    expect(upload.state).toEqual({ at: "held", by: ["user"] });
    await until(() => server.flying === 0);
    const sent = server.puts.length;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(server.puts).toHaveLength(sent);
    upload.resume();
    expect(isWhole(server, await upload.done)).toBe(true);
    const probe = server.puts[sent];
    expect(probe).toMatchObject({ offset: 0 });
    expect(probe?.chunk).toHaveLength(0);
    expect(server.puts[sent + 1]?.offset).toBeGreaterThan(0);
  });

  test("cancelled while it is read, while it is sent, while it is paused: over at once, source closed, nothing to go on with", async () => {
    const early = begin();
    early.upload.cancel();
    const midway = begin();
    await until(() => midway.server.puts.length > 3);
    midway.upload.cancel();
    const paused = begin();
    await until(() => paused.server.puts.length > 3);
    paused.upload.pause();
    await until(() => paused.server.flying === 0);
    paused.upload.cancel();
    for (const { upload, source, told, server } of [early, midway, paused]) {
      await expect(upload.done).rejects.toMatchObject({ code: "transfer-cancelled" });
      expect(source.closed).toBe(1);
      expect(told.records.at(-1)).toBeUndefined();
      expect(server.blobs.size).toBe(0);
      expect(upload.state).toMatchObject({ at: "failed" });
    }
  });

  test("cancelled although the server never answers", async () => {
    const server = new MemoryServer();
    server.before = () => new Promise(() => {});
    const { upload } = begin({ server });
    await until(() => server.puts.length > 0);
    upload.cancel();
    await expect(upload.done).rejects.toMatchObject({ code: "transfer-cancelled" });
  });

  test("cancelled while a piece is read, and the server never answers the one before it", async () => {
    const server = new MemoryServer();
    const source = new MemorySource(CONTENT);
    const { upload } = begin({ server, source });
    const read = source.read.bind(source);
    source.read = async (offset, into) => {
      if (server.puts.length === 2) upload.cancel();
      return await read(offset, into);
    };
    server.before = () => (server.puts.length > 1 ? new Promise(() => {}) : undefined);
    await expect(upload.done).rejects.toMatchObject({ code: "transfer-cancelled" });
    expect(server.puts.length).toBeGreaterThanOrEqual(2);
  });

  test("stopped with the program: the record stays, and the next start goes on where the server is", async () => {
    const stop = new AbortController();
    const first = begin({ wish: { signal: stop.signal } });
    await until(() => first.server.puts.length > 5);
    stop.abort();
    await expect(first.upload.done).rejects.toMatchObject({ code: "transfer-stopped" });
    const record = first.told.kept;
    expect(first.told.records.at(-1)).toEqual(record);
    await until(() => first.server.flying === 0);
    const held = first.server.partials.get(record.ticket.blob)?.length ?? 0;
    expect(held).toBeGreaterThan(0);
    first.server.puts.length = 0;
    const random = (): never => {
      throw new Error("a new key for an old upload");
    };
    const second = begin({ server: first.server, wish: { record }, random });
    expect(await second.upload.done).toEqual(record.ticket);
    expect(isWhole(first.server, record.ticket)).toBe(true);
    expect(first.server.puts[1]?.offset).toBe(held);
  });

  test("stopped before it began", async () => {
    const { upload, source } = begin({ wish: { signal: AbortSignal.abort() } });
    await expect(upload.done).rejects.toMatchObject({ code: "transfer-stopped" });
    expect(source.closed).toBe(1);
  });
});

describe("a lost connection", () => {
  test("it waits, and goes on from the offset that the server says", async () => {
    const { server, upload, told } = begin();
    await until(() => server.puts.length > 5);
    server.online = false;
    await until(() => upload.state.at === "held");
    expect(upload.state).toEqual({ at: "held", by: ["link"] });
    server.online = true;
    // A flush was missing: the server lost some of what it had, and ends inside a chunk.
    const { blob } = told.kept.ticket;
    server.partials.set(blob, (server.partials.get(blob) ?? Buffer.alloc(0)).subarray(0, 100_001));
    const sent = server.puts.length;
    upload.reconnected();
    expect(isWhole(server, await upload.done)).toBe(true);
    expect(server.puts[sent + 1]?.offset).toBe(100_001);
    expect((100_001 + (server.puts[sent + 1]?.chunk.length ?? 0)) % SEALED_CHUNK_BYTES).toBe(0);
  });

  test("without a connection from the beginning", async () => {
    const server = new MemoryServer();
    server.online = false;
    const { upload } = begin({ server });
    await until(() => upload.state.at === "held");
    server.online = true;
    upload.reconnected();
    expect(isWhole(server, await upload.done)).toBe(true);
  });

  test("paused and without a connection: both must end", async () => {
    const { server, upload } = begin();
    await until(() => server.puts.length > 3);
    server.online = false;
    await until(() => upload.state.at === "held");
    upload.pause();
    server.online = true;
    upload.reconnected();
    expect(upload.state).toEqual({ at: "held", by: ["user"] });
    upload.resume();
    expect(isWhole(server, await upload.done)).toBe(true);
  });

  test("the next connection came before the loss was seen: it does not wait for another", async () => {
    const { server, upload } = begin();
    let lost = false;
    server.before = () => {
      if (lost || server.puts.length < 5) return;
      lost = true;
      upload.reconnected();
      throw new Fault("offline", "the server cannot be asked now");
    };
    expect(isWhole(server, await upload.done)).toBe(true);
    expect(lost).toBe(true);
  });

  test("the blob is whole already: nothing is sent", async () => {
    const first = begin();
    const ticket = await first.upload.done;
    first.server.puts.length = 0;
    const second = begin({ server: first.server, wish: { record: first.told.kept } });
    expect(await second.upload.done).toEqual(ticket);
    expect(first.server.puts).toHaveLength(1);
  });
});

describe("a file that changes", () => {
  const other = Buffer.from(CONTENT);
  other[SIZE - 5] = (other[SIZE - 5] ?? 0) ^ 1;

  /** Everything that left, by place: under one key and place there may be one ciphertext only. */
  function places(server: MemoryServer): ReadonlyMap<number, ReadonlySet<string>> {
    const seen = new Map<number, Set<string>>();
    for (const { offset, chunk } of server.puts) {
      if (chunk.length === 0) continue;
      seen.set(offset, (seen.get(offset) ?? new Set()).add(sha256(chunk)));
    }
    return seen;
  }

  test("while it is sent: no byte of the other content leaves, and there is nothing to go on with", async () => {
    const { server, source, told, upload } = begin();
    await until(() => server.puts.length > 3);
    source.content = other;
    await expect(upload.done).rejects.toMatchObject({ code: "source-changed" });
    expect(told.records.at(-1)).toBeUndefined();
    const honest = begin({ wish: {} });
    const { blob } = await honest.upload.done;
    const whole = honest.server.blobs.get(blob) ?? Buffer.alloc(0);
    expect(blob, "the same key in this test").toBe(told.kept.ticket.blob);
    for (const { offset, chunk } of server.puts)
      expect(whole.subarray(offset, offset + chunk.length).equals(chunk), `at ${offset}`).toBe(true);
  });

  test("while it is read", async () => {
    const source = new MemorySource(CONTENT);
    const { server, upload } = begin({
      source,
      wish: { onProgress: ({ bytes }) => void (bytes > 0 ? (source.stamped += 1) : 0) },
    });
    await expect(upload.done).rejects.toMatchObject({ code: "source-changed" });
    expect(server.puts).toEqual([]);
  });

  test("it grew: also one whose size was never true, as in /proc", async () => {
    const source = new MemorySource(Buffer.alloc(0));
    source.content = Buffer.from("more");
    const { server, upload } = begin({ source });
    await expect(upload.done).rejects.toMatchObject({ code: "source-changed" });
    expect(server.puts).toEqual([]);
  });

  test("it gives less than it has, and says nothing of it: no zeros are sent in its place", async () => {
    const source = new MemorySource(CONTENT);
    const read = source.read.bind(source);
    source.read = (offset, into) => read(offset, into.subarray(0, Math.max(0, 1_000_000 - offset)));
    const { server, upload } = begin({ source });
    await expect(upload.done).rejects.toMatchObject({ code: "source-changed" });
    expect(server.puts).toEqual([]);
  });

  test("it shrank", async () => {
    const { server, source, upload } = begin();
    await until(() => server.puts.length > 3);
    source.content = CONTENT.subarray(0, 1_000_000);
    await expect(upload.done).rejects.toMatchObject({ code: "source-changed" });
  });

  test("between two starts: the key is not used for anything else", async () => {
    const stop = new AbortController();
    const first = begin({ wish: { signal: stop.signal } });
    await until(() => first.server.puts.length > 5);
    stop.abort();
    await expect(first.upload.done).rejects.toMatchObject({ code: "transfer-stopped" });
    const sent = first.server.puts.length;
    const second = begin({ server: first.server, source: new MemorySource(other), wish: { record: first.told.kept } });
    await expect(second.upload.done).rejects.toMatchObject({ code: "source-changed" });
    expect(first.server.puts).toHaveLength(sent);
    expect(second.told.records).toEqual([undefined]);
    for (const [at, forms] of places(first.server)) expect(forms.size, `at ${at}`).toBe(1);
  });
});
