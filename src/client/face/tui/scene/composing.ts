// What is being written, and what becomes of it: strokes, lines sent before, completion, pastes, sending.
import { checkText } from "../../../app/payload/text.ts";
import { type Editor, emptied, inserted, lineEnds, replaced, type Stroke, struck, textOf } from "../ground/editor.ts";
import type { ComposerView } from "../../../port/screens.ts";
import type { Ruler } from "../ground/text.ts";
import { rowMoved } from "../ground/editor-rows.ts";
import { sentLine, withSent } from "../../sent-lines.ts";
import type { Say } from "../words/say.ts";
import { act } from "./actions.ts";
import type { ActionName } from "./bindings.ts";
import { commanded } from "./commands.ts";
import { withEmoji } from "../../emoji-names.ts";
import { offerFor } from "./completion.ts";
import { END } from "./scrolling.ts";
import { selectedLast } from "./selecting.ts";
import { type InFolder, pathOffer, typedPath } from "./paths.ts";
import {
  complains,
  complainsOf,
  type Effect,
  type Offer,
  over,
  type Stage,
  type Step,
  step,
  type Ui,
  wants,
} from "./state.ts";

/** Of one line: it may be a file's content, and not what was meant. */
const LONG_CHARS = 2_000;
/** A file that was dropped on the terminal: its absolute path, as terminals write it. */
const DROPPED = /^(?:'\/[^'\n]+'|"\/[^"\n]+"|file:\/\/\/\S+|\/(?:\\.|[^\s\\/])+\/(?:\\.|[^\s\\])+) ?$/u;

export function stroked(ui: Ui, stroke: Stroke): Step {
  return written(ui, struck(ui.editor, stroke));
}

export function typed(ui: Ui, text: string, { ruler, say }: Stage): Step {
  const editor = inserted(ui.editor, text, ruler);
  if (editor === ui.editor && text !== "") return step(overfull(ui, text, say));
  return written(ui, editor);
}

/** More than a message can hold: how much it would be, and the most. */
function overfull(ui: Ui, text: string, say: Stage["say"]): Ui {
  try {
    checkText(`${textOf(ui.editor)}${lineEnds(text)}`);
    return ui;
  } catch (error) {
    return complainsOf(ui, error, say);
  }
}

/** Several lines ask first: a paste could be a long text, or not what was meant. */
export function pasted(ui: Ui, text: string, stage: Stage): Step {
  const line = text.replace(/[\r\n]+$/, "");
  if (/[\r\n]/.test(line) || line.length > LONG_CHARS) return step(over(ui, { layer: "paste", text: line }));
  if (ui.editor.clusters.length === 0 && DROPPED.test(line)) return typed(ui, `/file ${pathIn(line)} `, stage);
  return typed(ui, line, stage);
}

function pathIn(dropped: string): string {
  if (!dropped.startsWith("file://")) return dropped.trim();
  try {
    return `"${decodeURIComponent(dropped.trim().slice("file://".length))}"`;
  } catch {
    return dropped.trim();
  }
}

/** Undefined: the action is not one of writing. */
export function wrote(ui: Ui, name: ActionName, stage: Stage): Step | undefined {
  switch (name) {
    case "submit":
      return submitted(ui, stage);
    case "new-line":
      return typed(ui, "\n", stage);
    case "complete":
      return completed(ui, stage, 1);
    case "complete-back":
      return completed(ui, stage, -1);
    case "up":
      return rowed(ui, stage, -1);
    case "down":
      return rowed(ui, stage, 1);
    case "recall":
      return recalled(ui, stage, -1);
    case "recall-next":
      return recalled(ui, stage, 1);
    case "select-or-previous":
      return ui.editor.clusters.length === 0 ? step(selectedLast(ui, stage)) : act(ui, "previous", stage);
    case "delete-or-quit":
      return ui.editor.clusters.length === 0 ? act(ui, "clear-or-quit", stage) : stroked(ui, "delete");
    default:
      return undefined;
  }
}

/** The draft is the model's, so that it outlives this program. */
function written(ui: Ui, editor: Editor): Step {
  const text = textOf(editor);
  const next = { ...ui, editor, offer: undefined };
  if (text === textOf(ui.editor)) return step(next);
  return step({ ...next, seen: { ...ui.seen, draft: text } }, wants({ want: "draft", text }));
}

