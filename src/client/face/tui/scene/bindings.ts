// Which key does what. Each can be bound anew; what an action does is in actions.ts.
import { Fault } from "../../../../model/fault.ts";
import type { Stroke } from "../ground/editor.ts";
import type { Chord } from "../ground/sequences.ts";

/** What a key may mean outside of what is being written. */
export type ActionName =
  /** A message is chosen where nothing is written; else the conversation above. */
  | "select-or-previous"
  | "previous"
  | "next"
  | "activity"
  | "switch"
  | "search"
  | "help"
  | "redraw"
  | "page-up"
  | "page-down"
  | "scroll-up"
  | "scroll-down"
  | "first-unread"
  | "end"
  | "submit"
  | "new-line"
  | "complete"
  | "complete-back"
  | "up"
  | "down"
  | "recall"
  | "recall-next"
  | "select"
  | "dismiss"
  | "quit"
  | "clear-or-quit"
  | "delete-or-quit"
  | "suspend"
  | "sidebar"
  | "members"
  | "column"
  | "devices"
  | "settings"
  | "lock"
  | `go-${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9}`;

export type Bound = ActionName | Stroke;
export type Bindings = ReadonlyMap<Chord, Bound>;

const ACTIONS: readonly (readonly [chord: Chord, bound: ActionName])[] = [
  ["alt+up", "select-or-previous"],
  ["alt+down", "next"],
  ["ctrl+pageup", "previous"],
  ["ctrl+pagedown", "next"],
  ["alt+p", "previous"],
  ["alt+n", "next"],
  ["alt+a", "activity"],
  ["ctrl+k", "switch"],
  ["ctrl+f", "search"],
  ["f1", "help"],
  ["ctrl+l", "redraw"],
  ["pageup", "page-up"],
  ["pagedown", "page-down"],
  ["shift+up", "scroll-up"],
  ["shift+down", "scroll-down"],
  ["alt+u", "first-unread"],
  ["alt+end", "end"],
  ["enter", "submit"],
  ["alt+enter", "new-line"],
  ["shift+enter", "new-line"],
  ["ctrl+j", "new-line"],
  ["tab", "complete"],
  ["shift+tab", "complete-back"],
  ["up", "up"],
  ["down", "down"],
  ["ctrl+p", "recall"],
  ["ctrl+n", "recall-next"],
  ["ctrl+up", "select"],
  ["escape", "dismiss"],
  ["ctrl+q", "quit"],
  ["ctrl+c", "clear-or-quit"],
  ["ctrl+d", "delete-or-quit"],
  ["ctrl+z", "suspend"],
  ["f2", "sidebar"],
  ["f3", "members"],
  ["f6", "column"],
  ["f4", "devices"],
  ["f5", "settings"],
  ["f8", "lock"],
  ["alt+1", "go-1"],
  ["alt+2", "go-2"],
  ["alt+3", "go-3"],
  ["alt+4", "go-4"],
  ["alt+5", "go-5"],
  ["alt+6", "go-6"],
  ["alt+7", "go-7"],
  ["alt+8", "go-8"],
  ["alt+9", "go-9"],
];

/** Of what is being written; the same everywhere where something is typed. */
const STROKES: readonly (readonly [chord: Chord, bound: Stroke])[] = [
  ["left", "left"],
  ["right", "right"],
  ["ctrl+b", "left"],
  ["home", "line-start"],
  ["end", "line-end"],
  ["ctrl+a", "line-start"],
  ["ctrl+e", "line-end"],
  ["ctrl+left", "word-left"],
  ["ctrl+right", "word-right"],
  ["alt+left", "word-left"],
  ["alt+right", "word-right"],
  ["alt+b", "word-left"],
  ["alt+f", "word-right"],
  ["backspace", "erase"],
  ["shift+backspace", "erase"],
  ["delete", "delete"],
  ["ctrl+w", "cut-word"],
  ["alt+backspace", "cut-word"],
  ["ctrl+backspace", "cut-word"],
  ["alt+d", "cut-word-right"],
  ["ctrl+delete", "cut-word-right"],
  ["ctrl+u", "cut-start"],
  ["alt+k", "cut-end"],
  ["ctrl+y", "yank"],
  ["alt+y", "yank-before"],
  ["ctrl+t", "swap"],
  ["ctrl+_", "undo"],
];

const USUAL_BINDINGS: Bindings = new Map<Chord, Bound>([...STROKES, ...ACTIONS]);
const STROKE_NAMES: ReadonlySet<string> = new Set(STROKES.map(([, bound]) => bound));
const KNOWN: ReadonlySet<string> = new Set(USUAL_BINDINGS.values());
const NAMED = "up down left right home end insert delete pageup pagedown enter escape tab backspace space".split(" ");
const CHORD = new RegExp(`^(?:ctrl\\+)?(?:alt\\+)?(?:shift\\+)?(?:[^\\s]|f[1-9][0-2]?|${NAMED.join("|")})$`, "u");

export function isStroke(bound: Bound): bound is Stroke {
  return STROKE_NAMES.has(bound);
}

/** `changes`: a key, and what it does from now on; `none`: nothing. @throws Fault `bad-key` */
export function bindingsWith(changes: Readonly<Record<Chord, string>>): Bindings {
  const bindings = new Map(USUAL_BINDINGS);
  for (const [chord, bound] of Object.entries(changes)) {
    if (!CHORD.test(chord))
      throw new Fault("bad-key", `there is no key ${JSON.stringify(chord)}`, {
        hint: "for example ctrl+k, alt+up, f5",
      });
    if (bound === "none") bindings.delete(chord);
    else if (isBound(bound)) bindings.set(chord, bound);
    else
      throw new Fault("bad-key", `nothing is called ${JSON.stringify(bound)}`, {
        hint: `one of: ${[...KNOWN].join(", ")}, none`,
      });
  }
  return bindings;
}

function isBound(name: string): name is Bound {
  return KNOWN.has(name);
}

/** The first key of an action, as people write it: `Alt+↑`. Undefined: it has none. */
export function keyOf(bindings: Bindings, bound: Bound): string | undefined {
  for (const [chord, what] of bindings) if (what === bound) return keyName(chord);
  return undefined;
}

const NAMES: Readonly<Record<string, string>> = {
  up: "↑",
  down: "↓",
  left: "←",
  right: "→",
  pageup: "PgUp",
  pagedown: "PgDn",
  escape: "Esc",
};

function keyName(chord: Chord): string {
  return chord
    .split("+")
    .map((part) => NAMES[part] ?? `${part.charAt(0).toUpperCase()}${part.slice(1)}`)
    .join("+");
}
