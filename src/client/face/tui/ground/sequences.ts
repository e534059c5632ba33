// One escape sequence of a terminal as what it means: the legacy ones of VT and xterm, CSI-u, mouse, focus, answers. Pure tables.

/** A key by its name, with what is held before it, always in this order: `ctrl+alt+shift+up`. */
export type Chord = string;

export type Said =
  | { readonly said: "key"; readonly chord: Chord }
  | { readonly said: "text"; readonly text: string }
  | { readonly said: "paste"; readonly text: string }
  | { readonly said: "mouse"; readonly button: number; readonly x: number; readonly y: number; readonly up: boolean }
  | { readonly said: "focus"; readonly on: boolean }
  /** The cursor is there; counted from 1. */
  | { readonly said: "cursor"; readonly row: number; readonly column: number }
  /** What lies behind everything: 0 black, 1 white. */
  | { readonly said: "background"; readonly light: number }
  /** What the terminal is (DA1). Every terminal answers this one, in its turn: what was asked before has been answered then, or never will be. */
  | { readonly said: "attributes"; readonly codes: readonly number[] }
  /** Of a cell, in points of a picture. */
  | { readonly said: "cell"; readonly width: number; readonly height: number }
  /** What kitty's protocol of pictures was asked. */
  | { readonly said: "graphics"; readonly isGood: boolean };

export const PASTE_BEGIN = "\x1b[200~";
export const PASTE_END = "\x1b[201~";

const LETTERS: Readonly<Record<string, string>> = {
  A: "up",
  B: "down",
  C: "right",
  D: "left",
  F: "end",
  H: "home",
  P: "f1",
  Q: "f2",
  S: "f4",
};
const NUMBERS: Readonly<Record<string, string>> = {
  1: "home",
  2: "insert",
  3: "delete",
  4: "end",
  5: "pageup",
  6: "pagedown",
  7: "home",
  8: "end",
  11: "f1",
  12: "f2",
  13: "f3",
  14: "f4",
  15: "f5",
  17: "f6",
  18: "f7",
  19: "f8",
  20: "f9",
  21: "f10",
  23: "f11",
  24: "f12",
};
const POINTS: Readonly<Record<number, string>> = {
  8: "backspace",
  9: "tab",
  13: "enter",
  27: "escape",
  32: "space",
  127: "backspace",
  57414: "enter",
};
const RELEASED = "3";

function chord(name: string, modifiers = 0): Chord {
  const held = [
    (modifiers & 4) === 0 ? "" : "ctrl+",
    (modifiers & 2) === 0 ? "" : "alt+",
    (modifiers & 1) === 0 ? "" : "shift+",
  ];
  return `${held.join("")}${name}`;
}

export function key(name: string, modifiers = 0): Said {
  return { said: "key", chord: chord(name, modifiers) };
}

/** A control character, or DEL. */
export function controlKey(code: number): Said {
  if (code === 13) return key("enter");
  if (code === 9) return key("tab");
  if (code === 127 || code === 8) return key("backspace");
  if (code === 27) return key("escape");
  if (code === 0) return key("space", 4);
  return key(String.fromCharCode(code < 27 ? code + 96 : code + 64), 4);
}

/** Alt with a character: `ESC` and it. */
export function altKey(character: string): Said {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 32 && code !== 127) return key(character === " " ? "space" : character.toLowerCase(), 2);
  const plain = controlKey(code);
  return plain.said === "key" ? key(plain.chord.replace("ctrl+", ""), plain.chord.startsWith("ctrl+") ? 6 : 2) : plain;
}

/** `CSI mark parameters final`. Undefined: nothing that means anything here. */
export function csi(mark: string, parameters: string, final: string): Said | undefined {
  const fields = parameters.split(";");
  if (mark === "<" && (final === "M" || final === "m")) return mouse(fields, final === "m");
  if (mark === "?" && final === "c") return { said: "attributes", codes: fields.map(Number) };
  if (mark !== "") return undefined;
  if (fields.at(1)?.split(":")[1] === RELEASED) return undefined;
  switch (final) {
    case "I":
    case "O":
      return { said: "focus", on: final === "I" };
    case "R":
      return { said: "cursor", row: Number(fields[0]), column: Number(fields[1] ?? 1) };
    case "t":
      return fields[0] === "6" ? cell(fields) : undefined;
    case "Z":
      return key("tab", 1);
    case "u":
      return pointKey(fields[0] ?? "", fields);
    case "~":
      // xterm's modifyOtherKeys: 27; modifiers; code point.
      if (fields[0] === "27" && fields.length === 3) return pointKey(fields[2] ?? "", fields);
      return named(NUMBERS[fields[0] ?? ""], fields);
    default:
      return named(LETTERS[final], fields);
  }
}

/** `ESC O letter`. */
export function ss3(letter: string): Said | undefined {
  return letter === "R" ? key("f3") : named(letter === "M" ? "enter" : LETTERS[letter], []);
}

/** The text of an OSC, without its end. */
export function osc(text: string): Said | undefined {
  const [, red = "", green = "", blue = ""] =
    /^11;rgb:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})$/i.exec(text) ?? [];
  if (red === "") return undefined;
  return { said: "background", light: 0.2126 * shareOf(red) + 0.7152 * shareOf(green) + 0.0722 * shareOf(blue) };
}

/** The text of an APC, without its end. */
export function apc(text: string): Said | undefined {
  return text.startsWith("Gi=") ? { said: "graphics", isGood: text.endsWith(";OK") } : undefined;
}

const CELL_MOST = 200;

function cell([, height = "", width = ""]: readonly string[]): Said | undefined {
  const [w, h] = [Number(width), Number(height)];
  const isCell = [w, h].every((one) => Number.isSafeInteger(one) && one > 0 && one <= CELL_MOST);
  return isCell ? { said: "cell", width: w, height: h } : undefined;
}

/** One to four hex digits of a colour, as a part of its most. */
function shareOf(hex: string): number {
  return Number.parseInt(hex, 16) / (16 ** hex.length - 1);
}

function named(name: string | undefined, fields: readonly string[]): Said | undefined {
  return name === undefined ? undefined : key(name, modifiersIn(fields));
}

/** The second field is 1 and the modifiers; Caps Lock and Num Lock change nothing. */
function modifiersIn(fields: readonly string[]): number {
  const [typed = ""] = (fields[1] ?? "").split(":");
  return typed === "" ? 0 : Math.max(0, Number(typed) - 1) & 7;
}

function pointKey(typed: string, fields: readonly string[]): Said | undefined {
  const [code = ""] = typed.split(":");
  const point = Number(code);
  if (code === "" || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return undefined;
  const modifiers = modifiersIn(fields);
  const name = POINTS[point];
  if (name !== undefined) return key(name, modifiers);
  // Keys of the private area are none of ours: keypad, media, modifiers alone.
  if (point < 32 || (point >= 0xe000 && point <= 0xf8ff)) return undefined;
  const character = String.fromCodePoint(point);
  if ((modifiers & 6) !== 0) return key(character.toLowerCase(), modifiers & 6);
  return { said: "text", text: (modifiers & 1) === 1 ? character.toUpperCase() : character };
}

function mouse([button = "", x = "", y = ""]: readonly string[], up: boolean): Said | undefined {
  const numbers = [button, x, y].map(Number);
  if (numbers.some((one) => !Number.isSafeInteger(one) || one < 0)) return undefined;
  const [which = 0, column = 0, row = 0] = numbers;
  return { said: "mouse", button: which, x: column - 1, y: row - 1, up };
}
