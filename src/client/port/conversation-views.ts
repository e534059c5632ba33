// What a face is given of conversations and of who is in them. Names and texts in it are strangers' text.
import type { LogId, Seq } from "../../model/ids.ts";
import type { HistoryPolicy, JoinPolicy, Role } from "../../model/terms.ts";
import type { ProvedView } from "./proved-view.ts";

export interface ConversationView {
  readonly conversation: string;
  readonly id: LogId;
  readonly kind: string;
  /** Devices. */
  readonly members: number;
  readonly unread: number;
  readonly lastSeq: Seq;
  readonly epoch: number;
  readonly topic?: string;
  /** One's own. */
  readonly role?: Role;
  readonly join?: JoinPolicy;
  readonly history?: HistoryPolicy;
  readonly listed?: boolean;
  /** Seconds until a message disappears. */
  readonly expire?: number;
  /** Until this time; `true`: for ever. */
  readonly muted?: number | true;
  readonly closed?: true;
  /** This user is out of it: what it was called. In commands it goes by its id. */
  readonly past?: string;
}

export interface MemberView extends ProvedView {
  readonly user: string;
  readonly name: string;
  readonly role: Role;
  readonly devices: number;
  readonly verified: boolean;
  readonly online: boolean;
  /** The safety number was compared and found the same. */
  readonly trusted?: boolean;
}

export type UserView = Omit<MemberView, "role">;
