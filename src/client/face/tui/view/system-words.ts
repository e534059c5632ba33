// What happened in a conversation, as a sentence of the person's language. Strangers' text is made safe by `say`.
import { isLogId } from "../../../../model/ids.ts";
import type { ScreenView, SystemEvent } from "../../../port/screens.ts";
import { deviceName } from "../../lines/device-words.ts";
import { sanitizeLine, type SafeText } from "../../sanitize.ts";
import { spanIn } from "../words/amounts.ts";
import type { Key } from "../words/en.ts";
import { words } from "../ground/text.ts";
import type { Say } from "../words/say.ts";
import { vouchedWords } from "./device-words.ts";

type Of<E extends SystemEvent["event"]> = Extract<SystemEvent, { event: E }>;

export interface Hearer {
  /** Who sits here, and where. */
  readonly self: string;
  readonly here: string;
  readonly say: Say;
}

export function hearerOf({ self, open }: ScreenView, say: Say): Hearer {
  return { self: self.user, here: open.conversation, say };
}

/** Undefined: no news for a person. */
export function systemSentence(event: SystemEvent, hearer: Hearer): SafeText | undefined {
  const { say, self, here } = hearer;
  switch (event.event) {
    case "conversation":
      return conversationSentence(event, hearer);
    case "member":
      return memberSentence(event, hearer);
    case "asked": {
      const { user, name, conversation: place } = event;
      return say("asked-in", { who: who(user, name), place, user, where: place === here ? "" : `${place} ` });
    }
    case "denied":
      // Who said no has read it already.
      return event.user === self ? say("denied-you", { place: event.conversation }) : undefined;
    case "device":
      return deviceSentence(event, hearer);
    case "notice":
      return say.told(event).message;
    case "alarm":
      return say("alarm", { code: event.code, text: say.told(event).message });
  }
}

/** In a sentence: `@handle` or `name (@handle)`. */
function who(user: string, name: string = user): string {
  if (user === "") return `[${sanitizeLine(name)}]`;
  return name === user ? `@${sanitizeLine(user)}` : `${sanitizeLine(name)} (@${sanitizeLine(user)})`;
}

function memberSentence(event: Of<"member">, { self, say }: Hearer): SafeText | undefined {
  const { user, name, conversation: place, change, beside = false, out = false, device } = event;
  const isYou = user === self;
  const by = event.by === undefined || event.by === user ? undefined : event.by;
  const values = { who: who(user, name), place, by: by === undefined ? "" : who(by) };
  const told = (key: "member-added" | "member-removed"): SafeText =>
    say(isYou ? `${key}-you` : by === self ? `${key}-by-you` : key, values);
  const left = (): SafeText => say(isYou ? "member-left-you" : "member-left", values);
  switch (change) {
    case "added":
    case "joined":
      // That there is another device is told by itself.
      if (beside) return undefined;
      return by === undefined ? say(isYou ? "member-joined-you" : "member-joined", values) : told("member-added");
    case "left":
      // Between two there is nobody else to read it.
      return place.startsWith("@") ? say("member-left-two", values) : left();
    case "removed":
      if (beside || out) return say(outKey(event, isYou), values);
      if (by !== undefined) return told("member-removed");
      return device === undefined ? left() : say(isYou ? "device-left-you" : "device-left", values);
    case "role":
      return say(roleKey({ by, self, isYou }), { ...values, role: say(`role-${event.role ?? "member"}`) });
  }
}

function roleKey({ by, self, isYou }: { by: string | undefined; self: string; isYou: boolean }): Key {
  if (by === undefined) return isYou ? "member-role-you" : "member-role";
  if (isYou) return by === self ? "member-role-you" : "member-role-by-to-you";
  return by === self ? "member-role-by-you" : "member-role-by";
}

/** Whose device, and why. */
function outKey({ beside = false, out = false }: Of<"member">, isYou: boolean): Key {
  if (isYou) return out ? "device-out-bad-you" : "device-out-you";
  if (beside) return out ? "device-out-bad" : "device-out";
  return "member-out";
}

