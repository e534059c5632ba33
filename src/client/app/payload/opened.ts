// What became of an entry, as the vault keeps it: what it said, and what happened to it since.
import type { DeviceId, Handle, MessageId, Seq } from "../../../model/ids.ts";
import type { FilePayload, Payload, TextPayload } from "./payload.ts";
import type { Undecoded } from "./strict-json.ts";
import type { TermsDiff } from "./terms-diff.ts";

/** Each emoji with the users who set it, in the order in which they did. */
export type Reactions = readonly (readonly [emoji: string, users: readonly Handle[]])[];

interface Happened {
  /** The last time. */
  readonly edited?: { readonly at: number };
  readonly reactions?: Reactions;
  /** Milliseconds: then it is `expired`. */
  readonly expiresAt?: number;
}

type AboutPayload = Extract<Payload, { readonly kind: "about" }>;

/** What people read and answer: it can be changed, and it can be gone. */
export type Message = (TextPayload & Happened) | (FilePayload & Happened);

export interface Named {
  readonly device: DeviceId;
  readonly user: Handle;
  /** A stranger's text. */
  readonly name: string;
}

/** What a commit did. */
export interface CommitSaid {
  readonly kind: "commit";
  readonly by: Handle;
  /** `by` came in by itself. */
  readonly isExternal: boolean;
  /** The certificate of `by` is another one now. */
  readonly isRenewed: boolean;
  /** The group goes on with this cipher suite. */
  readonly movedTo?: string;
  readonly added: readonly Named[];
  readonly removed: readonly Named[];
  /** Of those removed, who had asked to be let out. */
  readonly left?: readonly Handle[];
  /** Of those removed, who had to be out: revoked, their time over, or not in the realm's log. */
  readonly out?: readonly DeviceId[];
  /** Of those added and removed, whose user was in it, or stays, by another device. */
  readonly beside?: readonly DeviceId[];
  readonly terms?: TermsDiff;
}

/** Behind `after`, up to `to`. */
export type Span = readonly [after: Seq, to: Seq];

/** What a receipt says that its sender had not said before. */
export interface ReceiptNews {
  readonly delivered: Span;
  readonly read: Span;
  /** Those between that could not be opened there. */
  readonly without?: readonly Seq[];
}

export type Opened =
  | Message
  /** What was said by the way is kept as it came: an own one may have to be sent again. */
  | Exclude<Payload, TextPayload | FilePayload | AboutPayload>
  /** With what the conversation was called before. */
  | (AboutPayload & { readonly was?: string })
  /** See `settled`. */
  | { readonly kind: "settled"; readonly of: "edit"; readonly target: MessageId }
  | { readonly kind: "settled"; readonly of: "archive-ask" | "archive-grant" }
  | { readonly kind: "settled"; readonly of: "receipt"; readonly news?: ReceiptNews }
  | { readonly kind: "deleted"; readonly by: Handle }
  | { readonly kind: "expired" }
  | CommitSaid
  | Undecoded;

const KINDS: Readonly<Record<Opened["kind"], true>> = {
  text: true,
  file: true,
  edit: true,
  delete: true,
  react: true,
  receipt: true,
  about: true,
  listing: true,
  timer: true,
  "archive-ask": true,
  "archive-grant": true,
  label: true,
  settled: true,
  deleted: true,
  expired: true,
  commit: true,
  newer: true,
  unreadable: true,
};

/** Said by a person to people, whether it can be read here, is gone, or neither. */
export function isMessage({ kind }: Opened): boolean {
  return kind === "text" || kind === "file" || kind === "newer" || kind === "deleted" || kind === "expired";
}

/** The vault's form. */
export function writeOpened(opened: Opened): string {
  return JSON.stringify(opened);
}

/** Reads what `writeOpened` wrote, also that of an older version: the vault is ours, so this is not a check of strangers' bytes. */
export function readOpened(kept: string): Opened {
  const opened = JSON.parse(kept) as Opened;
  // A newer version was at work on this vault.
  return Object.hasOwn(KINDS, opened.kind) ? opened : { kind: "newer" };
}

/** What is left of an entry that has done its work: a text lives on in its message alone, so that it can be gone with it. */
export function settled(opened: Opened): Opened {
  switch (opened.kind) {
    case "edit":
      return { kind: "settled", of: "edit", target: opened.target };
    case "archive-ask":
    case "archive-grant":
      return { kind: "settled", of: opened.kind };
    default:
      return opened;
  }
}

/** What is sent of it, the first time or again; undefined if there is nothing to send any more. */
export function payloadOf(opened: Opened): Payload | undefined {
  switch (opened.kind) {
    case "text":
    case "file":
      return said(opened);
    case "about": {
      const { was: _was, ...payload } = opened;
      return payload;
    }
    case "settled":
    case "deleted":
    case "expired":
    case "commit":
    case "newer":
    case "unreadable":
      return undefined;
    default:
      return opened;
  }
}

function said(message: Message): Payload {
  const { edited: _edited, reactions: _reactions, expiresAt: _expiresAt, ...payload } = message;
  return payload;
}
