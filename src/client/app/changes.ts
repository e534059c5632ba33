// Entries that change a message which is there already: edits, deletes, reactions. What is not in the vault yet is changed where
// it waits for its commit, the rest by a change of its own in the same commit.
import type { DeviceId, Handle, LogId, MessageId } from "../../model/ids.ts";
import type { Change, Vault } from "../port/vault.ts";
import { type Opened, readOpened, settled, writeOpened } from "./payload/opened.ts";
import type { ChangePayload } from "./payload/payload.ts";
import { applied, textOf } from "./payload/projection.ts";

export interface ChangesWorld {
  readonly vault: Pick<Vault, "named">;
  /** The user behind a device, as a certificate proved it. */
  readonly userOf: (device: DeviceId) => Handle | undefined;
  /** What it changes may still come: messages of before are on their way. */
  readonly late: (log: LogId, change: ChangePayload, by: ChangedBy) => readonly Change[];
}

/** An entry that waits for its commit. */
export interface Waiting {
  readonly log: LogId;
  readonly mid: MessageId;
  readonly sender: DeviceId;
  payload: string;
  text: string | undefined;
}

export interface ChangedBy {
  readonly user: Handle;
  readonly mayDelete: boolean;
  readonly at: number;
}

export class Changes {
  readonly #world: ChangesWorld;
  readonly #waiting = new Map<string, Waiting>();
  /** Rows that are written over by the next commit. */
  readonly #rewritten = new Map<number, Opened>();

  constructor(world: ChangesWorld) {
    this.#world = world;
  }

  /** The entry goes into the next commit. */
  add(entry: Waiting): void {
    const key = keyOf(entry.log, entry.mid);
    if (!this.#waiting.has(key)) this.#waiting.set(key, entry);
  }

  committed(): void {
    this.#waiting.clear();
    this.#rewritten.clear();
  }

  /** What is kept of the change itself, and what changes with it. */
  apply(
    log: LogId,
    change: ChangePayload,
    by: ChangedBy,
  ): { readonly opened: Opened; readonly changes: readonly Change[] } {
    const waiting = this.#waiting.get(keyOf(log, change.target));
    if (waiting !== undefined) {
      const opened = this.#changed(readOpened(waiting.payload), change, { ...by, sender: waiting.sender });
      if ("refused" in opened) return refused(opened.refused);
      [waiting.payload, waiting.text] = [writeOpened(opened.opened), textOf(opened.opened)];
      return { opened: settled(change), changes: [] };
    }
    const row = this.#world.vault.named(log, change.target);
    if (row === undefined) return { ...refused("no-message"), changes: this.#world.late(log, change, by) };
    const before = this.#rewritten.get(row.row) ?? readOpened(row.payload);
    const opened = this.#changed(before, change, { ...by, sender: row.sender });
    if ("refused" in opened) return refused(opened.refused);
    this.#rewritten.set(row.row, opened.opened);
    const said = { payload: writeOpened(opened.opened), text: textOf(opened.opened) };
    return { opened: settled(change), changes: [{ put: "rewritten", row: row.row, ...said }] };
  }

  #changed(
    target: Opened,
    change: ChangePayload,
    { sender, ...by }: ChangedBy & { readonly sender: DeviceId },
  ): ReturnType<typeof applied> {
    return applied(target, change, { ...by, isAuthor: this.#world.userOf(sender) === by.user });
  }
}

function refused(code: string): { readonly opened: Opened; readonly changes: readonly Change[] } {
  return { opened: { kind: "unreadable", code }, changes: [] };
}

function keyOf(log: LogId, mid: MessageId): string {
  return `${log}${mid}`;
}
