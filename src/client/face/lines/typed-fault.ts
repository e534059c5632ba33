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
  if (error.message.startsWith("the field user ")) {
    if (fields["user"] === "") return new Fault("user-left-out", `/${verb}: the name of a user is missing`, why);
    const user = String(fields["user"]);
    return new Fault("no-user-name", `${JSON.stringify(user)} cannot be the name of a user`, {
      values: { user: JSON.stringify(user) },
      hint: "a name has a-z, 0-9, dot, dash and underscore, at most 32 of them, and begins with a letter or digit",
      cause: error,
    });
  }
  return new Fault("bad-field", `/${verb}: ${error.message.replace(/^the field /, "")}`, why);
}
