// Pictures in a terminal: strangers' bytes are bounded before they are decoded, and what is shown is what they mean.
import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { encode as encodePng } from "fast-png";
import { encode as encodeJpeg } from "jpeg-js";
import { describe, expect, test } from "vitest";
import { pointsOf } from "../../../../../src/client/face/tui/pictures/decoding.ts";
import { headOf } from "../../../../../src/client/face/tui/pictures/heads.ts";
import { placedByKitty } from "../../../../../src/client/face/tui/pictures/kitty.ts";
import { cellsFor } from "../../../../../src/client/face/tui/pictures/pictures.ts";
import { scaled } from "../../../../../src/client/face/tui/pictures/scaling.ts";
import { sixels } from "../../../../../src/client/face/tui/pictures/sixel.ts";
import { Fault } from "../../../../../src/model/fault.ts";
import { flagOf, pngOf, seenIn } from "./made-up-pictures.ts";

const decoded = (bytes: Uint8Array) => pointsOf(bytes, headOf(bytes));
const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
  return "none";
};

describe("what it is, by its first bytes", () => {
  test("PNG and JPEG, with their sizes", () => {
    expect(headOf(pngOf(30, 20))).toEqual({ kind: "png", width: 30, height: 20 });
    const jpeg = encodeJpeg({ width: 30, height: 20, data: flagOf(30, 20) }, 80).data;
    expect(headOf(jpeg)).toEqual({ kind: "jpeg", width: 30, height: 20 });
  });

  test.each([
    ["nothing", Buffer.alloc(0)],
    ["a page", Buffer.from("<!doctype html><script>")],
    ["SVG", Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>")],
    ["GIF", Buffer.from("GIF89a\x01\x00\x01\x00")],
    ["a name is no picture", Buffer.from("picture.png")],
  ])("%s is none", (_, bytes) => {
    expect(codeOf(() => headOf(bytes))).toBe("not-a-picture");
  });

  test("larger than what is decoded is refused before", () => {
    expect(codeOf(() => headOf(withSize(pngOf(3, 3), 10_001, 1)))).toBe("picture-too-large");
    expect(codeOf(() => headOf(withSize(pngOf(3, 3), 9_000, 9_000)))).toBe("picture-too-large");
    expect(codeOf(() => headOf(withSize(pngOf(3, 3), 0xffff_ffff, 0xffff_ffff)))).toBe("picture-too-large");
    expect(codeOf(() => headOf(withSize(pngOf(3, 3), 0, 5)))).toBe("picture-broken");
    expect(codeOf(() => headOf(Buffer.concat([pngOf(3, 3), Buffer.alloc(5_000_000)])))).toBe("picture-too-large");
  });

  test("a JPEG that is drawn a thousand times over is refused", () => {
    const { data } = encodeJpeg({ width: 16, height: 16, data: flagOf(16, 16) }, 80);
    const scans = Buffer.concat(Array.from({ length: 1_000 }, () => Buffer.from([0xff, 0xda, 0, 2])));
    expect(codeOf(() => headOf(Buffer.concat([data.subarray(0, -2), scans])))).toBe("picture-too-large");
  });
});

function withSize(png: Buffer, width: number, height: number): Buffer {
  const other = Buffer.from(png);
  other.writeUInt32BE(width, 16);
  other.writeUInt32BE(height, 20);
  return other;
}

describe("its points", () => {
  test("of a PNG in every kind of colour", () => {
    const [width, height] = [5, 3];
    const rgba = flagOf(width, height);
    const of = (channels: number) =>
      Uint8Array.from(
        { length: width * height * channels },
        (_, at) => rgba[4 * Math.floor(at / channels) + (at % channels)] ?? 0,
      );
    for (const channels of [1, 2, 3, 4]) {
      const data = of(channels);
      const { rgba: read } = decoded(encodePng({ width, height, data, channels, depth: 8 }));
      const first =
        channels === 2
          ? [data[0], data[0], data[0], data[1]]
          : channels === 1
            ? [data[0], data[0], data[0], 255]
            : [data[0], data[1], data[2], channels === 4 ? data[3] : 255];
      expect([...read.subarray(0, 4)]).toEqual(first);
      expect(read).toHaveLength(4 * width * height);
    }
    const deep = encodePng({
      width,
      height,
      data: Uint16Array.from(of(3), (one) => one * 257),
      channels: 3,
      depth: 16,
    });
    expect([...decoded(deep).rgba.subarray(0, 8)]).toEqual([
      ...of(3).subarray(0, 3),
      255,
      ...of(3).subarray(3, 6),
      255,
    ]);
  });

  test("of a PNG with a palette, and of one with a bit for each point", () => {
    const head = (depth: number, colour: number): Buffer =>
      Buffer.from([0, 0, 0, 3, 0, 0, 0, 2, depth, colour, 0, 0, 0]);
    const palette = chunked([
      ["IHDR", head(8, 3)],
      ["PLTE", Buffer.from([255, 0, 0, 0, 255, 0])],
      ["IDAT", deflateSync(Buffer.from([0, 0, 1, 0, 0, 1, 0, 1]))],
      ["IEND", Buffer.alloc(0)],
    ]);
    expect([...decoded(palette).rgba.subarray(0, 8)]).toEqual([255, 0, 0, 255, 0, 255, 0, 255]);
    const bits = chunked([
      ["IHDR", head(1, 0)],
      ["IDAT", deflateSync(Buffer.from([0, 0b101_00000, 0, 0b010_00000]))],
      ["IEND", Buffer.alloc(0)],
    ]);
    const grey = [...decoded(bits).rgba].filter((_, at) => at % 4 === 0);
    expect(grey).toEqual([255, 0, 255, 0, 255, 0]);
  });

  test("of a JPEG, near enough", () => {
    const { rgba, width, height } = decoded(encodeJpeg({ width: 32, height: 16, data: flagOf(32, 16) }, 95).data);
    expect([width, height]).toEqual([32, 16]);
    expect(Math.abs((rgba[0] ?? 0) - 220)).toBeLessThan(16);
  });

  test("a PNG that unpacks to more than its points is refused, wherever it is packed", () => {
    const bomb = deflateSync(Buffer.alloc(50_000_000));
    const head = Buffer.from([0, 0, 0, 3, 0, 0, 0, 2, 8, 0, 0, 0, 0]);
    const large = chunked([
      ["IHDR", head],
      ["IDAT", bomb],
      ["IEND", Buffer.alloc(0)],
    ]);
    expect(codeOf(() => decoded(large))).toBe("picture-too-large");
    const small = deflateSync(Buffer.from([0, 1, 2, 3, 0, 4, 5, 6]));
    const profile = Buffer.concat([Buffer.from("icc\0\0"), bomb]);
    const beside = chunked([
      ["IHDR", head],
      ["iCCP", profile],
      ["IDAT", small],
      ["IEND", Buffer.alloc(0)],
    ]);
    expect(decoded(beside).rgba[0]).toBe(1);
  });

  test("whatever is changed or cut off in one ends with a sentence, or with a picture of the size that was said", () => {
    const good = [pngOf(9, 7), encodeJpeg({ width: 16, height: 16, data: flagOf(16, 16) }, 70).data];
    const change = fc.record({ which: fc.constantFrom(...good), at: fc.nat(400), byte: fc.nat(255), end: fc.nat(600) });
    fc.assert(
      fc.property(change, ({ which, at, byte, end }) => {
        const bytes = Buffer.from(which.subarray(0, Math.max(8, end)));
        if (at < bytes.length) bytes[at] = byte;
        const code = codeOf(() => {
          const head = headOf(bytes);
          expect(pointsOf(bytes, head).rgba.length).toBe(4 * head.width * head.height);
        });
        expect(["none", "not-a-picture", "picture-broken", "picture-too-large"]).toContain(code);
      }),
      { numRuns: 400 },
    );
  });
});

function chunked(chunks: readonly (readonly [type: string, data: Buffer])[]): Buffer {
  const parts = chunks.map(([type, data]) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, Buffer.from(type, "latin1"), data, Buffer.alloc(4)]);
  });
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), ...parts]);
}

