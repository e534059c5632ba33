// The fields of what is said: each reader takes the value of one field, or throws a Fault.
import { type FileTicket, readTicket } from "../../files/ticket.ts";
import {
  type DeviceId,
  type Handle,
  isDeviceId,
  isHandle,
  isLogId,
  isMessageId,
  isSha256,
  type LogId,
  logKind,
  type MessageId,
  type Seq,
  type Sha256,
} from "../../../model/ids.ts";
import { checkEmoji } from "./emoji.ts";
import { checkRoomName } from "./room-name.ts";
import { type Reader, wrong } from "./strict-json.ts";
import { checkLabel, checkText, checkTopic } from "./text.ts";

/** Seconds: shorter is gone before it is read. */
export const EXPIRE_LEAST = 5;
/** A year of seconds: what may stay longer need not expire. */
export const EXPIRE_MOST = 365 * 86_400;
/** Places in one list. */
export const SEQS_MOST = 32;
const BASE64URL = /^[A-Za-z0-9_-]*$/;

function string(value: unknown): string {
  if (typeof value !== "string") throw wrong("has no text where one belongs");
  return value;
}

function checked(check: (text: string) => void): Reader<string> {
  return (value) => {
    const text = string(value);
    check(text);
    return text;
  };
}

export const text = checked(checkText);
export const topic = checked(checkTopic);
export const roomName = checked(checkRoomName);
export const label = checked(checkLabel);
export const emoji = checked(checkEmoji);

export function ticket(value: unknown): FileTicket {
  return readTicket(value);
}

export function flag(value: unknown): boolean {
  if (typeof value !== "boolean") throw wrong("says neither yes nor no");
  return value;
}

/** There, or not there at all. */
export function yes(value: unknown): true {
  if (value !== true) throw wrong("says something else than yes");
  return value;
}

export function messageId(value: unknown): MessageId {
  const id = string(value);
  if (!isMessageId(id)) throw wrong("names no message");
  return id;
}

export function deviceId(value: unknown): DeviceId {
  const id = string(value);
  if (!isDeviceId(id)) throw wrong("names no device");
  return id;
}

export function handle(value: unknown): Handle {
  const name = string(value);
  if (!isHandle(name)) throw wrong("names no user");
  return name;
}

export function chain(value: unknown): Sha256 {
  const hash = string(value);
  if (!isSha256(hash)) throw wrong("has no hash where one belongs");
  return hash;
}

export function room(value: unknown): LogId {
  const id = string(value);
  if (!isLogId(id) || logKind(id) !== "room") throw wrong("names no room");
  return id;
}

export function join(value: unknown): "open" | "ask" {
  if (value !== "open" && value !== "ask") throw wrong("does not say who may come in");
  return value;
}

function whole(value: unknown): number {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw wrong("has no number where one belongs");
  return value as number;
}

export function seq(value: unknown): Seq {
  const number = whole(value);
  if (number < 0) throw wrong("names no place in the log");
  return number;
}

/** Places in one list: rising, at least one. */
export function seqs(value: unknown): readonly Seq[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > SEQS_MOST) throw wrong("has no list of places");
  const all = value.map((one) => seq(one));
  if (all.some((one, at) => one <= (all[at - 1] ?? -1))) throw wrong("has a list of places that does not rise");
  return all;
}

export function expire(value: unknown): number {
  const seconds = whole(value);
  if (seconds < EXPIRE_LEAST || seconds > EXPIRE_MOST) throw wrong("ends too early or too late");
  return seconds;
}

/** 0: nothing expires. */
export function timer(value: unknown): number {
  return value === 0 && !Object.is(value, -0) ? 0 : expire(value);
}

/** So many bytes as base64url (RFC 4648 §5), without padding and in the one form that encodes them. */
export function base64url(least: number, most: number): Reader<string> {
  return (value) => {
    const encoded = string(value);
    const bytes = Math.floor((encoded.length * 3) / 4);
    const isOne =
      bytes >= least &&
      bytes <= most &&
      BASE64URL.test(encoded) &&
      Buffer.from(encoded, "base64url").toString("base64url") === encoded;
    if (!isOne) throw wrong(`has not ${least} to ${most} bytes as base64url`);
    return encoded;
  };
}
