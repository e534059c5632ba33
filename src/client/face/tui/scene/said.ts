// What comes from the keyboard, as a step: first to what lies over the conversation, then to what is being written, then to the rest.
import type { Chord, Said } from "../ground/sequences.ts";
import { inserted, type Stroke, struck } from "../ground/editor.ts";
import { act, opened, shownRows, wheeled } from "./actions.ts";
import { type ActionName, type Bound, isStroke } from "./bindings.ts";
import { pasted, stroked, typed, wrote } from "./composing.ts";
import { entered, escaped, lettered, movedIn, turnedSetting, typedInto } from "./lists.ts";
import { selectedBeside, withSelected } from "./selecting.ts";
import { complainsOf, over, says, type Stage, type Step, step, type Ui } from "./state.ts";

const WHEEL_UP = 64;
const WHEEL_DOWN = 65;

/** These work wherever one is, but on the lock screen. */
const EVERYWHERE: ReadonlySet<Bound> = new Set<Bound>(["redraw", "quit", "suspend", "lock"]);

/** Nothing that is typed or chosen ends this face by a fault: it is said, and all stays as it is. @throws what is no fault */
export function heard(before: Ui, said: Said, stage: Stage): Step {
  try {
    return taken(before, said, stage);
  } catch (error) {
    return step(complainsOf(before, error, stage.say));
  }
}

function taken(before: Ui, said: Said, stage: Stage): Step {
  const isInput = said.said === "key" || said.said === "text" || said.said === "paste";
  // What was said stands until the next key; "press it again" must be seen by that key.
  const ui = isInput && !isLeaving(said, stage) ? { ...before, saying: undefined } : before;
  switch (said.said) {
    case "key":
      return keyed(ui, said.chord, stage);
    case "text":
      return texted(ui, said.text, stage);
    case "paste":
      return pastedInto(ui, said.text, stage);
    case "mouse":
      return clicked(ui, said, stage);
    case "focus":
      return step({ ...ui, isFocused: said.on });
    case "cursor":
    case "background":
    case "attributes":
    case "cell":
    case "graphics":
      return step(ui);
  }
}

function isLeaving(said: Said, { bindings }: Stage): boolean {
  if (said.said !== "key") return false;
  const bound = bindings.get(said.chord);
  return bound === "clear-or-quit" || bound === "delete-or-quit";
}

function keyed(ui: Ui, chord: Chord, stage: Stage): Step {
  const bound = stage.bindings.get(chord);
  if (ui.layer.layer === "unlock") return unlockKeyed(ui, chord, { bound, stage });
  if (bound !== undefined && EVERYWHERE.has(bound) && !isStroke(bound)) return act(ui, bound, stage);
  if (ui.layer.layer !== "none") return layerKeyed(ui, chord, { bound, stage });
  if (bound === undefined) return unbound(ui, chord, stage);
  return isStroke(bound) ? stroked(ui, bound) : acted(ui, bound, stage);
}

/** Esc and then quickly a letter is the same to a terminal as both at once: the letter was meant, a command's slash above all. */
function unbound(ui: Ui, chord: Chord, stage: Stage): Step {
  const letter = /^alt\+(.)$/su.exec(chord)?.[1];
  return letter === undefined ? step(ui) : texted(ui, letter, stage);
}

function acted(ui: Ui, name: ActionName, stage: Stage): Step {
  return wrote(ui, name, stage) ?? act(ui, name, stage);
}

interface Pressed {
  readonly bound: Bound | undefined;
  readonly stage: Stage;
}

function unlockKeyed(ui: Ui, chord: Chord, { bound, stage }: Pressed): Step {
  if (bound === "quit" || bound === "clear-or-quit") return step(ui, { effect: "quit" });
  if (bound === "redraw") return step(ui, { effect: "redraw" });
  if (chord === "enter") return entered(ui, stage);
  return bound !== undefined && isStroke(bound) ? strokedInto(ui, bound) : step(ui);
}

function layerKeyed(ui: Ui, chord: Chord, { bound, stage }: Pressed): Step {
  const { layer } = ui;
  if (bound === "dismiss" || bound === "clear-or-quit") return escaped(ui);
  if (layer.layer === "select") return selectKeyed(ui, chord, { bound, stage });
  if (chord === "enter") return entered(ui, stage);
  if (layer.layer === "settings" && (chord === "left" || chord === "right"))
    return turnedSetting(ui, layer, { stage, by: chord === "left" ? -1 : 1 });
  const moved = movedIn(ui, chord, stage);
  if (moved !== undefined) return step(moved);
  if (bound !== undefined && isStroke(bound)) return strokedInto(ui, bound);
  // Another thing over the conversation takes the place of this one.
  return bound === undefined || bound.startsWith("go-") ? step(ui) : act(ui, bound, stage);
}

function selectKeyed(ui: Ui, chord: Chord, { bound, stage }: Pressed): Step {
  const { layer } = ui;
  if (layer.layer !== "select") return step(ui);
  if (chord === "up" || chord === "alt+up") return selectedBeside(ui, layer, { by: -1, stage });
  if (chord === "down" || chord === "alt+down") return selectedBeside(ui, layer, { by: 1, stage });
  if (chord === "enter") return withSelected(ui, layer, { key: "r", stage }) ?? step(ui);
  if (chord === "delete") return withSelected(ui, layer, { key: "d", stage }) ?? step(ui);
  return bound === undefined || isStroke(bound) ? step(ui) : act(ui, bound, stage);
}

function strokedInto(ui: Ui, stroke: Stroke): Step {
  return step(typedInto(ui, (editor) => struck(editor, stroke)) ?? ui);
}

function texted(ui: Ui, text: string, stage: Stage): Step {
  const { layer } = ui;
  if (layer.layer === "none") return typed(ui, text, stage);
  const into = typedInto(ui, (editor) => inserted(editor, text, stage.ruler));
  if (into !== undefined) return step(into);
  // Letters typed at once, one after the other, mean nothing here: only one is an answer.
  const meant = layer.layer === "select" ? withSelected(ui, layer, { key: text, stage }) : lettered(ui, text, stage);
  return meant ?? step(says(ui, stage.say("select-out")));
}

/** A paste answers no question, and chooses nothing. */
function pastedInto(ui: Ui, text: string, stage: Stage): Step {
  const { layer } = ui;
  if (layer.layer === "none") return pasted(ui, text, stage);
  if (layer.layer === "paste") return step(over(ui, { layer: "paste", text: `${layer.text}${text}` }));
  const line = text.replaceAll(/[\r\n]+/g, " ").trim();
  return step(typedInto(ui, (editor) => inserted(editor, line, stage.ruler)) ?? ui);
}

function clicked(ui: Ui, { button, x, y, up }: Extract<Said, { said: "mouse" }>, stage: Stage): Step {
  if (ui.layer.layer === "unlock" || stage.view.locked) return step(ui);
  if (button === WHEEL_UP || button === WHEEL_DOWN) return wheeled(ui, stage, button === WHEEL_UP ? 1 : -1);
  const isList = button === 0 && !up && x < stage.space.sidebar && ui.layer.layer === "none";
  return isList ? opened(ui, shownRows(ui, stage)[stage.space.listed(y)]) : step(ui);
}
