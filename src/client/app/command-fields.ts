// The fields of commands, each read strictly from an unknown value. Throws Fault `bad-field`, which names the field and quotes
// nothing of it, or what the rules for its content say.
import { Fault } from "../../model/fault.ts";
import { type Handle, isHandle, isMessageId, type MessageId } from "../../model/ids.ts";
import type { HistoryPolicy } from "../../model/terms.ts";
import { checkEmoji } from "./payload/emoji.ts";
import { EXPIRE_LEAST, EXPIRE_MOST } from "./payload/fields.ts";
import { roomNameOf } from "./payload/room-name.ts";
import { checkLabel, checkText, checkTopic } from "./payload/text.ts";

export type Fields = Readonly<Record<string, unknown>>;

/** The longest is `#` and the name of a room: 64 characters, each at most two units of UTF-16. */
const PLACE_CHARS = 129;
/** PATH_MAX of Linux, in bytes; other systems take less. */
const PATH_CHARS = 4_096;
const HISTORY_DAYS = 365;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** @throws Fault `bad-field` */
export function placeField(fields: Fields, name: string = "to"): string {
  const place = fields[name];
  if (typeof place !== "string" || place === "") throw badField(name, "is missing or not a text", "for example #lobby");
  if (place.length > PLACE_CHARS) throw badField(name, "is too long for a conversation", "#room, @user or an id");
  return place;
}

export function userField(fields: Fields, name: string = "user"): Handle {
  const user = fields[name];
  if (typeof user !== "string" || !isHandle(user)) throw badField(name, "is not a user", "for example bob, without @");
  return user;
}

export function messageField(fields: Fields, name: string = "message"): MessageId {
  const message = fields[name];
  if (typeof message !== "string" || !isMessageId(message))
    throw badField(name, "is not a message id", "32 hex digits");
  return message;
}

/** The text of a message. @throws Fault `bad-field`, `empty-text`, `too-long`, `bad-text` */
export function saidField(fields: Fields, name: string = "text"): string {
  const text = stringField(fields, name);
  checkText(text);
  return text;
}

function stringField(fields: Fields, name: string): string {
  const text = fields[name];
  if (typeof text !== "string") throw badField(name, "is not a text", "give it as a JSON string");
  return text;
}

/** The name of a room, with or without its `#`; capitals become small. @throws Fault `bad-field`, `bad-room-name` */
export function roomNameField(fields: Fields, name: string): string {
  return roomNameOf(stringField(fields, name));
}

/** Empty: there shall be none. @throws Fault `bad-field`, `bad-topic` */
export function topicField(fields: Fields): string {
  const topic = stringField(fields, "text");
  checkTopic(topic);
  return topic;
}

/** Empty: it shall have no name. @throws Fault `bad-field`, `bad-label` */
export function labelField(fields: Fields): string {
  const label = stringField(fields, "label").trim();
  checkLabel(label);
  return label;
}

/** @throws Fault `bad-field`, `bad-emoji` */
export function emojiField(fields: Fields): string {
  const emoji = stringField(fields, "emoji");
  checkEmoji(emoji);
  return emoji;
}

/** A short text, which may be empty. */
export function shortField(fields: Fields, name: string, most: number): string {
  const text = fields[name];
  if (typeof text !== "string" || text.length > most)
    throw badField(name, `is not a text of at most ${most} characters`);
  return text;
}

export function pathField(fields: Fields): string {
  const path = fields["path"];
  if (typeof path !== "string" || path === "" || path.length > PATH_CHARS || path.includes("\0"))
    throw badField("path", "is not the path of a file");
  return path;
}

export function objectField(fields: Fields, name: string): Fields {
  const value = fields[name];
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw badField(name, "is not an object", `for example {"do": "users"}`);
}

export function flagField(fields: Fields, name: string): boolean {
  const flag = fields[name];
  if (typeof flag !== "boolean") throw badField(name, "is neither true nor false");
  return flag;
}

/** One of a few words. */
export function wordField<W extends string>(fields: Fields, name: string, words: readonly W[]): W {
  const word = words.find((one) => one === fields[name]);
  if (word === undefined) throw badField(name, `is not one of: ${words.join(", ")}`);
  return word;
}

export function historyField(fields: Fields): HistoryPolicy {
  const { history } = fields;
  if (history === "none" || history === "all") return history;
  if (isWhole(history, 1, HISTORY_DAYS)) return history;
  throw badField("history", `is neither none nor all nor days from 1 to ${HISTORY_DAYS}`);
}

/** Seconds; with `orNever` also 0. */
export function secondsField(fields: Fields, name: string, orNever: boolean): number {
  const seconds = fields[name];
  if (orNever && seconds === 0) return 0;
  if (isWhole(seconds, EXPIRE_LEAST, EXPIRE_MOST)) return seconds;
  throw badField(name, `is not ${orNever ? "0 or " : ""}whole seconds from ${EXPIRE_LEAST} to ${EXPIRE_MOST}`);
}

/** Milliseconds since 1970. ISO 8601 with its offset: a time without one is another moment elsewhere. */
export function timeField(fields: Fields, name: string): number {
  const value = fields[name];
  const text = typeof value === "string" ? value : "";
  const time = TIME.test(text) ? Date.parse(text) : Number.NaN;
  const day = text.slice(0, "2026-11-21".length);
  // `Date` takes the 31st of February for the 3rd of March.
  if (Number.isNaN(time) || !new Date(`${day}T00:00Z`).toISOString().startsWith(day))
    throw badField(name, "is not a time", "ISO 8601, for example 2026-11-21T08:00:00Z");
  return time;
}

interface Range {
  readonly least: number;
  readonly most: number;
}

export function countField(fields: Fields, name: string, { least, most }: Range): number | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (!isWhole(value, least, most)) throw badField(name, `is not a whole number from ${least} to ${most}`);
  return value;
}

/** A field that may be left out. */
export function optional<T>(fields: Fields, name: string, read: (fields: Fields, name: string) => T): T | undefined {
  return fields[name] === undefined ? undefined : read(fields, name);
}

/** Without what is undefined. */
export function present<T extends object>(fields: T): { readonly [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { readonly [K in keyof T]?: Exclude<T[K], undefined> };
}

export function badField(name: string, what: string, hint?: string): Fault {
  return new Fault("bad-field", `the field ${name} ${what}`, hint === undefined ? {} : { hint });
}

function isWhole(value: unknown, least: number, most: number): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= least && value <= most;
}
