// The blob store's contract (BlobStore in src/server/port/store.ts); every adapter runs the same suite.
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Sha256 } from "../../src/model/ids.ts";
import type { BlobStore } from "../../src/server/port/blobs.ts";
import { sha256Of } from "./store-harness.ts";

export interface BlobHarness {
  /** Opens the same store each time. */
  open(): Promise<BlobStore>;
  /** A process of its own uploads `size` bytes of `fill` in `step`s and is killed when it holds at least `at`. */
  killUpload(upload: {
    readonly fill: number;
    readonly size: number;
    readonly step: number;
    readonly at: number;
  }): Promise<void>;
  remove(): Promise<void>;
}

const WHOLE = Buffer.from("0123456789abcdef");
const ID = sha256Of(WHOLE);

export function blobContract(name: string, makeHarness: () => Promise<BlobHarness>): void {
  describe(`blob contract: ${name}`, () => {
    const state: { blobs?: BlobStore; harness?: BlobHarness } = {};
    const current: Current = {
      get blobs() {
        if (state.blobs === undefined) throw new Error("no blob store is open");
        return state.blobs;
      },
      get harness() {
        if (state.harness === undefined) throw new Error("there is no harness");
        return state.harness;
      },
      async reopen() {
        state.blobs = await current.harness.open();
      },
    };
    beforeEach(async () => {
      state.harness = await makeHarness();
      await current.reopen();
    });
    afterEach(() => state.harness?.remove());
    uploadTests(current);
    refusalTests(current);
    careTests(current);
  });
}

interface Current {
  readonly blobs: BlobStore;
  readonly harness: BlobHarness;
  reopen(): Promise<void>;
}

function put(
  current: Current,
  [from, to]: readonly [number, number],
  size = WHOLE.length,
): ReturnType<BlobStore["put"]> {
  return current.blobs.put(ID, size, { offset: from, bytes: WHOLE.subarray(from, to) });
}

async function text(blobs: BlobStore, offset = 0, maxBytes = 100): Promise<string | undefined> {
  const found = await blobs.get(ID, offset, maxBytes);
  return found === undefined ? undefined : Buffer.from(found.bytes).toString();
}

function uploadTests(current: Current): void {
  test("a blob is seen when it is whole and not before, and can be read in pieces", async () => {
    expect(await put(current, [0, 10])).toEqual({ offset: 10, complete: false });
    expect(await text(current.blobs)).toBeUndefined();
    expect(await put(current, [10, 16])).toEqual({ offset: 16, complete: true });
    expect(await text(current.blobs)).toBe(WHOLE.toString());
    expect(await text(current.blobs, 10, 3)).toBe("abc");
    expect(await current.blobs.get(ID, 99, 5)).toEqual({ size: 16, bytes: Buffer.alloc(0) });
    expect(await put(current, [0, 16])).toEqual({ offset: 16, complete: true });
  });

  test("a chunk that starts elsewhere changes nothing and says where to go on, also after a restart", async () => {
    await put(current, [0, 4]);
    expect(await put(current, [8, 16])).toEqual({ offset: 4, complete: false });
    expect(await put(current, [0, 4])).toEqual({ offset: 4, complete: false });
    await current.reopen();
    expect(await put(current, [16, 16])).toEqual({ offset: 4, complete: false });
    expect(await put(current, [4, 16])).toEqual({ offset: 16, complete: true });
    expect(await text(current.blobs)).toBe(WHOLE.toString());
  });

  test("the same chunks sent twice at once are written once", async () => {
    const chunks = [put(current, [0, 8]), put(current, [0, 8]), put(current, [8, 16]), put(current, [8, 16])];
    expect((await Promise.all(chunks)).map(({ offset }) => offset)).toEqual([8, 8, 16, 16]);
    expect(await text(current.blobs)).toBe(WHOLE.toString());
  });

  test("an empty blob is a blob", async () => {
    const id = sha256Of("");
    expect(await current.blobs.put(id, 0, { offset: 0, bytes: new Uint8Array(0) })).toEqual({
      offset: 0,
      complete: true,
    });
    expect(await current.blobs.get(id, 0, 10)).toMatchObject({ size: 0 });
  });

  test("an upload whose process was killed goes on where it was", async () => {
    const [size, step] = [8 * 1024 * 1024, 128 * 1024];
    for (const [fill, at] of [
      [1, 1],
      [2, size / 2],
      [3, size - step],
    ] as const) {
      await current.harness.killUpload({ fill, size, step, at });
      const id = sha256Of(Buffer.alloc(size, fill));
      let held = await current.blobs.put(id, size, { offset: size, bytes: new Uint8Array(0) });
      expect(held.offset).toBeGreaterThanOrEqual(at);
      while (!held.complete)
        held = await current.blobs.put(id, size, {
          offset: held.offset,
          bytes: Buffer.alloc(Math.min(step, size - held.offset), fill),
        });
      expect(await current.blobs.get(id, size - 2, 9)).toEqual({ size, bytes: Buffer.alloc(2, fill) });
    }
  }, 20_000);
}

