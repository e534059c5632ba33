// The real clock.
import process from "node:process";
import type { Clock } from "../server/port/clock.ts";

export const systemClock: Clock = {
  now: () => Date.now(),
  soon: (run) => process.nextTick(run),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
