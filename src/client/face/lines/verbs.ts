// The commands of a person, in the groups of /help. Each becomes one of --json, with the same fields: app/commands.ts checks them.
import { spacedName } from "../../app/payload/room-name.ts";
import { adminRequest } from "../admin-words.ts";
import type { Among } from "./shown-messages.ts";
import { secondsOf } from "./quantities.ts";
import { Rest } from "./rest.ts";

/** A command of --json, but for the message that is meant. */
export interface Wish {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly meant?: Meant;
}

export interface Meant {
  readonly field: "message" | "replyTo";
  /** As typed. */
  readonly typed: string;
  /** `transfers`: nothing typed means the newest one. */
  readonly among: Among | "transfers";
}

export type Deed =
  | { readonly do: "quit" }
  | { readonly do: "help"; readonly about: string }
  /** From now on, what is typed goes there. */
  | { readonly do: "go"; readonly to: string }
  | { readonly do: "ask"; readonly wishes: readonly Wish[] };

/** Where and when it was typed. */
export interface Ground {
  readonly here: string;
  /** Milliseconds since 1970 UTC. */
  readonly now: number;
  /** Of whoever types: `~` in a path. */
  readonly homeFolder?: string | undefined;
}

export interface Verb {
  readonly usage: string;
  readonly says: string;
  /** Undefined: it cannot be meant like this. */
  readonly read: (rest: Rest, ground: Ground) => Deed | undefined;
}

export type Group = Readonly<Record<string, Verb>>;

/** How a room shall be. */
const HOW = new Set(["open", "ask", "invite", "listed", "unlisted", "history"]);
const HISTORY_USUAL = 20;
const PRIVATE = new Set(["receipts", "typing", "presence"]);

export const SAYING: Group = {
  reply: verb("/reply M TEXT", "answer the message M", (rest, { here }) =>
    wish({ do: "send", to: here }, { field: "replyTo", typed: rest.word(), among: "any" }, { text: rest.all() }),
  ),
  edit: verb("/edit M TEXT", "say it anew; of ^ only your own count", (rest, { here }) =>
    wish({ do: "edit", to: here }, { field: "message", typed: rest.word(), among: "mine" }, { text: rest.all() }),
  ),
  delete: verb("/delete M", "take it back, for everybody", (rest, { here }) =>
    wish({ do: "delete", to: here }, { field: "message", typed: rest.word(), among: "mine" }),
  ),
  react: verb("/react M EMOJI", "for example /react ^ 👍", (rest, { here }) =>
    wish({ do: "react", to: here }, { field: "message", typed: rest.word(), among: "any" }, { emoji: rest.word() }),
  ),
  unreact: verb("/unreact M EMOJI", "take a reaction back", (rest, { here }) =>
    wish(
      { do: "react", to: here, on: false },
      { field: "message", typed: rest.word(), among: "any" },
      { emoji: rest.word() },
    ),
  ),
  expiring: verb("/expiring TIME TEXT", "gone after TIME: 30s, 10m, 8h, 7d, 2w", (rest, { here }) =>
    wish({ do: "send", to: here, expire: secondsOf(rest.word()) ?? Number.NaN, text: rest.all() }),
  ),
  file: verb("/file PATH [TEXT]", "send a file; PATH in quotes if it has spaces", (rest, { here, homeFolder }) =>
    wish({ do: "file", to: here, path: pathOf(rest, homeFolder), ...(rest.isEmpty ? {} : { text: rest.all() }) }),
  ),
  save: verb("/save M [PATH]", "save the file of M, here or in PATH", (rest, { homeFolder }) => {
    const meant = { field: "message", typed: rest.word(), among: "files" } as const;
    return wish({ do: "save", path: rest.isEmpty ? "." : pathOf(rest, homeFolder) }, meant);
  }),
  pause: transferVerb("pause", "/pause [M]", "hold a file that is on its way"),
  resume: transferVerb("resume", "/resume [M]", "go on with it"),
  cancel: transferVerb("cancel", "/cancel [M]", "give it up"),
};

export const READING: Group = {
  history: verb("/history [N]", "the last N messages (20), each with its digits", (rest, { here }) => {
    const to = rest.place("#@") ?? here;
    return wish({ do: "history", to, limit: rest.isEmpty ? HISTORY_USUAL : countOf(rest.word()) });
  }),
  search: verb("/search WORDS", "everywhere; also from:bob in:#plans on:2026-11-21", (rest) =>
    wish({ do: "search", query: rest.all() }),
  ),
  read: verb("/read", "mark everything here as read", (rest, { here }) =>
    wish({ do: "read", to: rest.place("#@") ?? here }),
  ),
  conversations: verb("/conversations", "all that you are in, and what is unread", () => wish({ do: "conversations" })),
};

