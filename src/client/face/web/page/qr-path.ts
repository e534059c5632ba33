// A QR code from the lines that a terminal is shown (two rows of it in each line), as one path of its dark squares. Pure.

/** Whether the upper and the lower half of a character are drawn, that is: light. */
const HALVES: Readonly<Record<string, readonly [boolean, boolean]>> = {
  "█": [true, true],
  "▀": [true, false],
  "▄": [false, true],
  " ": [false, false],
};

export interface QrPath {
  /** Of each side, in squares. */
  readonly size: number;
  readonly path: string;
}

export function qrPath(lines: readonly string[]): QrPath {
  const size = Math.max(1, ...lines.map((line) => line.length));
  return { size, path: lines.flatMap((line, at) => darkOf(line, at * 2, size)).join("") };
}

function darkOf(line: string, y: number, size: number): readonly string[] {
  return Array.from(line).flatMap((character, x) =>
    (HALVES[character] ?? [true, true]).flatMap((isLight, half) =>
      // It is as high as it is wide, and that is odd: the last line has no lower half.
      isLight || y + half >= size ? [] : [`M${x} ${y + half}h1v1h-1z`],
    ),
  );
}
