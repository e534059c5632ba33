// What a command was answered with, as something to look at: a list of its own, a page, or a line.
import type { Command, Reply } from "../../../port/client.ts";
import type { Replies } from "../../../port/replies.ts";
import type { PersonCard, ScreenView } from "../../../port/screens.ts";
import { answerWords } from "../view/answer-words.ts";
import { tellingOf } from "../view/look.ts";
import type { Key } from "../words/en.ts";
import type { Say } from "../words/say.ts";
import { type Layer, over, says, type Ui } from "./state.ts";

/** More than one row is a page of its own. */
const PAGE_ROWS = 2;
const PAIRING_OVER: ReadonlySet<string> = new Set(["own-device-added", "pairing-false"]);
const TITLES: Readonly<Partial<Record<Command["do"], Key>>> = {
  pair: "title-pair",
  whoami: "title-whoami",
  conversations: "conversations",
  members: "title-members",
  users: "title-users",
  audit: "title-audit",
  history: "title-history",
};

export function answered(ui: Ui, { command, reply }: { command: Command; reply: Reply }, stage: Answering): Ui {
  if (command.do === "devices") return devicesShown(ui, command.user, reply as unknown as Replies["devices"]);
  const { view, now, say } = stage;
  const telling = tellingOf(view.self, view.open.conversation, now);
  const lines = answerWords(command, reply as never, { say, telling });
  if (lines.length === 0) return ui;
  if (lines.length < PAGE_ROWS) return says(ui, (lines[0] ?? "").replace(/^[* ]+/, ""));
  const layer: Layer = { layer: "answer", title: titleOf(command, say), lines, top: 0 };
  return over(ui, command.do === "pair" ? { ...layer, awaits: view.notices.at(-1)?.id ?? 0 } : layer);
}

/** What is shown, and not how it was asked for. */
function titleOf(command: Command, say: Say): string {
  if (command.do === "admin") {
    const act = String(command.request["do"]);
    return act === "invite" ? say("title-invite") : `/admin ${act}`;
  }
  const key = TITLES[command.do];
  return key === undefined ? `/${command.do}` : say(key);
}

/** The other machine is in, or somebody else came in its place: what was shown is of no use any more. */
export function pairingOver(ui: Ui, { view, say }: Pick<Answering, "view" | "say">): Ui {
  const { layer } = ui;
  if (layer.layer !== "answer" || layer.awaits === undefined) return ui;
  const { awaits, title } = layer;
  const told = view.notices.find(({ id, code }) => id > awaits && PAIRING_OVER.has(code));
  if (told === undefined) return ui;
  const { device = "" } = told.values ?? {};
  const { message, hint } = say.told(told);
  const lines =
    told.code === "own-device-added" ? [say("pair-done", { device }), say("pair-done-hint")] : [message, hint ?? ""];
  return over(ui, { layer: "answer", title, lines, top: 0 });
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
