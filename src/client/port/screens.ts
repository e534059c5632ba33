// What the terminal and the page draw: plain data that can be JSON, and what a person does there besides the commands of client.ts.
// One model for both: neither face holds a rule of its own. Names and texts in it are strangers' text, not made safe yet.
// Times are milliseconds since 1970 UTC.
import type { FaultValues } from "../../model/fault.ts";
import type { DeviceId, MessageId, Seq } from "../../model/ids.ts";
import type { Command, Reply } from "./client.ts";
import type { DeviceView } from "./device-view.ts";
import type { Face } from "./face.ts";
import type { Replies } from "./replies.ts";
import type { ClientEvent, LinkReason, MessageView, Sender } from "./views.ts";
import type { ConversationView, MemberView } from "./conversation-views.ts";

/** Everything that is on the screen. A part that did not change is the same object as before. */
export interface ScreenView {
  readonly self: SelfView;
  readonly link: LinkView;
  /** Pinned ones first, then by what happened last; archived ones behind all. */
  readonly conversations: readonly ConversationRow[];
  /** Sums over those that are neither muted nor archived. */
  readonly unread: number;
  readonly mentions: number;
  readonly open: OpenView;
  readonly search: SearchView | undefined;
  /** The newest last; at most NOTICES_MOST. */
  readonly notices: readonly NoticeView[];
  readonly transfers: readonly TransferView[];
  readonly settings: SettingsView;
  /** Nothing of what was said may be shown, not even who has. */
  readonly locked: boolean;
}

export interface SelfView {
  readonly user: string;
  readonly name: string;
  readonly device: DeviceId | "";
  /** The realm's CA, hex; and the server as it was dialled. */
  readonly realm: string;
  readonly server: string;
}

/** `connecting`: not yet `ready`, what was missed is coming. */
export interface LinkView {
  readonly state: "connecting" | "connected" | "reconnecting" | "refused";
  readonly reason?: LinkReason;
  /** When it is tried again. */
  readonly retryAt?: number;
  /** Written here, and not with the server yet. */
  readonly waiting: number;
  /** The largest file that the server takes, once it has said so. */
  readonly fileBytes?: number;
}

export interface ConversationRow extends ConversationView {
  /** What a person calls it: one's own name for the other, what it was called (`past`), else `conversation`; of the one with oneself `notes`. */
  readonly title: string;
  readonly isNotes: boolean;
  readonly mentions: number;
  readonly pinned: boolean;
  readonly archived: boolean;
  /** What rings: everything, what names this user, or nothing. */
  readonly level: NotifyLevel;
  /** Of a conversation of two: the other is there now. */
  readonly online?: boolean;
  /** Of a conversation of two: the numbers were compared. */
  readonly trusted?: boolean;
  readonly hasDraft: boolean;
  readonly lastAt?: number;
  /** One line of what was said last, and who. */
  readonly excerpt?: string;
  readonly excerptFrom?: string;
  /** Who is writing now, by name. */
  readonly typing: readonly string[];
}

export type NotifyLevel = "all" | "mentions" | "nothing";

export interface ShownMember extends MemberView {
  /** One's own name for them. */
  readonly nickname?: string;
}

export interface OpenView {
  readonly conversation: string;
  readonly timeline: TimelineView;
  readonly composer: ComposerView;
  readonly members: readonly ShownMember[];
  /** Asked to be let in, where this user may let them in. */
  readonly asking: readonly { readonly user: string; readonly name: string }[];
}

export interface TimelineView {
  /** The oldest first. */
  readonly items: readonly TimelineItem[];
  /** There are older ones, which `older` brings. */
  readonly hasOlder: boolean;
  /** There are newer ones than the last item (after a jump), which `newer` brings. */
  readonly hasNewer: boolean;
  readonly isLoading: boolean;
  /** To be scrolled to: after a jump. */
  readonly focus?: MessageId;
  /** How many came while the end was not in sight. */
  readonly below: number;
}

/** `key`: the same item, however often it changes. */
export type TimelineItem =
  | { readonly item: "date"; readonly key: string; readonly at: number }
  /** Stands above the first that was not read when the conversation was opened. */
  | { readonly item: "unread"; readonly key: string; readonly count: number }
  | { readonly item: "message"; readonly key: string; readonly message: TimelineMessage }
  | { readonly item: "system"; readonly key: string; readonly at: number; readonly event: SystemEvent };

/** What happened in the conversation, for the words of the face. */
export type SystemEvent = Extract<
  ClientEvent,
  { readonly event: "conversation" | "member" | "asked" | "denied" | "device" | "notice" | "alarm" }
>;

export interface TimelineMessage extends Omit<MessageView, "seq" | "mine"> {
  /** Undefined: it is on its way. */
  readonly seq: Seq | undefined;
  /** One's own, by whichever device. */
  readonly mine: boolean;
  /** Of what this device has written. */
  readonly state?: "queued" | "stored" | "delivered" | "read" | "failed";
  readonly reason?: LinkReason;
  /** Names of those who have read it. */
  readonly readBy?: readonly string[];
  /** The same sender as the one before, shortly after: the name need not be said again. */
  readonly isGrouped: boolean;
  /** What it answers, where that is known here. */
  readonly quoted?: { readonly from: Sender; readonly excerpt: string };
  /** One's own name for the sender; another user has a name that looks the same. */
  readonly nickname?: string;
  readonly isNamesake: boolean;
  /** The numbers with the sender were compared. */
  readonly trusted: boolean;
}

