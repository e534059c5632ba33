// The command line of test-users: text in, flags or a usage fault out.

import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { Fault, reason } from "../../src/model/fault.ts";
import { isHandle } from "../../src/model/ids.ts";
import { parseAddress } from "../../src/pgp/address.ts";
import { serverOf } from "../../src/pgp/source.ts";

export interface Flags {
  readonly dir: string;
  readonly users: readonly string[];
  readonly domain: string;
  readonly publishAt: URL | undefined;
}

/** "help": that is what was asked for. @throws Fault `usage` */
export function readFlags(argv: readonly string[]): Flags | "help" {
  const { dir, users, domain = "example.org", publish, help } = parsed(argv);
  if (help === true) return "help";
  if (dir === undefined || dir === "") throw usage("--dir is missing", "give a folder, for example --dir build/users");
  const names = (users ?? "").split(/[\s,]+/).filter((name) => name !== "");
  if (names.length === 0) throw usage("--users names nobody", 'give names, for example --users "ada bob"');
  for (const name of names) check(name, domain);
  return { dir: resolve(dir), users: [...new Set(names)], domain, publishAt: urlOf(publish) };
}

function parsed(argv: readonly string[]) {
  const text = { type: "string" } as const;
  try {
    const options = { dir: text, users: text, domain: text, publish: text, help: { type: "boolean" } } as const;
    return parseArgs({ args: [...argv], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw usage(reason(error), "node scripts/test-users.ts --help shows the options");
  }
}

function check(name: string, domain: string): void {
  if (!isHandle(name)) throw usage(`${JSON.stringify(name)} is not a name`, "lower-case letters, digits, . _ and -");
  try {
    parseAddress(`${name}@${domain}`);
  } catch (error) {
    throw usage(reason(error), "check --domain");
  }
}

function urlOf(text: string | undefined): URL | undefined {
  if (text === undefined) return undefined;
  try {
    return serverOf(text);
  } catch {
    throw usage(`${JSON.stringify(text)} is not a key server`, "for example --publish hkp://127.0.0.1:11371");
  }
}

function usage(sentence: string, hint: string): Fault {
  return new Fault("usage", sentence, { hint });
}
