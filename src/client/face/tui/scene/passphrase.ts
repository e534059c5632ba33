// The passphrase of what is kept on this device, changed: the one until now, a new one, and the same again. None of them is ever drawn.
import { checkedPassphrase } from "../../strength.ts";
import { EMPTY, textOf } from "../ground/editor.ts";
import {
  complains,
  complainsOf,
  type Layer,
  NONE,
  over,
  says,
  type Stage,
  type Step,
  step,
  type Ui,
  wants,
} from "./state.ts";

type Changing = Extract<Layer, { layer: "passphrase" }>;

const BEGUN: Omit<Changing, "asks"> = { layer: "passphrase", editor: EMPTY, before: "", next: "" };

export function changingPassphrase(ui: Ui, { view }: Pick<Stage, "view">): Step {
  return step(over(ui, { ...BEGUN, asks: view.settings.hasPassphrase ? "before" : "next" }));
}

/** Enter. An empty one leaves everything as it is. */
export function passphraseEntered(ui: Ui, layer: Changing, { say }: Stage): Step {
  const typed = textOf(layer.editor);
  const { asks, before, next } = layer;
  if (typed === "") return step(says(over(ui, NONE), say("nothing-done")));
  if (asks === "before") return step(over(ui, { ...layer, asks: "next", before: typed, editor: EMPTY }));
  if (asks === "next") return chosen(ui, { ...layer, next: typed }, say);
  if (typed !== next) return step(complains(over(ui, { ...BEGUN, asks: "next", before }), say("passphrase-differs")));
  return step(over(ui, NONE), wants({ want: "passphrase", before, next }));
}

function chosen(ui: Ui, layer: Changing, say: Stage["say"]): Step {
  try {
    checkedPassphrase(layer.next);
  } catch (error) {
    return step(complainsOf(over(ui, { ...layer, next: "", editor: EMPTY }), error, say));
  }
  return step(over(ui, { ...layer, asks: "again", editor: EMPTY }));
}
