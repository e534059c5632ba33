// The command line of gen-certs, and the variables of the Makefile: text in, flags or a usage fault out.

import yargs from "yargs";
import { Fault, reason } from "../../src/model/fault.ts";
import { KEY_TYPES, type KeyType } from "../../src/pki/algorithms.ts";
import { parseDays } from "../../src/pki/wishes.ts";

export type Flags = {
  readonly certs: string;
  /** Undefined: not given, like `hosts`. */
  readonly clients: string | undefined;
  readonly hosts: string | undefined;
  readonly keyType: KeyType;
  readonly days: number | undefined;
  readonly passphraseFile: string | undefined;
  readonly csr: string | undefined;
  readonly as: string | undefined;
  readonly revoke: string | undefined;
  readonly force: boolean;
};

const TEXTS = ["certs", "clients", "hosts", "key-type", "days", "passphrase-file", "csr", "as", "revoke"] as const;
const SWITCHES = ["force", "help"] as const;
/** @internal */
export const OPTIONS: readonly string[] = [...TEXTS, ...SWITCHES];

type Env = Readonly<Record<string, string | undefined>>;
type Parsed = { readonly [name: string]: unknown };

/** "help": that is what was asked for. @throws Fault `usage` */
export function readFlags(argv: readonly string[], env: Env): Flags | "help" {
  const parser = yargs([...argv])
    .help(false)
    .version(false)
    .string([...TEXTS])
    .boolean([...SWITCHES])
    .requiresArg([...TEXTS])
    .strict()
    .demandCommand(0, 0)
    .fail((message: string | null, error: Error | undefined) => {
      throw usage(firstLine(message ?? reason(error)), "make certs ARGS=--help shows the options");
    });
  const parsed = parser.parseSync();
  if (parsed["help"] === true) return "help";
  return checked(flagsOf(parsed, env));
}

function usage(sentence: string, hint: string): Fault {
  return new Fault("usage", sentence, { hint });
}

function flagsOf(parsed: Parsed, env: Env): Flags {
  const text = (name: (typeof TEXTS)[number]): string | undefined => {
    const value = parsed[name];
    if (Array.isArray(value)) throw usage(`--${name} is given twice`, "give it once");
    return typeof value === "string" ? value : undefined;
  };
  // A variable of the Makefile that is set to nothing counts as not set.
  const variable = (name: string): string | undefined => {
    const value = env[name];
    return value === undefined || value.trim() === "" ? undefined : value;
  };
  const days = text("days");
  return {
    certs: text("certs") ?? variable("CERTS") ?? "certs",
    clients: text("clients") ?? variable("CLIENTS"),
    hosts: text("hosts") ?? variable("HOSTS"),
    keyType: keyType(text("key-type")),
    days: days === undefined ? undefined : parseDays(days),
    passphraseFile: text("passphrase-file"),
    csr: text("csr"),
    as: text("as"),
    revoke: text("revoke"),
    force: parsed["force"] === true,
  };
}

function keyType(text: string | undefined): KeyType {
  const type = KEY_TYPES.find((one) => one === (text ?? "ed25519"));
  if (type !== undefined) return type;
  throw usage(`${JSON.stringify(text)} is not a type of key`, `choose one of ${KEY_TYPES.join(", ")}`);
}

function checked(flags: Flags): Flags {
  if (flags.certs === "") throw usage("--certs names no folder", "give a folder, for example --certs certs");
  if (flags.csr !== undefined && flags.revoke !== undefined)
    throw usage("--csr and --revoke do not go together", "run it twice");
  if (flags.as !== undefined && flags.csr === undefined)
    throw usage("--as belongs to --csr", "give the request with --csr FILE");
  // The word is for a new realm: nobody should meet it on the way to one certificate.
  if (flags.force && (flags.csr ?? flags.revoke) !== undefined)
    throw usage("--force makes a new realm: it does not go with --csr or --revoke", "leave --force out");
  return flags;
}

function firstLine(text: string): string {
  const line = text.split("\n").find((part) => part.trim() !== "") ?? "wrong usage";
  return line.charAt(0).toLowerCase() + line.slice(1);
}
