// What is wrong with a command that a person typed, in words of what was typed: what a program calls a field follows the command.
import { Fault } from "../../../model/fault.ts";
import type { Wish } from "./verbs.ts";

export interface Typed {
  readonly fields: Wish["fields"];
  readonly verb: string | undefined;
  /** How the verb is typed. */
  readonly usage: (verb: string) => string;
}

/** What is thrown in its place. */
export function typedFault(error: unknown, { fields, verb, usage }: Typed): unknown {
  if (!(error instanceof Fault) || error.code !== "bad-field" || verb === undefined) return error;
  const why = { values: { name: verb }, hint: usage(verb), cause: error };
  if (fields["user"] === "" && error.message.startsWith("the field user "))
    return new Fault("user-left-out", `/${verb}: the name of a user is missing`, why);
  return new Fault("bad-field", `/${verb}: ${error.message.replace(/^the field /, "")}`, why);
}
