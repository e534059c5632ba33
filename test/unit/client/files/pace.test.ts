// How much is under way at once, and where pieces end.
import { expect, test } from "vitest";
import { MOST_BYTES, Pace, nextPace, pieceEnd } from "../../../../src/client/files/pace.ts";
import { SEALED_CHUNK_BYTES } from "../../../../src/client/files/stream.ts";

test("quick answers: more, up to the most; slow ones: half, down to one chunk; in between: the same", () => {
  const pace = new Pace();
  const start = pace.bytes;
  pace.took(500);
  expect(pace.bytes).toBe(start);
  for (let n = 0; n < 100; n += 1) pace.took(5);
  expect(pace.bytes).toBe(MOST_BYTES);
  for (let n = 0; n < 100; n += 1) pace.took(5_000);
  expect(pace.bytes).toBe(SEALED_CHUNK_BYTES);
  expect(nextPace(5 * SEALED_CHUNK_BYTES, 2_000)).toBe(2 * SEALED_CHUNK_BYTES);
});

test("a piece ends on the border of a chunk if it can", () => {
  const total = 10 * SEALED_CHUNK_BYTES + 100;
  expect(pieceEnd(0, 256 * 1024, total)).toBe(3 * SEALED_CHUNK_BYTES);
  expect(pieceEnd(5, 256 * 1024, total)).toBe(3 * SEALED_CHUNK_BYTES);
  expect(pieceEnd(0, SEALED_CHUNK_BYTES, total)).toBe(SEALED_CHUNK_BYTES);
  expect(pieceEnd(0, 1_000, total)).toBe(1_000);
  expect(pieceEnd(SEALED_CHUNK_BYTES - 10, 1_000, total)).toBe(SEALED_CHUNK_BYTES);
  expect(pieceEnd(9 * SEALED_CHUNK_BYTES, 256 * 1024, total)).toBe(total);
});
