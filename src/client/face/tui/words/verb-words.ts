// What the commands of the lines do, in the language of the person.
import { verbNamed } from "../../lines/plain-commands.ts";
import type { SafeText } from "../../sanitize.ts";
import { usageWords } from "../../words/usage.ts";
import { words } from "../ground/text.ts";
import { isKey } from "./en.ts";
import type { Say } from "./say.ts";

/** @throws Fault `unknown-command` */
export function verbSays(name: string, say: Say): SafeText {
  const key = `verb-${name}`;
  // Unknown to the tables: as the lines say it.
  return isKey(key) ? say(key) : words`${verbNamed(name).says}`;
}

/** How it is typed, and what it does. @throws Fault `unknown-command` */
export function usageIn(name: string, say: Say): SafeText {
  return words`${usageWords(verbNamed(name).usage, say.language)} (${verbSays(name, say)})`;
}