function submitted(ui: Ui, stage: Stage): Step {
  const text = textOf(ui.editor);
  const { composer } = stage.view.open;
  if (text.trim() === "") return step({ ...ui, offer: undefined });
  const isEdit = composer.editing !== undefined;
  const isCommand = text.startsWith("/") && !text.startsWith("//") && !isEdit;
  const sent = withSent(ui.sent, text);
  const clean = { ...ui, editor: emptied(ui.editor), sent, offer: undefined, seen: { ...ui.seen, draft: "" } };
  if (isCommand) {
    const done = commanded(clean, text, stage);
    // What could not be understood can be put right.
    if (done.ui.saying?.isFault === true) return step({ ...done.ui, editor: ui.editor }, ...done.effects);
    const line = { text, conversation: stage.view.open.conversation };
    const effects = done.effects.map((effect) => ({ ...effect, typed: line }));
    return step(done.ui, wants({ want: "draft", text: "" }), ...effects);
  }
  const closed = closedWords(composer, stage.say);
  if (closed !== undefined) return step(complains(ui, closed));
  const said = text.startsWith("//") && !isEdit ? text.slice(1) : text;
  return step({ ...clean, scroll: END }, wants({ want: "submit", text: withEmoji(said) }));
}

function completed(ui: Ui, { view, ruler }: Stage, by: 1 | -1): Step {
  const path = ui.offer === undefined ? typedPath(ui.editor) : undefined;
  if (path !== undefined) return step(ui, { effect: "paths", path, by });
  const offer = ui.offer ?? offerFor(ui.editor, view);
  return offer === undefined ? step(ui) : chosen(ui, offer, { ruler, by });
}

/** What was asked of a folder is there. */
export function pathsFound(
  ui: Ui,
  { path, by }: Extract<Effect, { effect: "paths" }>,
  { found, ruler }: { found: readonly InFolder[]; ruler: Ruler },
): Step {
  const offer = ui.layer.layer === "none" ? pathOffer(path, found, ui.editor) : undefined;
  return offer === undefined ? step(ui) : chosen(ui, offer, { ruler, by });
}

function chosen(ui: Ui, offer: Offer, { ruler, by }: { ruler: Ruler; by: 1 | -1 }): Step {
  const { choices, from } = offer;
  const at = offer.at < 0 && by < 0 ? choices.length - 1 : (offer.at + by + choices.length) % choices.length;
  const { editor } = ui;
  const text = choices[at]?.text ?? "";
  const before = replaced(editor, `${editor.clusters.slice(0, from).join("")}${text}`, ruler);
  const next = { ...before, clusters: [...before.clusters, ...editor.clusters.slice(editor.at)] };
  const done = written(ui, next);
  return step({ ...done.ui, offer: choices.length === 1 ? undefined : { choices, from, at } }, ...done.effects);
}

/** Within what is being written; above its first row, what was sent before; in an empty one, the last of one's own. */
function rowed(ui: Ui, stage: Stage, by: 1 | -1): Step {
  const { ruler, space, view } = stage;
  const moved = rowMoved(ui.editor, by, { columns: space.columns, ruler });
  if (moved !== undefined) return step({ ...ui, editor: moved, offer: undefined });
  const isEmpty = ui.editor.clusters.length === 0;
  if (by < 0 && isEmpty && view.open.composer.editing === undefined && ui.sent.at === ui.sent.lines.length)
    return step(ui, wants({ want: "edit-last" }));
  return recalled(ui, stage, by);
}

function recalled(ui: Ui, { ruler }: Stage, by: 1 | -1): Step {
  const found = sentLine(ui.sent, by, textOf(ui.editor));
  if (found === undefined) return step(ui);
  return written({ ...ui, sent: found.sent }, replaced(ui.editor, found.text, ruler));
}

/** Why nothing can be written; undefined: it can. */
export function closedWords({ closed, putOut }: ComposerView, say: Say): string | undefined {
  if (closed === undefined) return undefined;
  return say(putOut === undefined ? `closed-${closed}` : "closed-put-out");
}
