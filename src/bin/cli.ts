// The command line of both executables: yargs reads it, one table says what there is.
// A value comes from the flag, else from CHAT_<NAME>, else from the file given with --config, else it is the default.
import { Fault, errno, reason } from "../model/fault.ts";
import { type Flag, type ReadAs, type Values, defaultOf, envName, readText } from "./flags.ts";
import { type Described, helpText } from "./help.ts";

export interface Program<F extends Readonly<Record<string, Flag>>> extends Described {
  readonly version: string;
  readonly flags: F;
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

/** `shown`: the text that --help or --version asked for; print it and leave. */
export type CommandLine<F extends Readonly<Record<string, Flag>>> =
  | { readonly kind: "values"; readonly values: Values<F>; readonly command: GivenCommand | undefined }
  | { readonly kind: "shown"; readonly text: string };

type Raw = Readonly<Record<string, unknown>>;

/** @throws Fault `usage` or `config-unreadable`, `config-malformed` */
export async function readCommandLine<F extends Readonly<Record<string, Flag>>>(
  program: Program<F>,
  world: CliWorld,
): Promise<CommandLine<F>> {
  const parsed = await parse(program, world);
  if (typeof parsed === "string") return { kind: "shown", text: parsed.endsWith("\n") ? parsed : `${parsed}\n` };
  const path = parsed["config"] ?? world.env[envName("config")];
  const file = typeof path === "string" && path !== "" ? await readConfig(path, program, world) : {};
  const values: Record<string, ReadAs> = {};
  for (const [name, flag] of Object.entries(program.flags))
    values[name] = valueOf(name, flag, { parsed, file, env: world.env });
  return { kind: "values", values: values as Values<F>, command: commandIn(parsed, program) };
}

/** @throws Fault `usage` */
function commandIn(parsed: Raw, { name, commands = {} }: Described): GivenCommand | undefined {
  const [word, ...args] = (parsed["_"] as readonly unknown[]).map(String);
  if (word === undefined) return undefined;
  const command = Object.hasOwn(commands, word) ? commands[word] : undefined;
  if (command === undefined) throw usage(`unexpected argument: ${word}`, name);
  const missing = command.args[args.length];
  if (missing !== undefined) throw usage(`${word} needs a ${missing}`, name);
  const extra = args[command.args.length];
  if (extra !== undefined) throw usage(`unexpected argument: ${extra}`, name);
  return { name: word, args };
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

/** yargs is loaded here and not before: the start of a program must not wait for it. */
async function parse(program: Program<Readonly<Record<string, Flag>>>, world: CliWorld): Promise<Raw | string> {
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
  const sentence = line.charAt(0).toLowerCase() + line.slice(1).replace(/\.$/, "");
  return new Fault("usage", sentence, { hint: `${name} --help shows all flags` });
}

async function readConfig(
  path: string,
  program: Program<Readonly<Record<string, Flag>>>,
  world: CliWorld,
): Promise<Raw> {
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
  const unknown = Object.keys(value).find((key) => !Object.hasOwn(program.flags, key));
  if (unknown !== undefined) {
    throw new Fault("config-malformed", `${path} has an unknown name: ${JSON.stringify(unknown)}`, {
      hint: `the names are those of the flags: ${Object.keys(program.flags).join(", ")}`,
    });
  }
  return value as Raw;
}
