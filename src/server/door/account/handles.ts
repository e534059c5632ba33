// What the door remembers between two requests of one login: under a name that nobody guesses, once, and not for long. Pure: the clock
// is handed in.
import { randomBytes } from "node:crypto";
import { RECOVERY_NONCE_BYTES } from "../../../password/recovery-key.ts";
import { networkOf } from "../network.ts";

/** One person at one machine begins few logins at a time; behind one address may be several. The oldest goes. */
const OF_NETWORK = 16;
/** Of all networks: a few megabytes. */
const IN_ALL = 10_000;

interface Kept<T> {
  readonly value: T;
  readonly network: string;
  readonly untilMs: number;
}

export class Handles<T> {
  readonly #lastsMs: number;
  readonly #kept = new Map<string, Kept<T>>();
  readonly #counts = new Map<string, number>();

  constructor(lastsMs: number) {
    this.#lastsMs = lastsMs;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** `fromMs`: when its time begins. Returns base64url: it is also the nonce that a recovery key signs. */
  keep(value: T, { address, nowMs, fromMs = nowMs }: { address: string; nowMs: number; fromMs?: number }): string {
    this.#dropOld(nowMs);
    const network = networkOf(address);
    if ((this.#counts.get(network) ?? 0) >= OF_NETWORK) this.#dropFirst((one) => one.network === network);
    if (this.#kept.size >= IN_ALL) this.#dropFirst(() => true);
    const handle = randomBytes(RECOVERY_NONCE_BYTES).toString("base64url");
    this.#kept.set(handle, { value, network, untilMs: fromMs + this.#lastsMs });
    this.#counts.set(network, (this.#counts.get(network) ?? 0) + 1);
    return handle;
  }

  has(handle: string, nowMs: number): boolean {
    const kept = this.#kept.get(handle);
    return kept !== undefined && nowMs < kept.untilMs;
  }

  /** Undefined: there is none, or it was used, or its time is over. Whatever becomes of it, it is gone. */
  take(handle: string, nowMs: number): T | undefined {
    const kept = this.#kept.get(handle);
    if (kept === undefined) return undefined;
    this.#drop(handle, kept);
    return nowMs < kept.untilMs ? kept.value : undefined;
  }

  #dropOld(nowMs: number): void {
    for (const [handle, kept] of this.#kept) if (kept.untilMs <= nowMs) this.#drop(handle, kept);
  }

  #dropFirst(fits: (kept: Kept<T>) => boolean): void {
    for (const [handle, kept] of this.#kept) {
      if (!fits(kept)) continue;
      this.#drop(handle, kept);
      return;
    }
  }

  #drop(handle: string, { network }: Kept<T>): void {
    this.#kept.delete(handle);
    const left = (this.#counts.get(network) ?? 1) - 1;
    if (left === 0) this.#counts.delete(network);
    else this.#counts.set(network, left);
  }
}
