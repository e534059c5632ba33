// What the model did not do, as it changes what is before the person.
import { Fault } from "../../../../model/fault.ts";
import type { Intent } from "../../../port/screens.ts";
import { replaced } from "../ground/editor.ts";
import type { Ruler } from "../ground/text.ts";
import { over, type Ui } from "./state.ts";

export function undone(ui: Ui, { intent, error }: { intent: Intent; error: unknown }, ruler: Ruler): Ui {
  if (intent.want === "submit") return unsent(ui, intent.text, ruler);
  const isWrong = error instanceof Fault && error.code === "wrong-passphrase";
  const { layer } = ui;
  return isWrong && layer.layer === "unlock" ? over(ui, { ...layer, wrong: layer.wrong + 1 }) : ui;
}

/** There again, to be put right. Unless something else is being written by now: then it is among the lines sent before. */
function unsent(ui: Ui, text: string, ruler: Ruler): Ui {
  return ui.editor.clusters.length > 0 ? ui : { ...ui, editor: replaced(ui.editor, text, ruler) };
}
