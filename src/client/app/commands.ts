// Commands as data: what a face may ask, read strictly from an unknown value. Unknown fields are ignored, wrong ones refused.
import { Fault } from "../../model/fault.ts";
import type { MessageId } from "../../model/ids.ts";
import type { Command } from "../port/client.ts";
import { checkText } from "./payload.ts";

/** Names of docs/lines.md that a later version will know. */
const LATER = new Set(
  "edit delete react create add remove approve deny join leave role topic rename search typing mute file save verify trust devices revoke".split(
    " ",
  ),
);
export const HISTORY_MOST = 500;
const HISTORY_USUAL = 50;
const QUERY_CHARS = 64;
const MID = /^[0-9a-f]{32}$/;

type Fields = Readonly<Record<string, unknown>>;

const READERS: { readonly [K in Command["do"]]: (fields: Fields) => Extract<Command, { do: K }> } = {
  whoami: () => ({ do: "whoami" }),
  send: readSend,
  conversations: () => ({ do: "conversations" }),
  members: (fields) => ({ do: "members", to: textField(fields, "to") }),
  users: readUsers,
  history: (fields) => ({
    do: "history",
    to: textField(fields, "to"),
    before: countField(fields, "before", { least: 1, most: Number.MAX_SAFE_INTEGER }),
    limit: countField(fields, "limit", { least: 1, most: HISTORY_MOST }) ?? HISTORY_USUAL,
  }),
  read: (fields) => ({
    do: "read",
    to: textField(fields, "to"),
    seq: countField(fields, "seq", { least: 0, most: Number.MAX_SAFE_INTEGER }),
  }),
  link: readLink,
  quit: () => ({ do: "quit" }),
};

/** @throws Fault `unknown-command`, `not-supported`, `bad-field`, `empty-text`, `too-long`, `bad-text` */
export function readCommand(fields: Fields): Command {
  const name = fields["do"];
  if (typeof name !== "string")
    throw badField("do", "is not a text", `for example {"do": "send", "to": "#lobby", "text": "hello"}`);
  if (LATER.has(name)) {
    throw new Fault("not-supported", `this version does not know the command ${name} yet`, {
      hint: `it knows: ${known()}`,
    });
  }
  if (!isKnown(name)) throw new Fault("unknown-command", "there is no such command", { hint: `there are: ${known()}` });
  return READERS[name](fields);
}

function isKnown(name: string): name is Command["do"] {
  return Object.hasOwn(READERS, name);
}

function known(): string {
  return Object.keys(READERS).join(", ");
}

function readSend(fields: Fields): Extract<Command, { do: "send" }> {
  const to = textField(fields, "to");
  const { text, replyTo } = fields;
  if (typeof text !== "string") throw badField("text", "is not a text", "give it as a JSON string");
  checkText(text);
  if (fields["expire"] !== undefined)
    throw new Fault("not-supported", "this version does not know messages that expire yet");
  if (replyTo === undefined) return { do: "send", to, text };
  if (typeof replyTo !== "string" || !MID.test(replyTo))
    throw badField("replyTo", "is not a message id", "32 hex digits");
  return { do: "send", to, text, replyTo: replyTo as MessageId };
}

function readUsers({ query }: Fields): Extract<Command, { do: "users" }> {
  if (query === undefined) return { do: "users", query: "" };
  if (typeof query !== "string" || query.length > QUERY_CHARS)
    throw badField("query", `is not a text of at most ${QUERY_CHARS} characters`);
  return { do: "users", query };
}

function readLink({ state }: Fields): Extract<Command, { do: "link" }> {
  if (state !== "up" && state !== "down") throw badField("state", "is not a state of the link", "one of: up, down");
  return { do: "link", state };
}

function textField(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== "string" || value === "") throw badField(name, "is missing or not a text", "for example #lobby");
  return value;
}

function countField(
  fields: Fields,
  name: string,
  range: { readonly least: number; readonly most: number },
): number | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < range.least || value > range.most) {
    throw badField(name, `is not a whole number from ${range.least} to ${range.most}`);
  }
  return value;
}

function badField(name: string, what: string, hint?: string): Fault {
  return new Fault("bad-field", `the field ${name} ${what}`, hint === undefined ? {} : { hint });
}
