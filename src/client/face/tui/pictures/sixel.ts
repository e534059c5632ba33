// A picture in sixels (DEC STD 070): six rows of points at once, one colour after the other. 216 colours, mixed by an ordered pattern.
import type { Drawn } from "./scaling.ts";

const LEVELS = 6;
const BAND = 6;
/** Bayer's pattern of 4 by 4, around zero. */
const PATTERN = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5].map((one) => (one + 0.5) / 16 - 0.5);

export function sixels(drawn: Drawn): string {
  const { width, height } = drawn;
  const colours = mixed(drawn);
  const used = [...new Set(colours)].toSorted((a, b) => a - b);
  const names = used.map((colour) => `#${colour};2;${percents(colour).join(";")}`);
  const bands: string[] = [];
  for (let top = 0; top < height; top += BAND) bands.push(bandOf(colours, { width, height, top }));
  return `\x1bP0;1;0q"1;1;${width};${height}${names.join("")}${bands.join("-")}\x1b\\`;
}

function mixed({ width, height, rgb }: Drawn): Uint8Array {
  const colours = new Uint8Array(width * height);
  for (let at = 0; at < width * height; at += 1) {
    const x = at % width;
    const y = (at - x) / width;
    const shift = PATTERN[4 * (y % 4) + (x % 4)] ?? 0;
    let colour = 0;
    for (let channel = 0; channel < 3; channel += 1) {
      const level = Math.round(((rgb[3 * at + channel] ?? 0) / 255) * (LEVELS - 1) + shift * 0.9);
      colour = colour * LEVELS + Math.max(0, Math.min(LEVELS - 1, level));
    }
    colours[at] = colour;
  }
  return colours;
}

function percents(colour: number): readonly number[] {
  return [Math.floor(colour / (LEVELS * LEVELS)), Math.floor(colour / LEVELS) % LEVELS, colour % LEVELS].map((level) =>
    Math.round((100 * level) / (LEVELS - 1)),
  );
}

function bandOf(colours: Uint8Array, { width, height, top }: { width: number; height: number; top: number }): string {
  const masks = new Map<number, Uint8Array>();
  for (let row = 0; row < Math.min(BAND, height - top); row += 1)
    for (let x = 0; x < width; x += 1) {
      const colour = colours[(top + row) * width + x] ?? 0;
      const mask = masks.get(colour) ?? new Uint8Array(width);
      mask[x] = (mask[x] ?? 0) | (1 << row);
      masks.set(colour, mask);
    }
  return [...masks].map(([colour, mask]) => `#${colour}${packed(mask)}`).join("$");
}

/** The same one after the other is said once; what is empty at the end is not said. */
function packed(mask: Uint8Array): string {
  let end = mask.length;
  while (end > 0 && mask[end - 1] === 0) end -= 1;
  let text = "";
  for (let at = 0; at < end;) {
    let behind = at + 1;
    while (behind < end && mask[behind] === mask[at]) behind += 1;
    const sign = String.fromCharCode(63 + (mask[at] ?? 0));
    text += behind - at > 3 ? `!${behind - at}${sign}` : sign.repeat(behind - at);
    at = behind;
  }
  return text;
}
