// What the server puts into the inbox of a device: Welcomes, by which others bring it into their conversations.
import { Fault } from "../../model/fault.ts";
import type { LogId } from "../../model/ids.ts";
import type { WelcomeNote } from "../../wire/messages.ts";
import { decodeWelcomeNote } from "../../wire/note.ts";
import type { Change, NewEntry } from "../port/vault.ts";
import type { Circles } from "./circle/circles.ts";
import { writeOpened } from "./payload/opened.ts";
import type { Applied } from "./sync.ts";

export interface InboxWorld {
  readonly circles: Circles;
  /** What was said in the group that a Welcome takes the place of is read first. @throws Fault `offline` */
  readonly readBefore: (log: LogId) => Promise<void>;
}

/** Once each of them was tried: a Welcome that leads nowhere any more is as good as none. @throws Fault `offline` */
export async function readInbox(log: LogId, applied: readonly Applied[], world: InboxWorld): Promise<Change> {
  for (const { entry } of applied) {
    const note = noteIn(entry.note);
    if (note === undefined) continue;
    await world.readBefore(note.log);
    await world.circles.welcomed(note, entry.body);
  }
  const entries = applied.map(({ entry, chain }): NewEntry => {
    const { seq, at, sender, mid, kind, epoch } = entry;
    const payload = writeOpened({ kind: "newer" });
    return { log, seq, at, sender, mid, kind, epoch, payload, text: undefined, chain, quiet: true };
  });
  return { put: "entries", log, entries, own: [] };
}

function noteIn(bytes: Uint8Array): WelcomeNote | undefined {
  try {
    return decodeWelcomeNote(bytes);
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}
