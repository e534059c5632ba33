// Rooms that their members have announced in the lobby, for those who look for one.
import type { LogId } from "../../model/ids.ts";
import type { Change, Vault } from "../port/vault.ts";
import type { Aside } from "./asides.ts";

export interface Listing {
  readonly log: LogId;
  readonly name: string;
  readonly topic: string;
  readonly join: "open" | "ask";
  /** When it was announced last. */
  readonly at: number;
}

const SETTING = "listings";
/** The first give way: more than anybody reads through. */
const MOST = 1_000;

export class Listings {
  readonly #lobby: LogId;
  readonly #listings: Map<LogId, Listing>;

  constructor(vault: Pick<Vault, "setting">, lobby: LogId) {
    this.#lobby = lobby;
    const kept = JSON.parse(vault.setting(SETTING) ?? "[]") as readonly Listing[];
    this.#listings = new Map(kept.map((one) => [one.log, one]));
  }

  all(): readonly Listing[] {
    return [...this.#listings.values()];
  }

  /** By name or id; the oldest where several have the name: nobody takes a name away. */
  find(to: string): Listing | undefined {
    return this.all().find(({ log, name }) => log === to || `#${name}` === to);
  }

  /** As it was announced. */
  nameOf(log: LogId): string | undefined {
    const name = this.#listings.get(log)?.name;
    return name === undefined ? undefined : `#${name}`;
  }

  take({ log: where, said, at }: Aside): readonly Change[] {
    if (said.kind !== "listing" || where !== this.#lobby) return [];
    const { log, name, topic, join, on } = said;
    const known = this.#listings.get(log);
    const isSame = known?.name === name && known.topic === topic && known.join === join;
    if (on ? isSame : known === undefined) return [];
    if (on) this.#listings.set(log, { log, name, topic, join, at });
    else this.#listings.delete(log);
    for (const oldest of this.#listings.keys()) if (this.#listings.size > MOST) this.#listings.delete(oldest);
    return [{ put: "setting", name: SETTING, value: JSON.stringify(this.all()) }];
  }
}
