// The help of both executables, laid out here: a line is never cut in the middle of a command, a name or a default.
import { type Flag, envName, shownDefault } from "./flags.ts";

export interface Described {
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  readonly flags: Readonly<Record<string, Flag>>;
  /** What it does instead, when its word stands behind the name of the program. */
  readonly commands?: Readonly<Record<string, CommandWord>>;
  /** A command line and what it does. */
  readonly examples: readonly (readonly [command: string, about: string])[];
}

export interface CommandWord {
  /** Lower case, no full stop. */
  readonly about: string;
  /** What stands behind it, as the help calls it; in brackets where it may be left out. */
  readonly args: readonly string[];
  /** Flags of its own instead of the program's: then the command is the first word of the line. */
  readonly flags?: Readonly<Record<string, Flag>>;
  readonly examples?: Described["examples"];
}

export function isOptional(arg: string): boolean {
  return arg.startsWith("[");
}

const WIDEST = 100;
/** Narrower than this nothing can be laid out. */
const NARROWEST = 40;
const EXAMPLE_INDENT = 6;
/** Where a line is not cut although there is a space. */
const NO_BREAK = "\u{a0}";

/** Flags that every program has. */
const COMMON: readonly (readonly [head: string, about: string])[] = [
  ["    --config", "JSON file with values for these flags"],
  ["-h, --help", "show this help"],
  ["    --version", "show the version"],
];

export function helpText({ name, about, flags, commands = {}, examples }: Described, columns: number): string {
  const width = Math.max(NARROWEST, Math.min(WIDEST, columns));
  const rows = Object.entries(flags).map(([flag, meaning]) => [headOf(flag, meaning), aboutOf(meaning)] as const);
  const [first = "config"] = Object.keys(flags);
  const elsewhere =
    `Each flag is also an environment variable (--${first}: ${envName(first)}) and a name in the JSON file of --config. ` +
    "The flag wins, then the variable.";
  const words = Object.entries(commands).map(
    ([word, { args, about: does }]) => [[word, ...args].join(" "), does] as const,
  );
  return [
    words.length === 0 ? `${name} [flags]` : `${name} [command] [flags]`,
    wrapped(about, 0, width),
    ...(words.length === 0 ? [] : [`Commands:\n${table(words, width)}`]),
    `Flags:\n${table([...rows, ...COMMON], width)}`,
    ...(examples.length === 0 ? [] : [`Examples:\n${examples.map((each) => example(each, width)).join("\n")}`]),
    ...(Object.values(commands).some(({ flags: own }) => own !== undefined)
      ? [wrapped(`${name} COMMAND --help shows the flags of a command.`, 0, width)]
      : []),
    wrapped(elsewhere, 0, width),
  ].join("\n\n");
}

function headOf(name: string, flag: Flag): string {
  return `${flag.alias === undefined ? "   " : `-${flag.alias},`} --${name}`;
}

/** What a flag is for, what it may be, and what it is without it; a default stays in one piece. */
function aboutOf(flag: Flag): string {
  const choices = flag.kind === "choice" ? [`one of ${flag.choices.join(", ")}`] : [];
  const value = shownDefault(flag);
  const defaults = value === undefined ? [] : [`default${NO_BREAK}${value}`];
  const details = [...choices, ...defaults].join("; ");
  return details === "" ? flag.about : `${flag.about} (${details})`;
}

function table(rows: readonly (readonly [head: string, about: string])[], width: number): string {
  const indent = Math.max(...rows.map(([head]) => head.length)) + 4;
  return rows.map(([head, about]) => `  ${head}`.padEnd(indent) + wrapped(about, indent, width).trimStart()).join("\n");
}

/** The command on a line of its own, whole, so that it can be copied. */
function example([command, about]: readonly [command: string, about: string], width: number): string {
  return `  ${command}\n${wrapped(about, EXAMPLE_INDENT, width)}`;
}

function wrapped(text: string, indent: number, width: number): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && indent + longer.length > width) lines.push(line);
    line = line !== "" && indent + longer.length > width ? word : longer;
  }
  return [...lines, line].map((each) => " ".repeat(indent) + each.replaceAll(NO_BREAK, " ")).join("\n");
}
