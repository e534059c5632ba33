// What a guess costs at the door: time, and more of it each time; and so many at once from one address, and in all.
// Pure: the clock is handed in. Whoever was right is not slowed down by others of the same address.

/** The first wrong answer waits for so long, each further one twice as long. */
const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;
/** Without a wrong one for so long an address is forgotten. */
const FORGOTTEN_MS = 15 * 60_000;
/** Requests of one address that are being answered, the slowed ones among them. */
const AT_ONCE = 8;
/** Of all addresses. */
const AT_ONCE_IN_ALL = 256;
/** Addresses that are remembered; beyond it the one that was wrong longest ago is forgotten. */
const ADDRESSES = 20_000;

interface Tally {
  wrong: number;
  lastMs: number;
}

export class Throttle {
  readonly #wrong = new Map<string, Tally>();
  readonly #active = new Map<string, number>();
  #inAll = 0;

  /** False: too many at once; nothing is to be looked at. Otherwise `leave` is due. */
  enter(address: string): boolean {
    const active = this.#active.get(address) ?? 0;
    if (active >= AT_ONCE || this.#inAll >= AT_ONCE_IN_ALL) return false;
    this.#active.set(address, active + 1);
    this.#inAll += 1;
    return true;
  }

  leave(address: string): void {
    const active = (this.#active.get(address) ?? 1) - 1;
    if (active === 0) this.#active.delete(address);
    else this.#active.set(address, active);
    this.#inAll -= 1;
  }

  /** It was wrong: how long its answer waits. */
  wrong(address: string, nowMs: number): number {
    const before = this.#wrong.get(address);
    const isOld = before === undefined || nowMs - before.lastMs > FORGOTTEN_MS;
    const tally = { wrong: isOld ? 1 : before.wrong + 1, lastMs: nowMs };
    this.#wrong.delete(address);
    this.#wrong.set(address, tally);
    const [oldest] = this.#wrong.keys();
    if (this.#wrong.size > ADDRESSES && oldest !== undefined) this.#wrong.delete(oldest);
    return Math.min(LONGEST_MS, FIRST_MS * 2 ** (tally.wrong - 1));
  }

  /** How often this address was wrong lately. */
  wrongs(address: string): number {
    return this.#wrong.get(address)?.wrong ?? 0;
  }
}
