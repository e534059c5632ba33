// Entries as they came, made into what the vault keeps: opened, with their chain, and marked where they are held already.
import type { DeviceId, LogId, MessageId } from "../../model/ids.ts";
import type { Entry } from "../../wire/messages.ts";
import type { NewEntry, Vault } from "../port/vault.ts";
import { writeOpened } from "./payload.ts";
import type { Seal } from "./seal.ts";
import type { Applied } from "./sync.ts";

export interface IntakeWorld {
  readonly vault: Vault;
  readonly seal: Seal;
  readonly self: DeviceId;
  readonly nameOf: (log: LogId) => string;
  readonly alarm: (code: string, message: string) => void;
}

export class Intake {
  readonly #world: IntakeWorld;
  /** Read since the last commit: the vault cannot be asked for these yet. */
  readonly #fresh = new Set<string>();

  constructor(world: IntakeWorld) {
    this.#world = world;
  }

  /** `own`: our own messages among them. */
  read(
    log: LogId,
    applied: readonly Applied[],
  ): { readonly entries: readonly NewEntry[]; readonly own: readonly MessageId[] } {
    const { seal, self } = this.#world;
    const entries = applied.map(({ entry, chain }): NewEntry => {
      const { seq, at, sender, mid, kind, epoch } = entry;
      const opened = seal.open(log, entry);
      const text = opened.kind === "text" ? opened.text : undefined;
      const payload = writeOpened(opened);
      return { log, seq, at, sender, mid, kind, epoch, payload, text, chain, quiet: this.#isHeld(log, entry) };
    });
    return { entries, own: entries.filter(({ sender }) => sender === self).map(({ mid }) => mid) };
  }

  committed(): void {
    this.#fresh.clear();
  }

  /** The server lost it and somebody sent it again; or it is a replay, and that is an alarm. */
  #isHeld(log: LogId, { mid, sender, seq }: Entry): boolean {
    const { vault, nameOf, alarm } = this.#world;
    const key = `${log}${mid}${sender}`;
    const before = this.#fresh.has(key) ? { lost: false } : vault.find(log, mid, sender);
    this.#fresh.add(key);
    if (before === undefined) return false;
    if (!before.lost) alarm("replay", `${nameOf(log)}: entry ${seq} repeats the message ${mid} that is there already`);
    return true;
  }
}
