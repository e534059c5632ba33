// What happened, as sentences of the program. Strangers' text is made safe by `safe`.
import { isLogId } from "../../../model/ids.ts";
import type { ClientEvent } from "../../port/views.ts";
import { sanitizeLine } from "../sanitize.ts";
import type { LinesWorld } from "./message-lines.ts";
import { counted, spanOf } from "./quantities.ts";
import { deviceName, notYours, vouchedWords } from "./device-words.ts";
import { safe } from "./safe.ts";

export type Of<K extends ClientEvent["event"]> = Extract<ClientEvent, { event: K }>;

export interface Telling extends LinesWorld {
  readonly here: string;
  /** The prompt is about to be another one, and says so. */
  readonly isMoving?: boolean;
}

export function readySentence({ user, name }: Of<"ready">, { names, here, interactive }: Telling): string {
  names.ready(user, name);
  return safe`you are ${sanitizeLine(name)} (@${user}) in ${here}${interactive ? "; /help shows what you can do" : ""}`;
}

/** `by`: who did it to somebody else. */
export function memberSentence(event: Of<"member">, { names }: Telling): string | undefined {
  const { user, name, conversation, change, role, device, beside = false, out = false } = event;
  const who = names.who(user, name);
  const by = event.by === undefined || event.by === user ? undefined : names.who(event.by);
  switch (change) {
    case "added":
    case "joined":
      // That there is another device is told by itself.
      if (beside) return undefined;
      if (by !== undefined) return safe`${by} added ${who} to ${conversation}`;
      return safe`${who} joined ${conversation}`;
    case "left":
      // Between two there is nobody else to read it.
      if (conversation.startsWith("@"))
        return safe`${who} left ${conversation}: what you write waits until they write again`;
      return safe`${who} left ${conversation}`;
    case "removed":
      if (beside || out) return outSentence(event, names.isSelf(user) ? "yours" : who);
      if (by !== undefined) return safe`${by} removed ${who} from ${conversation}`;
      if (device !== undefined) return safe`a device of ${names.isSelf(user) ? "yours" : who} left ${conversation}`;
      return safe`${who} left ${conversation}`;
    case "role": {
      const rank = `${role ?? "member"} in ${conversation}`;
      return by === undefined ? safe`${who} became ${rank}` : safe`${by} made ${who} ${rank}`;
    }
  }
}

/** `who`: whose device. */
function outSentence({ conversation, beside = false, out = false }: Of<"member">, who: string): string {
  const why = out ? ": it is not good any more" : "";
  if (beside || who === "yours") return safe`a device of ${who} is out of ${conversation}${why}`;
  return safe`${who} is out of ${conversation}: no device of theirs is good any more`;
}

export function conversationSentence(event: Of<"conversation">, telling: Telling): string | undefined {
  const { conversation, change, was = "it", topic = "", expire = 0 } = event;
  const by = event.by === undefined ? "somebody" : telling.names.who(event.by);
  switch (change) {
    case "added":
      return addedSentence(event, telling);
    case "removed":
      return safe`you are no longer in ${conversation}`;
    case "renamed":
      // Whoever was brought in hears the name a moment later.
      if (isLogId(was)) return addedSentence(event, telling);
      return safe`${by} renamed ${was} to ${conversation}`;
    case "topic":
      return topic === ""
        ? safe`${by} took the topic of ${conversation} away`
        : safe`${by} set the topic of ${conversation}: ${topic}`;
    case "policy":
      return safe`${by} changed who comes into ${conversation}: ${policyOf(event)}`;
    case "timer":
      return expire === 0
        ? safe`from now on messages in ${conversation} stay (${by})`
        : safe`from now on messages in ${conversation} disappear after ${spanOf(expire)} (${by})`;
    case "closed":
      return safe`${by} ended ${conversation}: nothing can be written there any more`;
    case "listed":
      return safe`there is ${conversation}${topic === "" ? "" : ` (${topic})`}: /join ${conversation}${event.join === "ask" ? " asks to be let in" : ""}`;
    case "unlisted":
      return safe`${conversation} is not announced any more`;
    case "suite":
      return safe`${conversation} has grown so large that its keys are lighter from now on: whoever records its messages and has a quantum computer one day could read them`;
    case "trimmed":
      return safe`older messages of ${conversation} are no longer on the server`;
  }
}

