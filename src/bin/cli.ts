// The command line of both executables: yargs reads it, one table says what there is.
// A value comes from the flag, else from CHAT_<NAME>, else from the file given with --config, else it is the default.
import { Fault, errno, reason } from "../model/fault.ts";
import { type Flag, type ReadAs, type Values, defaultOf, envName, readText } from "./flags.ts";
import { type CommandWord, type Described, helpText, isMany, isOptional } from "./help.ts";

type Flags = Readonly<Record<string, Flag>>;
type Commands = Readonly<Record<string, CommandWord>>;

export interface Program<F extends Flags, C extends Commands> extends Described {
  readonly version: string;
  readonly flags: F;
  readonly commands?: C;
  /** Read like the file of --config where none is named and this one is there; given what the flags and variables say. */
  readonly ownConfig?: (given: (flag: string) => ReadAs) => string;
}

/** A word behind the program's name, and what it is given. */
export interface GivenCommand {
  readonly name: string;
  readonly args: readonly string[];
}

export interface CliWorld {
  /** Without the program itself. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile: (path: string) => Promise<string>;
  /** Columns of the terminal, for the help. */
  readonly columns: number;
}

/** A command with flags of its own. */
export type OwnCommand<C extends Commands> = {
  readonly [K in keyof C]: C[K] extends { readonly flags: infer F extends Flags }
    ? { readonly kind: "command"; readonly name: K; readonly args: readonly string[]; readonly values: Values<F> }
    : never;
}[keyof C];

/** `shown`: the text that --help or --version asked for; print it and leave. */
export type CommandLine<F extends Flags, C extends Commands> =
  | { readonly kind: "values"; readonly values: Values<F>; readonly command: GivenCommand | undefined }
  | OwnCommand<C>
  | { readonly kind: "shown"; readonly text: string };

type Raw = Readonly<Record<string, unknown>>;
type AnyProgram = Program<Flags, Commands>;

/** @throws Fault `usage` or `config-unreadable`, `config-malformed` */
export async function readCommandLine<F extends Flags, C extends Commands = Commands>(
  program: Program<F, C>,
  world: CliWorld,
): Promise<CommandLine<F, C>> {
  const [word = "", ...rest] = world.argv;
  const command = commandOf(word, program.commands);
  if (command?.flags === undefined) {
    const line = await readLine(program, program, world).catch((error: unknown) => {
      throw late(world.argv, program) ?? error;
    });
    if (typeof line === "string") return { kind: "shown", text: line };
    return { kind: "values", values: line.values as Values<F>, command: commandIn(line.words, program) };
  }
  const { about, args, flags, examples = [] } = command;
  const { version, ownConfig } = program;
  const config = ownConfig === undefined ? {} : { ownConfig };
  const listed = command.list === undefined ? {} : { list: command.list };
  const name = [program.name, word].join(" ");
  const part = { name, args, about: sentence(about), version, flags, examples, ...listed, ...config };
  const line = await readLine(part, program, { ...world, argv: rest });
  if (typeof line === "string") return { kind: "shown", text: line };
  const given = { kind: "command", name: word, args: argsOf(line.words, { args, word, name }), values: line.values };
  // The table says which flags a command has; a compiler cannot follow it to the word that was typed.
  return given as unknown as CommandLine<F, C>;
}

interface Line {
  readonly values: Readonly<Record<string, ReadAs>>;
  /** What is no flag. */
  readonly words: readonly string[];
}

/** `whole`: the program of which `part` may be a command; one file can hold the flags of both. A text: what is to be shown. */
async function readLine(part: AnyProgram, whole: AnyProgram, world: CliWorld): Promise<Line | string> {
  const parsed = await parse(part, world);
  if (typeof parsed === "string") return parsed.endsWith("\n") ? parsed : `${parsed}\n`;
  const file = await configOf(parsed, { part, whole, world });
  const values: Record<string, ReadAs> = {};
  for (const [name, flag] of Object.entries(part.flags))
    values[name] = valueOf(name, flag, { parsed, file, env: world.env });
  return { values, words: (parsed["_"] as readonly unknown[]).map(String) };
}

async function configOf(
  parsed: Raw,
  { part, whole, world }: { readonly part: AnyProgram; readonly whole: AnyProgram; readonly world: CliWorld },
): Promise<Raw> {
  const names = Object.keys({ ...whole.flags, ...part.flags });
  const path = parsed["config"] ?? world.env[envName("config")];
  if (typeof path === "string" && path !== "") return readConfig(path, names, world);
  const own = part.ownConfig?.((name) => {
    const flag = part.flags[name];
    return flag === undefined ? undefined : valueOf(name, flag, { parsed, file: {}, env: world.env });
  });
  if (own === undefined) return {};
  return readConfig(own, names, world).catch((error: unknown) => {
    // Also where no folder can be: whoever makes it says so.
    if (error instanceof Fault && ["ENOENT", "ENOTDIR", "ELOOP"].includes(errno(error.cause) ?? "")) return {};
    throw error;
  });
}

function commandOf(word: string, commands: Commands = {}): CommandWord | undefined {
  return Object.hasOwn(commands, word) ? commands[word] : undefined;
}

