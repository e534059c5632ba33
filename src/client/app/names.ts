// How conversations are called, and entries as views.
import type { DeviceId, LogId } from "../../model/ids.ts";
import { Fault } from "../../model/fault.ts";
import type { HeldEntry, Outgoing } from "../port/vault.ts";
import { type Opened, readOpened } from "./payload.ts";
import type { People } from "./people.ts";
import type { MessageView, WaitingView } from "../port/views.ts";

const LOBBY = "#lobby";
const LOG_ID = /^[0-9a-f]{32}$/;

export function conversationName(log: LogId, lobby: LogId): string {
  return log === lobby ? LOBBY : log;
}

/** `to` of a command as a log. @throws Fault `no-such-conversation` */
export function logOf(to: string, known: { readonly lobby: LogId; readonly has: (log: LogId) => boolean }): LogId {
  if (to === LOBBY) return known.lobby;
  if (LOG_ID.test(to) && known.has(to as LogId)) return to as LogId;
  const hint = /^[#@]/.test(to)
    ? "this version knows #lobby and ids of conversations"
    : "a conversation is #lobby or the id that `conversations` tells";
  throw new Fault("no-such-conversation", "there is no such conversation here", { hint });
}

export interface ViewWorld {
  readonly lobby: LogId;
  readonly self: DeviceId;
  readonly people: People;
}

export function messageView(entry: HeldEntry, { lobby, self, people }: ViewWorld): MessageView {
  const opened = readOpened(entry.payload);
  return {
    conversation: conversationName(entry.log, lobby),
    message: entry.mid,
    seq: entry.seq,
    at: entry.at,
    from: people.sender(entry.sender),
    mine: entry.sender === self,
    ...content(opened),
    ...(entry.lost ? { lost: true as const } : {}),
  };
}

export function waitingView(
  { log, mid, payload, storedAt }: Outgoing,
  { lobby, self, people }: ViewWorld,
): WaitingView {
  const { text, replyTo } = content(readOpened(payload));
  return {
    conversation: conversationName(log, lobby),
    message: mid,
    state: storedAt === undefined ? "queued" : "stored",
    from: people.sender(self),
    text,
    ...(replyTo === undefined ? {} : { replyTo }),
  };
}

function content(opened: Opened): Pick<MessageView, "text" | "replyTo" | "placeholder"> {
  switch (opened.kind) {
    case "text":
      return opened.replyTo === undefined ? { text: opened.text } : { text: opened.text, replyTo: opened.replyTo };
    case "newer":
      return { text: "a message of a newer version: update this program to read it", placeholder: "newer-version" };
    case "unreadable":
      return { text: `a message that cannot be read (${opened.code})`, placeholder: "unreadable" };
  }
}
