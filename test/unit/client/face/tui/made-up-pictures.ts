// Pictures of nothing in particular.
import { encode } from "fast-png";

/** Three stripes, RGBA. */
export function flagOf(width: number, height: number): Uint8Array {
  const colours = [
    [220, 30, 40],
    [250, 250, 250],
    [20, 60, 180],
  ];
  return Uint8Array.from({ length: 4 * width * height }, (_, at) => {
    const x = Math.floor(at / 4) % width;
    return at % 4 === 3 ? 255 : (colours[Math.floor((3 * x) / width)]?.[at % 4] ?? 0);
  });
}

export function pngOf(width: number, height: number): Buffer {
  return Buffer.from(encode({ width, height, data: flagOf(width, height), channels: 4, depth: 8 }));
}

type Colour = readonly number[];

const SIXEL = /#(?<name>\d+);2;(?<parts>[\d;]+)|#(?<use>\d+)|(?:!(?<times>\d+))?(?<sign>[?-~])|(?<move>[$-])/g;

/** What sixels say: each point by its row, red, green, blue. */
export function seenIn(text: string): readonly (Colour | undefined)[] {
  const [, size = "", body = ""] = /"1;1;(\d+;\d+)(.*)..$/su.exec(text) ?? [];
  const [width = 0, height = 0] = size.split(";").map(Number);
  const colours = new Map<number, Colour>();
  const seen: (Colour | undefined)[] = Array.from({ length: width * height });
  let [x, top, colour] = [0, 0, -1];
  for (const { groups = {} } of body.matchAll(SIXEL)) {
    const { name, parts = "", use, times = "1", sign = "?", move } = groups;
    if (name !== undefined)
      colours.set(
        Number(name),
        parts.split(";").map((one) => (Number(one) * 255) / 100),
      );
    else if (use !== undefined) colour = Number(use);
    else if (move !== undefined) [x, top] = [0, move === "-" ? top + 6 : top];
    else {
      const points = strokeOf({ sign, x, times: Number(times) });
      for (const [column, row] of points) seen[(top + row) * width + column] = colours.get(colour);
      x += Number(times);
    }
  }
  return seen;
}

/** Of one sign, so many times: columns, and rows of the six. */
function strokeOf({
  sign,
  x,
  times,
}: {
  sign: string;
  x: number;
  times: number;
}): readonly (readonly [number, number])[] {
  const rows = [0, 1, 2, 3, 4, 5].filter((row) => ((sign.charCodeAt(0) - 63) & (1 << row)) !== 0);
  return Array.from({ length: times }, (_, at) => x + at).flatMap((column) =>
    rows.map((row) => [column, row] as const),
  );
}
