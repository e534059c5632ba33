// How many look-ups of keys are made for those at the door: each costs requests to others, and a stranger may ask for any.
// Pure: the clock is handed in.
import { networkOf } from "../network.ts";

export interface LookUpBy {
  readonly address: string;
  /** They hold a good code of an invitation: they wait for no stranger. */
  readonly isInvited: boolean;
}

export interface LookUpLimits {
  /** At the same time, of one address. */
  readonly ofAddress: number;
  /** At the same time, of all strangers, and of all who are invited. */
  readonly inAll: number;
  /** Within `windowMs`, of one address. */
  readonly ofAddressInWindow: number;
  /** Within `windowMs`, of all strangers. */
  readonly ofStrangersInWindow: number;
  readonly windowMs: number;
}

/** A person tries a few times; a whole class behind one address comes in within the hour. @internal */
export const LOOK_UP_LIMITS: LookUpLimits = {
  ofAddress: 4,
  inAll: 16,
  ofAddressInWindow: 20,
  ofStrangersInWindow: 200,
  windowMs: 10 * 60_000,
};

const STRANGERS = "strangers";
const INVITED = "invited";

export class LookUps {
  readonly #limits: LookUpLimits;
  readonly #active = new Map<string, number>();
  /** Of the window that began at `#since`. */
  readonly #begun = new Map<string, number>();
  #since = 0;

  constructor(limits: LookUpLimits = LOOK_UP_LIMITS) {
    this.#limits = limits;
  }

  /** False: too many, nothing is to be asked. Otherwise `leave` is due. */
  enter({ address, isInvited }: LookUpBy, nowMs: number): boolean {
    const { ofAddress, inAll, ofAddressInWindow, ofStrangersInWindow, windowMs } = this.#limits;
    if (nowMs - this.#since >= windowMs || nowMs < this.#since) {
      this.#since = nowMs;
      this.#begun.clear();
    }
    const [own, all] = keysOf({ address, isInvited });
    const isFull =
      count(this.#active, own) >= ofAddress ||
      count(this.#active, all) >= inAll ||
      count(this.#begun, own) >= ofAddressInWindow ||
      (!isInvited && count(this.#begun, all) >= ofStrangersInWindow);
    if (isFull) return false;
    for (const key of [own, all]) {
      this.#active.set(key, count(this.#active, key) + 1);
      this.#begun.set(key, count(this.#begun, key) + 1);
    }
    return true;
  }

  leave(by: LookUpBy): void {
    for (const key of keysOf(by)) {
      const left = count(this.#active, key) - 1;
      if (left === 0) this.#active.delete(key);
      else this.#active.set(key, left);
    }
  }
}

function keysOf({ address, isInvited }: LookUpBy): readonly [own: string, all: string] {
  const all = isInvited ? INVITED : STRANGERS;
  return [`${all} ${networkOf(address)}`, all];
}

function count(counts: ReadonlyMap<string, number>, key: string): number {
  return counts.get(key) ?? 0;
}
