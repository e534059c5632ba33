// How a transfer ends other than well, and what may be gone on with afterwards.
import { Fault } from "../../model/fault.ts";

/** After these another attempt with the same record would end the same way; after all others it may not. */
const FOR_GOOD = /^(?:source-changed|transfer-cancelled|transfer-mismatch|stream-[a-z]+|target-(?:changed|gone))$/;

export function endsForGood(error: unknown): boolean {
  return error instanceof Fault && FOR_GOOD.test(error.code);
}

export function wrongAnswer(): Fault {
  return new Fault("transfer-answer", "the server does not keep what it says about this file", {
    hint: "tell the administrator",
  });
}
