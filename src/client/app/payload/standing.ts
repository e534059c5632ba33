// A message as it stands now, with what happened to it since, as bytes for another device of the same user. Strict on the way in:
// that device may be somebody else's, with a certificate for this name.
import { Fault } from "../../../model/fault.ts";
import * as is from "./fields.ts";
import type { Message, Opened, Reactions } from "./opened.ts";
import { REACTIONS_MOST } from "./projection.ts";
import { decodeIn, encodeIn, type Format, type Undecoded, wrong } from "./strict-json.ts";

/** When it expires is not said: it follows from what was said, and from the log. */
type StandingMessage<M> = M extends Message ? Omit<M, "expiresAt"> : never;
export type Standing = StandingMessage<Message> | Extract<Opened, { readonly kind: "deleted" }>;

/** The longest payload, and what happened to it. Of a message that has more, the reactions stay away. */
const STANDING_BYTES = 256 * 1024;

const MORE = {
  replyTo: { maybe: is.messageId },
  expire: { maybe: is.expire },
  bot: { maybe: is.yes },
  edited: { maybe: edited },
  reactions: { maybe: reactions },
};
const FORMAT: Format<Standing> = {
  kinds: {
    text: { text: is.text, ...MORE },
    file: {
      ticket: is.ticket,
      text: { maybe: is.text },
      ...MORE,
    },
    deleted: { by: is.handle },
  },
  bytesMost: STANDING_BYTES,
  check: () => {},
};

/** Undefined: there is nothing to read of it, and nothing that was taken back. */
export function standingOf(opened: Opened): Standing | undefined {
  if (opened.kind === "deleted") return opened;
  if (opened.kind !== "text" && opened.kind !== "file") return undefined;
  const { expiresAt: _expiresAt, ...standing } = opened;
  return standing;
}

/** @throws Fault for what never was a message of ours */
export function encodeStanding(standing: Standing): Uint8Array {
  try {
    return encodeIn(FORMAT, standing);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "too-long" || standing.kind === "deleted") throw error;
    const { reactions: _reactions, ...rest } = standing;
    return encodeIn(FORMAT, rest);
  }
}

/** Never throws. */
export function decodeStanding(bytes: Uint8Array): Standing | Undecoded {
  return decodeIn(FORMAT, bytes);
}

/** What became of a message, where one's own copy of it may know less: what was taken back stays so, and the later edit counts. */
export function standingSince(known: Opened, standing: Standing): Opened {
  if (known.kind !== "text" && known.kind !== "file") return known;
  if (standing.kind === "deleted") return standing;
  if (standing.kind !== known.kind) return known;
  const { edited: last, reactions: set } = standing;
  const isLater = last !== undefined && (known.edited === undefined || known.edited.at < last.at);
  const edit = isLater && standing.text !== undefined ? { text: standing.text, edited: last } : {};
  const reacted = known.reactions === undefined && set !== undefined ? { reactions: set } : {};
  return { ...known, ...edit, ...reacted };
}

function edited(value: unknown): { readonly at: number } {
  if (typeof value !== "object" || value === null) throw wrong("was edited at no time");
  const { at, ...rest } = value as Readonly<Record<string, unknown>>;
  if (Object.keys(rest).length > 0) throw wrong("was edited at no time");
  return { at: is.seq(at) };
}

function reactions(value: unknown): Reactions {
  const all = listOf(value);
  if (all.length === 0 || all.length > REACTIONS_MOST) throw wrong("has no reactions, or too many");
  return all.map((one) => {
    const [set, users, ...rest] = listOf(one);
    if (rest.length > 0) throw wrong("has reactions of another form");
    return [is.emoji(set), listOf(users).map(is.handle)] as const;
  });
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong("has no list where one belongs");
  return value as readonly unknown[];
}
