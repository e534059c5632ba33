// Counts what a server does, for `stats` and for whoever scrapes it. Numbers only: no names, no ids, nothing that grows.
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Clock } from "../port/clock.ts";
import type { Meter } from "../port/meter.ts";

/** Upper bounds in seconds: a sync of a good disk takes 1 ms, of a bad one 100. */
export const APPEND_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] as const;
const MINUTE_S = 60;
/** Codes are ours and few; a defect must not make them many. */
const LABELS_MOST = 64;
const OTHER = "other";
const LOOP_RESOLUTION_MS = 20;
const NS_PER_MS = 1e6;

export interface Histogram {
  /** How many were within each bound, those of smaller bounds included. */
  readonly within: readonly number[];
  readonly count: number;
  readonly sumS: number;
}

export class ServerMeter implements Meter {
  readonly startedAt: number;
  readonly refusals = new Map<string, number>();
  readonly doorAnswers = new Map<string, number>();
  readonly #clock: Clock;
  readonly #loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  readonly #within = APPEND_BUCKETS.map(() => 0);
  /** Messages in each of the last seconds, by the second. */
  readonly #seconds = new Map<number, number>();
  #appends = 0;
  #appendS = 0;
  #messages = 0;
  #deliveredBytes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.startedAt = clock.now();
    this.#loop.enable();
  }

  append(): (stored: boolean) => void {
    const begun = performance.now();
    return (stored) => {
      if (stored) this.#appended((performance.now() - begun) / 1_000);
    };
  }

  delivered(bytes: number): void {
    this.#deliveredBytes += bytes;
  }

  refused(code: string): void {
    count(this.refusals, code);
  }

  door(status: number): void {
    count(this.doorAnswers, String(status));
  }

  get messages(): number {
    return this.#messages;
  }

  get deliveredBytes(): number {
    return this.#deliveredBytes;
  }

  get appends(): Histogram {
    return { within: this.#within, count: this.#appends, sumS: this.#appendS };
  }

  /** Of the last minute, or of the time since the start where that is shorter. */
  get messagesPerSecond(): number {
    const now = this.#clock.now();
    this.#forget(now);
    const seconds = Math.min(MINUTE_S, Math.max(1, (now - this.startedAt) / 1_000));
    return [...this.#seconds.values()].reduce((sum, each) => sum + each, 0) / seconds;
  }

  /** How late timers came, since the start. */
  get loop(): { readonly meanMs: number; readonly p99Ms: number; readonly maxMs: number } {
    const { mean, max } = this.#loop;
    return { meanMs: lateMs(mean), p99Ms: lateMs(this.#loop.percentile(99)), maxMs: lateMs(max) };
  }

  stop(): void {
    this.#loop.disable();
  }

  #appended(seconds: number): void {
    this.#messages += 1;
    this.#appends += 1;
    this.#appendS += seconds;
    for (const [index, bound] of APPEND_BUCKETS.entries())
      if (seconds <= bound) this.#within[index] = (this.#within[index] ?? 0) + 1;
    const second = Math.floor(this.#clock.now() / 1_000);
    this.#seconds.set(second, (this.#seconds.get(second) ?? 0) + 1);
    if (this.#seconds.size > 2 * MINUTE_S) this.#forget(this.#clock.now());
  }

  #forget(now: number): void {
    const oldest = Math.floor(now / 1_000) - MINUTE_S;
    for (const second of this.#seconds.keys()) if (second <= oldest) this.#seconds.delete(second);
  }
}

/** Before the first sample it is no number. */
function lateMs(ns: number): number {
  return Number.isFinite(ns) ? Math.max(0, ns / NS_PER_MS - LOOP_RESOLUTION_MS) : 0;
}

function count(counts: Map<string, number>, label: string): void {
  const known = counts.has(label) || counts.size < LABELS_MOST ? label : OTHER;
  counts.set(known, (counts.get(known) ?? 0) + 1);
}
