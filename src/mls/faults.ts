// What the library throws, as faults with a name. Its sentences are for us, not for people.
import { Fault, reason } from "../model/fault.ts";

/** `about` says what was being done, as the start of a sentence. */
export function mlsFault(code: string, about: string, error: unknown): Fault {
  // A credential was refused inside: that says more.
  if (error instanceof Fault) return error;
  return new Fault(code, `${about}: ${reason(error)}`, { cause: error });
}
