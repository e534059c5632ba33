// The stream: age's STREAM with AES-256-GCM. What goes in comes out, in one form only, and nothing else comes out ever.
import { createCipheriv } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  CHUNK_BYTES,
  SEALED_CHUNK_BYTES,
  StreamOpener,
  TAG_BYTES,
  chunksOf,
  plainBytes,
  sealedBytes,
} from "../../../../src/client/files/stream.ts";
import { noise, sealedChunk } from "./memory.ts";

const KEY = noise(32, 99);
const SIZES = [
  0,
  1,
  2,
  CHUNK_BYTES - 1,
  CHUNK_BYTES,
  CHUNK_BYTES + 1,
  2 * CHUNK_BYTES,
  3 * CHUNK_BYTES,
  3 * CHUNK_BYTES + 1,
];

function chunksSealed(plain: Buffer): Buffer[] {
  const count = chunksOf(plain.length);
  return Array.from({ length: count }, (_, index) =>
    sealedChunk(
      KEY,
      { index, final: index === count - 1 },
      plain.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES),
    ),
  );
}

const seal = (plain: Buffer): Buffer => Buffer.concat(chunksSealed(plain));

function open(sealed: Buffer, step = sealed.length + 1): Buffer {
  const opener = new StreamOpener(KEY);
  const out: Buffer[] = [];
  for (let at = 0; at < sealed.length; at += step) out.push(opener.push(sealed.subarray(at, at + step)));
  return Buffer.concat([...out, opener.end()]);
}

function codeOf(run: () => unknown): string {
  try {
    run();
    return "opened";
  } catch (error) {
    return String((error as { code?: unknown }).code);
  }
}

describe("there and back", () => {
  test.each(SIZES)("%d bytes, in pieces of any size", (size) => {
    const plain = noise(size);
    const sealed = seal(plain);
    expect(sealed.length).toBe(sealedBytes(size));
    expect(plainBytes(sealed.length)).toBe(size);
    for (const step of [7_919, CHUNK_BYTES, SEALED_CHUNK_BYTES, SEALED_CHUNK_BYTES + 1, sealed.length + 1])
      expect(open(sealed, step).equals(plain), `pieces of ${step}`).toBe(true);
  });

  test("one byte at a time", () => {
    const plain = noise(CHUNK_BYTES + 3);
    expect(open(seal(plain), 1).equals(plain)).toBe(true);
  });

  test("from a chunk on", () => {
    const plain = noise(2 * CHUNK_BYTES + 5);
    const opener = new StreamOpener(KEY, 2);
    expect(opener.push(seal(plain).subarray(2 * SEALED_CHUNK_BYTES))).toHaveLength(0);
    expect(opener.end().equals(plain.subarray(2 * CHUNK_BYTES))).toBe(true);
  });

  test("a plaintext has one form only", () => {
    for (const size of SIZES) expect(plainBytes(sealedBytes(size))).toBe(size);
    for (const none of [0, 1, 15, SEALED_CHUNK_BYTES + 1, SEALED_CHUNK_BYTES + 16, 2 * SEALED_CHUNK_BYTES + 16])
      expect(plainBytes(none), `${none}`).toBeUndefined();
  });
});

describe("the format, written out by hand", () => {
  const byHand = (nonce: string, plain: Uint8Array): string => {
    const cipher = createCipheriv("aes-256-gcm", KEY, Buffer.from(nonce, "hex"));
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString("hex");
  };

  test.each([
    [0, false, "000000000000000000000000"],
    [0, true, "000000000000000000000001"],
    [1, false, "000000000000000000000100"],
    [0x01_02_03, true, "000000000000000001020301"],
    [0xff_ff_ff_ff_ff, false, "000000000000ffffffffff00"],
  ])("the nonce of chunk %d, final: %s", (index, final, nonce) => {
    const plain = Buffer.from("attack at dawn");
    expect(sealedChunk(KEY, { index, final }, plain).toString("hex")).toBe(byHand(nonce, plain));
  });

  test("an empty file is one empty final chunk", () => {
    expect(seal(Buffer.alloc(0)).toString("hex")).toBe(byHand("000000000000000000000001", Buffer.alloc(0)));
  });
});

