// What a face is given: plain data, no bytes, no certificates. Names and texts in it are strangers' text. Times are milliseconds
// since 1970 UTC.
import type { FaultValues } from "../../model/fault.ts";
import type { DeviceId, Epoch, Handle, LogId, MessageId, Seq } from "../../model/ids.ts";
import type { HistoryPolicy, JoinPolicy, Role } from "../../model/terms.ts";
import type { RealmEvent } from "./realm-views.ts";

export interface Sender {
  readonly user: string;
  readonly device: DeviceId;
  readonly name: string;
  /** The certificate of this device, checked against the pinned CA, says so. Never of what nobody has proved to be its own. */
  readonly verified: boolean;
}

export interface ReactionView {
  readonly emoji: string;
  readonly users: readonly string[];
}

export interface FileView {
  /** Safe as a file name. */
  readonly name: string;
  /** Said by the sender: not to be trusted. */
  readonly type: string;
  readonly bytes: number;
}

export interface MessageView {
  /** `#lobby`, `#room`, `@user`, or the id where there is no name or two have the same. */
  readonly conversation: string;
  readonly message: MessageId;
  readonly seq: Seq;
  readonly at: number;
  readonly from: Sender;
  /** Of a file, what was said with it; may be empty then. */
  readonly text: string;
  readonly replyTo?: MessageId;
  /** By a program, as it says itself. */
  readonly bot?: true;
  readonly mine: boolean;
  readonly file?: FileView;
  /** When its text was written anew the last time. */
  readonly edited?: number;
  readonly reactions?: readonly ReactionView[];
  /** When it disappears. */
  readonly expires?: number;
  /** It names this user, or everyone. */
  readonly mentioned?: true;
  /** The user does not want to be disturbed by this conversation now. */
  readonly muted?: true;
  /** There is no text of the sender: what stands in `text` is ours and says why. */
  readonly placeholder?: "newer-version" | "unreadable" | "unbelieved" | "deleted" | "expired" | "before-joining";
  /** The server no longer has it (it was restored from an older backup). */
  readonly lost?: true;
}

/** Written here, and not come back as a message yet. */
export interface WaitingView {
  readonly conversation: string;
  readonly message: MessageId;
  readonly state: "queued" | "stored";
  readonly from: Sender;
  readonly text: string;
  readonly replyTo?: MessageId;
  readonly file?: FileView;
}

/** `values`: what stands in the sentence, where it is known: for a face that says it in another language. */
export type LinkReason = {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly values?: FaultValues;
};

/** What was done to a message that came before: a place in the log of its own, and who did it. */
interface DoneToMessage {
  readonly at: number;
  readonly conversation: string;
  readonly message: MessageId;
  readonly seq: Seq;
  readonly from: Sender;
  readonly mine: boolean;
}

export type ClientEvent = LinkEvent | MessageEvent | ConversationEvent | PersonEvent | ProgramEvent | RealmEvent;

type LinkEvent =
  | {
      readonly event: "ready";
      readonly at: number;
      readonly user: Handle;
      readonly device: DeviceId;
      readonly name: string;
      readonly realm: string;
      readonly server: string;
    }
  | {
      readonly event: "link";
      readonly at: number;
      readonly state: "connected" | "reconnecting" | "refused";
      readonly reason?: LinkReason;
      readonly retryMs?: number;
    };

type MessageEvent =
  | ({ readonly event: "message" } & MessageView)
  | ({ readonly event: "edited"; readonly text: string } & DoneToMessage)
  | ({ readonly event: "deleted" } & DoneToMessage)
  | ({
      readonly event: "reaction";
      readonly emoji: string;
      /** False: it was taken back. */
      readonly on: boolean;
    } & DoneToMessage)
  /** Another device of this user has read up to there; so many are left. */
  | ({ readonly event: "read"; readonly unread: number } & Pick<DoneToMessage, "at" | "conversation" | "seq">)
  | {
      readonly event: "state";
      readonly at: number;
      readonly message: MessageId;
      readonly state: "queued" | "stored" | "delivered" | "read" | "failed";
      /** Who it was delivered to, who has read it. */
      readonly user?: string;
      readonly reason?: LinkReason;
    };

