// Every command that may be typed here: those of the lines, and those of this face alone. Names, and how they are typed.
import type { ActionName } from "./bindings.ts";
import { GATHERING, PEOPLE, READING, REALM, RUNNING, SAYING } from "../../lines/verbs.ts";

/** Those with words behind them, as they are typed; what an action of a key does is a command by its name. */
export const OWN_COMMANDS = {
  copy: "/copy M",
  unread: "/unread M",
  retry: "/retry [M]",
  discard: "/discard [M]",
  pin: "/pin [off]",
  archive: "/archive [off]",
  archived: "/archived",
  level: "/level HOW",
  nick: "/nick USER [NAME]",
  person: "/person USER",
  theme: "/theme HOW",
  language: "/language en|es|pt",
  notify: "/notify on|off",
  sound: "/sound on|off",
  quiet: "/quiet 22:00-07:00|off",
  keywords: "/keywords [WORD …]",
  "lock-after": "/lock-after MINUTES",
  passphrase: "/passphrase",
  export: "/export [HOW] FILE",
  look: "/look [M]",
  unreply: "/unreply",
} as const;

export type OwnName = keyof typeof OWN_COMMANDS;

export function isOwnName(name: string): name is OwnName {
  return Object.hasOwn(OWN_COMMANDS, name);
}

/** What a key does, and the command of the same name. */
export const ACTION_COMMANDS = [
  "previous",
  "next",
  "activity",
  "switch",
  "search",
  "help",
  "redraw",
  "page-up",
  "page-down",
  "scroll-up",
  "scroll-down",
  "first-unread",
  "end",
  "select",
  "dismiss",
  "quit",
  "suspend",
  "sidebar",
  "members",
  "column",
  "devices",
  "settings",
  "lock",
] as const satisfies readonly ActionName[];

export function isActionName(name: string): name is (typeof ACTION_COMMANDS)[number] {
  return (ACTION_COMMANDS as readonly string[]).includes(name);
}

export const COMMAND_NAMES: readonly string[] = [
  ...new Set([
    ...[SAYING, READING, GATHERING, PEOPLE, REALM, RUNNING].flatMap((group) => Object.keys(group)),
    ...Object.keys(OWN_COMMANDS),
    ...ACTION_COMMANDS,
  ]),
].toSorted();
