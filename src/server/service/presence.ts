// Who is online, by user. Kept in memory only: a server that restarts knows nobody until they come back.
import type { Handle } from "../../model/ids.ts";
import { ITEMS } from "../../model/limits.ts";
import { encodeServerFrame } from "../../wire/codec.ts";
import type { Clock } from "../port/clock.ts";
import type { Outlet } from "../port/outlet.ts";

/** Changes are gathered for so long: a thousand devices that reconnect make a few frames, not a million. */
const GATHER_MS = 250;

export class Presence {
  readonly #clock: Clock;
  readonly #everybody: () => Iterable<Outlet>;
  readonly #connections = new Map<Handle, number>();
  readonly #changed = new Map<Handle, boolean>();

  constructor(clock: Clock, everybody: () => Iterable<Outlet>) {
    this.#clock = clock;
    this.#everybody = everybody;
  }

  isOnline(user: Handle): boolean {
    return this.#connections.has(user);
  }

  came(user: Handle): void {
    const before = this.#connections.get(user) ?? 0;
    this.#connections.set(user, before + 1);
    if (before === 0) this.#note(user, true);
  }

  went(user: Handle): void {
    const left = (this.#connections.get(user) ?? 0) - 1;
    if (left > 0) {
      this.#connections.set(user, left);
      return;
    }
    this.#connections.delete(user);
    this.#note(user, false);
  }

  #note(user: Handle, online: boolean): void {
    // Came and went (or the other way) inside one gathering: nothing changed.
    if (this.#changed.get(user) === !online) this.#changed.delete(user);
    else this.#changed.set(user, online);
    if (this.#changed.size === 1) this.#clock.after(GATHER_MS, () => this.#flush());
  }

  #flush(): void {
    const changes = [...this.#changed].slice(0, ITEMS).map(([user, online]) => ({ user, online }));
    for (const { user } of changes) this.#changed.delete(user);
    if (changes.length === 0) return;
    const frame = encodeServerFrame({ request: 0, message: { type: "presence", changes } });
    for (const outlet of this.#everybody()) if (outlet.features.has("presence")) outlet.send(frame);
    if (this.#changed.size > 0) this.#clock.after(GATHER_MS, () => this.#flush());
  }
}
