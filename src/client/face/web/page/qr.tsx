// A QR code from the lines that a terminal is shown (two rows of it in each line), as one SVG path. Light is drawn there, dark is left.
import type { VNode } from "preact";

/** Whether the upper and the lower half of a character are drawn, that is: light. */
const HALVES: Readonly<Record<string, readonly [boolean, boolean]>> = {
  "█": [true, true],
  "▀": [true, false],
  "▄": [false, true],
  " ": [false, false],
};

export function QrCode({ lines, label }: { readonly lines: readonly string[]; readonly label: string }): VNode {
  const width = Math.max(1, ...lines.map((line) => line.length));
  return (
    <svg class="qr" viewBox={`0 0 ${width} ${lines.length * 2}`} role="img" aria-label={label}>
      <path d={lines.flatMap((line, at) => darkOf(line, at * 2)).join("")} />
    </svg>
  );
}

function darkOf(line: string, y: number): readonly string[] {
  return Array.from(line).flatMap((character, x) =>
    (HALVES[character] ?? [true, true]).flatMap((isLight, half) => (isLight ? [] : [`M${x} ${y + half}h1v1h-1z`])),
  );
}
