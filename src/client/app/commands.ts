// Commands as data: what a face may ask, read strictly from an unknown value. Unknown fields are ignored, wrong ones refused.
import { Fault } from "../../model/fault.ts";
import type { JoinPolicy, Role } from "../../model/terms.ts";
import type { Command } from "../port/client.ts";
import {
  badField,
  countField,
  emojiField,
  type Fields,
  flagField,
  historyField,
  labelField,
  messageField,
  objectField,
  optional,
  pathField,
  placeField,
  present,
  roomNameField,
  saidField,
  secondsField,
  shortField,
  timeField,
  topicField,
  userField,
  wordField,
} from "./command-fields.ts";

/** Its id, or the name that its user gave it: at most 64 characters, each at most two units of UTF-16. */
const DEVICE_CHARS = 128;
const HISTORY_MOST = 500;
const USUAL = 50;
const USERS_CHARS = 64;
const SEARCH_CHARS = 1_000;
const JOINS: readonly JoinPolicy[] = ["open", "ask", "invite"];
const ROLES: readonly Role[] = ["owner", "admin", "member"];

type Reader<K extends Command["do"]> = (fields: Fields) => Extract<Command, { do: K }>;

const READERS: { readonly [K in Command["do"]]: Reader<K> } = {
  whoami: () => ({ do: "whoami" }),
  send: (fields) => ({ do: "send", to: placeField(fields), text: saidField(fields), ...moreOf(fields) }),
  edit: (fields) => ({ do: "edit", to: placeField(fields), message: messageField(fields), text: saidField(fields) }),
  delete: (fields) => ({ do: "delete", to: placeField(fields), message: messageField(fields) }),
  react: readReact,
  create: readCreate,
  rename: (fields) => ({ do: "rename", to: placeField(fields), text: roomNameField(fields, "text") }),
  topic: (fields) => ({ do: "topic", to: placeField(fields), text: topicField(fields) }),
  policy: readPolicy,
  expire: (fields) => ({ do: "expire", to: placeField(fields), seconds: secondsField(fields, "seconds", true) }),
  disband: (fields) => ({ do: "disband", to: placeField(fields) }),
  add: (fields) => ({ do: "add", to: placeField(fields), user: userField(fields) }),
  remove: (fields) => ({ do: "remove", to: placeField(fields), user: userField(fields) }),
  approve: (fields) => ({ do: "approve", to: placeField(fields), user: userField(fields) }),
  deny: (fields) => ({ do: "deny", to: placeField(fields), user: userField(fields) }),
  role: (fields) => ({
    do: "role",
    to: placeField(fields),
    user: userField(fields),
    role: wordField(fields, "role", ROLES),
  }),
  join: (fields) => ({ do: "join", to: placeField(fields) }),
  leave: (fields) => ({ do: "leave", to: placeField(fields) }),
  read: (fields) => ({ do: "read", to: placeField(fields), seq: seqField(fields, "seq", 0) }),
  typing: (fields) => ({ do: "typing", to: placeField(fields), on: flagField(fields, "on") }),
  privacy: readPrivacy,
  mute: (fields) => ({ do: "mute", to: placeField(fields), until: untilOf(fields) }),
  conversations: (fields) => ({
    do: "conversations",
    ...(optional(fields, "previews", flagField) === true ? { previews: true } : {}),
    ...(optional(fields, "past", flagField) === true ? { past: true } : {}),
  }),
  members: (fields) => ({ do: "members", to: placeField(fields) }),
  users: (fields) => ({ do: "users", query: optional(fields, "query", usersQuery) ?? "" }),
  history: readHistory,
  search: readSearch,
  file: readFile,
  save: (fields) => ({
    do: "save",
    message: messageField(fields),
    path: pathField(fields),
    replace: optional(fields, "replace", flagField) ?? false,
  }),
  cancel: (fields) => ({ do: "cancel", message: messageField(fields) }),
  pause: (fields) => ({ do: "pause", message: messageField(fields) }),
  resume: (fields) => ({ do: "resume", message: messageField(fields) }),
  verify: (fields) => ({ do: "verify", user: userField(fields) }),
  trust: (fields) => ({ do: "trust", user: userField(fields), verified: flagField(fields, "verified") }),
  devices: (fields) => ({ do: "devices", ...present({ user: optional(fields, "user", userField) }) }),
  revoke: (fields) => ({ do: "revoke", device: shortField(fields, "device", DEVICE_CHARS) }),
  pair: () => ({ do: "pair" }),
  label: (fields) => ({
    do: "label",
    device: shortField(fields, "device", DEVICE_CHARS),
    label: labelField(fields),
  }),
  audit: (fields) => ({ do: "audit", ...present({ user: optional(fields, "user", userField) }) }),
  admin: (fields) => ({ do: "admin", request: objectField(fields, "request") }),
  link: (fields) => ({ do: "link", state: wordField(fields, "state", ["up", "down"]) }),
  quit: () => ({ do: "quit" }),
};

