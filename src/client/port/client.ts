// The contract of the client for its faces: commands in. What comes out goes to port/face.ts, what is answered is in port/replies.ts.
import type { Handle, MessageId, Seq } from "../../model/ids.ts";
import type { HistoryPolicy, JoinPolicy, Role } from "../../model/terms.ts";
import type { RealmCommand } from "./realm-views.ts";
import type { LinkReason } from "./views.ts";

/** `to` is a conversation as a person or a program names it: `#room`, `@user` or an id. */
export type Command =
  | MessageCommand
  | ConversationCommand
  | MemberCommand
  | OwnCommand
  | LookUpCommand
  | FileCommand
  | PersonCommand
  | RealmCommand
  | ProgramCommand;

/** The same fields for each of these names. */
type Alike<Name extends string, Fields> = Name extends string ? { readonly do: Name } & Fields : never;

type MessageCommand =
  /** `expire`: seconds until it disappears everywhere; without it, what the conversation says. */
  | {
      readonly do: "send";
      /** Made by the face, at random and for this message alone, so that it is known before it is sent. Never read from a line. */
      readonly message?: MessageId;
      readonly to: string;
      readonly text: string;
      readonly replyTo?: MessageId;
      readonly expire?: number;
      /** By a program: everybody is told so. */
      readonly bot?: true;
    }
  | { readonly do: "edit"; readonly to: string; readonly message: MessageId; readonly text: string }
  | { readonly do: "delete"; readonly to: string; readonly message: MessageId }
  | {
      readonly do: "react";
      readonly to: string;
      readonly message: MessageId;
      readonly emoji: string;
      /** False takes it back. */
      readonly on: boolean;
    };

type ConversationCommand =
  | {
      readonly do: "create";
      /** Without the `#`. */
      readonly name: string;
      readonly join: JoinPolicy;
      /** Announced in the lobby. */
      readonly listed: boolean;
      readonly history: HistoryPolicy;
    }
  | Alike<"rename" | "topic", { readonly to: string; readonly text: string }>
  /** At least one of them. */
  | {
      readonly do: "policy";
      readonly to: string;
      readonly join?: JoinPolicy;
      readonly history?: HistoryPolicy;
      readonly listed?: boolean;
    }
  /** For every message from now on; 0: messages stay. */
  | { readonly do: "expire"; readonly to: string; readonly seconds: number }
  | { readonly do: "disband"; readonly to: string };

type MemberCommand =
  | Alike<"add" | "remove" | "approve" | "deny", { readonly to: string; readonly user: Handle }>
  | { readonly do: "role"; readonly to: string; readonly user: Handle; readonly role: Role }
  | Alike<"join" | "leave", { readonly to: string }>;

/** What concerns this user alone. */
type OwnCommand =
  | { readonly do: "read"; readonly to: string; readonly seq: Seq | undefined }
  | { readonly do: "typing"; readonly to: string; readonly on: boolean }
  /** What is left out stays as it is. */
  | {
      readonly do: "privacy";
      readonly to: string;
      readonly receipts?: boolean;
      readonly typing?: boolean;
      readonly presence?: boolean;
    }
  /** `until`: milliseconds since 1970 UTC. */
  | { readonly do: "mute"; readonly to: string; readonly until: number | "for-ever" | "unmute" };

type LookUpCommand =
  /** `previews`: with what a list of them shows, too. `past`: with rooms that this user is out of, and of which messages are here. */
  | { readonly do: "conversations"; readonly previews?: true; readonly past?: true }
  | { readonly do: "members"; readonly to: string }
  | { readonly do: "users"; readonly query: string }
  /** The newest; or before one, after one, or around a message: at most one of the three. */
  | {
      readonly do: "history";
      readonly to: string;
      readonly before: Seq | undefined;
      readonly after?: Seq;
      readonly around?: MessageId;
      readonly limit: number;
      /** With how far the others have got. */
      readonly receipts?: true;
    }
  /** `query` as a person types it. */
  | {
      readonly do: "search";
      readonly query: string;
      readonly to?: string;
      readonly from?: Handle;
      readonly limit: number;
    };

type FileCommand =
  | {
      readonly do: "file";
      readonly to: string;
      readonly path: string;
      readonly text?: string;
      readonly replyTo?: MessageId;
      readonly expire?: number;
      /** By a program: everybody is told so. */
      readonly bot?: true;
    }
  /** `path`: a folder, or a file in one. `replace`: a file that has the name already. */
  | { readonly do: "save"; readonly message: MessageId; readonly path: string; readonly replace: boolean }
  /** Of the transfer that belongs to this message. */
  | Alike<"cancel" | "pause" | "resume", { readonly message: MessageId }>;

type PersonCommand =
  | { readonly do: "verify"; readonly user: Handle }
  | { readonly do: "trust"; readonly user: Handle; readonly verified: boolean }
  /** Without `user`: one's own. */
  | { readonly do: "devices"; readonly user?: Handle }
  /** What this user calls a device of theirs, by its id, the beginning of it, or its name until now. Empty: no name any more. */
  | { readonly do: "label"; readonly device: string; readonly label: string };

type ProgramCommand =
  | { readonly do: "whoami" }
  | { readonly do: "link"; readonly state: "up" | "down" }
  | { readonly do: "quit" };

/** Why a client is over by itself. */
export type Ending =
  /** `by`: the server said so in its goodbye, or we found it out. */
  | { readonly how: "refused"; readonly reason: LinkReason; readonly by: "server" | "client" }
  | { readonly how: "failed"; readonly error: unknown };

export type Reply = Readonly<Record<string, unknown>>;

export interface Client {
  /** One command, one reply: port/replies.ts says which. @throws Fault */
  ask(command: Command): Promise<Reply>;
  /** Resolves when the client cannot go on by itself. */
  readonly ended: Promise<Ending>;
  /**
   * Resolves when everything missed was given, and everything written here is stored and was given back.
   * `orAway`: also when the server cannot be reached; without it, then too if it was `ready` before.
   */
  rest(orAway: boolean): Promise<void>;
  readonly isConnected: boolean;
  /** Messages that the server did not take yet; they are in the vault. */
  readonly waiting: number;
  /** The largest file that the server takes; undefined: it was not heard yet. */
  readonly fileBytes: number | undefined;
  /** Another device of this user waits for what this one holds of the time before. */
  readonly isHanding: boolean;
  /** Nothing more will be asked: what is paused is answered now, and stays for the next start. */
  leave(): void;
  stop(): void;
}
