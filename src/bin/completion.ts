// `completion SHELL`: what makes a shell complete a command line. The scripts are static: only names of profiles are asked for, by
// `profiles --names`.
import { Fault } from "../model/fault.ts";
import { bashScript } from "./completion-bash.ts";
import { fishScript } from "./completion-fish.ts";
import { type Completing, completingOf } from "./completion-words.ts";
import { zshScript } from "./completion-zsh.ts";
import type { Described } from "./help.ts";

const SHELLS: Readonly<Record<string, (completing: Completing) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** @throws Fault `usage` */
export function completionFor(shell: string, program: Pick<Described, "name" | "flags" | "commands">): string {
  const script = Object.hasOwn(SHELLS, shell) ? SHELLS[shell] : undefined;
  if (script !== undefined) return script(completingOf(program));
  throw new Fault("usage", `there is no completion for ${JSON.stringify(shell)}`, { hint: "one of: bash, zsh, fish" });
}
