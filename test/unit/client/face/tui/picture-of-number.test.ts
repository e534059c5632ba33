// The safety number as a picture that a camera can read, without a colour, on a dark and on a light terminal. Debian: zbar-tools.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readFromLights } from "../../../../kit/qr-screen.ts";
import { openView } from "../../../../kit/made-up-screens.ts";
import { type Sitting, sitting } from "./tui.ts";

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "mutual-qr-"))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a person sees: letters are dark on light, or light on dark, and turned round where the cell says so. */
function lights({ terminal }: Sitting, isLight: boolean): readonly (readonly boolean[])[] {
  const { cols, rows } = terminal.xterm;
  const half = (x: number, y: number, signs: string): boolean => {
    const isInk = signs.includes(terminal.chars(x, y)) && terminal.chars(x, y) !== "";
    const { inverse } = terminal.look(x, y);
    return (isInk === inverse) === isLight;
  };
  return Array.from({ length: rows }, (_, y) => y).flatMap((y) =>
    ["█▀", "█▄"].map((signs) => Array.from({ length: cols }, (_none, x) => half(x, y, signs))),
  );
}

const NUMBER = Array.from({ length: 12 }, (_, at) =>
  String(10_007 * (at + 3))
    .padStart(5, "0")
    .slice(0, 5),
).join("");
const SIZE = { columns: 100, rows: 40, depth: 0 as const };
const BACKGROUND = { light: "\x1b]11;rgb:ffff/ffff/ffff\x1b\\", dark: "\x1b]11;rgb:0000/0000/0000\x1b\\" };

const read = (one: Sitting, isLight: boolean): Promise<string> =>
  readFromLights(lights(one, isLight), isLight, join(folder, "screen.pbm"));

describe("without colours", () => {
  test.each(["light", "dark"] as const)("on a %s terminal that says so", async (kind) => {
    const one = await sitting(openView("@bruno", []), SIZE);
    await one.type(BACKGROUND[kind], "/verify bruno\r");
    expect(await read(one, kind === "light")).toBe(NUMBER);
    expect(one.window.writes.join("")).not.toMatch(/;(?:3[0-9]|4[0-9]|9[0-7]|10[0-7])[;m]/);
  });

  test("where nobody knows how light it is, a key turns it round", async () => {
    const one = await sitting(openView("@bruno", []), { ...SIZE, isMute: true });
    await one.type("/verify bruno\r");
    expect(await read(one, false)).toBe(NUMBER);
    await expect(read(one, true)).rejects.toThrow("nothing was read");
    await one.type("i");
    expect(await read(one, true)).toBe(NUMBER);
  });

  test("with colours it is light on dark, whatever lies behind", async () => {
    for (const depth of [16, 256] as const) {
      const one = await sitting(openView("@bruno", []), { ...SIZE, depth });
      await one.type(BACKGROUND.light, "/verify bruno\r");
      const [x, y] = placeOf(one);
      expect(one.terminal.look(x, y)).toMatchObject(depth === 256 ? { text: 231, back: 16 } : { text: 15, back: 0 });
    }
  });
});

/** The first cell of the picture. */
function placeOf(one: Sitting): readonly [number, number] {
  const y = one.rows().findIndex((row) => row.includes("█"));
  return [one.rows()[y]?.indexOf("█") ?? 0, y];
}