function refusalTests(current: Current): void {
  test("bytes that do not hash to the name are refused and forgotten", async () => {
    const wrong = { offset: 0, bytes: Buffer.from("0123456789abcdeF") };
    await expect(current.blobs.put(ID, 16, wrong)).rejects.toMatchObject({ code: "blob-mismatch" });
    expect(await text(current.blobs)).toBeUndefined();
    expect(await put(current, [4, 16])).toEqual({ offset: 0, complete: false });
    expect(await put(current, [0, 16])).toEqual({ offset: 16, complete: true });
  });

  test("another size than declared is refused, also after a restart; more bytes than declared too", async () => {
    await put(current, [0, 4]);
    await expect(put(current, [4, 8], 17)).rejects.toMatchObject({ code: "blob-size" });
    await current.reopen();
    await expect(put(current, [4, 8], 15)).rejects.toMatchObject({ code: "blob-size" });
    const long = { offset: 4, bytes: Buffer.alloc(13) };
    await expect(current.blobs.put(ID, 16, long)).rejects.toMatchObject({ code: "blob-size" });
    expect(await put(current, [4, 16])).toEqual({ offset: 16, complete: true });
    await expect(put(current, [0, 16], 17)).rejects.toMatchObject({ code: "blob-size" });
  });

  test("a name that is no hash, a size or an offset that is no number of bytes: refused", async () => {
    const none = { offset: 0, bytes: new Uint8Array(0) };
    for (const name of ["../../etc/passwd", ID.toUpperCase(), `${ID}0`, "", `${ID.slice(0, 62)}/x`]) {
      await expect(current.blobs.put(name as Sha256, 0, none)).rejects.toMatchObject({ code: "blob-id" });
      await expect(current.blobs.get(name as Sha256, 0, 1)).rejects.toMatchObject({ code: "blob-id" });
      await expect(current.blobs.remove(name as Sha256)).rejects.toMatchObject({ code: "blob-id" });
    }
    for (const size of [-1, 0.5, Number.NaN, 2 ** 60])
      await expect(current.blobs.put(ID, size, none)).rejects.toMatchObject({ code: "blob-size" });
    for (const offset of [-1, 0.5])
      await expect(current.blobs.put(ID, 16, { ...none, offset })).rejects.toMatchObject({ code: "blob-size" });
  });
}

function careTests(current: Current): void {
  test("remove forgets a whole blob and one under way; what is not there is fine", async () => {
    await put(current, [0, 16]);
    await current.blobs.remove(ID);
    expect(await text(current.blobs)).toBeUndefined();
    await put(current, [0, 4]);
    await current.blobs.remove(ID);
    await current.blobs.remove(ID);
    expect(await put(current, [4, 8])).toEqual({ offset: 0, complete: false });
  });

  test("sweep removes uploads nobody went on with, and nothing else", async () => {
    await put(current, [0, 16]);
    const [other, offset] = [sha256Of("other"), 0];
    await current.blobs.put(other, 5, { offset, bytes: Buffer.from("ot") });
    expect(await current.blobs.sweep(60_000)).toBe(0);
    await pause(20);
    expect(await current.blobs.sweep(10)).toBe(1);
    expect(await current.blobs.put(other, 5, { offset: 5, bytes: new Uint8Array(0) })).toEqual({
      offset: 0,
      complete: false,
    });
    expect(await text(current.blobs)).toBe(WHOLE.toString());
  });

  test("list has every whole blob once, and none that is under way", async () => {
    const others = ["one", "two", "three"].map((word) => Buffer.from(word));
    await put(current, [0, 16]);
    for (const bytes of others) await current.blobs.put(sha256Of(bytes), bytes.length, { offset: 0, bytes });
    await current.blobs.put(sha256Of("begun"), 5, { offset: 0, bytes: Buffer.from("be") });
    const listed = new Map<string, number>();
    for await (const { id, bytes } of current.blobs.list()) listed.set(id, bytes);
    expect(listed).toEqual(new Map([WHOLE, ...others].map((bytes) => [sha256Of(bytes), bytes.length])));
  });
}
