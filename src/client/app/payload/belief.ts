// Whose an entry is. Who sent it is the server's word until the group has opened it: what it did not open is nobody's.
import type { Opened } from "./opened.ts";

/** What its proven sender said, and nobody can read. */
const OF_ITS_SENDER = new Set(["payload-malformed", "payload-too-large"]);
/** What happens without anybody having done wrong: everything else that a group refuses is an alarm. */
const INNOCENT = new Set(["before-joining", "epoch-gone", "epoch-ahead", "not-in-group", "own-lost"]);

/** `theirs`: its sender is proved. `unproved`: nobody could open it here. `unbelieved`: it was refused. */
export type Belief = "theirs" | "unproved" | "unbelieved";

/** Not of what only changes another message: that a change was refused says nothing of its sender. */
export function beliefOf(opened: Opened): Belief {
  if (opened.kind !== "unreadable" || OF_ITS_SENDER.has(opened.code)) return "theirs";
  return isInnocent(opened.code) ? "unproved" : "unbelieved";
}

export function isInnocent(code: string): boolean {
  return INNOCENT.has(code);
}
