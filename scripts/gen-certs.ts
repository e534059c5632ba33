// `make certs`: builds and keeps a realm's certificates. Reads argv and the environment, prints what was done, sets the exit code.
// What is done, and when, is in src/pki/realm-folder.ts.

import { existsSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import yargs from "yargs";
import { Fault, reason } from "../src/model/fault.ts";
import { KEY_TYPES, type KeyType } from "../src/pki/algorithms.ts";
import { hostName } from "../src/pki/alt-name.ts";
import type { FolderWish, Row } from "../src/pki/folder-work.ts";
import { fillFolder, revokeIn, signRequest, type Report } from "../src/pki/realm-folder.ts";
import { configTemplates, type TemplateFile, type Templates } from "../src/pki/templates.ts";
import { parseClients, parseDays, parseHosts } from "../src/pki/wishes.ts";

const SHIPPED = resolve(import.meta.dirname, "..", "certs");
const USAGE_EXIT = 2;
const PASSPHRASE_BYTES = 1024;

type Flags = {
  readonly certs: string;
  readonly clients: string;
  readonly hosts: string;
  readonly keyType: KeyType;
  readonly days: number | undefined;
  readonly passphraseFile: string | undefined;
  readonly csr: string | undefined;
  readonly as: string | undefined;
  readonly revoke: string | undefined;
  readonly force: boolean;
};

/** A variable of the Makefile that is set to nothing counts as not set. */
function fromEnv(name: string, otherwise: string): string {
  const value = process.env[name];
  return value === undefined || value.trim() === "" ? otherwise : value;
}

function defaultHosts(): string {
  const own = hostName(hostname());
  return ["localhost", "127.0.0.1", "::1", ...(own === undefined ? [] : [own.value])].join(" ");
}

function options() {
  return {
    certs: { type: "string", default: fromEnv("CERTS", "certs"), describe: "folder to fill (CERTS)" },
    clients: {
      type: "string",
      default: fromEnv("CLIENTS", "alice bob"),
      describe: 'names (CLIENTS): "alice bob" or "alice:Alice A. <alice@example.org>, bob"',
    },
    hosts: {
      type: "string",
      default: fromEnv("HOSTS", defaultHosts()),
      describe: "hosts by which clients connect (HOSTS)",
    },
    "key-type": {
      choices: KEY_TYPES,
      default: "ed25519",
      describe: "rsa is for teaching only: it cannot be in an encrypted group",
    },
    days: { type: "string", describe: "life of server and client certificates made now (397)" },
    "passphrase-file": {
      type: "string",
      describe: "file whose first line protects the keys of CAs and clients, and the bundles",
    },
    csr: { type: "string", describe: "sign this certificate request instead; its key stays with its owner" },
    as: { type: "string", describe: "with --csr: the user it is for" },
    revoke: { type: "string", describe: "revoke this client, or this serial number, instead" },
    force: {
      type: "boolean",
      default: false,
      describe: "make the CA and the keys anew, overwriting those that exist",
    },
  } as const;
}

function readFlags(argv: readonly string[]): Flags {
  const parser = yargs([...argv])
    .scriptName("gen-certs")
    .usage(
      "$0 [options]\n\nBuilds a CA with server and client certificates, or renews what ends soon. Running it again changes nothing else.",
    )
    .options(options())
    .requiresArg(["certs", "clients", "hosts", "key-type", "days", "passphrase-file", "csr", "as", "revoke"])
    .strict()
    .demandCommand(0, 0)
    .version(false)
    .fail((message: string | null, error: Error | undefined) => {
      throw new Fault("usage", firstLine(message ?? reason(error)), { hint: "gen-certs --help shows the options" });
    });
  return checkedFlags(parser.parseSync());
}

type Parsed = { readonly [name: string]: unknown };

function checkedFlags(parsed: Parsed): Flags {
  const text = (name: string): string | undefined => {
    const value = parsed[name];
    if (Array.isArray(value)) throw new Fault("usage", `--${name} is given twice`, { hint: "give it once" });
    return typeof value === "string" ? value : undefined;
  };
  const days = text("days");
  const flags = {
    certs: text("certs") ?? "",
    clients: text("clients") ?? "",
    hosts: text("hosts") ?? "",
    keyType: KEY_TYPES.find((type) => type === text("key-type")) ?? "ed25519",
    days: days === undefined ? undefined : parseDays(days),
    passphraseFile: text("passphrase-file"),
    csr: text("csr"),
    as: text("as"),
    revoke: text("revoke"),
    force: parsed["force"] === true,
  };
  if (flags.certs === "")
    throw new Fault("usage", "--certs names no folder", { hint: "give a folder, for example --certs certs" });
  if (flags.csr !== undefined && flags.revoke !== undefined)
    throw new Fault("usage", "--csr and --revoke do not go together", { hint: "run it twice" });
  if (flags.as !== undefined && flags.csr === undefined)
    throw new Fault("usage", "--as belongs to --csr", { hint: "give the request with --csr FILE" });
  return flags;
}

function firstLine(text: string): string {
  const line = text.split("\n").find((part) => part.trim() !== "") ?? "wrong usage";
  return line.charAt(0).toLowerCase() + line.slice(1);
}

/** The first line only, so that an editor's last line feed does not become part of it. */
function readPassphrase(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const [line = ""] = readText(path).split(/\r?\n/);
  if (line === "" || line.length > PASSPHRASE_BYTES) {
    throw new Fault("usage", `the first line of ${path} is no passphrase`, {
      hint: `it has 1 to ${PASSPHRASE_BYTES} characters`,
    });
  }
  return line;
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Fault("file-unreadable", `cannot read ${path}: ${reason(error)}`, {
      hint: "check the name and who may read it",
      cause: error,
    });
  }
}

