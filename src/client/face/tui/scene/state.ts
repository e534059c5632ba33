// The full terminal as a value: what a person has before them that is not in the model behind it. And what a step of it wants done.
import type { DeviceView } from "../../../port/device-view.ts";
import type { ExportFormat } from "../../../app/screens/export.ts";
import type { Command } from "../../../port/client.ts";
import type { Intent, PersonCard, ScreenView, TimelineItem } from "../../../port/screens.ts";
import { Fault } from "../../../../model/fault.ts";
import type { MessageId } from "../../../../model/ids.ts";
import { type Editor, EMPTY } from "../ground/editor.ts";
import type { Outward } from "../ground/outward.ts";
import { NO_SENT_LINES, type SentLines } from "../../sent-lines.ts";
import type { Ruler } from "../ground/text.ts";
import type { Say } from "../words/say.ts";
import type { ReadyPicture } from "../pictures/desk.ts";
import type { Bindings } from "./bindings.ts";
import { END, type Scroll } from "./scrolling.ts";

export interface Ui {
  readonly editor: Editor;
  readonly sent: SentLines;
  readonly offer: Offer | undefined;
  readonly layer: Layer;
  readonly scroll: Scroll;
  /** Said by this face, until the next key. */
  readonly saying: Saying | undefined;
  /** Undefined: as the width says. */
  readonly hasSidebar: boolean | undefined;
  /** Members beside the conversation, where there is room. Undefined: as the width says. */
  readonly hasColumn: boolean | undefined;
  readonly hasArchived: boolean;
  readonly isFocused: boolean;
  /** What the editor holds belongs to it. */
  readonly seen: Seen;
}

export interface Saying {
  readonly text: string;
  readonly hint?: string;
  readonly isFault: boolean;
}

/** What the model behind showed last: changes of it change this. */
export interface Seen {
  readonly conversation: string;
  readonly editing: MessageId | undefined;
  readonly focus: MessageId | undefined;
  readonly locked: boolean;
  readonly draft: string;
  /** It was opened a moment ago: where reading begins is not known yet. */
  readonly isFresh: boolean;
}

/** Completions of what stands before the cursor. */
export interface Offer {
  /** Clusters from here to the cursor are replaced. */
  readonly from: number;
  readonly choices: readonly Choice[];
  /** -1: none of them stands there yet. */
  readonly at: number;
}

export interface Choice {
  /** What is written. */
  readonly text: string;
  readonly label: string;
}

/** A path that is being completed. */
export interface TypedPath {
  /** Clusters from here to the cursor are the path. */
  readonly from: number;
  /** With its slash at the end; empty: where the program was started. `~/` is the home folder. */
  readonly folder: string;
  /** How the name begins. */
  readonly begins: string;
  /** All up to the cursor: an answer for another line comes too late. */
  readonly line: string;
}

/** What lies over the conversation. */
export type Layer =
  | { readonly layer: "none" }
  /** One of its messages is chosen. */
  | { readonly layer: "select"; readonly key: string }
  | { readonly layer: "react"; readonly message: MessageId; readonly editor: Editor; readonly at: number }
  | { readonly layer: "switcher"; readonly editor: Editor; readonly at: number }
  | { readonly layer: "search"; readonly editor: Editor; readonly at: number }
  /** `about`: a command; empty: all. */
  | { readonly layer: "help"; readonly top: number; readonly about: string }
  /** `awaits`: another device of one's own; notices up to this one are older. */
  | {
      readonly layer: "answer";
      readonly title: string;
      readonly lines: readonly string[];
      readonly top: number;
      readonly awaits?: number;
    }
  | { readonly layer: "members"; readonly at: number }
  | {
      readonly layer: "devices";
      readonly user: string | undefined;
      readonly devices: readonly DeviceView[];
      readonly at: number;
    }
  | {
      readonly layer: "person";
      readonly user: string;
      readonly card: PersonCard | undefined;
      readonly top: number;
      /** What is light in the picture is dark, and the other way round. */
      readonly isTurned: boolean;
    }
  | { readonly layer: "settings"; readonly at: number }
  /** `picture` undefined: it is being looked for. */
  | {
      readonly layer: "picture";
      readonly message: MessageId;
      readonly name: string;
      readonly picture: ReadyPicture | undefined;
    }
  | { readonly layer: "confirm"; readonly question: string; readonly yes: readonly Effect[] }
  | { readonly layer: "paste"; readonly text: string }
  /** `wrong`: so many were not it. */
  | { readonly layer: "unlock"; readonly editor: Editor; readonly wrong: number }
  /** Another passphrase: what is asked for now, and what was typed before it. */
  | {
      readonly layer: "passphrase";
      readonly asks: "before" | "next" | "again";
      readonly editor: Editor;
      readonly before: string;
      readonly next: string;
    };

