// What a guess at a password costs. With OPAQUE a guess is made with the first answer of a login: whoever guessed wrong never comes
// back with the second request. So each login that is begun counts as a guess until its end proves it right. Pure: the clock is handed in.
// Nobody is locked out: an address without open guesses is answered at once, whatever others do to the same user.
import { remember } from "../../../model/remember.ts";
import { networkOf } from "../network.ts";

/** A second open guess of one address waits for so long, each further one twice as long. */
const FIRST_MS = 1_000;
const LONGEST_MS = 20_000;
/** And so much longer for each open guess at this user, whoever made it. */
const OF_USER_MS = 100;
const LONGEST_OF_USER_MS = 20_000;
/** Without a guess for so long, those of before are forgotten. */
const FORGOTTEN_MS = 15 * 60_000;
/** Addresses, and users, that are remembered; beyond it the one of the longest ago is forgotten. */
const REMEMBERED = 20_000;
/** Users of one address that are told apart. */
const USERS_OF_ADDRESS = 64;
const OTHERS = "";

export interface Guess {
  readonly address: string;
  /** Whether there is such a user makes no difference. */
  readonly user: string;
}

interface Tally {
  /** Open guesses by the other half of the pair. */
  readonly open: Map<string, number>;
  lastMs: number;
}

export class Guesses {
  readonly #addresses = new Map<string, Tally>();
  readonly #users = new Map<string, Tally>();

  /** A login was begun: how long its answer waits. */
  begun({ address, user }: Guess, nowMs: number): number {
    const network = networkOf(address);
    const ofAddress = recent(this.#addresses, network, nowMs);
    const ofUser = recent(this.#users, user, nowMs);
    const before = sum(ofAddress);
    const beforeOfUser = sum(ofUser);
    const isTold = ofAddress.open.has(user) || ofAddress.open.size < USERS_OF_ADDRESS;
    grow(ofAddress.open, isTold ? user : OTHERS);
    grow(ofUser.open, OTHERS);
    if (before === 0) return 0;
    return Math.min(LONGEST_MS, FIRST_MS * 2 ** (before - 1)) + Math.min(LONGEST_OF_USER_MS, OF_USER_MS * beforeOfUser);
  }

  /** It was right: what this address guessed at this user before were slips of the same person. */
  right({ address, user }: Guess): void {
    const open = this.#addresses.get(networkOf(address))?.open;
    const slips = open?.get(user) ?? 0;
    open?.delete(user);
    const ofUser = this.#users.get(user)?.open;
    ofUser?.set(OTHERS, Math.max(0, (ofUser.get(OTHERS) ?? 0) - slips));
  }

  /** Of this address, at all users. */
  open(address: string): number {
    const tally = this.#addresses.get(networkOf(address));
    return tally === undefined ? 0 : sum(tally);
  }
}

function recent(all: Map<string, Tally>, key: string, nowMs: number): Tally {
  const known = all.get(key);
  const isOld = known === undefined || nowMs - known.lastMs > FORGOTTEN_MS;
  const tally = isOld ? { open: new Map<string, number>(), lastMs: nowMs } : known;
  tally.lastMs = nowMs;
  return remember(all, REMEMBERED, [key, tally]);
}

function sum({ open }: Tally): number {
  return [...open.values()].reduce((total, count) => total + count, 0);
}

function grow(open: Map<string, number>, key: string): void {
  open.set(key, (open.get(key) ?? 0) + 1);
}
