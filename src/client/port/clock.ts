// The contract of the clock: time is handed in, so that tests can turn it.

export interface Clock {
  /** Milliseconds since 1970 UTC. */
  now(): number;
  /** Calls `run` once after `ms`; returns a function that cancels it. A timer never keeps the process alive. */
  after(ms: number, run: () => void): () => void;
}