export const GATHERING: Group = {
  to: verb("/to NAME", "go to #room or to @user", (rest) => ({ do: "go", to: rest.word() })),
  create: verb("/create NAME [HOW]", "HOW: open, ask or invite; listed; history DAYS", (rest) =>
    wish({ do: "create", ...roomOf(rest.words()) }),
  ),
  join: verb("/join #ROOM", "come in, or ask to be let in", (rest) => wish({ do: "join", to: placeOf(rest.word()) })),
  leave: verb("/leave [#ROOM]", "go out of it", (rest, { here }) =>
    wish({ do: "leave", to: rest.place("#@") ?? here }),
  ),
  topic: verb("/topic TEXT", "what it is about; /topic - takes it away", (rest, { here }) => {
    if (rest.isEmpty) return undefined;
    const text = rest.all();
    return wish({ do: "topic", to: here, text: text === "-" ? "" : text });
  }),
  rename: verb("/rename NAME", "call it something else", (rest, { here }) =>
    wish({ do: "rename", to: here, text: rest.all() }),
  ),
  policy: verb("/policy HOW", "as with /create; unlisted; history all or none", (rest, { here }) =>
    wish({ do: "policy", to: rest.place("#") ?? here, ...policyOf(rest) }),
  ),
  expire: verb("/expire TIME|off", "what is said here from now on is gone after TIME", (rest, { here }) => {
    const to = rest.place("#@") ?? here;
    const time = rest.word();
    return wish({ do: "expire", to, seconds: time === "off" ? 0 : (secondsOf(time) ?? Number.NaN) });
  }),
  mute: verb("/mute [TIME|off]", "show nothing of it until you go there", (rest, { here, now }) => {
    const to = rest.place("#@") ?? here;
    return wish({ do: "mute", to, ...(rest.isEmpty ? {} : { until: untilOf(rest.word(), now) }) });
  }),
  privacy: verb("/privacy [WHAT on|off]", "WHAT: receipts, typing, presence", (rest, { here }) => {
    const to = rest.place("#@") ?? here;
    if (rest.isEmpty) return wish({ do: "privacy", to });
    const [what, position] = [rest.word(), rest.word()];
    if (!PRIVATE.has(what) || (position !== "on" && position !== "off")) return undefined;
    return wish({ do: "privacy", to, [what]: position === "on" });
  }),
  disband: verb("/disband #ROOM", "end it, for everybody and for ever", (rest) =>
    wish({ do: "disband", to: rest.place("#") ?? "" }),
  ),
};

export const PEOPLE: Group = {
  who: verb("/who", "who is here, and who is online", (rest, { here }) =>
    wish({ do: "members", to: rest.place("#@") ?? here }),
  ),
  users: verb("/users [TEXT]", "everybody of this realm, or with TEXT in the name", (rest) =>
    wish({ do: "users", query: rest.all() }),
  ),
  add: membersVerb("add", "/add USER …", "bring somebody in"),
  remove: membersVerb("remove", "/remove USER …", "put somebody out"),
  approve: membersVerb("approve", "/approve USER …", "let in who has asked"),
  deny: membersVerb("deny", "/deny USER …", "do not let them in"),
  role: verb("/role USER ROLE", "owner, admin or member", (rest, { here }) => {
    const to = rest.place("#") ?? here;
    return wish({ do: "role", to, user: rest.user(), role: rest.word() });
  }),
  verify: verb("/verify USER", "the number that you two compare", (rest) => wish({ do: "verify", user: rest.user() })),
  trust: verb("/trust USER", "it was the same", (rest) => wish({ do: "trust", user: rest.user(), verified: true })),
  distrust: verb("/distrust USER", "it is not certain any more", (rest) =>
    wish({ do: "trust", user: rest.user(), verified: false }),
  ),
  devices: verb("/devices [USER]", "your own, or somebody else's", (rest) =>
    wish({ do: "devices", ...(rest.isEmpty ? {} : { user: rest.user() }) }),
  ),
  label: verb("/label DEVICE NAME", "what you call a device of yours; - takes it away", (rest) => {
    const device = rest.path();
    if (rest.isEmpty) return undefined;
    const label = rest.all();
    return wish({ do: "label", device, label: label === "-" ? "" : label });
  }),
};