function readText(path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readBytes(path));
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault("file-unreadable", `${path} is not text in UTF-8`, { hint: "save it as UTF-8", cause: error });
  }
}

/** The folder's own configuration where it has one, else the one that ships. */
function templatesFor(folder: string): Templates {
  const file = (name: string): TemplateFile => {
    const own = join(folder, name);
    const path = existsSync(own) ? own : join(SHIPPED, name);
    return { file: path, text: readText(path), read: readIncluded };
  };
  return configTemplates({ ca: file("ca.cnf"), server: file("server.cnf"), client: file("client.cnf") }, process.env);
}

function readIncluded(path: string, from: string): { file: string; text: string } {
  const file = resolve(dirname(from), path);
  return { file, text: readText(file) };
}

function print(report: Report): void {
  const head = { file: "file", what: "what", until: "valid until", subject: "subject" };
  const lines = [head, ...report.rows.map(printable)];
  const width = (key: keyof typeof head): number => Math.max(...lines.map((line) => line[key].length));
  for (const line of lines) {
    const cells = [
      line.file.padEnd(width("file")),
      line.what.padEnd(width("what")),
      line.until.padEnd(width("until")),
      line.subject,
    ];
    console.log(cells.join("  ").trimEnd());
  }
  console.log(`\nCA fingerprint  ${report.fingerprint}`);
  for (const note of report.notes) console.log(`note: ${note}`);
}

function printable(row: Row): { file: string; what: string; until: string; subject: string } {
  return { file: row.file, what: row.what, until: row.until.toISOString().slice(0, 10), subject: row.subject };
}

async function run(flags: Flags): Promise<Report> {
  const folder = resolve(flags.certs);
  const wish: FolderWish = {
    folder,
    templates: templatesFor(folder),
    now: new Date(),
    clients: parseClients(flags.clients),
    hosts: parseHosts(flags.hosts),
    keyType: flags.keyType,
    days: flags.days,
    passphrase: readPassphrase(flags.passphraseFile),
    force: flags.force,
  };
  if (flags.revoke !== undefined) return revokeIn(wish, flags.revoke);
  if (flags.csr !== undefined) return signRequest(wish, { bytes: readBytes(flags.csr), file: flags.csr, as: flags.as });
  return fillFolder(wish);
}

try {
  print(await run(readFlags(process.argv.slice(2))));
} catch (error) {
  console.error(`error: ${reason(error)}`);
  if (error instanceof Fault && error.hint !== undefined) console.error(`hint: ${error.hint}`);
  process.exitCode = error instanceof Fault && error.code === "usage" ? USAGE_EXIT : 1;
}
