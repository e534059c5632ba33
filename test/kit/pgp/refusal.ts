// The code of a refusal, for tests that hold it against the expected one.

import { Fault } from "../../../src/model/fault.ts";

/** The fault; throws when there was none, or something else was thrown. */
export async function faultOf(work: Promise<unknown> | (() => unknown)): Promise<Fault> {
  const thrown: unknown = await Promise.resolve()
    .then(() => (typeof work === "function" ? work() : work))
    .then(
      () => new Error("it was accepted"),
      (error: unknown) => error,
    );
  if (thrown instanceof Fault) return thrown;
  throw thrown;
}