describe("nothing but what was sealed", () => {
  test("every bit of a small file", () => {
    const sealed = seal(noise(40));
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const bent = Buffer.from(sealed);
      bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(
        codeOf(() => open(bent)),
        `bit ${bit}`,
      ).toBe("stream-damaged");
    }
  });

  test("every length of a small file", () => {
    const sealed = seal(noise(40));
    for (let bytes = 0; bytes < sealed.length; bytes += 1)
      expect(
        codeOf(() => open(sealed.subarray(0, bytes))),
        `${bytes} bytes`,
      ).toBe(bytes < TAG_BYTES ? "stream-truncated" : "stream-damaged");
  });

  test.each([1, 2, 3])("cut around the end of chunk %d of 4", (chunks) => {
    const sealed = seal(noise(3 * CHUNK_BYTES + 9));
    const border = chunks * SEALED_CHUNK_BYTES;
    for (const by of [-17, -16, -1, 0, 1, 15, 16, 17])
      expect(
        codeOf(() => open(sealed.subarray(0, border + by))),
        `${by} from the border`,
      ).toBe(by === 0 || (by > 0 && by < TAG_BYTES) ? "stream-truncated" : "stream-damaged");
  });

  test("chunks swapped, doubled, left out, of another file", () => {
    const [a, b, c, d] = chunksSealed(noise(4 * CHUNK_BYTES)) as [Buffer, Buffer, Buffer, Buffer];
    const order = (...chunks: Buffer[]): string => codeOf(() => open(Buffer.concat(chunks)));
    expect(order(a, b, c, d)).toBe("opened");
    expect(order(b, a, c, d)).toBe("stream-damaged");
    expect(order(a, c, b, d)).toBe("stream-damaged");
    expect(order(a, b, d, c)).toBe("stream-damaged");
    expect(order(a, a, b, c, d)).toBe("stream-damaged");
    expect(order(a, b, c, c, d)).toBe("stream-damaged");
    expect(order(a, b, d)).toBe("stream-damaged");
    expect(order(b, c, d)).toBe("stream-damaged");
    expect(order(a, b, c)).toBe("stream-truncated");
    expect(order(d)).toBe("stream-damaged");
    const stranger = sealedChunk(noise(32, 7), { index: 1, final: false }, noise(CHUNK_BYTES));
    expect(order(a, stranger, c, d)).toBe("stream-damaged");
  });

  test("anything after the final chunk", () => {
    const sealed = seal(noise(2 * CHUNK_BYTES));
    const empty = sealedChunk(KEY, { index: 2, final: true }, Buffer.alloc(0));
    for (const more of [Buffer.alloc(1), Buffer.alloc(SEALED_CHUNK_BYTES), empty, sealed])
      expect(codeOf(() => open(Buffer.concat([sealed, more])))).toBe("stream-trailing");
  });

  test("an empty final chunk after a whole one: the same plaintext in a second form", () => {
    const first = sealedChunk(KEY, { index: 0, final: false }, noise(CHUNK_BYTES));
    const empty = sealedChunk(KEY, { index: 1, final: true }, Buffer.alloc(0));
    expect(codeOf(() => open(Buffer.concat([first, empty])))).toBe("stream-damaged");
  });

  test("no final chunk at all: everything sealed as if more followed", () => {
    const only = sealedChunk(KEY, { index: 0, final: false }, noise(CHUNK_BYTES));
    expect(codeOf(() => open(only))).toBe("stream-truncated");
    const short = sealedChunk(KEY, { index: 0, final: false }, noise(100));
    expect(codeOf(() => open(short))).toBe("stream-truncated");
  });
});

describe("when bytes are released", () => {
  test("a chunk only when it is authentic, the last only at the end", () => {
    const plain = noise(2 * CHUNK_BYTES);
    const sealed = seal(plain);
    const opener = new StreamOpener(KEY);
    expect(opener.push(sealed.subarray(0, SEALED_CHUNK_BYTES))).toHaveLength(0);
    expect(
      opener.push(sealed.subarray(SEALED_CHUNK_BYTES, SEALED_CHUNK_BYTES + 1)).equals(plain.subarray(0, CHUNK_BYTES)),
    ).toBe(true);
    expect(opener.push(sealed.subarray(SEALED_CHUNK_BYTES + 1))).toHaveLength(0);
    expect(opener.end().equals(plain.subarray(CHUNK_BYTES))).toBe(true);
  });

  test("one bad chunk in a piece: nothing of the piece, and nothing afterwards", () => {
    const sealed = seal(noise(4 * CHUNK_BYTES));
    sealed[2 * SEALED_CHUNK_BYTES + 5] = (sealed[2 * SEALED_CHUNK_BYTES + 5] ?? 0) ^ 1;
    const opener = new StreamOpener(KEY);
    expect(codeOf(() => opener.push(sealed))).toBe("stream-damaged");
    expect(() => opener.push(Buffer.alloc(1))).toThrow("over");
    expect(() => opener.end()).toThrow("over");
  });

  test("what is held back is a copy: the piece may be used again", () => {
    const plain = noise(10);
    const piece = seal(plain);
    const opener = new StreamOpener(KEY);
    opener.push(piece);
    piece.fill(0);
    expect(opener.end().equals(plain)).toBe(true);
  });
});
