// The name of somebody in a realm: asked until it is one, with what a name is.
import { Fault } from "../model/fault.ts";
import { type Handle, isHandle } from "../model/ids.ts";
import { askOrLeave, type Person } from "./prompt.ts";

export const HANDLE_HINT = "use a-z, 0-9, dot, dash and underscore, at most 32, first a letter or digit";
export const WANTED = "the name you want here: ";
const TRIES = 3;

/** Undefined: they leave, or say nothing that is a name. */
export async function askHandle(person: Person, question: string): Promise<Handle | undefined> {
  for (let left = TRIES; left > 0; left -= 1) {
    const said = (await askOrLeave(person, question))?.replace(/^@/, "");
    if (said === undefined) return undefined;
    if (isHandle(said)) return said;
    person.output.write(`* that is no valid name: ${HANDLE_HINT}\n`);
  }
  return undefined;
}

/** Of a flag. @throws Fault `handle-invalid` */
export function checkedHandle(said: string): Handle {
  if (isHandle(said)) return said;
  throw new Fault("handle-invalid", "this is not a valid name", { hint: HANDLE_HINT });
}
