// An entry of the log as the groups take it.
import type { Handle } from "../../../model/ids.ts";
import type { DeclaredChange, Incoming } from "../../../mls/groups.ts";
import type { Entry } from "../../../wire/messages.ts";
import { decodeCommitNote } from "../../../wire/note.ts";

export function incoming({ kind, body, sender: device, at, mid, note }: Entry): Incoming {
  const declared = kind === "commit" ? declaredIn(note) : undefined;
  return { kind: kind === "commit" ? "commit" : "app", body, device, at, mid, declared };
}

function declaredIn(note: Uint8Array): DeclaredChange | undefined {
  try {
    const { add, remove, terms, revoked, leaving } = decodeCommitNote(note);
    return {
      add: add.map(({ device }) => device),
      remove: remove.map(({ device }) => device),
      terms: terms.length === 0 ? undefined : terms,
      revoked,
      leaving: leaving as readonly Handle[],
    };
  } catch {
    return undefined;
  }
}

/** A commit of somebody who knows more than the log, as they say: the server was put back. */
export function knowsMore({ kind, note }: Pick<Entry, "kind" | "note">): boolean {
  try {
    return kind === "commit" && decodeCommitNote(note).restored;
  } catch {
    return false;
  }
}