export const REALM: Group = {
  pair: verb("/pair", "make another machine a device of yours", () => wish({ do: "pair" })),
  audit: verb("/audit [USER]", "every certificate in your name, or in USER's", (rest) =>
    wish({ do: "audit", ...(rest.isEmpty ? {} : { user: rest.user() }) }),
  ),
  invite: verb("/invite [USER]", "a line by which somebody comes in; of owners", (rest, { now }) =>
    wish({ do: "admin", request: adminRequest(["invite", ...rest.phrases()], now) }),
  ),
  revoke: verb("/revoke DEVICE", "put one of your own devices out, for ever", (rest) =>
    wish({ do: "revoke", device: rest.path() }),
  ),
  admin: verb("/admin [ACT …]", "for owners and admins; alone: which acts there are", (rest, { now }) =>
    rest.isEmpty ? { do: "help", about: "admin" } : wish({ do: "admin", request: adminRequest(rest.phrases(), now) }),
  ),
};

export const RUNNING: Group = {
  whoami: verb("/whoami", "your name, device and certificate", () => wish({ do: "whoami" })),
  link: verb("/link down|up", "cut the connection, or connect again", (rest) =>
    wish({ do: "link", state: rest.word() }),
  ),
  help: verb("/help [COMMAND]", "this list, or a line of it", (rest) => ({
    do: "help",
    about: rest.word().replace(/^\//, ""),
  })),
  quit: verb("/quit", "leave (also Ctrl+D)", () => ({ do: "quit" })),
};

function verb(usage: string, says: string, read: Verb["read"]): Verb {
  return { usage, says, read };
}

function wish(fields: Wish["fields"], meant?: Meant, more: Wish["fields"] = {}): Deed {
  const all = { ...fields, ...more };
  return { do: "ask", wishes: [meant === undefined ? { fields: all } : { fields: all, meant }] };
}

function transferVerb(name: string, usage: string, says: string): Verb {
  return verb(usage, says, (rest) => wish({ do: name }, { field: "message", typed: rest.word(), among: "transfers" }));
}

/** One after the other: each is a commit of its own. */
function membersVerb(name: string, usage: string, says: string): Verb {
  return verb(usage, says, (rest, { here }) => {
    const to = rest.place("#") ?? here;
    const users = rest.isEmpty ? [""] : rest.words();
    const bare = users.map((user) => user.replace(/^@/, "").toLowerCase());
    return { do: "ask", wishes: bare.map((user) => ({ fields: { do: name, to, user } })) };
  });
}

/** Behind the name comes how it shall be: other words there are meant as more of the name. @throws Fault `bad-room-name` */
function roomOf([name = "", ...words]: readonly string[]): Wish["fields"] {
  const end = words.findIndex((word) => HOW.has(word));
  const more = end < 0 ? words : words.slice(0, end);
  if (more.length > 0)
    throw spacedName([name, ...more].join(" "), "behind it may stand: open, ask or invite; listed; history DAYS");
  return { name, ...policyOf(new Rest(words.join(" "))) };
}

/** Words in any order: `ask listed history 7`. */
function policyOf(rest: Rest): Wish["fields"] {
  const policy: Record<string, unknown> = {};
  while (!rest.isEmpty) {
    const word = rest.word();
    if (word === "listed" || word === "unlisted") policy["listed"] = word === "listed";
    else if (word === "history") policy["history"] = daysOf(rest.word());
    else policy["join"] = word;
  }
  return policy;
}

function daysOf(word: string): string | number {
  return /^\d{1,6}$/.test(word) ? Number(word) : word;
}

/** Not a number where none was typed: refused with the range. */
function countOf(word: string): number {
  return /^\d{1,6}$/.test(word) ? Number(word) : Number.NaN;
}

/** As shells do it. */
function pathOf(rest: Rest, homeFolder: string | undefined): string {
  const path = rest.path();
  return homeFolder === undefined ? path : path.replace(/^~(?=\/|$)/, () => homeFolder);
}

/** `Plans` is `#plans`. */
export function placeOf(word: string): string {
  const place = word.toLowerCase();
  return /^[#@]|^[0-9a-f]{32}$|^$/.test(place) ? place : `#${place}`;
}

function untilOf(word: string, now: number): string | null {
  const seconds = secondsOf(word);
  if (word === "off") return null;
  return seconds === undefined ? word : new Date(now + 1000 * seconds).toISOString();
}
