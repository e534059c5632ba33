// What happened in a conversation, as a sentence. Names in it are strangers' text, and made safe here.
import { sanitizeLine } from "../../sanitize.ts";
import type { SystemEvent } from "../../../port/screens.ts";
import { shortId, wayOf } from "./device-words.ts";
import type { Key } from "./words/en.ts";
import type { Say } from "./words/say.ts";

type ConversationChange = Extract<SystemEvent, { event: "conversation" }>;
type DeviceChange = Extract<SystemEvent, { event: "device" }>;
type MemberChange = Extract<SystemEvent, { event: "member" }>;

/** `self`: who reads it. */
export function systemSentence(event: SystemEvent, self: string, say: Say): string {
  switch (event.event) {
    case "conversation":
      return conversationSentence(event, self, say);
    case "member":
      return memberSentence(event, self, say);
    case "asked":
      return say("asked-in", { name: safe(event.name) });
    case "denied":
      return say("denied-in", { name: safe(event.name) });
    case "device":
      return deviceSentence(event, self, say);
    case "notice":
    case "alarm":
      return sanitizeLine(say.told(event).message, 500);
  }
}

function deviceSentence(event: DeviceChange, self: string, say: Say): string {
  const { user, change, device, label } = event;
  const name = safe(event.name === "" ? user : event.name);
  if (change === "revoked") return say("device-revoked", { name });
  const values = { name, device: calledSo(device, label), vouched: vouchedWords(event, user === self, say) };
  return say(user === self ? "device-added-you" : "device-added", values);
}

/** The CA vouches for every device; whether anybody else does is the news. */
function vouchedWords({ how, cosigned, cosignedLabel }: DeviceChange, isYours: boolean, say: Say): string {
  if (cosigned !== undefined)
    return say(isYours ? "vouched-device-your" : "vouched-device", { device: calledSo(cosigned, cosignedLabel) });
  const way = how === undefined ? undefined : wayOf(how);
  return way === undefined ? say("vouched-ca") : say("vouched-way", { way: say(way) });
}

function calledSo(device: string, label: string | undefined): string {
  return label === undefined || label === "" ? shortId(device) : safe(label);
}

const CHANGES: Readonly<Record<ConversationChange["change"], Key>> = {
  added: "room-added",
  removed: "room-removed",
  renamed: "room-renamed",
  topic: "room-topic",
  policy: "room-policy",
  timer: "room-timer",
  closed: "room-closed",
  listed: "room-listed",
  unlisted: "room-unlisted",
  trimmed: "room-trimmed",
  suite: "room-suite",
};

function conversationSentence({ change, topic, was, by }: ConversationChange, self: string, say: Say): string {
  if (change === "removed" && by === self) return say("room-left");
  const sentence = say(CHANGES[change], { topic: safe(topic ?? ""), was: safe(was ?? "") });
  return withWho(sentence, by);
}

const MEMBER_CHANGES: Readonly<Record<Exclude<MemberChange["change"], "role">, Key>> = {
  added: "member-added",
  removed: "member-removed",
  joined: "member-joined",
  left: "member-left",
};

function memberSentence(event: MemberChange, self: string, say: Say): string {
  const { change, name, by, device, beside } = event;
  if (change === "role") return roleSentence(event, self, say);
  const values = { name: safe(name) };
  if (change === "added" && event.user === self && by !== undefined && by !== self && beside !== true)
    return say("member-added-you", { by: `@${safe(by)}` });
  if (device !== undefined && beside === true)
    return say(change === "removed" ? "member-device-removed" : "member-device-added", values);
  return withWho(say(MEMBER_CHANGES[change], values), by);
}

function roleSentence({ user, name, by, role = "member" }: MemberChange, self: string, say: Say): string {
  const mine = by === self ? "member-role-by-you" : "member-role";
  const sentence = say(user === self ? "member-role-you" : mine, { name: safe(name), role: say(`as-${role}`) });
  return by === self ? sentence : withWho(sentence, by);
}

function withWho(sentence: string, by: string | undefined): string {
  return by === undefined || by === "" ? sentence : `${sentence} (@${safe(by)})`;
}

function safe(text: string): string {
  return sanitizeLine(text, 120);
}
