// The terminal as it is made ours and given back, and what it is asked once. Bytes only; who writes them is not known here.
import type { TerminalWidths } from "./text.ts";
import { USUAL_WIDTHS } from "./text.ts";

// Another screen; no wrapping at the margin, which is never meant; pastes marked; focus told; keys told apart (kitty's protocol, first level).
const OURS = ["\x1b[?7l", "\x1b[?2004h", "\x1b[?1004h", "\x1b[>1u", "\x1b[22;0t"];
const ENTER = ["\x1b[?1049h", ...OURS];
const MOUSE_ON = "\x1b[?1000h\x1b[?1006h";
const GIVEN_BACK = ["\x1b[?2026l", "\x1b[23;0t", "\x1b[<u"];
const MOUSE_OFF = "\x1b[?1006l\x1b[?1000l";
const USUAL = ["\x1b[?1004l", "\x1b[?2004l", "\x1b[?7h", "\x1b[0m", "\x1b[?25h"];

/** On the screen that is there. */
export const ENTERING_INLINE = OURS.join("");

export function entering(withMouse: boolean): string {
  return `${ENTER.join("")}${withMouse ? MOUSE_ON : ""}`;
}

/** May be written at any time, also in the middle of a frame, and more than once. */
export const LEAVING = [...GIVEN_BACK, MOUSE_OFF, ...USUAL, "\x1b[?1049l"].join("");
/** The cursor stands in the first of the two rows: both go, and what was said stays. */
export const LEAVING_INLINE = [...GIVEN_BACK, ...USUAL, "\r\x1b[J"].join("");

/** One of each kind that terminals disagree about, in the order of their answers. */
const PROBES = ["😀", "❤\ufe0f", "👩\u200d👧", "🇪🇸"] as const;

/** Which colour lies behind everything; how large a cell is; and, last, what everybody answers. */
const ASKING = "\x1b]11;?\x1b\\\x1b[16t\x1b[c";

/** Written before the first frame, which clears it: each sign, and where the cursor is then. And what else the terminal is asked. */
export const PROBING = probing("\x1b[1;1H");
/** The same in the row in which the cursor is. */
export const PROBING_HERE = probing("\r");

function probing(home: string): string {
  return `\x1b[?2026h${PROBES.map((sign) => `${home}\x1b[K${sign}\x1b[6n`).join("")}${home}\x1b[K\x1b[?2026l${ASKING}`;
}

/** The columns in which the cursor stood, counted from 1. Undefined: not all have answered. */
export function widthsOf(columns: readonly number[]): TerminalWidths | undefined {
  const [emoji, variation, family, flag] = columns.map((column) => column - 1);
  if (emoji === undefined || variation === undefined || family === undefined || flag === undefined) return undefined;
  return {
    emoji: emoji === 1 ? 1 : USUAL_WIDTHS.emoji,
    variation: variation === 1 ? 1 : USUAL_WIDTHS.variation,
    joins: family <= 2,
    flags: flag === 2,
  };
}

export const PROBE_COUNT = PROBES.length;
