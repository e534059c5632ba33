// The picture of a number, read back by a reader of pictures.
import { decodeQR } from "qr/decode.js";
import { describe, expect, it } from "vitest";
import { qrLines, qrOfLine } from "../../../../../src/client/app/trust/qr-lines.ts";
import { sanitize } from "../../../../../src/client/face/sanitize.ts";

const NUMBER = Array.from({ length: 12 }, (_, at) => `${10_000 + at * 7_411}`).join(" ");
const SCALE = 4;

/** What a camera would see: light where something is drawn. */
function seen(lines: readonly string[]): {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
} {
  const rows = lines.flatMap((line) => [
    Array.from(line).map((drawn) => drawn === "█" || drawn === "▀"),
    Array.from(line).map((drawn) => drawn === "█" || drawn === "▄"),
  ]);
  const [width, height] = [(rows[0]?.length ?? 0) * SCALE, rows.length * SCALE];
  const data = new Uint8Array(width * height * 4).fill(255);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const light = rows[Math.floor(y / SCALE)]?.[Math.floor(x / SCALE)] === true ? 255 : 0;
      data.fill(light, 4 * (y * width + x), 4 * (y * width + x) + 3);
    }
  return { width, height, data };
}

describe("the picture of a safety number", () => {
  it("holds its sixty digits", () => {
    expect(decodeQR(seen(qrLines(NUMBER)))).toBe(NUMBER.replaceAll(" ", ""));
  });

  it("is lines of one width that fit a terminal and pass its filter", () => {
    const lines = qrLines(NUMBER);
    expect(new Set(lines.map((line) => Array.from(line).length)).size).toBe(1);
    expect(Array.from(lines[0] ?? "").length).toBeLessThan(40);
    expect(lines.length).toBeLessThan(22);
    expect(lines.map((line) => sanitize(line))).toEqual(lines);
  });
});

describe("the picture of a line for another machine", () => {
  const LINE = `chat://chat.example.org:12346/#${"A1b-".repeat(11).slice(0, 43)}.device.${"Zz9_".repeat(6).slice(0, 22)}`;

  it("holds the line", () => {
    expect(decodeQR(seen(qrOfLine(LINE)))).toBe(LINE);
  });

  it("leaves four rows of a terminal of 24 for the rest", () => {
    const lines = qrOfLine(LINE);
    expect([lines.length, new Set(lines.map((line) => Array.from(line).length))]).toEqual([20, new Set([39])]);
    expect(lines.map((line) => sanitize(line))).toEqual(lines);
  });
});
