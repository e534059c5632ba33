// The bus inside one process: every hint and signal goes to every listener, on a later tick.
// Nothing is kept for a listener that comes later; the store is the truth.
import { Fault } from "../../../model/fault.ts";
import type { LogId, Seq } from "../../../model/ids.ts";
import { SIGNAL_BYTES } from "../../../model/limits.ts";
import type { Bus, BusListener } from "../../port/bus.ts";

export interface MemoryBusOptions {
  /** A listener that throws is a mistake of the program; it is told here and the others are served. */
  readonly onListenerError?: (error: unknown) => void;
}

export function openMemoryBus(options: MemoryBusOptions = {}): Bus {
  return new MemoryBus(options.onListenerError ?? (() => undefined));
}

/** Signals waiting for the next tick; beyond it they are dropped, as a signal may be. */
const WAITING_SIGNALS = 10_000;

class MemoryBus implements Bus {
  readonly #onListenerError: (error: unknown) => void;
  readonly #listeners = new Set<BusListener>();
  /** The highest head told in this tick: many hints for one log are one. */
  #hints = new Map<LogId, Seq>();
  #signals: { readonly log: LogId; readonly bytes: Uint8Array }[] = [];
  #scheduled = false;
  #closed = false;

  constructor(onListenerError: (error: unknown) => void) {
    this.#onListenerError = onListenerError;
  }

  hint(log: LogId, head: Seq): void {
    if (this.#closed) return;
    this.#hints.set(log, Math.max(head, this.#hints.get(log) ?? 0));
    this.#schedule();
  }

  signal(log: LogId, bytes: Uint8Array): void {
    if (bytes.length > SIGNAL_BYTES) throw new Fault("signal-too-large", `a signal has at most ${SIGNAL_BYTES} bytes`);
    if (this.#closed || this.#signals.length >= WAITING_SIGNALS) return;
    // A copy: the sender's buffer is its own again when this returns.
    this.#signals.push({ log, bytes: Uint8Array.from(bytes) });
    this.#schedule();
  }

  listen(listener: BusListener): () => void {
    // An object of its own, so that one listener given twice is heard twice and stopped one by one.
    const own: BusListener = {
      onHint: (log, head) => listener.onHint(log, head),
      onSignal: (log, bytes) => listener.onSignal(log, bytes),
    };
    if (!this.#closed) this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  close(): void {
    this.#closed = true;
    this.#listeners.clear();
    this.#hints.clear();
    this.#signals = [];
  }

  /** Later than the caller, so that no listener runs inside somebody's work; sooner than any socket. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => this.#deliver());
  }

  #deliver(): void {
    this.#scheduled = false;
    const [hints, signals] = [this.#hints, this.#signals];
    this.#hints = new Map();
    this.#signals = [];
    for (const [log, head] of hints) this.#tell((listener) => listener.onHint(log, head));
    for (const { log, bytes } of signals) this.#tell((listener) => listener.onSignal(log, bytes));
  }

  #tell(call: (listener: BusListener) => void): void {
    // A copy: a listener may stop itself or another while it is told.
    for (const listener of Array.from(this.#listeners)) {
      if (!this.#listeners.has(listener)) continue;
      try {
        call(listener);
      } catch (error) {
        this.#onListenerError(error);
      }
    }
  }
}
