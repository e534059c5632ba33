// A picture smaller, and without what shines through: each point is the mean of those that it stands for.
import type { Points } from "./decoding.ts";

/** More than any terminal has on its screen is of no use. */
const SCREEN_POINTS = 2_000_000;

/** As large as a screen at most, with nothing that shines through. */
export function shrunk(points: Points, behind: number): Points {
  const { width, height } = points;
  const scale = Math.min(1, Math.sqrt(SCREEN_POINTS / (width * height)));
  const to = { width: Math.max(1, Math.floor(width * scale)), height: Math.max(1, Math.floor(height * scale)) };
  const { rgb } = scaled(points, to, behind);
  const rgba = new Uint8Array(4 * to.width * to.height).fill(255);
  for (let at = 0; at < to.width * to.height; at += 1) rgba.set(rgb.subarray(3 * at, 3 * at + 3), 4 * at);
  return { ...to, rgba };
}

/** Three bytes a point. */
export interface Drawn {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** `behind`: how light it is where nothing is, 0–255. */
export function scaled(
  { width, height, rgba }: Points,
  to: { readonly width: number; readonly height: number },
  behind: number,
): Drawn {
  const rgb = new Uint8Array(3 * to.width * to.height);
  const source = { width, rgba, behind };
  for (let y = 0; y < to.height; y += 1) {
    const [top, bottom] = stretch(y, height, to.height);
    for (let x = 0; x < to.width; x += 1) {
      const [left, right] = stretch(x, width, to.width);
      rgb.set(meanOf(source, { top, bottom, left, right }), 3 * (y * to.width + x));
    }
  }
  return { ...to, rgb };
}

interface Source {
  readonly width: number;
  readonly rgba: Uint8Array;
  readonly behind: number;
}

interface Part {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

function meanOf({ width, rgba, behind }: Source, { top, bottom, left, right }: Part): readonly number[] {
  let [red, green, blue] = [0, 0, 0];
  for (let row = top; row < bottom; row += 1)
    for (let at = 4 * (row * width + left); at < 4 * (row * width + right); at += 4) {
      const alpha = (rgba[at + 3] ?? 255) / 255;
      const rest = behind * (1 - alpha);
      red += (rgba[at] ?? 0) * alpha + rest;
      green += (rgba[at + 1] ?? 0) * alpha + rest;
      blue += (rgba[at + 2] ?? 0) * alpha + rest;
    }
  const count = (bottom - top) * (right - left);
  return [red, green, blue].map((sum) => Math.round(sum / count));
}

/** Which points of the larger side one of the smaller stands for: at least one. */
function stretch(at: number, from: number, to: number): readonly [number, number] {
  const begin = Math.floor((at * from) / to);
  return [begin, Math.max(begin + 1, Math.floor(((at + 1) * from) / to))];
}