export interface ComposerView {
  readonly draft: string;
  readonly replyTo?: { readonly message: MessageId; readonly from: Sender; readonly excerpt: string };
  /** This message of one's own is being written anew. */
  readonly editing?: MessageId;
  /** Why nothing can be written here; undefined: it can. */
  readonly closed?: "left" | "closed" | "not-a-member";
  /** With `left` and `not-a-member`: this user did not go of their own; and who did it, where that is known. */
  readonly putOut?: { readonly by?: string };
  /** Seconds until what is sent disappears. */
  readonly expire: number;
}

export interface SearchView {
  readonly query: string;
  readonly results: readonly MessageView[];
  readonly isRunning: boolean;
  readonly fault?: LinkReason;
}

/** Something to be told once, not in a conversation: an alarm stays until it is dismissed. */
export interface NoticeView {
  readonly id: number;
  readonly at: number;
  readonly kind: "alarm" | "notice" | "fault" | "done";
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** What stands in the sentence: a face says it whole in its language. */
  readonly values?: FaultValues;
}

export interface TransferView {
  readonly message: MessageId;
  readonly conversation: string;
  readonly name: string;
  readonly way: "up" | "down";
  readonly stage: "reading" | "moving" | "paused" | "waiting" | "done" | "failed";
  readonly bytes: number;
  readonly total: number;
  readonly reason?: LinkReason;
}

export interface SettingsView {
  readonly theme: "system" | "light" | "dark";
  /** BCP 47: `en`, `es`, `pt`. */
  readonly language: string;
  readonly notifications: boolean;
  readonly sound: boolean;
  /** Minutes of the day where the user is; undefined: none. */
  readonly quiet: { readonly from: number; readonly to: number } | undefined;
  /** Words that ring as one's name does. */
  readonly keywords: readonly string[];
  /** Minutes without a key until it locks; 0: never. */
  readonly lockAfter: number;
  readonly fontScale: number;
  /** The vault has a passphrase: without one nothing can be locked. */
  readonly hasPassphrase: boolean;
}

/** What rings, where the face can ring. `text` is empty while it is locked. */
export interface Ring {
  readonly conversation: string;
  readonly title: string;
  readonly text: string;
  readonly isMention: boolean;
}

export interface PersonCard {
  readonly user: string;
  readonly name: string;
  readonly nickname?: string;
  readonly online: boolean;
  readonly verify?: Replies["verify"];
  readonly devices: readonly DeviceView[];
}

/** What a person does on a screen. Whatever the server must hear is a command of client.ts. */
export type Intent =
  | { readonly want: "open"; readonly conversation: string }
  /** To a message, with what stands around it. `seq`: where it stood, if it is not found by its id (the server has lost it). */
  | { readonly want: "jump"; readonly conversation: string; readonly message: MessageId; readonly seq?: Seq }
  /** To the first that was not read; to the end. */
  | { readonly want: "first-unread" }
  | { readonly want: "end" }
  | { readonly want: "older" }
  | { readonly want: "newer" }
  /** The next conversation in which something happened. */
  | { readonly want: "next-activity" }
  /** The person looks at the window, and the end is in sight: together they mark as read. */
  | { readonly want: "look"; readonly focused: boolean; readonly atEnd: boolean }
  | { readonly want: "mark-read" }
  | { readonly want: "mark-unread"; readonly message: MessageId }
  | { readonly want: "draft"; readonly text: string }
  | { readonly want: "reply"; readonly message: MessageId | undefined }
  | { readonly want: "edit"; readonly message: MessageId | undefined }
  /** The last of one's own, in an empty composer. */
  | { readonly want: "edit-last" }
  /** Sends, answers or writes anew, as the composer says. */
  | { readonly want: "submit"; readonly text: string }
  /** One's own that failed: written again, or given up; of a file that failed: no longer in `transfers`. */
  | { readonly want: "retry" | "discard"; readonly message: MessageId }
  | { readonly want: "search"; readonly query: string | undefined }
  | { readonly want: "dismiss"; readonly notice: number }
  | { readonly want: "pin" | "archive"; readonly conversation: string; readonly on: boolean }
  | { readonly want: "level"; readonly conversation: string; readonly level: NotifyLevel }
  /** Empty: none any more. */
  | { readonly want: "nickname"; readonly user: string; readonly name: string }
  | { readonly want: "settings"; readonly change: Partial<Omit<SettingsView, "hasPassphrase">> }
  /** A key or the mouse, where nothing else is wanted: it is not locked for a while. */
  | { readonly want: "awake" }
  | { readonly want: "lock" }
  | { readonly want: "unlock"; readonly passphrase: string }
  /** Another one for what is kept on this device. `before`: the present one, empty where there is none. `next`: empty: none any more. */
  | { readonly want: "passphrase"; readonly before: string; readonly next: string };

export interface Screens extends Face {
  readonly view: ScreenView;
  /** @throws Fault of what cannot be done; what the server refuses is a notice, too */
  do(intent: Intent): Promise<void>;
  /** A command of client.ts as it is, for menus and dialogs. @throws Fault */
  ask(command: Command): Promise<Reply>;
  person(user: string): Promise<PersonCard>;
  /** Called after changes, not for each of them. Returns what ends it. */
  onChange(changed: () => void): () => void;
  onRing(ring: (ring: Ring) => void): () => void;
}
