// The help of both executables, laid out here: a line is never cut in the middle of a command, a name or a default.
import { EXIT } from "./exit-codes.ts";
import { type Flag, envName, shownDefault } from "./flags.ts";

export interface Described {
  readonly name: string;
  /** Of a command: what stands behind it. */
  readonly args?: readonly string[];
  /** One sentence. */
  readonly about: string;
  readonly flags: Readonly<Record<string, Flag>>;
  /** What it does instead, when its word stands behind the name of the program. */
  readonly commands?: Readonly<Record<string, CommandWord>>;
  /** Of a command: what one of its words can be, under a heading. */
  readonly list?: { readonly title: string; readonly rows: readonly Row[] };
  /** A command line and what it does. */
  readonly examples: readonly (readonly [command: string, about: string])[];
}

export interface CommandWord {
  /** Lower case, no full stop. */
  readonly about: string;
  /** What stands behind it, as the help calls it; in brackets where it may be left out; the last may end in "…": any number. */
  readonly args: readonly string[];
  /** Under which heading the help has it; without one it stands under "Commands". */
  readonly group?: string;
  /** Flags of its own instead of the program's: then the command is the first word of the line. */
  readonly flags?: Readonly<Record<string, Flag>>;
  readonly examples?: Described["examples"];
  readonly list?: Described["list"];
}

export function isOptional(arg: string): boolean {
  return arg.startsWith("[");
}

export function isMany(arg: string): boolean {
  return arg.endsWith("…]");
}

const WIDEST = 100;
/** Narrower than this nothing can be laid out. */
const NARROWEST = 40;
/** Around the head of a row. */
const GAP = 4;
/** A longer head of a command has its text on the next line. */
const HEAD_MOST = 24;
const EXAMPLE_INDENT = 6;
/** Where a line is not cut although there is a space. */
const NO_BREAK = "\u{a0}";

/** Flags that every program has. */
const COMMON: readonly Row[] = [
  ["    --config", "JSON file with values for these flags"],
  ["-h, --help", "show this help"],
  ["    --version", "show the version"],
];

export function helpText(
  { name, args = [], about, flags, commands = {}, examples, list }: Described,
  columns: number,
): string {
  const width = Math.max(NARROWEST, Math.min(WIDEST, columns));
  const rows = Object.entries(flags).map(([flag, meaning]) => [headOf(flag, meaning), aboutOf(meaning)] as const);
  const [first = "config"] = Object.keys(flags);
  const elsewhere =
    `Each flag is also an environment variable (--${first}: ${envName(first)}) and a name in the JSON file of --config. ` +
    "The flag wins, then the variable.";
  const words = Object.entries(commands);
  const heads = groupsOf(words).flatMap(([, entries]) => entries.filter(([head]) => head.length <= HEAD_MOST));
  const indent = words.length === 0 ? 0 : indentOf(heads);
  return [
    words.length === 0 ? [name, ...args, "[flags]"].join(" ") : `${name} [command] [flags]`,
    wrapped(about, 0, width),
    ...groupsOf(words).map(([group, entries]) => `${group}:\n${table(entries, width, indent)}`),
    ...(list === undefined ? [] : [`${list.title}:\n${table(list.rows, width)}`]),
    `Flags:\n${table([...rows, ...COMMON], width)}`,
    ...(examples.length === 0 ? [] : [`Examples:\n${examples.map((each) => example(each, width)).join("\n")}`]),
    ...(Object.values(commands).some(({ flags: own }) => own !== undefined)
      ? [wrapped(`${name} COMMAND --help shows the flags of a command.`, 0, width)]
      : []),
    wrapped(elsewhere, 0, width),
    ...(words.length === 0 ? [] : [wrapped(`Exit codes: ${exits()}.`, 0, width)]),
  ].join("\n\n");
}

type Row = readonly [head: string, about: string];

/** Commands by their headings, in the order of the table. */
function groupsOf(
  commands: readonly (readonly [word: string, command: CommandWord])[],
): readonly (readonly [string, readonly Row[]])[] {
  const groups = Map.groupBy(commands, ([, { group = "Commands" }]) => group);
  return [...groups].map(([group, words]) => [
    group,
    words.map(([word, { args, about }]) => [[word, ...args].join(" "), about] as const),
  ]);
}

function exits(): string {
  return Object.entries(EXIT)
    .map(([name, code]) => `${code}${NO_BREAK}${name}`)
    .join(", ");
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

function table(rows: readonly Row[], width: number, indent: number = indentOf(rows)): string {
  return rows
    .map(([head, about]) => {
      const text = wrapped(about, indent, width);
      return head.length + GAP > indent ? `  ${head}\n${text}` : `  ${head}`.padEnd(indent) + text.trimStart();
    })
    .join("\n");
}

function indentOf(rows: readonly Row[]): number {
  return Math.max(...rows.map(([head]) => head.length)) + GAP;
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
