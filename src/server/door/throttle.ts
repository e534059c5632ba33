// What a guess costs at the door: time, and more of it each time; and so many requests at once of one network. Pure: the clock is handed
// in. Whoever was right is not slowed down by others of the same network. How many there may be in all: see crowd.ts.
import { remember } from "../../model/remember.ts";
import { networkOf } from "./network.ts";

/** The first wrong answer waits for so long, each further one twice as long. */
const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;
/** Without a wrong one for so long a network is forgotten. */
const FORGOTTEN_MS = 15 * 60_000;
/** Requests of one network that are being answered, the slowed ones among them. */
const AT_ONCE = 8;
/** Networks that are remembered; beyond it the one that was wrong longest ago is forgotten. */
const NETWORKS = 20_000;

interface Tally {
  wrong: number;
  lastMs: number;
}

export class Throttle {
  readonly #wrong = new Map<string, Tally>();
  readonly #active = new Map<string, number>();

  /** False: too many at once; nothing is to be looked at. Otherwise `leave` is due. */
  enter(address: string): boolean {
    const network = networkOf(address);
    const active = this.#active.get(network) ?? 0;
    if (active >= AT_ONCE) return false;
    this.#active.set(network, active + 1);
    return true;
  }

  leave(address: string): void {
    const network = networkOf(address);
    const active = (this.#active.get(network) ?? 1) - 1;
    if (active === 0) this.#active.delete(network);
    else this.#active.set(network, active);
  }

  /** It was wrong: how long its answer waits. */
  wrong(address: string, nowMs: number): number {
    const network = networkOf(address);
    const before = this.#wrong.get(network);
    const isOld = before === undefined || nowMs - before.lastMs > FORGOTTEN_MS;
    const tally = { wrong: isOld ? 1 : before.wrong + 1, lastMs: nowMs };
    remember(this.#wrong, NETWORKS, [network, tally]);
    return Math.min(LONGEST_MS, FIRST_MS * 2 ** (tally.wrong - 1));
  }

  /** How often this address, or one of its network, was wrong lately. */
  wrongs(address: string): number {
    return this.#wrong.get(networkOf(address))?.wrong ?? 0;
  }
}
