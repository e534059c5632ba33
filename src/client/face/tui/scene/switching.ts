// The switcher: conversations by a few letters of their names, the best first.
import type { ConversationRow, ScreenView } from "../../../port/screens.ts";
import { textOf } from "../ground/editor.ts";
import { opened } from "./actions.ts";
import { type Layer, NONE, over, type Step, step, type Ui, wants } from "./state.ts";

type Switching = Extract<Layer, { layer: "switcher" }>;

const USER = /^@[a-z0-9][a-z0-9._-]{0,31}$/;

/** Without letters: what has news first, then as in the list. */
export function matching({ editor }: Pick<Switching, "editor">, view: ScreenView): readonly ConversationRow[] {
  const typed = textOf(editor).trim().toLowerCase();
  const scored = view.conversations.map((row, at) => ({ row, at, score: scoreOf(row, typed) }));
  return scored
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => (b.score === a.score ? a.at - b.at : b.score - a.score))
    .map(({ row }) => row);
}

export function switched(ui: Ui, layer: Switching, view: ScreenView): Step {
  const row = matching(layer, view)[layer.at];
  const typed = textOf(layer.editor).trim().toLowerCase();
  if (row !== undefined) return opened(ui, row);
  // Somebody to whom nothing was said yet.
  return USER.test(typed) ? step(over(ui, NONE), wants({ want: "open", conversation: typed })) : step(ui);
}

/** 0: it does not have these letters in this order. */
function scoreOf({ title, conversation, unread, mentions }: ConversationRow, typed: string): number {
  if (typed === "") return mentions > 0 ? 3 : unread > 0 ? 2 : 1;
  const bare = typed.replace(/^[#@]/, "");
  const best = [title, conversation].map((name) => scoreName(name.toLowerCase().replace(/^[#@]/, ""), bare));
  return Math.max(...best);
}

function scoreName(name: string, typed: string): number {
  if (name === typed) return 4;
  if (name.startsWith(typed)) return 3;
  if (name.includes(typed)) return 2;
  let at = -1;
  for (const letter of typed) {
    at = name.indexOf(letter, at + 1);
    if (at < 0) return 0;
  }
  return 1;
}