export type Effect = Wanted & {
  /** The line that asked for it, and where: it is there again if this cannot be done. */
  readonly typed?: { readonly text: string; readonly conversation: string };
};

type Wanted =
  | { readonly effect: "do"; readonly intent: Intent }
  /** `verb`: the command as it was typed. */
  | { readonly effect: "ask"; readonly command: Command; readonly verb: string | undefined }
  | { readonly effect: "person"; readonly user: string }
  | { readonly effect: "outward"; readonly what: Outward }
  | { readonly effect: "picture"; readonly message: MessageId }
  /** A conversation as a file to keep. */
  | { readonly effect: "export"; readonly wish: Exporting }
  /** What is in a folder, to complete a path. */
  | { readonly effect: "paths"; readonly path: TypedPath; readonly by: 1 | -1 }
  | { readonly effect: "redraw" }
  | { readonly effect: "suspend" }
  | { readonly effect: "quit" };

export interface Exporting {
  readonly to: string;
  readonly format: ExportFormat;
  readonly path: string;
}

export interface Step {
  readonly ui: Ui;
  readonly effects: readonly Effect[];
}

/** What a step may look at. */
export interface Stage {
  readonly view: ScreenView;
  readonly ruler: Ruler;
  readonly bindings: Bindings;
  readonly now: number;
  /** In the language of the settings. */
  readonly say: Say;
  readonly space: Space;
  /** `~` in a path. */
  readonly homeFolder?: string | undefined;
}

/** As it was laid out last. */
export interface Space {
  readonly width: number;
  readonly height: number;
  /** Rows of the conversation. */
  readonly rows: number;
  /** Columns of what is being written. */
  readonly columns: number;
  readonly sidebar: number;
  /** Columns of the members beside the conversation. */
  readonly column: number;
  readonly rowsOf: (item: TimelineItem) => number;
  /** Which conversation of the list stands in this row of the screen; -1: none. */
  readonly listed: (y: number) => number;
  /** What lies over the conversation: how many of its rows are in sight, and the first of them at its end. */
  readonly paper: () => { readonly page: number; readonly last: number };
}

export const NONE: Layer = { layer: "none" };

export const START: Ui = {
  editor: EMPTY,
  sent: NO_SENT_LINES,
  offer: undefined,
  layer: NONE,
  scroll: END,
  saying: undefined,
  hasSidebar: undefined,
  hasColumn: undefined,
  hasArchived: false,
  isFocused: true,
  seen: { conversation: "", editing: undefined, focus: undefined, locked: false, draft: "", isFresh: false },
};

export function step(ui: Ui, ...effects: readonly Effect[]): Step {
  return { ui, effects };
}

export function wants(intent: Intent): Effect {
  return { effect: "do", intent };
}

export function asks(command: Command, verb?: string): Effect {
  return { effect: "ask", command, verb };
}

export function says(ui: Ui, text: string, hint?: string): Ui {
  return { ...ui, saying: { text, isFault: false, ...(hint === undefined ? {} : { hint }) } };
}

export function complains(ui: Ui, text: string, hint?: string): Ui {
  return { ...ui, saying: { text, isFault: true, ...(hint === undefined ? {} : { hint }) } };
}

/** In the language of the person. @throws what is no fault */
export function complainsOf(ui: Ui, error: unknown, say: Say): Ui {
  if (!(error instanceof Fault)) throw error;
  const { message, hint } = say.told(error);
  return complains(ui, message, hint);
}

export function over(ui: Ui, layer: Layer): Ui {
  return { ...ui, layer, offer: undefined };
}
