// What a face is given: plain data, no bytes, no certificates. Names and texts in it are strangers' text.
import type { DeviceId, Handle, LogId, MessageId, Seq } from "../../model/ids.ts";

export interface Sender {
  readonly user: string;
  readonly device: DeviceId;
  readonly name: string;
  /** The certificate of this device, checked against the pinned CA, says so. */
  readonly verified: boolean;
}

export interface MessageView {
  /** `#lobby`, or the id where there is no name. */
  readonly conversation: string;
  readonly message: MessageId;
  readonly seq: Seq;
  readonly at: number;
  readonly from: Sender;
  readonly text: string;
  readonly replyTo?: MessageId;
  readonly mine: boolean;
  /** There is no text of the sender: what stands in `text` is ours and says why. */
  readonly placeholder?: "newer-version" | "unreadable";
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
}

export type LinkReason = { readonly code: string; readonly message: string; readonly hint?: string };

export type ClientEvent =
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
    }
  | ({ readonly event: "message" } & MessageView)
  | {
      readonly event: "state";
      readonly at: number;
      readonly message: MessageId;
      readonly state: "queued" | "stored" | "failed";
      readonly reason?: LinkReason;
    }
  | {
      readonly event: "member";
      readonly at: number;
      readonly conversation: string;
      readonly user: string;
      readonly device: DeviceId;
      readonly name: string;
      readonly change: "added" | "removed";
    }
  | { readonly event: "presence"; readonly at: number; readonly user: string; readonly on: boolean }
  | {
      readonly event: "conversation";
      readonly at: number;
      readonly conversation: string;
      readonly id: LogId;
      readonly kind: string;
      readonly change: "added" | "removed" | "trimmed";
    }
  | { readonly event: "alarm"; readonly at: number; readonly code: string; readonly message: string };

export interface ConversationView {
  readonly conversation: string;
  readonly id: LogId;
  readonly kind: string;
  readonly members: number;
  readonly unread: number;
  readonly lastSeq: Seq;
  readonly epoch: number;
}

export interface MemberView {
  readonly user: string;
  readonly name: string;
  readonly role: "member";
  readonly devices: number;
  readonly verified: boolean;
  readonly online: boolean;
}

export interface UserView {
  readonly user: string;
  readonly name: string;
  readonly devices: number;
  readonly verified: boolean;
  readonly online: boolean;
}
