// Entries as views.
import type { DeviceId, Handle, LogId } from "../../model/ids.ts";
import type { HeldEntry, Outgoing } from "../port/vault.ts";
import type { FileTicket } from "../files/ticket.ts";
import { isOver } from "./expiry/expiry.ts";
import { beliefOf } from "./payload/belief.ts";
import { mentionsIn } from "./payload/mentions.ts";
import { type Message, type Opened, readOpened } from "./payload/opened.ts";
import type { People } from "./people.ts";
import type { FileView, MessageView, WaitingView } from "../port/views.ts";

export interface ViewWorld {
  readonly nameOf: (log: LogId) => string;
  readonly self: DeviceId;
  readonly user: Handle;
  readonly people: People;
  readonly now: () => number;
  /** The user does not want to be disturbed by it now. */
  readonly isMuted: (log: LogId) => boolean;
}

export function messageView(entry: HeldEntry, world: ViewWorld): MessageView {
  const { nameOf, self, people, now, isMuted } = world;
  const kept = readOpened(entry.payload);
  // The sweeper comes by a moment later.
  const opened = isOver(kept, now()) ? GONE : kept;
  const isTheirs = beliefOf(opened) === "theirs";
  const from = people.sender(entry.sender);
  return {
    conversation: nameOf(entry.log),
    message: entry.mid,
    seq: entry.seq,
    at: entry.at,
    from: isTheirs ? from : { ...from, verified: false },
    mine: isTheirs && entry.sender === self,
    ...content(opened),
    ...(isMentioned(opened, entry.sender, world) ? { mentioned: true as const } : {}),
    ...(isMuted(entry.log) ? { muted: true as const } : {}),
    ...(entry.lost ? { lost: true as const } : {}),
  };
}

/** Nobody calls themselves. */
function isMentioned(opened: Opened, sender: DeviceId, { user, people }: ViewWorld): boolean {
  if ((opened.kind !== "text" && opened.kind !== "file") || opened.text === undefined) return false;
  if (people.userOf(sender) === user) return false;
  const { users, everyone } = mentionsIn(opened.text, new Set([user]));
  return everyone || users.includes(user);
}

export function waitingView(
  { log, mid, payload, storedAt }: Outgoing,
  { nameOf, self, people }: ViewWorld,
): WaitingView {
  const { text, replyTo, file } = content(readOpened(payload));
  return {
    conversation: nameOf(log),
    message: mid,
    state: storedAt === undefined ? "queued" : "stored",
    from: people.sender(self),
    text,
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(file === undefined ? {} : { file }),
  };
}

const GONE: Opened = { kind: "expired" };

type Content = Pick<
  MessageView,
  "text" | "bot" | "replyTo" | "placeholder" | "file" | "edited" | "reactions" | "expires"
>;

function content(opened: Opened): Content {
  switch (opened.kind) {
    case "text":
    case "file":
      return said(opened);
    case "deleted":
      return { text: "a message that was deleted", placeholder: "deleted" };
    case "expired":
      return { text: "a message that has expired", placeholder: "expired" };
    case "newer":
      return { text: "a message of a newer version: update this program to read it", placeholder: "newer-version" };
    case "unreadable":
      if (opened.code === "before-joining")
        return { text: "a message of before you came in", placeholder: "before-joining" };
      if (beliefOf(opened) === "unbelieved")
        return { text: `a message that is not believed (${opened.code})`, placeholder: "unbelieved" };
      return { text: `a message that cannot be read (${opened.code})`, placeholder: "unreadable" };
    default:
      return { text: "", placeholder: "unreadable" };
  }
}

function said(message: Message): Content {
  const { replyTo, bot, edited, reactions, expiresAt } = message;
  return {
    text: message.text ?? "",
    ...(bot === undefined ? {} : { bot }),
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(message.kind === "file" ? { file: fileView(message.ticket) } : {}),
    ...(edited === undefined ? {} : { edited: edited.at }),
    ...(reactions === undefined ? {} : { reactions: reactions.map(([emoji, users]) => ({ emoji, users })) }),
    ...(expiresAt === undefined ? {} : { expires: expiresAt }),
  };
}

function fileView({ name, type, size }: FileTicket): FileView {
  return { name, type, bytes: size };
}