/** @throws Fault `unknown-command`, and what the fields say: `bad-…`, `empty-text`, `too-long` */
export function readCommand(fields: Fields): Command {
  const name = fields["do"];
  if (typeof name !== "string")
    throw badField("do", "is not a text", `for example {"do": "send", "to": "#lobby", "text": "hello"}`);
  if (!isKnown(name)) throw new Fault("unknown-command", "there is no such command", { hint: `there are: ${known()}` });
  return READERS[name](fields);
}

function isKnown(name: string): name is Command["do"] {
  return Object.hasOwn(READERS, name);
}

function known(): string {
  return Object.keys(READERS).join(", ");
}

/** What may go with everything that is said. */
function moreOf(fields: Fields) {
  return present({
    replyTo: optional(fields, "replyTo", messageField),
    expire: optional(fields, "expire", (all, name) => secondsField(all, name, false)),
    bot: optional(fields, "bot", flagField) === true ? (true as const) : undefined,
  });
}

function readReact(fields: Fields): Extract<Command, { do: "react" }> {
  const on = optional(fields, "on", flagField) ?? true;
  return { do: "react", to: placeField(fields), message: messageField(fields), emoji: emojiField(fields), on };
}

function readCreate(fields: Fields): Extract<Command, { do: "create" }> {
  const join = optional(fields, "join", joinField) ?? "invite";
  const listed = optional(fields, "listed", flagField) ?? false;
  // Nobody could come in who finds it there.
  if (listed && join === "invite") throw badField("listed", "goes with join: open or ask");
  return {
    do: "create",
    name: roomNameField(fields, "name"),
    join,
    listed,
    history: optional(fields, "history", historyField) ?? "none",
  };
}

function readPolicy(fields: Fields): Extract<Command, { do: "policy" }> {
  const changes = present({
    join: optional(fields, "join", joinField),
    history: optional(fields, "history", historyField),
    listed: optional(fields, "listed", flagField),
  });
  if (Object.keys(changes).length === 0) throw badField("join", "is missing", "or one of: history, listed");
  return { do: "policy", to: placeField(fields), ...changes };
}

function readPrivacy(fields: Fields): Extract<Command, { do: "privacy" }> {
  const [receipts, typing, presence] = ["receipts", "typing", "presence"].map((name) =>
    optional(fields, name, flagField),
  );
  return { do: "privacy", to: placeField(fields), ...present({ receipts, typing, presence }) };
}

function readSearch(fields: Fields): Extract<Command, { do: "search" }> {
  const only = present({ to: optional(fields, "to", placeField), from: optional(fields, "from", userField) });
  return { do: "search", query: shortField(fields, "query", SEARCH_CHARS), ...only, limit: limitOf(fields) };
}

function readHistory(fields: Fields): Extract<Command, { do: "history" }> {
  const [before, after] = [seqField(fields, "before", 1), seqField(fields, "after", 0)];
  const around = optional(fields, "around", messageField);
  if ([before, after, around].filter((one) => one !== undefined).length > 1)
    throw badField("before", "goes with neither after nor around", "give one of them, or none for the newest");
  const receipts = optional(fields, "receipts", flagField) === true ? { receipts: true as const } : {};
  const page = { before, ...present({ after, around }), limit: limitOf(fields) };
  return { do: "history", to: placeField(fields), ...page, ...receipts };
}

function readFile(fields: Fields): Extract<Command, { do: "file" }> {
  const said = present({ text: optional(fields, "text", saidField) });
  return { do: "file", to: placeField(fields), path: pathField(fields), ...said, ...moreOf(fields) };
}

/** Left out: for ever. `null`: not any more. */
function untilOf(fields: Fields): Extract<Command, { do: "mute" }>["until"] {
  if (fields["until"] === undefined) return "for-ever";
  return fields["until"] === null ? "unmute" : timeField(fields, "until");
}

function joinField(fields: Fields, name: string): JoinPolicy {
  return wordField(fields, name, JOINS);
}

function usersQuery(fields: Fields, name: string): string {
  return shortField(fields, name, USERS_CHARS);
}

function seqField(fields: Fields, name: string, least: number): number | undefined {
  return countField(fields, name, { least, most: Number.MAX_SAFE_INTEGER });
}

function limitOf(fields: Fields): number {
  return countField(fields, "limit", { least: 1, most: HISTORY_MOST }) ?? USUAL;
}
