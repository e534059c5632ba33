// How one command is typed, and what it does, in the language of the person: of this face, of the lines, or of a key.
import { isVerb, verbNamed } from "../../lines/plain-commands.ts";
import type { SafeText } from "../../sanitize.ts";
import { words } from "../ground/text.ts";
import { usageWords } from "../../words/usage.ts";
import type { Say } from "../words/say.ts";
import { verbSays } from "../words/verb-words.ts";
import { isActionName, isOwnName, OWN_COMMANDS } from "./command-names.ts";

export interface CommandHelp {
  readonly usage: SafeText;
  readonly says: SafeText;
}

/** @throws Fault `unknown-command` */
export function commandHelp(name: string, say: Say): CommandHelp {
  if (isOwnName(name))
    return { usage: words`${usageWords(OWN_COMMANDS[name], say.language)}`, says: say(`own-${name}`) };
  if (!isVerb(name) && isActionName(name)) return { usage: words`/${name}`, says: say(`act-${name}`) };
  return { usage: words`${usageWords(verbNamed(name).usage, say.language)}`, says: verbSays(name, say) };
}
