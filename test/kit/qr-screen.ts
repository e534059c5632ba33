// A QR picture as it stands on a terminal, read by a reader of photographs (Debian: zbar-tools).
import { writeFileSync } from "node:fs";
import { run } from "./executables.ts";

/** Pixels of a module, and of the dark screen around. */
const SCALE = 6;
const AROUND = 4 * SCALE;

/** What the picture among these lines says. `file`: where its image may be written. */
export async function readFromScreen(lines: readonly string[], file: string): Promise<string> {
  const drawn = lines.filter((line) => /^[ █▀▄]+$/.test(line) && /[█▀▄]/.test(line));
  // What is drawn is light, the screen is dark.
  const rows = drawn.flatMap((line) => [
    Array.from(line, (sign) => sign === "█" || sign === "▀"),
    Array.from(line, (sign) => sign === "█" || sign === "▄"),
  ]);
  return readFromLights(rows, false, file);
}

/** What a camera sees: which halves of cells are light, and whether the screen around is. */
export async function readFromLights(
  rows: readonly (readonly boolean[])[],
  isLight: boolean,
  file: string,
): Promise<string> {
  writeFileSync(file, imageOf(rows, isLight));
  const { code, stdout, stderr } = await run("/usr/bin/zbarimg", ["--quiet", "--raw", file]);
  if (code !== 0) throw new Error(`nothing was read: ${stderr}`);
  return stdout.trim();
}

/** PBM. */
function imageOf(rows: readonly (readonly boolean[])[], isLightAround: boolean): string {
  const width = Math.max(...rows.map((row) => row.length));
  const [columns, height] = [width * SCALE + 2 * AROUND, rows.length * SCALE + 2 * AROUND];
  const isLight = (x: number, y: number): boolean =>
    rows[Math.floor((y - AROUND) / SCALE)]?.[Math.floor((x - AROUND) / SCALE)] ?? isLightAround;
  const image = Array.from({ length: height }, (_, y) =>
    Array.from({ length: columns }, (_none, x) => (isLight(x, y) ? "0" : "1")).join(""),
  );
  return `P1\n${columns} ${height}\n${image.join("\n")}\n`;
}
