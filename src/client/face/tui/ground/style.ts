// How a cell looks, as one number: two colours of the terminal's palette of 256, and attributes. And its escape sequence.

/** Bits 0–8: text colour + 1; 9–17: background + 1 (0: the terminal's own); from 18 on attributes. */
export type Style = number;

export const BOLD = 1 << 18;
export const DIM = 1 << 19;
export const ITALIC = 1 << 20;
export const UNDERLINE = 1 << 21;
export const INVERSE = 1 << 22;
export const STRIKE = 1 << 23;

/** How many colours the terminal has. */
export type Depth = 0 | 16 | 256;

const ATTRIBUTES: readonly (readonly [bit: number, code: string])[] = [
  [BOLD, ";1"],
  [DIM, ";2"],
  [ITALIC, ";3"],
  [UNDERLINE, ";4"],
  [INVERSE, ";7"],
  [STRIKE, ";9"],
];

/** `colour`: 0–255. */
export function ink(colour: number): Style {
  return colour + 1;
}

export function paper(colour: number): Style {
  return (colour + 1) << 9;
}

/** What is laid over another style: its colours and attributes win. */
export function over(style: Style, more: Style): Style {
  const text = (more & 0x1ff) === 0 ? style & 0x1ff : more & 0x1ff;
  const back = (more & 0x3fe00) === 0 ? style & 0x3fe00 : more & 0x3fe00;
  return text | back | ((style | more) & ~0x3ffff);
}

/** 0: the terminal's own. */
export function backOf(style: Style): number {
  return style & 0x3fe00;
}

/** Written on another background: its own does not count. */
export function onto(back: Style, style: Style): Style {
  const text = (style & 0x1ff) === 0 ? back & 0x1ff : style & 0x1ff;
  return text | (back & 0x3fe00) | ((style | back) & ~0x3ffff);
}

export function sgr(style: Style, depth: Depth): string {
  const attributes = ATTRIBUTES.map(([bit, code]) => ((style & bit) === 0 ? "" : code)).join("");
  const [text, back] = [(style & 0x1ff) - 1, ((style >> 9) & 0x1ff) - 1];
  const colours = depth === 0 ? "" : `${colourCode(text, 30)}${colourCode(back, 40)}`;
  return `\x1b[0${attributes}${colours}m`;
}

/** `base`: 30 for text, 40 for the background. */
function colourCode(colour: number, base: number): string {
  if (colour < 0) return "";
  if (colour < 8) return `;${base + colour}`;
  return colour < 16 ? `;${base + 52 + colour}` : `;${base + 8};5;${colour}`;
}
