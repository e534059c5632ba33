// What this user wants of each conversation for themselves: what is told and sent there, and whether it may disturb. Nobody else
// hears of it. Kept in the vault as settings.
import type { LogId } from "../../model/ids.ts";
import type { Change, Vault } from "../port/vault.ts";

export interface Preference {
  /** Left out: as the conversation's kind and size say. */
  readonly receipts?: boolean;
  readonly typing?: boolean;
  readonly presence?: boolean;
  /** Until this time; `true`: for ever. */
  readonly muted?: number | true;
}

const PREFIX = "preference/";
const NOTHING: Preference = {};

export class Preferences {
  readonly #now: () => number;
  readonly #preferences = new Map<LogId, Preference>();

  constructor(vault: Pick<Vault, "setting" | "logs">, now: () => number) {
    this.#now = now;
    for (const { log } of vault.logs()) {
      const kept = vault.setting(PREFIX + log);
      if (kept !== undefined) this.#preferences.set(log, JSON.parse(kept) as Preference);
    }
  }

  of(log: LogId): Preference {
    return this.#preferences.get(log) ?? NOTHING;
  }

  /** What is left out stays; the change of the vault is the caller's to put. */
  set(log: LogId, wish: Preference): readonly Change[] {
    return this.#put(log, { ...this.of(log), ...wish });
  }

  mute(log: LogId, until: number | "for-ever" | "unmute"): readonly Change[] {
    const { muted: _muted, ...rest } = this.of(log);
    if (until === "unmute") return this.#put(log, rest);
    return this.#put(log, { ...rest, muted: until === "for-ever" ? true : until });
  }

  /** Undefined where it may disturb. */
  mutedUntil(log: LogId): number | true | undefined {
    const { muted } = this.of(log);
    return muted === true || (muted !== undefined && muted > this.#now()) ? muted : undefined;
  }

  #put(log: LogId, next: Preference): readonly Change[] {
    const value = JSON.stringify(next);
    if (value === JSON.stringify(this.of(log))) return [];
    this.#preferences.set(log, next);
    return [{ put: "setting", name: PREFIX + log, value }];
  }
}
