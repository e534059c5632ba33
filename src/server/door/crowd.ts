// Who stands at the door at once: every connection, from its first byte to the end of the work for it. Where it is full somebody goes to
// make room, so that a crowd of few networks, however patient, keeps nobody else out. Pure.
import { networkOf } from "./network.ts";

/** Each holds a request of 64 KiB at most while it is read: 32 MiB, and as many sockets. @internal */
export const GUESTS = 512;
/** @internal */
export const GUESTS_OF_NETWORK = 32;

/**
 * `free`: shakes hands, says nothing, or is in the middle of its request. `waiting`: its answer waits, because it was a guess.
 * `served`: its request is being worked at, which is not stopped by cutting the connection.
 */
export type Standing = "free" | "waiting" | "served";

interface Place {
  readonly network: string;
  is: Standing;
}

/** `goes`: is to be cut, has no place any more, and does not leave again. */
export type Entrance<T> = { readonly isIn: false } | { readonly isIn: true; readonly goes: T | undefined };

export class Crowd<T> {
  readonly #most: number;
  /** In the order in which they came. */
  readonly #places = new Map<T, Place>();
  readonly #counts = new Map<string, number>();

  constructor(most = GUESTS) {
    this.#most = most;
  }

  get size(): number {
    return this.#places.size;
  }

  /** Where it comes in, `leave` is due. */
  enter(guest: T, address: string): Entrance<T> {
    const network = networkOf(address);
    const count = this.#counts.get(network) ?? 0;
    if (count >= GUESTS_OF_NETWORK) return { isIn: false };
    // The one who comes counts: who has the most already makes room for themselves.
    this.#counts.set(network, count + 1);
    const goes = this.#places.size < this.#most ? undefined : this.#leastMissed();
    if (goes === undefined && this.#places.size >= this.#most) {
      this.#uncount(network);
      return { isIn: false };
    }
    if (goes !== undefined) this.leave(goes);
    this.#places.set(guest, { network, is: "free" });
    return { isIn: true, goes };
  }

  /** Nothing happens to who has gone. */
  becomes(guest: T, is: Standing): void {
    const place = this.#places.get(guest);
    if (place !== undefined) place.is = is;
  }

  leave(guest: T): void {
    const place = this.#places.get(guest);
    if (place === undefined) return;
    this.#places.delete(guest);
    this.#uncount(place.network);
  }

  /** Of the network that has the most here: who waits for a wrong guess before who does not, and who came first before the others. */
  #leastMissed(): T | undefined {
    let found: { readonly guest: T; readonly rank: number } | undefined;
    for (const [guest, { network, is }] of this.#places) {
      if (is === "served") continue;
      const rank = 2 * (this.#counts.get(network) ?? 0) + Number(is === "waiting");
      if (found === undefined || rank > found.rank) found = { guest, rank };
    }
    return found?.guest;
  }

  #uncount(network: string): void {
    const left = (this.#counts.get(network) ?? 1) - 1;
    if (left === 0) this.#counts.delete(network);
    else this.#counts.set(network, left);
  }
}
