// Lists and papers that lie over the conversation: moving in them, and what Enter and a few letters do there.
import { isHandle } from "../../../../model/ids.ts";
import { deviceName } from "../../lines/device-words.ts";
import { emojiNamed, QUICK } from "../../emoji-names.ts";
import { type Editor, EMPTY, replaced, textOf } from "../ground/editor.ts";
import { typed } from "./composing.ts";
import { closed, personOf, setting } from "./own-commands.ts";
import { passphraseEntered } from "./passphrase.ts";
import { searched, unsearched } from "./searching.ts";
import { settingRows } from "./settings.ts";
import { LINE_IN } from "./line-in.ts";
import { asks, type Layer, NONE, over, says, type Stage, type Step, step, type Ui, wants } from "./state.ts";
import { matching, switched } from "./switching.ts";

const PAGE = 10;
/** How far a key moves in a list. */
const MOVES: Readonly<Record<string, number>> = {
  up: -1,
  down: 1,
  pageup: -PAGE,
  pagedown: PAGE,
  home: Number.NEGATIVE_INFINITY,
  end: Number.POSITIVE_INFINITY,
};

type With<Field extends string> = Extract<Layer, { readonly [F in Field]: unknown }>;

/** Emoji that a reaction may be, by what is typed. */
export function reactions({
  editor,
}: {
  readonly editor: Editor;
}): readonly (readonly [name: string, emoji: string])[] {
  const wanted = textOf(editor).replaceAll(/^:|:$/g, "");
  if (wanted === "") return QUICK.map((emoji) => ["", emoji]);
  const named = emojiNamed(wanted, PAGE);
  return named.length === 0 && /[^\x20-\x7e]/.test(wanted) ? [["", wanted]] : named;
}

/** How many things can be chosen. */
function lengthOf(layer: With<"at">, { view, say }: Stage): number {
  switch (layer.layer) {
    case "react":
      return reactions(layer).length;
    case "switcher":
      return matching(layer, view).length;
    case "search":
      return view.search?.results.length ?? 0;
    case "members":
      return view.open.members.length;
    case "devices":
      return layer.devices.length;
    case "settings":
      return settingRows(view.settings, say).length;
  }
}

/** Undefined: the key moves nothing. */
export function movedIn(ui: Ui, chord: string, stage: Stage): Ui | undefined {
  const { layer } = ui;
  const by = MOVES[chord];
  if (by === undefined) return undefined;
  if ("at" in layer) {
    const last = Math.max(0, lengthOf(layer, stage) - 1);
    return over(ui, { ...layer, at: Math.min(last, Math.max(0, layer.at + by)) });
  }
  if (!("top" in layer)) return undefined;
  const { page, last } = stage.space.paper();
  const rows = Math.abs(by) === PAGE ? Math.sign(by) * Math.max(1, page - 1) : by;
  return over(ui, { ...layer, top: Math.max(0, Math.min(layer.top + rows, last)) });
}

export function escaped(ui: Ui): Step {
  return ui.layer.layer === "search" ? unsearched(ui) : step(closed(ui));
}

export function entered(ui: Ui, stage: Stage): Step {
  const { layer } = ui;
  switch (layer.layer) {
    case "switcher":
      return switched(ui, layer, stage.view);
    case "search":
      return searched(ui, layer, stage.view);
    case "react":
      return reacted(ui, layer, stage);
    case "members":
      return personOf(ui, stage.view.open.members[layer.at]?.user ?? "") ?? step(ui);
    case "settings":
      return turnedSetting(ui, layer, { stage, by: 1 });
    case "unlock":
      return step(over(ui, { ...layer, editor: EMPTY }), wants({ want: "unlock", passphrase: textOf(layer.editor) }));
    case "passphrase":
      return passphraseEntered(ui, layer, stage);
    case "paste":
      return typed(closed(ui), layer.text, stage);
    case "devices":
    case "confirm":
    case "select":
    case "none":
      return step(ui);
    default:
      return step(closed(ui));
  }
}

