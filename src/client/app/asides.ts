// What is said beside the messages: about the conversation, or from program to program. Each kind has one place that takes it.
import type { DeviceId, Handle, LogId, MessageId, Seq } from "../../model/ids.ts";
import type { Role } from "../../model/terms.ts";
import type { Change } from "../port/vault.ts";
import type { Opened } from "./payload/opened.ts";

/** An entry of this kind, with who said it as the group proves it. */
export interface Aside {
  readonly log: LogId;
  readonly seq: Seq;
  readonly mid: MessageId;
  readonly at: number;
  readonly device: DeviceId;
  readonly by: Handle;
  /** Of `by`, by the terms of that time. */
  readonly role: Role;
  readonly said: Opened;
}

export interface Taken {
  /** As the entry is kept. */
  readonly opened: Opened;
  /** What changes in the vault together with it; without any, it said nothing new, and nobody is told. */
  readonly changes: readonly Change[];
}

export type TakeAside = (aside: Aside) => Taken;