type ConversationEvent =
  | {
      readonly event: "conversation";
      readonly at: number;
      readonly conversation: string;
      readonly id: LogId;
      readonly kind: string;
      readonly change:
        | "added"
        | "removed"
        | "renamed"
        | "topic"
        | "policy"
        | "timer"
        | "closed"
        | "listed"
        | "unlisted"
        | "trimmed"
        | "suite";
      /** Who did it, where somebody did. */
      readonly by?: string;
      /** With `renamed`: what it was called. */
      readonly was?: string;
      /** With `topic` and `listed`. */
      readonly topic?: string;
      /** With `policy`, what is different now; with `listed`, how one comes in. */
      readonly join?: JoinPolicy;
      readonly history?: HistoryPolicy;
      /** With `timer`: seconds; 0: messages stay. */
      readonly expire?: number;
      /** With `suite`: the MLS cipher suite from now on. */
      readonly suite?: string;
    }
  | {
      readonly event: "member";
      readonly at: number;
      readonly conversation: string;
      readonly user: string;
      readonly name: string;
      readonly change: "added" | "removed" | "joined" | "left" | "role";
      readonly by?: string;
      readonly role?: Role;
      readonly epoch?: Epoch;
      /** It is about this one device of the user: one event for each. */
      readonly device?: DeviceId;
      /** With `device`: its user was in it, or stays, by another one. */
      readonly beside?: boolean;
      /** With `removed`: it had to be out (revoked, its time over, not in the realm's log), whoever took it out. */
      readonly out?: boolean;
    }
  | {
      readonly event: "asked";
      readonly at: number;
      readonly conversation: string;
      readonly user: string;
      readonly name: string;
    }
  | {
      /** Who asked is not let in: told to them, and to owners and admins. */
      readonly event: "denied";
      readonly at: number;
      readonly conversation: string;
      readonly user: string;
      readonly name: string;
    };

type PersonEvent =
  | {
      readonly event: "device";
      readonly at: number;
      readonly user: string;
      readonly device: DeviceId;
      readonly name: string;
      readonly change: "added" | "revoked";
      /** With `added`: how it came to its certificate, as the realm's log says, and a device of the same user that vouches for it. */
      readonly how?: string;
      readonly cosigned?: DeviceId;
      /** What this user calls it, and the one that vouches for it: of one's own. */
      readonly label?: string;
      readonly cosignedLabel?: string;
    }
  /** This user, here or on another device of theirs, has given one of them another name; empty: none any more. */
  | {
      readonly event: "label";
      readonly at: number;
      readonly user: string;
      readonly device: DeviceId;
      readonly label: string;
    }
  | {
      readonly event: "typing";
      readonly at: number;
      readonly conversation: string;
      readonly user: string;
      readonly on: boolean;
    }
  | {
      readonly event: "presence";
      readonly at: number;
      readonly conversation?: string;
      readonly user: string;
      readonly on: boolean;
    };

type ProgramEvent =
  | {
      readonly event: "progress";
      readonly at: number;
      /** The message that the file belongs to. */
      readonly id: MessageId;
      readonly way: "up" | "down";
      readonly name: string;
      /** `reading`: through the file before the first byte is sent. `waiting`: for a connection, or for its turn. */
      readonly stage: "reading" | "moving" | "paused" | "waiting" | "done" | "failed";
      readonly bytes: number;
      readonly total: number;
      /** With `failed`. */
      readonly reason?: LinkReason;
    }
  /** Something must never happen and did. */
  | {
      readonly event: "alarm";
      readonly at: number;
      readonly code: string;
      readonly message: string;
      readonly conversation?: string;
    }
  /** Something was put right by itself and a person may want to know. */
  | {
      readonly event: "notice";
      readonly at: number;
      readonly code: string;
      readonly message: string;
      readonly conversation?: string;
    };
