// What was said before, as rows of an answer: the digits by which the commands name a message, when, who, and what. A second line has a
// gutter, so that no text can look like another message.
import type { Replies } from "../../../port/replies.ts";
import type { FileView, MessageView, ReactionView, WaitingView } from "../../../port/views.ts";
import type { Telling } from "../../lines/event-lines.ts";
import { sanitize, sanitizeLine } from "../../sanitize.ts";
import { sizeIn } from "../words/amounts.ts";
import type { Say } from "../words/say.ts";

interface World {
  readonly say: Say;
  readonly telling: Telling;
}

interface Said {
  readonly before: string;
  readonly author: string;
  /** In round brackets behind the name. */
  readonly about: readonly string[];
  readonly text: string;
  readonly note: string;
}

const GUTTER = "      | ";
/** In the place of the time: the server has not said when. */
const NO_TIME = "--:--";
const PLACE_CHARS = 65;
const FILE_CHARS = 60;
const REACTION_CHARS = 8;

/** The newest `limit` of both: what waits comes last. */
export function historyRows(
  { messages, waiting = [] }: Replies["history"],
  limit: number,
  world: World,
): readonly string[] {
  const held = messages.slice(Math.max(0, messages.length - Math.max(0, limit - waiting.length)));
  // All are known before the first is shown: the digits that tell them apart count them all.
  for (const message of held) world.telling.shown.add(message);
  if (held.length + waiting.length === 0) return [world.say("nothing-said")];
  return [...held.flatMap((one) => messageRows(one, world)), ...waiting.flatMap((one) => waitingRows(one, world))];
}

function messageRows(view: MessageView, { say, telling }: World): readonly string[] {
  const { here, names, shown, clockTime } = telling;
  const { conversation, message, placeholder, file, reactions } = view;
  const place = conversation === here ? [] : [sanitizeLine(conversation, PLACE_CHARS)];
  const about = [
    ...(view.bot === true ? [say("bot")] : []),
    ...replied(view, { say, telling }),
    ...(file === undefined ? [] : [fileWords(file, say, shown.digits(message))]),
    ...(view.edited === undefined ? [] : [say("edited")]),
    ...(view.expires === undefined ? [] : [say("until", { time: clockTime(view.expires) })]),
  ];
  return rowsOf({
    before: [...place, shown.digits(message), clockTime(view.at)].join(" "),
    author: names.author(view.from),
    about,
    text: placeholder === undefined ? view.text : `[${say(`gone-${placeholder}`)}]`,
    note: `${reactionWords(reactions)}${view.lost === true ? ` [${say("lost")}]` : ""}`,
  });
}

/** One's own that did not come back yet. */
function waitingRows({ file, from, state, text }: WaitingView, { say, telling }: World): readonly string[] {
  return rowsOf({
    before: NO_TIME,
    author: telling.names.author(from),
    about: file === undefined ? [] : [fileWords(file, say)],
    text,
    note: state === "queued" ? ` [${say("history-waiting")}]` : "",
  });
}

function replied({ replyTo }: MessageView, { say, telling }: World): readonly string[] {
  if (replyTo === undefined) return [];
  const excerpt = telling.shown.get(replyTo)?.excerpt;
  return [excerpt === undefined ? say("history-reply-older") : say("history-reply", { excerpt })];
}

function fileWords({ name, bytes }: FileView, say: Say, digits?: string): string {
  const values = { name: sanitizeLine(name, FILE_CHARS), size: sizeIn(say, bytes) };
  return digits === undefined ? say("history-file", values) : say("history-file-save", { ...values, digits });
}

function reactionWords(reactions: readonly ReactionView[] = []): string {
  if (reactions.length === 0) return "";
  const words = reactions.map(({ emoji, users }) => `${sanitizeLine(emoji, REACTION_CHARS)} ${users.length}`);
  return ` [${words.join(", ")}]`;
}

function rowsOf({ before, author, about, text, note }: Said): readonly string[] {
  const [first = "", ...rest] = sanitize(text).split("\n");
  const head = `${before} ${author}${about.length === 0 ? "" : ` (${about.join(", ")})`}:`;
  const rows = [`${head} ${first}`.trimEnd(), ...rest.map((row) => `${GUTTER}${row}`)];
  return [...rows.slice(0, -1), `${rows.at(-1) ?? ""}${note}`];
}
