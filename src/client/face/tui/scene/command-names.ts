// Every command that may be typed here: those of the lines, and those of this face alone. Names, and how they are typed.
import { GATHERING, PEOPLE, READING, REALM, RUNNING, SAYING } from "../../lines/verbs.ts";

/** What a command of this face says in /help. */
export interface Told {
  readonly usage: string;
  readonly says: string;
}

/** Those with words behind them; what an action of a key does is a command by its name. */
export const OWN_COMMANDS: Readonly<Record<string, Told>> = {
  copy: { usage: "/copy M", says: "the text of M to the clipboard" },
  unread: { usage: "/unread M", says: "M and what follows was not read" },
  retry: { usage: "/retry [M]", says: "send again what was not sent" },
  discard: { usage: "/discard [M]", says: "give up what was not sent" },
  pin: { usage: "/pin [off]", says: "keep it on top of the list" },
  archive: { usage: "/archive [off]", says: "put it away; what is new brings it back" },
  archived: { usage: "/archived", says: "show those put away, or hide them" },
  level: { usage: "/level HOW", says: "what rings: all, mentions or nothing" },
  nick: { usage: "/nick USER [NAME]", says: "what you call somebody; alone: no more" },
  person: { usage: "/person USER", says: "who it is, their devices, the safety number" },
  theme: { usage: "/theme HOW", says: "system, light or dark" },
  language: { usage: "/language en|es|pt", says: "English, español, português" },
  notify: { usage: "/notify on|off", says: "notifications of the desktop" },
  sound: { usage: "/sound on|off", says: "the bell" },
  quiet: { usage: "/quiet 22:00-07:00|off", says: "nothing rings in these hours" },
  keywords: { usage: "/keywords [WORD …]", says: "words that ring as your name does" },
  "lock-after": { usage: "/lock-after MINUTES", says: "without a key; 0: never" },
  export: { usage: "/export [HOW] FILE", says: "all of this conversation; HOW: text, json, html" },
  unreply: { usage: "/unreply", says: "answer nothing, edit nothing" },
};

/** What a key does, and the command of the same name. */
export const ACTION_COMMANDS: Readonly<Record<string, string>> = {
  previous: "the conversation above",
  next: "the conversation below",
  activity: "the next one in which something happened",
  switch: "go to a conversation by its name",
  search: "search everywhere",
  help: "this list",
  redraw: "draw the screen anew",
  "page-up": "a page up",
  "page-down": "a page down",
  "scroll-up": "a row up",
  "scroll-down": "a row down",
  "first-unread": "to the first that was not read",
  end: "to the end",
  select: "choose a message, then r e + d …",
  dismiss: "close, or mark as read",
  quit: "leave",
  suspend: "put this program in the background",
  sidebar: "show or hide the list",
  members: "who is here",
  column: "show or hide the members beside a room",
  devices: "your devices",
  settings: "settings",
  lock: "lock the screen",
};

export const COMMAND_NAMES: readonly string[] = [
  ...new Set([
    ...[SAYING, READING, GATHERING, PEOPLE, REALM, RUNNING].flatMap((group) => Object.keys(group)),
    ...Object.keys(OWN_COMMANDS),
    ...Object.keys(ACTION_COMMANDS),
  ]),
].toSorted();
