// What a command is answered with, by its name.
import type { DeviceId, Epoch, MessageId, Seq, Sha256 } from "../../model/ids.ts";
import type { Command } from "./client.ts";
import type { ProvedView } from "./proved-view.ts";
import type { RealmReplies } from "./realm-views.ts";
import type { DeviceView } from "./device-view.ts";
import type { MessageView, WaitingView } from "./views.ts";
import type { ConversationView, MemberView, UserView } from "./conversation-views.ts";

export interface Replies extends Record<Exclude<Command["do"], keyof RealmReplies>, object>, RealmReplies {
  readonly whoami: WhoamiReply;
  readonly send: SentReply;
  readonly file: SentReply;
  readonly edit: SeqReply;
  readonly delete: SeqReply;
  readonly react: SeqReply;
  readonly create: { readonly conversation: string };
  readonly add: AddedReply;
  readonly remove: EpochReply;
  readonly approve: AddedReply;
  readonly deny: EpochReply;
  readonly join: StandingReply;
  readonly leave: StandingReply;
  readonly role: object;
  readonly rename: object;
  readonly topic: object;
  readonly policy: object;
  readonly expire: object;
  readonly disband: object;
  readonly read: { readonly seq: Seq; readonly unread: number };
  readonly typing: object;
  /** As it stands now. */
  readonly privacy: { readonly receipts: boolean; readonly typing: boolean; readonly presence: boolean };
  /** Without `until`: for ever. */
  readonly mute: { readonly muted: boolean; readonly until?: number };
  readonly conversations: { readonly conversations: readonly (ConversationView & Partial<PreviewView>)[] };
  readonly members: { readonly members: readonly MemberView[] };
  readonly users: { readonly users: readonly UserView[] };
  /** `waiting`: what will stand behind the newest message; only where the newest were asked for. */
  readonly history: {
    readonly messages: readonly MessageView[];
    readonly waiting?: readonly WaitingView[];
    readonly receipts?: readonly GotView[];
  };
  /** The newest first. */
  readonly search: { readonly messages: readonly MessageView[] };
  /** `path`: where it is; its name may have got a number. */
  readonly save: { readonly bytes: number; readonly sha256: Sha256; readonly path: string };
  readonly cancel: object;
  readonly pause: object;
  readonly resume: object;
  readonly verify: VerifyReply;
  readonly trust: object;
  readonly devices: { readonly devices: readonly DeviceView[] };
  readonly label: { readonly device: DeviceId; readonly label: string };
  readonly link: { readonly state: "up" | "down" };
  readonly quit: object;
}

/** Of a conversation, for those who list them. */
export interface PreviewView {
  /** Everything up to here was read by the user. */
  readonly read: Seq;
  /** Unread ones that name this user, among the newest 200. */
  readonly mentions: number;
  /** What was said last. */
  readonly last?: MessageView;
}

/** How far one of the others has got, where receipts are on: of what was said after `since` and is not in `without`. */
export interface GotView {
  readonly user: string;
  readonly delivered: Seq;
  readonly read: Seq;
  readonly since: Seq;
  readonly without: readonly Seq[];
}

interface WhoamiReply {
  readonly user: string;
  readonly device: DeviceId;
  readonly name: string;
  /** Of the certificate. */
  readonly fingerprint: Sha256;
  readonly realm: Sha256;
}

/** Once the server has stored it. */
interface SentReply {
  readonly message: MessageId;
  readonly seq: Seq;
  /** ISO time of the server. */
  readonly at: string;
}

interface SeqReply {
  readonly seq: Seq;
}

interface EpochReply {
  readonly epoch: Epoch;
}

interface AddedReply extends EpochReply {
  /** No device of this user could be brought in: they come in by themselves when they are here. */
  readonly awaited?: boolean;
  /** A device of this user was in it before. */
  readonly there?: boolean;
}

interface StandingReply {
  readonly state: "member" | "asked" | "left";
  /** What it is called; once one is a member. */
  readonly conversation?: string;
}

interface VerifyReply extends ProvedView {
  readonly user: string;
  readonly name: string;
  /** 60 digits in groups of 5. */
  readonly safetyNumber: string;
  /** It was compared before, and nothing has changed since. */
  readonly verified: boolean;
  /** The same as a picture: lines for a terminal. */
  readonly qr?: readonly string[];
}
