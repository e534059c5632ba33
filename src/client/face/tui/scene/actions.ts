// What the keys do that are bound to more than writing. Each is a command of the same name, too.
import type { ConversationRow } from "../../../port/screens.ts";
import { COLUMN_LEAST } from "../ground/breadths.ts";
import { EMPTY, emptied, replaced, textOf } from "../ground/editor.ts";
import type { ActionName } from "./bindings.ts";
import { withdrawn } from "./own-commands.ts";
import { END, type Scroll, scrolledBy, scrolledTo } from "./scrolling.ts";
import { searching } from "./searching.ts";
import { selectedLast } from "./selecting.ts";
import { asks, NONE, over, says, type Stage, type Step, step, type Ui, wants } from "./state.ts";

type Acts = (ui: Ui, stage: Stage) => Step;

const WHEEL_ROWS = 3;

const ACTIONS: Readonly<Partial<Record<ActionName, Acts>>> = {
  previous: (ui, stage) => beside(ui, stage, -1),
  next: (ui, stage) => beside(ui, stage, 1),
  activity: (ui) => step(ui, wants({ want: "next-activity" })),
  switch: (ui) => step(over(ui, { layer: "switcher", editor: EMPTY, at: 0 })),
  search: (ui, { view, ruler }) => step(searching(ui, view.search?.query ?? "", ruler)),
  help: (ui) => step(over(ui, { layer: "help", top: 0, about: "" })),
  redraw: (ui) => step(ui, { effect: "redraw" }),
  "page-up": (ui, stage) => scrolled(ui, stage, stage.space.rows - 1),
  "page-down": (ui, stage) => scrolled(ui, stage, 1 - stage.space.rows),
  "scroll-up": (ui, stage) => scrolled(ui, stage, 1),
  "scroll-down": (ui, stage) => scrolled(ui, stage, -1),
  "first-unread": (ui, stage) => firstUnread(ui, stage),
  end: (ui, { view }) =>
    view.open.timeline.hasNewer ? step({ ...ui, scroll: END }, wants({ want: "end" })) : step({ ...ui, scroll: END }),
  select: (ui, stage) => step(selectedLast(ui, stage)),
  dismiss: dismissed,
  quit: (ui) => step(ui, { effect: "quit" }),
  "clear-or-quit": (ui, { ruler, say }) =>
    textOf(ui.editor) === ""
      ? leaving(ui, say)
      : step({ ...ui, editor: replaced(ui.editor, "", ruler), offer: undefined }),
  suspend: (ui) => step(ui, { effect: "suspend" }),
  sidebar: (ui, { space }) => step({ ...ui, hasSidebar: space.sidebar === 0 }),
  members: (ui) => step(over(ui, { layer: "members", at: 0 })),
  column: columned,
  devices: (ui) => step(ui, asks({ do: "devices" }, "devices")),
  settings: (ui) => step(over(ui, { layer: "settings", at: 0 })),
  lock: (ui, { view, say }) =>
    view.settings.hasPassphrase
      ? step(ui, wants({ want: "lock" }))
      : step(says(ui, say("no-lock"), say("no-lock-hint"))),
};

export function act(ui: Ui, name: ActionName, stage: Stage): Step {
  const nth = /^go-(\d)$/.exec(name)?.[1];
  if (nth !== undefined) return opened(ui, shownRows(ui, stage)[Number(nth) - 1]);
  return ACTIONS[name]?.(ui, stage) ?? step(ui);
}

/** By the wheel of a mouse. */
export function wheeled(ui: Ui, stage: Stage, way: 1 | -1): Step {
  return scrolled(ui, stage, way * WHEEL_ROWS);
}

/** Conversations as they stand in the list. */
export function shownRows(
  { hasArchived }: Pick<Ui, "hasArchived">,
  { view }: Pick<Stage, "view">,
): readonly ConversationRow[] {
  return hasArchived ? view.conversations : view.conversations.filter(({ archived }) => !archived);
}

export function opened(ui: Ui, row: ConversationRow | undefined): Step {
  if (row === undefined) return step(ui);
  return step(over(ui, NONE), wants({ want: "open", conversation: row.conversation }));
}

function beside(ui: Ui, stage: Stage, by: 1 | -1): Step {
  const rows = shownRows(ui, stage);
  const at = rows.findIndex(({ conversation }) => conversation === stage.view.open.conversation);
  return opened(ui, rows[(at + by + rows.length) % Math.max(1, rows.length)]);
}

/** What is older or newer than what is here is asked for when its edge comes into sight. */
function scrolled(ui: Ui, stage: Stage, rows: number): Step {
  const { timeline } = stage.view.open;
  const space = { items: timeline.items, height: stage.space.rows, rowsOf: stage.space.rowsOf };
  const scroll = scrolledBy(ui.scroll, rows, space);
  const isStill = isSame(scroll, scrolledBy(scroll, 1, space));
  return step(
    { ...ui, scroll },
    ...(rows > 0 && isStill && timeline.hasOlder && !timeline.isLoading ? [wants({ want: "older" })] : []),
    ...(scroll.at === "end" && timeline.hasNewer && !timeline.isLoading ? [wants({ want: "newer" })] : []),
  );
}

function isSame(one: Scroll, other: Scroll): boolean {
  return one.at === "item" && other.at === "item" ? one.key === other.key && one.up === other.up : one.at === other.at;
}

function firstUnread(ui: Ui, { view, space }: Stage): Step {
  const { items } = view.open.timeline;
  const line = items.find(({ item }) => item === "unread");
  if (line === undefined) return step(ui, wants({ want: "first-unread" }));
  return step({ ...ui, scroll: scrolledTo(line.key, { items, height: space.rows, rowsOf: space.rowsOf }) });
}

function leaving(ui: Ui, say: Stage["say"]): Step {
  const text = say("leave-again");
  return ui.saying?.text === text ? step(ui, { effect: "quit" }) : step(says(ui, text));
}

/** Remembered as long as this runs. */
function columned(ui: Ui, { space, say }: Stage): Step {
  if (space.column > 0) return step({ ...ui, hasColumn: false });
  if (space.width < COLUMN_LEAST)
    return step(says({ ...ui, hasColumn: true }, say("column-narrow", { n: COLUMN_LEAST }), say("column-narrow-hint")));
  return step({ ...ui, hasColumn: true });
}

/** One thing after the other: what was said, what is answered or edited, notices; then all of it is read. */
function dismissed(ui: Ui, { view }: Stage): Step {
  if (ui.offer !== undefined) return step({ ...ui, offer: undefined });
  const back = withdrawn(view);
  if (back.length > 0) return step({ ...ui, editor: emptied(ui.editor) }, ...back);
  const notice = view.notices.at(-1);
  if (notice !== undefined) return step(ui, wants({ want: "dismiss", notice: notice.id }));
  return step({ ...ui, scroll: END }, wants({ want: "mark-read" }));
}