type Conversation = Of<"conversation">;
type ConversationTellers = Readonly<
  Record<Conversation["change"], (event: Conversation, hearer: Hearer) => SafeText | undefined>
>;

const CONVERSATION: ConversationTellers = {
  added: addedSentence,
  removed: ({ conversation: place }, { say }) => say("room-removed", { place }),
  // Whoever was brought in hears the name a moment later.
  renamed: (event, hearer) =>
    isLogId(event.was ?? "")
      ? addedSentence(event, hearer)
      : byWhom("room-renamed", event, { hearer, more: { was: event.was ?? "?" } }),
  topic: (event, hearer) =>
    event.topic === undefined || event.topic === ""
      ? byWhom("room-untopic", event, { hearer })
      : byWhom("room-topic", event, { hearer, more: { topic: event.topic } }),
  policy: (event, hearer) => byWhom("room-policy", event, { hearer, more: { policy: policyWords(event, hearer.say) } }),
  timer: ({ conversation: place, by, expire = 0 }, { say, self }) => {
    const doer = by === undefined ? say("somebody") : by === self ? say("you") : who(by);
    return expire === 0
      ? say("room-stay", { place, by: doer })
      : say("room-timer", { place, by: doer, time: spanIn(say, expire) });
  },
  closed: (event, hearer) => byWhom("room-closed", event, { hearer }),
  listed: ({ conversation: place, topic = "", join }, { say }) =>
    say(join === "ask" ? "room-listed-ask" : "room-listed", {
      place,
      room: topic === "" ? place : `${place} (${topic})`,
    }),
  unlisted: ({ conversation: place }, { say }) => say("room-unlisted", { place }),
  suite: ({ conversation: place }, { say }) => say("room-suite", { place }),
  trimmed: ({ conversation: place }, { say }) => say("room-trimmed", { place }),
};

function conversationSentence(event: Conversation, hearer: Hearer): SafeText | undefined {
  return CONVERSATION[event.change](event, hearer);
}

type ByKey = { [K in Key]: K extends `${infer Stem}-by-you` ? (Stem extends Key ? Stem : never) : never }[Key];

function byWhom(
  key: ByKey,
  { conversation: place, by }: Conversation,
  { hearer: { say, self }, more = {} }: { hearer: Hearer; more?: Readonly<Record<string, string>> },
): SafeText {
  if (by === self && by !== "") return say(`${key}-by-you`, { place, ...more });
  return say(key, { place, by: by === undefined ? say("somebody") : who(by), ...more });
}

function addedSentence({ conversation: place, kind }: Conversation, { say, self }: Hearer): SafeText | undefined {
  // What one notes for oneself is no news.
  if (kind === "direct" && place.slice(1) === self) return undefined;
  return say(kind === "direct" ? "room-added-two" : "room-added", { place });
}

/** Who comes in, and what they may read. */
export function policyWords({ join, history }: Pick<Conversation, "join" | "history">, say: Say): SafeText {
  const parts = [
    ...(join === undefined ? [] : [say(`comes-${join}`)]),
    ...(typeof history === "number" ? [say.count("reads-days", history)] : []),
    ...(history === "all" || history === "none" ? [say(`reads-${history}`)] : []),
  ];
  return words`${parts.join("; ")}`;
}

function deviceSentence(event: Of<"device">, { self, say }: Hearer): SafeText {
  const { user, name, device: id, change, label } = event;
  const isYou = user === self;
  const [device, values] = [deviceName(id, label), { who: who(user, name) }];
  if (change === "revoked") {
    if (label !== undefined) return say("device-revoked-called", { device });
    return say(isYou ? "device-revoked-your" : "device-revoked", { ...values, device });
  }
  const vouched = vouchedWords(event, isYou ? "your" : "their", say);
  const bracketed = label === undefined ? `(${device})` : device;
  const all = { ...values, device: bracketed, vouched, id: id.slice(0, 8) };
  return say(isYou ? "device-new-your" : "device-new", all);
}
