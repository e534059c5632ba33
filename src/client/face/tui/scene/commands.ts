// A line that begins with a slash: of this face, of a key, or of the lines.
import { Fault, reason } from "../../../../model/fault.ts";
import { commandOf, type PlainCommand } from "../../lines/plain-commands.ts";
import { placeOf } from "../../lines/verbs.ts";
import { usageIn } from "../words/verb-words.ts";
import { act } from "./actions.ts";
import { commandHelp } from "./command-help.ts";
import { isActionName } from "./command-names.ts";
import { commandFor } from "./meaning.ts";
import { ownCommand, personOf } from "./own-commands.ts";
import { searching } from "./searching.ts";
import { asks, complainsOf, type Effect, over, type Stage, type Step, step, type Ui, wants } from "./state.ts";

/** `line` begins with a slash. */
export function commanded(ui: Ui, line: string, stage: Stage): Step {
  const [, name = "", rest = ""] = /^\/(\S*)\s*(.*)$/su.exec(line) ?? [];
  try {
    return (
      layered(ui, name, { rest: rest.trim(), stage }) ??
      ownCommand(ui, name, { rest, stage }) ??
      (rest === "" && isActionName(name) ? act(ui, name, stage) : undefined) ??
      ofLines(ui, line, stage)
    );
  } catch (error) {
    return step(complainsOf(ui, error, stage.say));
  }
}

/** What the lines answer with rows, and this face with something to look at. */
function layered(ui: Ui, name: string, { rest, stage }: { rest: string; stage: Stage }): Step | undefined {
  const here = stage.view.open.conversation;
  // Between two, the other one is meant.
  if (name === "verify") return personOf(ui, rest === "" && here.startsWith("@") ? here : rest);
  if (name === "search" && rest !== "")
    return step(searching(ui, rest, stage.ruler), wants({ want: "search", query: rest }));
  return undefined;
}

/** @throws Fault */
function understood(line: string, { view, now, say, homeFolder }: Stage): PlainCommand {
  try {
    return commandOf(line, true, { here: view.open.conversation, now, homeFolder });
  } catch (error) {
    const name = error instanceof Fault && error.code === "bad-command" ? error.values?.["name"] : undefined;
    if (name === undefined) throw error;
    throw new Fault("bad-command", reason(error), { values: { name }, hint: usageIn(String(name), say), cause: error });
  }
}

/** @throws Fault */
function ofLines(ui: Ui, line: string, stage: Stage): Step {
  const { view, say } = stage;
  const command = understood(line, stage);
  switch (command.do) {
    case "nothing":
      return step(ui);
    case "quit":
      return step(ui, { effect: "quit" });
    case "help":
      return helped(ui, command.about, say);
    case "go":
      return step(ui, wants({ want: "open", conversation: meantPlace(command.to, view) }));
    case "ask": {
      const effects = command.wishes.map((wish): Effect =>
        asks(commandFor(wish, command.verb, { view, say }), command.verb),
      );
      return sure(ui, effects, say) ?? step(ui, ...effects);
    }
  }
}

/** What is drawn must be known. @throws Fault `unknown-command` */
function helped(ui: Ui, about: string, say: Stage["say"]): Step {
  if (about !== "") commandHelp(about, say);
  return step(over(ui, { layer: "help", top: 0, about }));
}

/** What cannot be taken back is asked about. Undefined: it can. */
function sure(ui: Ui, effects: readonly Effect[], say: Stage["say"]): Step | undefined {
  const [first] = effects;
  if (first?.effect !== "ask") return undefined;
  const { command } = first;
  if (command.do !== "disband" && command.do !== "leave") return undefined;
  const question = say(`${command.do}-sure`, { place: command.to });
  return step(over(ui, { layer: "confirm", question, yes: effects }));
}

/** `dan` is a room that is called so, else a person. */
function meantPlace(typed: string, { conversations }: Stage["view"]): string {
  const isRoom = /^[#@]/.test(typed) || conversations.some(({ conversation }) => conversation === `#${typed}`);
  return isRoom ? placeOf(typed) : `@${typed.toLowerCase()}`;
}
