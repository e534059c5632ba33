// The contract of the bus: wakes up whoever waits for a log. A hint may be lost, doubled or out of order; the store is the truth.
import type { LogId, Seq } from "../../model/ids.ts";

/** C6: at least once while connected, unordered, may be lost. */
export interface Bus {
  /** Log `log` has something new, up to `head`. Never called inside a transaction, never before the store's promise resolved. */
  hint(log: LogId, head: Seq): void;
  /** At most once, never stored, at most SIGNAL_BYTES; larger is refused with Fault `signal-too-large`. */
  signal(log: LogId, bytes: Uint8Array): void;
  /** One listener for each node. Returns a function that stops it. A listener that throws does not stop the others. */
  listen(listener: BusListener): () => void;
  close(): void;
}

export interface BusListener {
  onHint(log: LogId, head: Seq): void;
  onSignal(log: LogId, bytes: Uint8Array): void;
}
