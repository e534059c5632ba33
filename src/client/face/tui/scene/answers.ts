// What a command was answered with, as something to look at: a list of its own, a page, or a line.
import type { Command, Reply } from "../../../port/client.ts";
import type { Replies } from "../../../port/replies.ts";
import type { PersonCard, ScreenView } from "../../../port/screens.ts";
import { answerWords } from "../view/answer-words.ts";
import { tellingOf } from "../view/look.ts";
import type { Say } from "../words/say.ts";
import { type Layer, over, says, type Ui } from "./state.ts";

/** More than one row is a page of its own. */
const PAGE_ROWS = 2;

export function answered(ui: Ui, { command, reply }: { command: Command; reply: Reply }, stage: Answering): Ui {
  if (command.do === "devices") return devicesShown(ui, command.user, reply as unknown as Replies["devices"]);
  const { view, now, say } = stage;
  const telling = tellingOf(view.self, view.open.conversation, now);
  const lines = answerWords(command, reply as never, { say, telling });
  if (lines.length === 0) return ui;
  if (lines.length < PAGE_ROWS) return says(ui, (lines[0] ?? "").replace(/^[* ]+/, ""));
  const layer: Layer = { layer: "answer", title: `/${command.do}`, lines, top: 0 };
  return over(ui, layer);
}

export interface Answering {
  readonly view: ScreenView;
  readonly now: number;
  readonly say: Say;
}

function devicesShown(ui: Ui, user: string | undefined, { devices }: Replies["devices"]): Ui {
  return over(ui, { layer: "devices", user, devices, at: 0 });
}

/** Whoever looks at another thing by now is not disturbed. */
export function personShown(ui: Ui, card: PersonCard): Ui {
  const { layer } = ui;
  return layer.layer === "person" && layer.user === card.user ? over(ui, { ...layer, card }) : ui;
}
