// What the server sees of a file's length.
import { expect, test } from "vitest";
import { blobBytesOf, largestFile, paddedBytes } from "../../../../src/client/files/padding.ts";
import { sealedBytes } from "../../../../src/client/files/stream.ts";
import { BLOB_BYTES } from "../../../../src/model/limits.ts";

/** Every size up to 1 MiB, then steps that meet no power of two but for its neighbours. */
function* sizes(): Generator<number> {
  for (let size = 0; size <= 1 << 20; size += 1) yield size;
  for (let exponent = 20; exponent < 34; exponent += 1)
    for (const by of [-1, 0, 1, 12_345, 2 ** (exponent - 1) + 7]) yield 2 ** exponent + by;
}

test("never shorter, never less for more, at most 6.25 % more", () => {
  const wrong: (readonly [size: number, padded: number])[] = [];
  let before = 0;
  for (const size of sizes()) {
    const padded = paddedBytes(size);
    if (padded < size || (size > 4096 && padded > size * 1.0625) || (size <= 1 << 20 && padded < before))
      wrong.push([size, padded]);
    before = padded;
  }
  expect(wrong).toEqual([]);
});

test("few lengths are seen: a bucket is the same for all of it, and padding twice changes nothing", () => {
  const seen = new Set<number>();
  for (let size = 0; size <= 1 << 20; size += 1) seen.add(paddedBytes(size));
  expect(seen.size).toBe(1 + 4 * 16 + 4 * 32);
  for (const padded of seen) expect(paddedBytes(padded)).toBe(padded);
});

test("all small files look alike, the empty one too", () => {
  expect([0, 1, 4095, 4096].map(paddedBytes)).toEqual([4096, 4096, 4096, 4096]);
  expect(paddedBytes(4097)).toBe(4096 + 256);
  expect(paddedBytes(1_000_000_000)).toBe(1_006_632_960);
});

test("the largest file is the largest", () => {
  for (const blobBytes of [blobBytesOf(0), 5_000, 100_000, 65_552, 70_000_000, BLOB_BYTES]) {
    const most = largestFile(blobBytes);
    expect(most).toBeDefined();
    expect(blobBytesOf(most ?? 0)).toBeLessThanOrEqual(blobBytes);
    expect(blobBytesOf((most ?? 0) + 1)).toBeGreaterThan(blobBytes);
  }
  expect(largestFile(blobBytesOf(0) - 1)).toBeUndefined();
  expect(largestFile(0)).toBeUndefined();
  expect(largestFile(BLOB_BYTES)).toBe(1008 * 1024 * 1024);
  expect(blobBytesOf(10)).toBe(sealedBytes(4096));
});
