// `completion` and `man`, which both programs have: what is printed is made from the tables of the program.
import type { Flag } from "./flags.ts";
import type { CommandWord, Described } from "./help.ts";

const NO_FLAGS = {} as const satisfies Readonly<Record<string, Flag>>;

interface ShellWord extends CommandWord {
  readonly flags: typeof NO_FLAGS;
}

/** `group`: their heading in the help, where the program has any. */
export function shellCommands(
  program: string,
  group?: string,
): { readonly completion: ShellWord; readonly man: ShellWord } {
  const under = group === undefined ? {} : { group };
  return {
    completion: {
      ...under,
      args: ["bash|zsh|fish"],
      about: "print what makes a shell complete this program's command line",
      flags: NO_FLAGS,
      examples: [
        [`source <(${program} completion bash)`, "in ~/.bashrc; zsh: the same in ~/.zshrc, behind compinit"],
        [`${program} completion fish | source`, "in ~/.config/fish/config.fish"],
      ],
    },
    man: {
      ...under,
      args: [],
      about: "print the manual page",
      flags: NO_FLAGS,
      examples: [[`${program} man | man -l -`, "to read it"]],
    },
  };
}

/** The text to print. @throws Fault `usage` */
export async function shellText(
  { name, args }: { readonly name: "completion" | "man"; readonly args: readonly string[] },
  program: Described & { readonly version: string },
): Promise<string> {
  if (name === "completion") return (await import("./completion.ts")).completionFor(args[0] ?? "", program);
  return (await import("./manual.ts")).manualOf(program);
}
