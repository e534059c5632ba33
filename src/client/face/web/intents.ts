// What a person does on the page, read strictly from an unknown value. Unknown fields are ignored, wrong ones refused.
// The page is no more trusted than any other end of a wire.
import { isMessageId, type MessageId, type Seq } from "../../../model/ids.ts";
import {
  badField,
  countField,
  type Fields,
  flagField,
  messageField,
  objectField,
  optional,
  placeField,
  shortField,
  userField,
  wordField,
} from "../../app/command-fields.ts";
import type { Intent, NotifyLevel } from "../../port/screens.ts";
import { readSettings } from "./settings-fields.ts";

/** UTF-16 units: what fits into a message, and some; the model says where it is too long. */
const TEXT_CHARS = 128 * 1024;
const NAME_CHARS = 256;
const SEARCH_CHARS = 1_000;
const PASSPHRASE_CHARS = 1_024;
const LEVELS: readonly NotifyLevel[] = ["all", "mentions", "nothing"];

type Reader<W extends Intent["want"]> = (fields: Fields) => Intent & { readonly want: W };

const READERS: { readonly [W in Intent["want"]]: Reader<W> } = {
  open: (fields) => ({ want: "open", conversation: conversationOf(fields) }),
  jump: (fields) => ({
    want: "jump",
    conversation: conversationOf(fields),
    message: messageField(fields),
    seq: seqOf(fields),
  }),
  "first-unread": () => ({ want: "first-unread" }),
  end: () => ({ want: "end" }),
  older: () => ({ want: "older" }),
  newer: () => ({ want: "newer" }),
  "next-activity": () => ({ want: "next-activity" }),
  look: (fields) => ({ want: "look", focused: flagField(fields, "focused"), atEnd: flagField(fields, "atEnd") }),
  "mark-read": () => ({ want: "mark-read" }),
  "mark-unread": (fields) => ({ want: "mark-unread", message: messageField(fields) }),
  draft: (fields) => ({ want: "draft", text: textOf(fields) }),
  reply: (fields) => ({ want: "reply", message: maybeMessage(fields) }),
  edit: (fields) => ({ want: "edit", message: maybeMessage(fields) }),
  "edit-last": () => ({ want: "edit-last" }),
  submit: (fields) => ({ want: "submit", text: textOf(fields) }),
  retry: (fields) => ({ want: "retry", message: messageField(fields) }),
  discard: (fields) => ({ want: "discard", message: messageField(fields) }),
  awake: () => ({ want: "awake" }),
  search: (fields) => ({
    want: "search",
    query: optional(fields, "query", (all, name) => shortField(all, name, SEARCH_CHARS)),
  }),
  dismiss: (fields) => ({ want: "dismiss", notice: wholeOf(fields, "notice") }),
  pin: (fields) => ({ want: "pin", ...switchOf(fields) }),
  archive: (fields) => ({ want: "archive", ...switchOf(fields) }),
  level: (fields) => ({
    want: "level",
    conversation: conversationOf(fields),
    level: wordField(fields, "level", LEVELS),
  }),
  nickname: (fields) => ({ want: "nickname", user: userField(fields), name: shortField(fields, "name", NAME_CHARS) }),
  settings: (fields) => ({ want: "settings", change: readSettings(objectField(fields, "change")) }),
  lock: () => ({ want: "lock" }),
  passphrase: (fields) => ({
    want: "passphrase",
    before: shortField(fields, "before", PASSPHRASE_CHARS),
    next: shortField(fields, "next", PASSPHRASE_CHARS),
  }),
  unlock: (fields) => ({ want: "unlock", passphrase: shortField(fields, "passphrase", PASSPHRASE_CHARS) }),
};

/** @throws Fault `bad-field` */
export function readIntent(fields: Fields): Intent {
  const { want } = fields;
  if (typeof want !== "string" || !isKnown(want)) throw badField("want", "is not something that can be wanted");
  return READERS[want](fields);
}

function isKnown(want: string): want is Intent["want"] {
  return Object.hasOwn(READERS, want);
}

function conversationOf(fields: Fields): string {
  return placeField(fields, "conversation");
}

function switchOf(fields: Fields): { readonly conversation: string; readonly on: boolean } {
  return { conversation: conversationOf(fields), on: flagField(fields, "on") };
}

function textOf(fields: Fields): string {
  return shortField(fields, "text", TEXT_CHARS);
}

function seqOf(fields: Fields): Seq {
  return wholeOf(fields, "seq");
}

function wholeOf(fields: Fields, name: string): number {
  const value = countField(fields, name, { least: 0, most: Number.MAX_SAFE_INTEGER });
  if (value === undefined) throw badField(name, "is missing");
  return value;
}

/** JSON has no undefined: left out, there is none any more. */
function maybeMessage({ message }: Fields): MessageId | undefined {
  if (message === undefined) return undefined;
  if (typeof message !== "string" || !isMessageId(message)) throw badField("message", "is not a message id");
  return message;
}