/** @throws Fault `usage` */
function commandIn(words: readonly string[], { name, commands = {} }: Described): GivenCommand | undefined {
  const [word, ...args] = words;
  if (word === undefined) return undefined;
  const command = commandOf(word, commands);
  if (command === undefined) throw usage(`unexpected argument: ${word}`, name);
  if (command.flags !== undefined) throw notFirst(word, name);
  return { name: word, args: argsOf(args, { args: command.args, word, name }) };
}

/** Its flags are unknown where its word is not the first. */
function late(argv: readonly string[], { name, commands }: Described): Fault | undefined {
  const word = argv.find((one) => commandOf(one, commands)?.flags !== undefined);
  return word === undefined ? undefined : notFirst(word, name);
}

function notFirst(word: string, name: string): Fault {
  return new Fault("usage", `${word} must be the first word`, {
    hint: `${name} ${word} …; ${name} ${word} --help shows its flags`,
  });
}

interface Wanted {
  readonly args: readonly string[];
  readonly word: string;
  /** What --help is asked of. */
  readonly name: string;
}

/** @throws Fault `usage` */
function argsOf(given: readonly string[], { args, word, name }: Wanted): readonly string[] {
  const missing = args[given.length];
  if (missing !== undefined && !isOptional(missing)) {
    const article = /^(?:[AEIO]|U(?!SER))/.test(missing) ? "an" : "a";
    throw usage(`${word} needs ${article} ${missing}`, name);
  }
  const extra = args.some((arg) => isMany(arg)) ? undefined : given[args.length];
  if (extra !== undefined) throw usage(`unexpected argument: ${extra}`, name);
  return given;
}

function sentence(about: string): string {
  return `${about.charAt(0).toUpperCase()}${about.slice(1)}.`;
}

interface Sources {
  readonly parsed: Raw;
  readonly file: Raw;
  readonly env: CliWorld["env"];
}

function valueOf(name: string, flag: Flag, { parsed, file, env }: Sources): ReadAs {
  const given = parsed[name];
  if (given !== undefined) return readText(flag, given, `--${name}`);
  const fromEnv = env[envName(name)];
  if (fromEnv !== undefined && fromEnv !== "") return readText(flag, fromEnv, envName(name));
  const fromFile = file[name];
  if (fromFile !== undefined) return readText(flag, fromFile, `"${name}" in the configuration file`);
  return defaultOf(flag);
}

/** yargs is loaded here and not before: the start of a program must not wait for it, and where nothing was typed there is nothing to read. */
async function parse(program: AnyProgram, world: CliWorld): Promise<Raw | string> {
  if (world.argv.length === 0) return { _: [] };
  const { default: yargs } = await import("yargs");
  const parser = yargs([...world.argv])
    .scriptName(program.name)
    .locale("en")
    // `-ip 127.0.0.1` is the flag ip, not -i and -p.
    .parserConfiguration({
      "short-option-groups": false,
      "camel-case-expansion": false,
      "parse-positional-numbers": false,
    })
    .options(Object.fromEntries(Object.entries(program.flags).map(([name, flag]) => [name, option(flag)])))
    .option("config", { type: "string", requiresArg: true })
    .help("help")
    .alias("help", "h")
    .version("version", "show the version", `${program.name} ${program.version}`)
    .strictOptions()
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail((message: string | undefined, error: Error | undefined) => {
      throw usage(message ?? error?.message ?? "the command line cannot be read", program.name);
    });
  let shown = "";
  const argv = await parser.parseAsync([...world.argv], {}, (_error: unknown, _argv: unknown, output: string) => {
    shown = output;
  });
  if (shown !== "") return argv["help"] === true ? helpText(program, world.columns) : shown;
  return argv;
}

function option({ alias, ...flag }: Flag) {
  const base = alias === undefined ? {} : { alias };
  if (flag.kind === "switch") return { ...base, type: "boolean" as const };
  // What the text may be is read from the table (flags.ts), with one sentence and one hint for every source.
  return { ...base, type: "string" as const, requiresArg: true };
}

function usage(message: string, name: string): Fault {
  const [line = ""] = message.split("\n");
  const told = line.charAt(0).toLowerCase() + line.slice(1).replace(/\.$/, "");
  return new Fault("usage", told, { hint: `${name} --help shows all flags` });
}

async function readConfig(path: string, names: readonly string[], world: CliWorld): Promise<Raw> {
  const text = await world.readFile(path).catch((error: unknown) => {
    const why = errno(error) === "ENOENT" ? "there is no such file" : (errno(error) ?? reason(error));
    throw new Fault("config-unreadable", `cannot read the configuration file ${path}: ${why}`, {
      hint: "check the name given with --config, and who may read it",
      cause: error,
    });
  });
  const hint = `it holds one JSON object, for example {"ip": "127.0.0.1", "port": 12345}`;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Fault("config-malformed", `${path} is not JSON: ${reason(error)}`, { hint, cause: error });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Fault("config-malformed", `${path} does not hold an object`, { hint });
  }
  const unknown = Object.keys(value).find((key) => !names.includes(key));
  if (unknown !== undefined) {
    throw new Fault("config-malformed", `${path} has an unknown name: ${JSON.stringify(unknown)}`, {
      hint: `the names are those of the flags: ${names.join(", ")}`,
    });
  }
  return value as Raw;
}
