// The real clock, for the clock ports of both programs.
import process from "node:process";

export const systemClock = {
  now: (): number => Date.now(),
  soon: (run: () => void): void => process.nextTick(run),
  /** A timer never keeps the process alive. */
  after(ms: number, run: () => void): () => void {
    const timer = setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
