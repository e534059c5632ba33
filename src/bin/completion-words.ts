// What a command line may be completed with, from the same tables as the help. How each shell is told is in a file for each.
import type { Flag } from "./flags.ts";
import { type CommandWord, type Described, isMany } from "./help.ts";

/** What may stand there. `text`: nothing that could be known. */
export type Wanted =
  | { readonly kind: "text" | "file" | "folder" | "profile" }
  | { readonly kind: "words"; readonly words: readonly string[] };

export interface FlagWord {
  /** `--port`, `-p`. */
  readonly words: readonly string[];
  readonly about: string;
  /** Undefined: a switch. */
  readonly value: Wanted | undefined;
}

export interface Words {
  readonly flags: readonly FlagWord[];
  /** What stands behind it, in order. */
  readonly args: readonly Wanted[];
}

export interface CommandPart extends Words {
  readonly word: string;
  readonly about: string;
  /** It has flags of its own, and is the first word. */
  readonly isOwn: boolean;
}

export interface Completing {
  readonly program: string;
  readonly flags: readonly FlagWord[];
  readonly commands: readonly CommandPart[];
}

export function completingOf({
  name,
  flags,
  commands = {},
}: Pick<Described, "name" | "flags" | "commands">): Completing {
  const own = flagWords(flags);
  const parts = Object.entries(commands).map(([word, command]): CommandPart => {
    const { about, flags: ofItsOwn } = command;
    const isOwn = ofItsOwn !== undefined;
    return { word, about, isOwn, flags: isOwn ? flagWords(ofItsOwn) : own, args: argsOf(command) };
  });
  return { program: name, flags: own, commands: parts };
}

const COMMON: readonly FlagWord[] = [
  { words: ["--config"], about: "JSON file with values for these flags", value: { kind: "file" } },
  { words: ["--help", "-h"], about: "show the help", value: undefined },
  { words: ["--version"], about: "show the version", value: undefined },
];

function flagWords(flags: Readonly<Record<string, Flag>>): readonly FlagWord[] {
  const words = Object.entries(flags).map(([name, flag]): FlagWord => {
    const short = flag.alias === undefined ? [] : [`-${flag.alias}`];
    return { words: [`--${name}`, ...short], about: flag.about, value: valueOf(name, flag) };
  });
  return [...words, ...COMMON];
}

const FILES = new Set(["config", "p12", "cert", "key", "ca", "file", "pgp-key", "server-key", "gpg"]);
const FOLDERS = new Set(["certs", "home", "data", "place"]);

/** A flag says by its name what its text is: every one of a file that is not listed ends in -file. */
export function valueOf(name: string, flag: Flag): Wanted | undefined {
  if (flag.kind === "switch") return undefined;
  if (flag.kind === "choice") return { kind: "words", words: flag.choices };
  if (flag.kind !== "text") return { kind: "text" };
  if (name === "profile") return { kind: "profile" };
  if (FOLDERS.has(name)) return { kind: "folder" };
  return { kind: FILES.has(name) || name.endsWith("-file") ? "file" : "text" };
}

function argsOf({ args }: CommandWord): readonly Wanted[] {
  return args.map((arg): Wanted => {
    const name = arg.replaceAll(/[[\]]/g, "");
    if (name === "FILE") return { kind: "file" };
    if (name === "PROFILE") return { kind: "profile" };
    // Capitals stand for something that cannot be listed.
    const words = name.split("|").filter((word) => word === word.toLowerCase());
    return words.length > 1 && !isMany(arg) ? { kind: "words", words } : { kind: "text" };
  });
}
