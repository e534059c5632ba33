// Colours by what they mean, for dark and light, 16 and 256 colours, and for none. Numbers of the terminal's palette.
// Each colour of text is readable on the background of its theme: test/unit/client/face/tui/theme.test.ts holds the contrast.
import { BOLD, DIM, type Depth, ink, INVERSE, ITALIC, paper, type Style, UNDERLINE } from "./style.ts";

export interface Theme {
  readonly isDark: boolean;
  /** Everything that is nothing else; with a background where that is not the terminal's own. */
  readonly base: Style;
  /** Times, gutters, what is said by the program. */
  readonly quiet: Style;
  readonly line: Style;
  readonly strong: Style;
  readonly unread: Style;
  readonly mention: Style;
  readonly chosen: Style;
  readonly bar: Style;
  readonly good: Style;
  readonly warning: Style;
  readonly bad: Style;
  readonly badBar: Style;
  readonly system: Style;
  readonly quote: Style;
  readonly code: Style;
  readonly link: Style;
  readonly panel: Style;
  /** Of a picture in black and white, drawn in what is light: so that a camera can read it. */
  readonly picture: Style;
  /** Of people: chosen by the key of each. */
  readonly people: readonly Style[];
}

interface Shades {
  readonly text: number;
  readonly back: number;
  readonly quiet: number;
  readonly line: number;
  readonly good: number;
  readonly warning: number;
  readonly bad: number;
  readonly link: number;
  readonly bar: readonly [text: number, back: number];
  readonly chosen: readonly [text: number, back: number];
  readonly panel: number;
  readonly badBar: readonly [text: number, back: number];
  readonly people: readonly number[];
}

/** @internal */
export const SHADES: Readonly<Record<"dark256" | "light256" | "dark16" | "light16", Shades>> = {
  dark256: {
    text: 253,
    back: 234,
    quiet: 246,
    line: 240,
    good: 114,
    warning: 221,
    bad: 210,
    link: 117,
    bar: [252, 237],
    chosen: [231, 24],
    panel: 235,
    badBar: [231, 124],
    people: [215, 114, 81, 177, 222, 117, 210, 147, 150, 180, 218, 80],
  },
  light256: {
    text: 235,
    back: 231,
    quiet: 241,
    line: 250,
    good: 22,
    warning: 94,
    bad: 124,
    link: 25,
    bar: [236, 254],
    chosen: [231, 25],
    panel: 255,
    badBar: [231, 124],
    people: [58, 53, 24, 90, 94, 25, 124, 55, 22, 88, 125, 23],
  },
  dark16: {
    text: 15,
    back: 0,
    quiet: 7,
    line: 8,
    good: 10,
    warning: 11,
    bad: 9,
    link: 14,
    bar: [0, 7],
    chosen: [0, 14],
    panel: 0,
    badBar: [15, 1],
    people: [9, 10, 11, 12, 13, 14],
  },
  light16: {
    text: 0,
    back: 15,
    quiet: 8,
    line: 7,
    good: 2,
    warning: 1,
    bad: 1,
    link: 4,
    bar: [15, 8],
    chosen: [15, 4],
    panel: 15,
    badBar: [15, 1],
    people: [1, 2, 4, 5, 6, 8],
  },
};

export interface ThemeWish {
  readonly depth: Depth;
  readonly isDark: boolean;
  /** The person chose it: whatever the terminal's own colours are. */
  readonly isChosen: boolean;
}

export function themeOf({ depth, isDark, isChosen }: ThemeWish): Theme {
  if (depth === 0) return plainTheme(isDark);
  const shades = SHADES[`${isDark ? "dark" : "light"}${depth}`];
  const base = isChosen ? ink(shades.text) | paper(shades.back) : 0;
  const on = (colour: number): Style => (base & ~0x1ff) | ink(colour);
  return {
    isDark,
    base,
    quiet: on(shades.quiet),
    line: on(shades.line),
    strong: base | BOLD,
    unread: base | BOLD,
    mention: on(shades.warning) | BOLD,
    chosen: pair(shades.chosen),
    bar: pair(shades.bar),
    good: on(shades.good),
    warning: on(shades.warning),
    bad: on(shades.bad),
    badBar: pair(shades.badBar) | BOLD,
    system: on(shades.quiet) | ITALIC,
    quote: on(shades.quiet),
    code: on(shades.link),
    link: on(shades.link) | UNDERLINE,
    panel: isChosen || depth === 256 ? ink(shades.text) | paper(shades.panel) : base,
    picture: depth === 256 ? pair([231, 16]) : pair([15, 0]),
    people: shades.people.map(on),
  };
}

/** NO_COLOR: attributes say it all. */
function plainTheme(isDark: boolean): Theme {
  return {
    isDark,
    base: 0,
    quiet: 0,
    line: DIM,
    strong: BOLD,
    unread: BOLD,
    mention: BOLD | UNDERLINE,
    chosen: INVERSE,
    bar: INVERSE,
    good: 0,
    warning: BOLD,
    bad: BOLD,
    badBar: INVERSE | BOLD,
    system: ITALIC,
    quote: DIM,
    code: 0,
    link: UNDERLINE,
    panel: 0,
    // Blocks are as light as letters: on a light terminal the rest is what is light.
    picture: isDark ? 0 : INVERSE,
    people: [BOLD],
  };
}

function pair([text, back]: readonly [number, number]): Style {
  return ink(text) | paper(back);
}

/** The same for one key, whatever its owner is called. `key`: hex digits, or a name where no key is known. */
export function personStyle(theme: Theme, key: string): Style {
  let hash = 2_166_136_261;
  for (const sign of key) hash = Math.imul(hash ^ (sign.codePointAt(0) ?? 0), 16_777_619) >>> 0;
  return theme.people[hash % theme.people.length] ?? theme.base;
}
