// Search everywhere: what is looked for, what was found, and the way there.
import type { ScreenView } from "../../../port/screens.ts";
import { EMPTY, replaced, textOf } from "../ground/editor.ts";
import type { Ruler } from "../ground/text.ts";
import { type Layer, NONE, over, type Step, step, type Ui, wants } from "./state.ts";

type Searching = Extract<Layer, { layer: "search" }>;

export function searching(ui: Ui, query: string, ruler: Ruler): Ui {
  return over(ui, { layer: "search", editor: replaced(EMPTY, query, ruler), at: 0 });
}

/** Looks for what is typed; if that was found already, goes to the one that is chosen. */
export function searched(ui: Ui, { editor, at }: Searching, { search }: ScreenView): Step {
  const query = textOf(editor).trim();
  if (query === "") return step(ui);
  if (search?.query !== query) return step(ui, wants({ want: "search", query }));
  const found = search.results[at];
  if (found === undefined) return step(ui);
  const { conversation, message, seq } = found;
  return step(jumping(over(ui, NONE)), wants({ want: "jump", conversation, message, seq }), notSearching);
}

/** Also where one has been before. */
export function jumping(ui: Ui): Ui {
  return { ...ui, seen: { ...ui.seen, focus: undefined } };
}

export function unsearched(ui: Ui): Step {
  return step(over(ui, NONE), notSearching);
}

const notSearching = wants({ want: "search", query: undefined });
