// How many connections there may be, in all and from one address, and how many refusals are written to the log.
import { type Bucket, type RateLimit, fullBucket, take } from "../session/rate.ts";

export interface QuotaRules {
  readonly connectionsMax: number;
  readonly connectionsPerAddress: number;
}

/** A flood of refusals must not fill the disk: after a burst, this many lines a second. */
const NOTES: RateLimit = { perSecond: 10, burst: 200 };

export class Quota {
  readonly #rules: QuotaRules;
  readonly #byAddress = new Map<string, number>();
  #total = 0;
  #notes: Bucket = fullBucket(NOTES, 0);
  #missed = 0;

  constructor(rules: QuotaRules) {
    this.#rules = rules;
  }

  /** Counts the connection, or says by a code why it may not be. Every `enter` is followed by one `leave`. */
  enter(address: string): string | undefined {
    const here = this.#byAddress.get(address) ?? 0;
    if (this.#total >= this.#rules.connectionsMax) return "too-many-connections";
    if (here >= this.#rules.connectionsPerAddress) return "too-many-connections-address";
    this.#total += 1;
    this.#byAddress.set(address, here + 1);
    return undefined;
  }

  leave(address: string): void {
    this.#total -= 1;
    const left = (this.#byAddress.get(address) ?? 0) - 1;
    if (left > 0) this.#byAddress.set(address, left);
    else this.#byAddress.delete(address);
  }

  mayNote(nowMs: number): boolean {
    const { bucket, waitMs } = take(NOTES, this.#notes, { amount: 1, nowMs });
    if (waitMs > 0) return this.#miss();
    this.#notes = bucket;
    return true;
  }

  /** Refusals that were not written since the last time this was asked. */
  missedNotes(): number {
    const missed = this.#missed;
    this.#missed = 0;
    return missed;
  }

  #miss(): false {
    this.#missed += 1;
    return false;
  }
}
