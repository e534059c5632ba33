// Messages as lines for people. Whatever stands before the time is ours: no name and no text can look like it.
import type { FileView, MessageView, ReactionView, Sender, WaitingView } from "../../port/views.ts";
import { sanitize, sanitizeLine } from "../sanitize.ts";
import type { KnownNames } from "./known-names.ts";
import { sizeOf } from "./quantities.ts";
import type { ShownMessages } from "./shown-messages.ts";

/** The gutter of a second line: as wide as the time, so that no text can look like a new message. */
const GUTTER = "      | ";
/** In the place of the time: the server has not said when. */
const NO_TIME = "--:--";
/** `#` and the name of a room. */
export const PLACE_CHARS = 65;
const FILE_NAME_CHARS = 60;

export interface LinesWorld {
  readonly names: KnownNames;
  readonly shown: ShownMessages;
  /** `14:05`, with the day where it is not today. */
  readonly clockTime: (ms: number) => string;
  /** A person types, and can name messages by their digits. */
  readonly interactive: boolean;
}

export interface Showing {
  /** The conversation that needs no name. */
  readonly here: string;
  /** The digits that name it are shown. */
  readonly digits: boolean;
}

interface Line {
  readonly before: string;
  readonly from: Sender;
  /** In round brackets behind the name. */
  readonly about: readonly string[];
  readonly text: string;
  readonly note: string;
}

export function messageLines(world: LinesWorld, view: MessageView, { here, digits }: Showing): readonly string[] {
  const { shown, clockTime } = world;
  const before = [
    ...(view.conversation === here ? [] : [sanitizeLine(view.conversation, PLACE_CHARS)]),
    ...(digits ? [shown.digits(view.message)] : []),
    clockTime(view.at),
  ].join(" ");
  const about = [
    ...(view.bot === true ? ["bot"] : []),
    ...replyTo(world, view),
    ...(view.file === undefined ? [] : [fileOf(world, view.message, view.file)]),
    ...(view.edited === undefined ? [] : ["edited"]),
    ...(view.expires === undefined ? [] : [`until ${clockTime(view.expires)}`]),
  ];
  const text = view.placeholder === undefined ? view.text : `[${view.text}]`;
  const lost = view.lost === true ? " [no longer on the server]" : "";
  return linesOf(world, { before, from: view.from, about, text, note: `${reactionsOf(view.reactions)}${lost}` });
}

/** One's own that did not come back yet. */
export function waitingLines(world: LinesWorld, view: WaitingView): readonly string[] {
  const about = view.file === undefined ? [] : [fileOf(world, undefined, view.file)];
  const note = view.state === "queued" ? " [waiting]" : "";
  return linesOf(world, { before: NO_TIME, from: view.from, about, text: view.text, note });
}

export function editedLines(
  world: LinesWorld,
  view: Pick<MessageView, "conversation" | "at" | "from" | "text">,
  here: string,
): readonly string[] {
  const place = view.conversation === here ? "" : `${sanitizeLine(view.conversation, PLACE_CHARS)} `;
  const before = `${place}${world.clockTime(view.at)}`;
  return linesOf(world, { before, from: view.from, about: ["edited"], text: view.text, note: "" });
}

function linesOf({ names }: LinesWorld, { before, from, about, text, note }: Line): readonly string[] {
  const [first = "", ...rest] = sanitize(text).split("\n");
  const last = rest.length - 1;
  const head = `${before} ${names.author(from)}${about.length === 0 ? "" : ` (${about.join(", ")})`}:`;
  const start = first === "" && rest.length === 0 ? head : `${head} ${first}`;
  return [
    rest.length === 0 ? `${start}${note}` : start,
    ...rest.map((line, index) => `${GUTTER}${line}${index === last ? note : ""}`),
  ];
}

function replyTo({ shown }: LinesWorld, { replyTo: message }: MessageView): readonly string[] {
  if (message === undefined) return [];
  const excerpt = shown.get(message)?.excerpt;
  return [excerpt === undefined ? "to an older message" : `to "${excerpt}"`];
}

function fileOf(
  { shown, interactive }: LinesWorld,
  message: MessageView["message"] | undefined,
  { name, bytes }: FileView,
): string {
  const save = interactive && message !== undefined ? `, /save ${shown.digits(message)}` : "";
  return `file ${sanitizeLine(name, FILE_NAME_CHARS)}, ${sizeOf(bytes)}${save}`;
}

function reactionsOf(reactions: readonly ReactionView[] = []): string {
  if (reactions.length === 0) return "";
  return ` [${reactions.map(({ emoji, users }) => `${sanitizeLine(emoji, 8)} ${users.length}`).join(", ")}]`;
}
