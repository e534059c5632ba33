// What the model behind has changed, as it changes what is before the person: another conversation brings its draft, a jump its place.
import type { ScreenView } from "../../../port/screens.ts";
import { EMPTY, emptied, replaced, textOf } from "../ground/editor.ts";
import { pairingOver } from "./answers.ts";
import { END, scrolledTo, scrolledToTop } from "./scrolling.ts";
import { NONE, over, type Stage, type Ui } from "./state.ts";

/** Called with every new view before it is drawn. */
export function followed(ui: Ui, stage: Stage): Ui {
  const { view } = stage;
  if (view.locked) return ui.layer.layer === "unlock" ? ui : lockedAway(ui, view);
  const open = ui.seen.locked ? { ...over(ui, NONE), seen: { ...ui.seen, locked: false } } : ui;
  return pairingOver(focused(begun(redrafted(open, stage), stage), stage), stage);
}

/** What was before the person is not kept where it could be seen. */
function lockedAway(ui: Ui, { open }: ScreenView): Ui {
  const seen = { ...ui.seen, locked: true, draft: open.composer.draft };
  return { ...over(ui, { layer: "unlock", editor: EMPTY, wrong: 0 }), saying: undefined, seen };
}

function redrafted(ui: Ui, { view, ruler }: Stage): Ui {
  const { conversation, composer } = view.open;
  const { draft, editing } = composer;
  const isElsewhere = conversation !== ui.seen.conversation;
  if (!isElsewhere && editing === ui.seen.editing) return ui;
  const seen = { ...ui.seen, conversation, editing, draft, isFresh: isElsewhere };
  const editor = draft === textOf(ui.editor) ? ui.editor : replaced(emptied(ui.editor), draft, ruler);
  if (!isElsewhere) return { ...ui, seen, editor, offer: undefined };
  const layer = ui.layer.layer === "select" ? NONE : ui.layer;
  return { ...ui, seen, editor: { ...editor, undo: [] }, offer: undefined, scroll: END, layer };
}

/** Of what is longer than the screen the first that was not read is seen first: the end would count all of it as read. */
function begun(ui: Ui, { view, space }: Stage): Ui {
  const { items, isLoading } = view.open.timeline;
  const isComing = view.link.state === "connecting" && ui.scroll.at === "end";
  if (!ui.seen.isFresh || isComing || (items.length === 0 && isLoading)) return ui;
  const seen = { ...ui.seen, isFresh: false };
  const line = items.find(({ item }) => item === "unread");
  if (line === undefined) return { ...ui, seen };
  return { ...ui, seen, scroll: scrolledToTop(line.key, { items, height: space.rows, rowsOf: space.rowsOf }) };
}

function focused(ui: Ui, { view, space }: Stage): Ui {
  const { focus, items } = view.open.timeline;
  if (focus === ui.seen.focus) return ui;
  const seen = { ...ui.seen, focus };
  if (focus === undefined) return { ...ui, seen };
  const item = items.find((one) => one.item === "message" && one.message.message === focus);
  if (item === undefined) return ui;
  const scroll = scrolledTo(item.key, { items, height: space.rows, rowsOf: space.rowsOf });
  return { ...over(ui, { layer: "select", key: item.key }), seen, scroll };
}
