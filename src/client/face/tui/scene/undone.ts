// What was not done, as it changes what is before the person.
import { Fault } from "../../../../model/fault.ts";
import { replaced } from "../ground/editor.ts";
import type { Ruler } from "../ground/text.ts";
import { type Effect, over, type Ui } from "./state.ts";

export function undone(ui: Ui, { effect, error }: { effect: Effect; error: unknown }, ruler: Ruler): Ui {
  const code = error instanceof Fault ? error.code : "";
  // Whoever gave a file up does not want it again.
  if (code === "transfer-cancelled") return ui;
  if (effect.effect === "do" && effect.intent.want === "submit") return unsent(ui, effect.intent.text, ruler);
  // Of a picture that cannot be shown nothing can be put right.
  const typed = effect.effect === "picture" ? undefined : effect.typed;
  if (typed !== undefined && typed.conversation === ui.seen.conversation) return unsent(ui, typed.text, ruler);
  const { layer } = ui;
  return code === "wrong-passphrase" && layer.layer === "unlock" ? over(ui, { ...layer, wrong: layer.wrong + 1 }) : ui;
}

/** There again, to be put right. Unless something else is being written by now: then it is among the lines sent before. */
function unsent(ui: Ui, text: string, ruler: Ruler): Ui {
  return ui.editor.clusters.length > 0 ? ui : { ...ui, editor: replaced(ui.editor, text, ruler) };
}