/** A letter where nothing is typed. Undefined: it means nothing. */
export function lettered(ui: Ui, letter: string, stage: Stage): Step | undefined {
  const { layer } = ui;
  switch (layer.layer) {
    case "confirm":
      return letter === stage.say("letter-yes") || letter === "y"
        ? step(closed(ui), ...layer.yes)
        : step(says(closed(ui), stage.say("nothing-done")));
    case "devices":
      return letteredDevice(ui, layer, { letter, stage });
    case "person":
      return letteredPerson(ui, layer, { letter, stage });
    case "answer":
      return letteredAnswer(ui, layer, { letter, stage });
    case "members":
      return letter === "m" ? written(ui, stage.view.open.members[layer.at]?.user) : undefined;
    default:
      return letter === "q" && "top" in layer ? step(closed(ui)) : undefined;
  }
}

export function turnedSetting(
  ui: Ui,
  { at }: Extract<Layer, { layer: "settings" }>,
  { stage, by }: { stage: Stage; by: 1 | -1 },
): Step {
  const turn = settingRows(stage.view.settings, stage.say)[at]?.turn;
  return turn === undefined ? step(ui) : setting(ui, turn(by));
}

/** What is typed into a layer that has a field. Undefined: it has none. */
export function typedInto(ui: Ui, change: (editor: Editor) => Editor): Ui | undefined {
  const { layer } = ui;
  if (!("editor" in layer)) return undefined;
  const editor = change(layer.editor);
  return over(ui, "at" in layer ? { ...layer, editor, at: 0 } : { ...layer, editor });
}

function reacted(ui: Ui, layer: Extract<Layer, { layer: "react" }>, { view }: Stage): Step {
  const emoji = reactions(layer)[layer.at]?.[1];
  if (emoji === undefined) return step(ui);
  const { message } = layer;
  const item = view.open.timeline.items.find((one) => one.item === "message" && one.message.message === message);
  const has = item?.item === "message" ? (item.message.reactions ?? []) : [];
  // The same once more takes it back.
  const on = has.every((one) => one.emoji !== emoji || !one.users.includes(view.self.user));
  return step(over(ui, NONE), asks({ do: "react", to: view.open.conversation, message, emoji, on }, "react"));
}

function letteredDevice(
  ui: Ui,
  { devices, at, user }: Extract<Layer, { layer: "devices" }>,
  { letter, stage }: { letter: string; stage: Stage },
): Step | undefined {
  const one = devices[at];
  if (one === undefined || user !== undefined) return undefined;
  if (letter === "l")
    return step({ ...closed(ui), editor: replaced(ui.editor, `/label ${one.device.slice(0, 8)} `, stage.ruler) });
  if (letter !== "r") return undefined;
  if (one.current) return step(says(ui, stage.say("this-device")));
  const question = stage.say("revoke-sure", { device: deviceName(one.device, one.label) });
  return step(over(ui, { layer: "confirm", question, yes: [asks({ do: "revoke", device: one.device }, "revoke")] }));
}

function letteredPerson(
  ui: Ui,
  layer: Extract<Layer, { layer: "person" }>,
  { letter, stage }: { letter: string; stage: Stage },
): Step | undefined {
  const { card, user } = layer;
  if (letter === "m") return written(ui, user);
  if (letter === "i") return step(over(ui, { ...layer, isTurned: !layer.isTurned }));
  if (letter !== "v" || card?.verify === undefined) return letter === "q" ? step(closed(ui)) : undefined;
  const verified = !card.verify.verified;
  const question = stage.say(verified ? "trust-sure" : "untrust-sure", { user });
  if (!isHandle(user)) return undefined;
  const yes = [asks({ do: "trust", user, verified }, "trust")];
  return step(over(ui, { layer: "confirm", question, yes }));
}

function letteredAnswer(
  ui: Ui,
  { lines }: Extract<Layer, { layer: "answer" }>,
  { letter, stage }: { letter: string; stage: Stage },
): Step | undefined {
  if (letter === "q") return step(closed(ui));
  if (letter !== "c") return undefined;
  // Whoever copies a line by which somebody comes in wants to paste it: the words around it are for reading.
  const wanted = lines.find((line) => LINE_IN.test(line));
  const text = wanted === undefined ? lines.map((line) => line.trim()).join("\n") : wanted.trim();
  return step(says(ui, stage.say("copied")), { effect: "outward", what: { out: "copy", text } });
}

function written(ui: Ui, user: string | undefined): Step | undefined {
  if (user === undefined) return undefined;
  return step(closed(ui), wants({ want: "open", conversation: `@${user}` }));
}
