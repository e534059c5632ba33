// The contract of the client for its faces: commands in. What comes out goes to port/face.ts.
import type { MessageId, Seq } from "../../model/ids.ts";
import type { LinkReason } from "./views.ts";

export type Command =
  | { readonly do: "whoami" }
  | { readonly do: "send"; readonly to: string; readonly text: string; readonly replyTo?: MessageId }
  | { readonly do: "conversations" }
  | { readonly do: "members"; readonly to: string }
  | { readonly do: "users"; readonly query: string }
  | { readonly do: "history"; readonly to: string; readonly before: Seq | undefined; readonly limit: number }
  | { readonly do: "read"; readonly to: string; readonly seq: Seq | undefined }
  | { readonly do: "link"; readonly state: "up" | "down" }
  | { readonly do: "quit" };

/** Why a client is over by itself. */
export type Ending =
  /** `by`: the server said so in its goodbye, or we found it out. */
  | { readonly how: "refused"; readonly reason: LinkReason; readonly by: "server" | "client" }
  | { readonly how: "failed"; readonly error: unknown };

export type Reply = Readonly<Record<string, unknown>>;

export interface Client {
  /** One command, one reply. @throws Fault */
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
  stop(): void;
}