describe("smaller", () => {
  test("each point is the mean of those it stands for, on what lies behind", () => {
    const rgba = Uint8Array.from([0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 0, 255, 255, 255, 0]);
    expect([...scaled({ width: 4, height: 1, rgba }, { width: 2, height: 1 }, 0).rgb]).toEqual([
      128, 128, 128, 0, 0, 0,
    ]);
    expect([...scaled({ width: 4, height: 1, rgba }, { width: 2, height: 1 }, 255).rgb]).toEqual([
      128, 128, 128, 255, 255, 255,
    ]);
  });

  test("never larger than its place, never larger than it is, never nothing", () => {
    const cell = { width: 10, height: 20 };
    const at = (width: number, height: number) =>
      cellsFor({ kind: "png", width, height }, { width: 40, height: 10 }, cell);
    expect(at(400, 200)).toEqual({ columns: 40, rows: 10 });
    expect(at(100, 100)).toEqual({ columns: 10, rows: 5 });
    expect(at(10_000, 10)).toEqual({ columns: 40, rows: 1 });
    expect(at(10, 10_000)).toEqual({ columns: 1, rows: 10 });
    expect(at(1, 1)).toEqual({ columns: 1, rows: 1 });
  });
});

describe("as the terminal takes it", () => {
  test("sixels say the same points", () => {
    const drawn = scaled({ width: 12, height: 9, rgba: flagOf(12, 9) }, { width: 12, height: 9 }, 0);
    const text = sixels(drawn);
    expect(text.startsWith('\x1bP0;1;0q"1;1;12;9#')).toBe(true);
    expect(text.endsWith("\x1b\\")).toBe(true);
    const seen = seenIn(text);
    expect(seen).toHaveLength(12 * 9);
    for (const [at, colour] of seen.entries())
      for (let channel = 0; channel < 3; channel += 1)
        expect(Math.abs((colour?.[channel] ?? -999) - (drawn.rgb[3 * at + channel] ?? 0))).toBeLessThanOrEqual(51);
    // No other control character than those of the frame around.
    // oxlint-disable-next-line no-control-regex -- what is looked for
    expect(text.slice(2, -2)).not.toMatch(/[\x00-\x1f\x7f]/);
  });

  test("a plain colour takes a few bytes", () => {
    const rgb = new Uint8Array(3 * 100 * 6).fill(255);
    expect(sixels({ width: 100, height: 6, rgb })).toBe('\x1bP0;1;0q"1;1;100;6#215;2;100;100;100#215!100~\x1b\\');
  });

  test("kitty's pieces are the file", () => {
    const bytes = pngOf(60, 60);
    const text = placedByKitty(
      { format: "f=100", data: Buffer.concat([bytes, Buffer.alloc(5_000, 7)]) },
      { columns: 3, rows: 2 },
    );
    const pieces = text.split("\x1b\\").slice(0, -1);
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces[0]).toMatch(/^._Ga=T,f=100,i=31,p=1,c=3,r=2,C=1,q=2,m=1;/);
    expect(pieces.slice(1, -1).every((piece) => piece.slice(1).startsWith("_Gm=1;"))).toBe(true);
    expect(pieces.at(-1)?.slice(1)).toMatch(/^_Gm=0;/);
    const data = pieces.map((piece) => piece.slice(piece.indexOf(";") + 1)).join("");
    expect(Buffer.from(data, "base64").subarray(0, bytes.length)).toEqual(bytes);
  });
});
