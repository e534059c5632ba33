// One message of the conversation is chosen, and a key does something with it.
import { Fault } from "../../../../model/fault.ts";
import type { ScreenView, TimelineMessage } from "../../../port/screens.ts";
import { EMPTY } from "../ground/editor.ts";
import { LOBBY } from "../../lines/scene.ts";
import type { Key } from "../words/en.ts";
import { looking, mayBePicture } from "./looking.ts";
import { personOf } from "./own-commands.ts";
import { shownWhole } from "./scrolling.ts";
import { jumping } from "./searching.ts";
import { asks, complains, type Layer, NONE, over, says, type Stage, type Step, step, type Ui, wants } from "./state.ts";

type Selecting = Extract<Layer, { layer: "select" }>;

/** The newest one that is on the screen. */
export function selectedLast(ui: Ui, stage: Stage): Ui {
  const { items } = stage.view.open.timeline;
  const from = ui.scroll.at === "item" ? ui.scroll.key : undefined;
  const end = from === undefined ? items.length - 1 : items.findLastIndex(({ key }) => key === from);
  const key = items.slice(0, end + 1).findLast(({ item }) => item === "message")?.key;
  return key === undefined ? says(ui, stage.say("none-to-select")) : selected(ui, key, stage);
}

/** The one above, or below; below the last one it is over. */
export function selectedBeside(ui: Ui, { key }: Selecting, { by, stage }: { by: 1 | -1; stage: Stage }): Step {
  const messages = stage.view.open.timeline.items.filter(({ item }) => item === "message");
  const at = messages.findIndex((item) => item.key === key);
  const next = messages[at + by];
  if (next !== undefined) return step(selected(ui, next.key, stage));
  if (by > 0) return step(over(ui, NONE));
  return stage.view.open.timeline.hasOlder ? step(ui, wants({ want: "older" })) : step(ui);
}

function selected(ui: Ui, key: string, { view, space }: Stage): Ui {
  const { items } = view.open.timeline;
  const scroll = shownWhole(ui.scroll, key, { items, height: space.rows, rowsOf: space.rowsOf });
  return { ...over(ui, { layer: "select", key }), scroll };
}

export function selectedMessage({ key }: Selecting, { open }: ScreenView): TimelineMessage | undefined {
  const item = open.timeline.items.find((one) => one.key === key);
  return item?.item === "message" ? item.message : undefined;
}

/** What stands below while one is chosen. */
export function selectKeys(message: TimelineMessage): readonly (readonly [key: string, does: Key])[] {
  const { mine, file, state, replyTo, seq } = message;
  return [
    ["r", "select-reply"],
    ["+", "select-react"],
    ...(mine
      ? ([
          ["e", "select-edit"],
          ["d", "select-delete"],
        ] as const)
      : []),
    ["c", "select-copy"],
    ...(file === undefined ? [] : ([["s", "select-save"]] as const)),
    ...(mayBePicture(message) ? ([["o", "select-look"]] as const) : []),
    ...(state === "failed"
      ? ([
          ["t", "select-again"],
          ["x", "select-give-up"],
        ] as const)
      : []),
    ...(replyTo === undefined ? [] : ([["g", "select-origin"]] as const)),
    ["u", "select-unread"],
    // Of what this device has written: who has read it.
    ...(mine && seq === undefined ? [] : ([["v", "select-who"]] as const)),
    ["Esc", "select-back"],
  ];
}

/** Undefined: the key means nothing here. */
export function withSelected(
  ui: Ui,
  layer: Selecting,
  { key, stage }: { key: string; stage: Stage },
): Step | undefined {
  const message = selectedMessage(layer, stage.view);
  if (message === undefined) return step(over(ui, NONE));
  const back = over(ui, NONE);
  const id = message.message;
  const { say } = stage;
  switch (key) {
    case "r":
      return step(back, wants({ want: "reply", message: id }));
    case "+":
      return step(over(ui, { layer: "react", message: id, editor: EMPTY, at: 0 }));
    case "c":
      return step(says(back, say("copied")), { effect: "outward", what: { out: "copy", text: message.text } });
    case "u":
      return step(back, wants({ want: "mark-unread", message: id }));
    case "v":
      return message.state === undefined ? personOf(ui, message.from.user) : step(says(ui, readersOf(message, stage)));
    case "e":
      return message.mine ? step(back, wants({ want: "edit", message: id })) : step(says(ui, say("not-yours")));
    case "d":
      return message.mine ? step(deleting(ui, message, stage)) : step(says(ui, say("not-yours")));
    case "s":
      return message.file === undefined ? step(says(ui, say("no-file"))) : step(back, saving(message));
    case "o":
      return lookedOr(back, message, stage);
    case "t":
      return message.state === "failed" ? step(back, wants({ want: "retry", message: id })) : undefined;
    case "x":
      return message.state === "failed" ? step(back, wants({ want: "discard", message: id })) : undefined;
    case "g":
      return answered(back, message, stage);
    default:
      return undefined;
  }
}

/** docs/lines.md: never in the lobby. */
function readersOf({ readBy = [] }: TimelineMessage, { view, say }: Stage): string {
  if (view.open.conversation === LOBBY) return say("readers-lobby");
  return readBy.length === 0
    ? say("readers-none")
    : say("readers", { names: readBy.map((user) => `@${user}`).join(", ") });
}

function lookedOr(ui: Ui, message: TimelineMessage, stage: Stage): Step {
  try {
    return looking(ui, message, stage);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { message: text, hint } = stage.say.told(error);
    return step(complains(ui, text, hint));
  }
}

function deleting(ui: Ui, { message }: TimelineMessage, { view, say }: Stage): Ui {
  const to = view.open.conversation;
  const yes = [asks({ do: "delete", to, message }, "delete")];
  return over(ui, { layer: "confirm", question: say("delete-sure"), yes });
}

function saving({ message }: TimelineMessage): ReturnType<typeof asks> {
  return asks({ do: "save", message, path: ".", replace: false }, "save");
}

function answered(ui: Ui, { replyTo }: TimelineMessage, { view, space }: Stage): Step | undefined {
  if (replyTo === undefined) return undefined;
  const { items } = view.open.timeline;
  const item = items.find((one) => one.item === "message" && one.message.message === replyTo);
  if (item === undefined)
    return step(jumping(ui), wants({ want: "jump", conversation: view.open.conversation, message: replyTo }));
  const scroll = shownWhole(ui.scroll, item.key, { items, height: space.rows, rowsOf: space.rowsOf });
  return step({ ...over(ui, { layer: "select", key: item.key }), scroll });
}
