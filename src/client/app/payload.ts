// What a message says, as bytes for the seal and as text for the vault. Strict on the way in: every field checked, sizes
// capped, nothing guessed. What a newer version writes is kept and shown as such, never a crash.
import { Fault } from "../../model/fault.ts";
import type { MessageId } from "../../model/ids.ts";

/** UTF-8 bytes of one text. More belongs in a file. @internal */
export const TEXT_BYTES = 64 * 1024;
/** The JSON around the text may escape every character of it (`\u0001`: six for one). */
const PAYLOAD_BYTES = 6 * TEXT_BYTES + 1024;
const VERSION = 1;
const MID = /^[0-9a-f]{32}$/;

export type Payload = { readonly kind: "text"; readonly text: string; readonly replyTo?: MessageId };

/** What became of a body: its payload, or why there is none to show. */
export type Opened = Payload | { readonly kind: "newer" } | { readonly kind: "unreadable"; readonly code: string };

/** Throws Fault `too-long` when the text is over TEXT_BYTES. */
export function encodePayload(payload: Payload): Uint8Array {
  checkText(payload.text);
  return Buffer.from(JSON.stringify({ v: VERSION, ...payload }), "utf8");
}

/** @throws Fault `empty-text`, `too-long`, `bad-text` */
export function checkText(text: string): void {
  if (text.length === 0) throw new Fault("empty-text", "the text is empty", { hint: "say something" });
  if (Buffer.byteLength(text, "utf8") > TEXT_BYTES) {
    throw new Fault("too-long", `the text is longer than ${TEXT_BYTES} bytes`, { hint: "send it in parts" });
  }
  // A lone surrogate has no UTF-8: it would arrive as another text than was sent.
  if (!text.isWellFormed())
    throw new Fault("bad-text", "the text is not well-formed Unicode", { hint: "it has half of a surrogate pair" });
}

export function decodePayload(bytes: Uint8Array): Opened {
  if (bytes.length > PAYLOAD_BYTES) return unreadable("payload-too-large");
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return unreadable("payload-malformed");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return unreadable("payload-malformed");
  const { v, kind, text, replyTo, ...rest } = value as Readonly<Record<string, unknown>>;
  if (typeof v !== "number" || !Number.isSafeInteger(v) || v < 1) return unreadable("payload-malformed");
  if (v !== VERSION || kind !== "text") return { kind: "newer" };
  if (typeof text !== "string" || Object.keys(rest).length > 0) return unreadable("payload-malformed");
  if (text.length === 0 || Buffer.byteLength(text, "utf8") > TEXT_BYTES || !text.isWellFormed())
    return unreadable("payload-malformed");
  if (replyTo === undefined) return { kind, text };
  return typeof replyTo === "string" && MID.test(replyTo)
    ? { kind, text, replyTo: replyTo as MessageId }
    : unreadable("payload-malformed");
}

function unreadable(code: string): Opened {
  return { kind: "unreadable", code };
}

/** The vault's form. */
export function writeOpened(opened: Opened): string {
  return JSON.stringify(opened);
}

/** Reads what `writeOpened` wrote: the vault is ours, so this is not a check of strangers' bytes. */
export function readOpened(text: string): Opened {
  return JSON.parse(text) as Opened;
}