function addedSentence({ conversation, kind }: Of<"conversation">, telling: Telling): string | undefined {
  const { interactive, here, isMoving = false, names } = telling;
  // What one notes for oneself is no news.
  if (kind === "direct" && names.isSelf(conversation.slice(1))) return undefined;
  const goes = interactive && !isMoving && conversation !== here ? `; /to ${conversation} goes there` : "";
  if (kind === "direct") return safe`there is a conversation with ${conversation} now${goes}`;
  return safe`you are in ${conversation} now${goes}`;
}

/** Who comes in, and what they may read. */
export function policyOf({ join, history }: Pick<Of<"conversation">, "join" | "history">): string {
  const comes = { open: "everybody who wants to", ask: "who asks and is let in", invite: "who is added" };
  const reads = { all: "everything", none: "nothing" };
  const days = typeof history === "number" ? counted(history, "day") : undefined;
  const before = days ?? (history === "all" || history === "none" ? reads[history] : undefined);
  return [
    ...(join === undefined ? [] : [comes[join]]),
    ...(before === undefined ? [] : [`newcomers may read ${before} of before`]),
  ].join("; ");
}

export function deletedSentence({ from, message, conversation }: Of<"deleted">, telling: Telling): string {
  const { names, shown, clockTime } = telling;
  const was = shown.get(message);
  const which = was === undefined ? "an older message" : `the message of ${clockTime(was.at)}`;
  return safe`${names.doer(from)} deleted ${which}${inPlace(conversation, telling)}`;
}

export function reactionSentence(event: Of<"reaction">, telling: Telling): string {
  const { from, message, conversation, emoji, on } = event;
  const excerpt = telling.shown.get(message)?.excerpt;
  const what = excerpt === undefined ? "an older message" : `"${excerpt}"`;
  const doer = telling.names.doer(from);
  const place = inPlace(conversation, telling);
  const sign = sanitizeLine(emoji, 8);
  return on ? safe`${doer} reacted ${sign} to ${what}${place}` : safe`${doer} took ${sign} back from ${what}${place}`;
}

export function askedSentence({ user, name, conversation }: Of<"asked">, telling: Telling): string {
  const place = conversation === telling.here ? "" : `${conversation} `;
  const how = telling.interactive ? `: /approve ${place}${user} or /deny ${place}${user}` : "";
  return safe`${telling.names.who(user, name)} asks to be let into ${conversation}${how}`;
}

/** Who said no has read it already. */
export function deniedSentence({ user, conversation }: Of<"denied">, { names }: Telling): string | undefined {
  return names.isSelf(user) ? safe`you were not let into ${conversation}` : undefined;
}

export function deviceSentence(event: Of<"device">, { names, interactive }: Telling): string {
  const { user, name, device, change, label } = event;
  const isSelf = names.isSelf(user);
  const which = deviceName(device, label);
  if (change === "revoked") {
    if (label !== undefined) return safe`your device ${which} was revoked`;
    return safe`a device of ${isSelf ? "yours" : names.who(user, name)} was revoked (${which})`;
  }
  const vouched = vouchedWords(event, isSelf ? "your" : "their");
  const bracketed = label === undefined ? `(${which})` : which;
  return isSelf
    ? safe`you have a new device ${bracketed}, ${vouched}; ${notYours(device, interactive)}`
    : safe`${names.who(user, name)} has a new device ${bracketed}, ${vouched}`;
}

export function labelSentence({ device, label }: Pick<Of<"label">, "device" | "label">): string {
  const which = device.slice(0, 8);
  return label === "" ? safe`your device ${which} has no name any more` : safe`your device ${which} is called ${label}`;
}

/** Somebody has read the newest that was said here between two; undefined for all that is not worth a line. */
export function readSentence({ message, state, user }: Of<"state">, { names, shown }: Telling): string | undefined {
  const was = shown.get(message);
  if (state !== "read" || user === undefined || was?.excerpt === undefined) return undefined;
  if (!was.conversation.startsWith("@") || !shown.isLastOwn(message)) return undefined;
  return safe`${names.who(user)} has read "${was.excerpt}"`;
}

function inPlace(conversation: string, { here }: Telling): string {
  return conversation === here ? "" : ` in ${conversation}`;
}
