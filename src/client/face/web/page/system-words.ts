// What happened in a conversation, as a sentence. Names in it are strangers' text, and made safe here.
import { sanitizeLine } from "../../sanitize.ts";
import type { SystemEvent } from "../../../port/screens.ts";
import type { Key } from "./words/en.ts";
import type { Say } from "./words/say.ts";

type ConversationChange = Extract<SystemEvent, { event: "conversation" }>;
type MemberChange = Extract<SystemEvent, { event: "member" }>;

export function systemSentence(event: SystemEvent, say: Say): string {
  switch (event.event) {
    case "conversation":
      return conversationSentence(event, say);
    case "member":
      return memberSentence(event, say);
    case "asked":
      return say("asked-in", { name: safe(event.name) });
    case "denied":
      return say("denied-in", { name: safe(event.name) });
    case "device":
      return say(event.change === "added" ? "device-added" : "device-revoked", {
        name: safe(event.name === "" ? event.user : event.name),
      });
    case "notice":
    case "alarm":
      return sanitizeLine(say.told(event).message, 500);
  }
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

function conversationSentence({ change, topic, was, by }: ConversationChange, say: Say): string {
  const sentence = say(CHANGES[change], { topic: safe(topic ?? ""), was: safe(was ?? "") });
  return by === undefined ? sentence : `${sentence} (@${safe(by)})`;
}

function memberSentence({ change, name, by, role, device, beside }: MemberChange, say: Say): string {
  const values = { name: safe(name), by: safe(by ?? ""), role: role ?? "" };
  if (device !== undefined && beside === true)
    return say(change === "removed" ? "member-device-removed" : "member-device-added", values);
  const keys = {
    added: "member-added",
    removed: "member-removed",
    joined: "member-joined",
    left: "member-left",
    role: "member-role",
  } as const;
  const sentence = say(keys[change], values);
  return by === undefined || by === "" ? sentence : `${sentence} (@${safe(by)})`;
}

function safe(text: string): string {
  return sanitizeLine(text, 120);
}
