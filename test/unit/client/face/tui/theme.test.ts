// Colours can be read on their background; what goes to the terminal beside the picture cannot act.
import { describe, expect, test } from "vitest";
import { outward } from "../../../../../src/client/face/tui/ground/outward.ts";
import { personStyle, SHADES, themeOf } from "../../../../../src/client/face/tui/ground/theme.ts";
import { TALK } from "./talk.ts";
import { sitting } from "./tui.ts";

/** The palette of xterm: 16 colours, a cube of 6, 24 greys. */
function rgb(colour: number): readonly [number, number, number] {
  const first = [0, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5];
  const bright = [0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff];
  if (colour < 16) {
    const value = [...first, ...bright][colour] ?? 0;
    return [value >> 16, (value >> 8) & 255, value & 255];
  }
  if (colour >= 232) return [0, 1, 2].map(() => 8 + 10 * (colour - 232)) as unknown as [number, number, number];
  const level = (step: number): number => (step === 0 ? 0 : 55 + 40 * step);
  const at = colour - 16;
  return [level(Math.floor(at / 36)), level(Math.floor(at / 6) % 6), level(at % 6)];
}

/** WCAG 2.2, relative luminance. */
function light(colour: number): number {
  const [red, green, blue] = rgb(colour).map((value) => {
    const part = value / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

function contrast(one: number, other: number): number {
  const [darker = 0, lighter = 0] = [light(one), light(other)].toSorted((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

describe("contrast", () => {
  test.each(["dark256", "light256"] as const)(
    "%s: every text has 4.5 to 1 on every background it stands on",
    (name) => {
      const { back, panel, text, quiet, good, warning, bad, link, people, bar, chosen, badBar } = SHADES[name];
      const poor = [text, quiet, good, warning, bad, link, ...people].flatMap((colour) =>
        [back, panel].filter((behind) => contrast(colour, behind) < 4.5).map((behind) => [colour, behind]),
      );
      expect(poor).toEqual([]);
      for (const [front, behind] of [bar, chosen, badBar]) expect(contrast(front, behind)).toBeGreaterThan(4.5);
    },
  );

  test.each(["dark256", "light256"] as const)("%s: also on the terminals that are black, and white", (name) => {
    const { quiet, good, warning, bad, link, people } = SHADES[name];
    const behind = name === "dark256" ? 16 : 231;
    expect([quiet, good, warning, bad, link, ...people].filter((colour) => contrast(colour, behind) < 4.5)).toEqual([]);
  });
});

describe("themes", () => {
  test("a person's colour is of their key: the same under every name", () => {
    const theme = themeOf({ depth: 256, isDark: true, isChosen: false });
    expect(personStyle(theme, "aa11")).toBe(personStyle(theme, "aa11"));
    expect(new Set(["a", "b", "c", "d", "e", "f", "g"].map((key) => personStyle(theme, key))).size).toBeGreaterThan(3);
  });

  test("without colour nothing has one", () => {
    const { people, ...styles } = themeOf({ depth: 0, isDark: true, isChosen: true });
    const all = [...people, ...Object.values(styles)].filter((style) => typeof style === "number");
    expect(all.filter((style) => (style & 0x3ffff) !== 0)).toEqual([]);
  });

  test("the terminal's own background stays, unless the person chose", () => {
    expect(themeOf({ depth: 256, isDark: true, isChosen: false }).base).toBe(0);
    expect(themeOf({ depth: 256, isDark: false, isChosen: true }).base).not.toBe(0);
  });
});

describe("beside the picture", () => {
  test("title and notification hold what others write, and nothing that ends them", () => {
    const evil = "x\u0007\u001b\\\u009c\ny";
    expect(outward({ out: "title", title: evil })).toBe("\x1b]0;x␇␛\\\ufffd␊y\x1b\\");
    const rung = outward({ out: "notification", title: "a;b", text: evil });
    expect(rung).toBe("\x1b]9;a;b: x␇␛\\\ufffd␊y\x1b\\\x1b]777;notify;a,b;x␇␛\\\ufffd␊y\x1b\\");
  });

  test("a notification is not taken for a progress bar, as OSC 9 with a number is by some", () => {
    expect(outward({ out: "notification", title: "4;3 is here", text: "" })).toContain("\x1b]9; 4;3 is here");
  });

  test("what is copied is base64, and not longer than terminals take", () => {
    expect(outward({ out: "copy", text: "hi" })).toBe("\x1b]52;c;aGk=\x1b\\");
    expect(outward({ out: "copy", text: "x".repeat(80_000) })).toBe("");
    expect(outward({ out: "bell" })).toBe("\x07");
  });
});

test("a theme that a person has chosen keeps the colours of names, and the last row its background", async () => {
  const one = await sitting({ ...TALK, settings: { ...TALK.settings, theme: "light" } }, { columns: 60, rows: 15 });
  const name = one.terminal.look(16, 2);
  expect(name).toMatchObject({ back: 231, bold: true });
  expect(name.text).not.toBe(235);
  expect(one.terminal.look(2, 14).back).toBe(one.terminal.look(13, 14).back);
});
