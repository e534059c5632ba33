// What a message says, as bytes for the seal. Strict on the way in: every field checked, sizes capped, nothing guessed. What a
// newer version writes is kept and shown as such, never a crash.
import type { FileTicket } from "../../files/ticket.ts";
import type { DeviceId, LogId, MessageId, Seq, Sha256 } from "../../../model/ids.ts";
import * as is from "./fields.ts";
import { decodeIn, encodeIn, type Format, type Undecoded, wrong } from "./strict-json.ts";

/**
 * One entry has room for it twice, for the members and for the archive (src/mls/archive.ts), in size buckets of 240 KiB and
 * with what goes around it: BODY_BYTES in src/model/limits.ts. @internal
 */
export const PAYLOAD_BYTES = 224 * 1024;
/** A public key: X-Wing's has 1,216. */
const KEY_LEAST = 32;
const KEY_MOST = 2048;
/** As much as fits as base64url. @internal */
export const SEALED_BYTES = 160 * 1024;

/** Markdown as written. */
export interface TextPayload {
  readonly kind: "text";
  readonly text: string;
  readonly replyTo?: MessageId;
  /** Seconds after which it is gone. */
  readonly expire?: number;
  /** By a program, as it says itself. */
  readonly bot?: true;
}

export interface FilePayload {
  readonly kind: "file";
  readonly ticket: FileTicket;
  /** The caption. */
  readonly text?: string;
  readonly replyTo?: MessageId;
  readonly expire?: number;
  readonly bot?: true;
}

/** What changes a message that is there already. */
export type ChangePayload =
  | { readonly kind: "edit"; readonly target: MessageId; readonly text: string }
  | { readonly kind: "delete"; readonly target: MessageId }
  | { readonly kind: "react"; readonly target: MessageId; readonly emoji: string; readonly on: boolean };

/** What members and newcomers tell each other for their programs. */
type QuietPayload =
  /** Everything up to there came to a device of the user, or was read; `without`: what came and could not be opened. */
  | { readonly kind: "receipt"; readonly delivered: Seq; readonly read: Seq; readonly without?: readonly Seq[] }
  /** Archive keys are asked for, to be sealed to this key: src/mls/grant.ts. base64url. Nothing up to `after` is missing. */
  | { readonly kind: "archive-ask"; readonly publicKey: string; readonly after: Seq }
  | {
      readonly kind: "archive-grant";
      readonly to: DeviceId;
      /** What it answers. */
      readonly ask: MessageId;
      /** The chain of the log at the entry of the ask, as the giver has it: who comes in had only the server's word for it. */
      readonly chain: Sha256;
      /** It is not the last part. */
      readonly more: boolean;
      readonly sealed: string;
    }
  /** With oneself: what this user calls one of their devices; empty: nothing any more. `since`: said there, and said again for who came later. */
  | { readonly kind: "label"; readonly device: DeviceId; readonly label: string; readonly since?: Seq };

/** About the conversation from now on. */
type ConversationPayload =
  /** What is left out stays as it was. An empty topic is none. */
  | { readonly kind: "about"; readonly name?: string; readonly topic?: string }
  /** In the lobby: a room that everybody may find; `on: false` takes it back. */
  | {
      readonly kind: "listing";
      readonly log: LogId;
      readonly name: string;
      readonly topic: string;
      readonly join: "open" | "ask";
      readonly on: boolean;
    }
  /** Messages expire after so many seconds where they say nothing else; 0: not. */
  | { readonly kind: "timer"; readonly expire: number };

export type Payload = TextPayload | FilePayload | ChangePayload | QuietPayload | ConversationPayload;

const FORMAT: Format<Payload> = {
  kinds: {
    text: { text: is.text, replyTo: { maybe: is.messageId }, expire: { maybe: is.expire }, bot: { maybe: is.yes } },
    file: {
      ticket: is.ticket,
      text: { maybe: is.text },
      replyTo: { maybe: is.messageId },
      expire: { maybe: is.expire },
      bot: { maybe: is.yes },
    },
    edit: { target: is.messageId, text: is.text },
    delete: { target: is.messageId },
    react: { target: is.messageId, emoji: is.emoji, on: is.flag },
    receipt: { delivered: is.seq, read: is.seq, without: { maybe: is.seqs } },
    about: { name: { maybe: is.roomName }, topic: { maybe: is.topic } },
    listing: { log: is.room, name: is.roomName, topic: is.topic, join: is.join, on: is.flag },
    timer: { expire: is.timer },
    "archive-ask": { publicKey: is.base64url(KEY_LEAST, KEY_MOST), after: is.seq },
    "archive-grant": {
      to: is.deviceId,
      ask: is.messageId,
      chain: is.chain,
      more: is.flag,
      sealed: is.base64url(1, SEALED_BYTES),
    },
    label: { device: is.deviceId, label: is.label, since: { maybe: is.seq } },
  },
  bytesMost: PAYLOAD_BYTES,
  check,
};

/** @throws Fault `empty-text`, `too-long`, `bad-text`, `bad-room-name`, `bad-topic`, `bad-emoji`, `bad-label`, `ticket-malformed`, `bad-payload` */
export function encodePayload(payload: Payload): Uint8Array {
  return encodeIn(FORMAT, payload);
}

/** Never throws. A ticket's name and type come out safe. */
export function decodePayload(bytes: Uint8Array): Payload | Undecoded {
  return decodeIn(FORMAT, bytes);
}

function check(payload: Payload): void {
  if (payload.kind === "receipt") checkReceipt(payload);
  if (payload.kind === "about" && payload.name === undefined && payload.topic === undefined)
    throw wrong("says nothing");
}

function checkReceipt({ delivered, read, without = [] }: Extract<Payload, { readonly kind: "receipt" }>): void {
  if (read > delivered) throw wrong("was read before it came");
  if (without.some((seq) => seq > delivered)) throw wrong("leaves out what did not come");
}
