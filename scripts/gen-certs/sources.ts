// What gen-certs reads besides the folder it fills: the configuration, a passphrase, a request.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Fault } from "../../src/model/fault.ts";
import { unreadable } from "../../src/pki/files.ts";
import { configTemplates, type TemplateFile, type Templates } from "../../src/pki/templates.ts";

const SHIPPED = resolve(import.meta.dirname, "..", "..", "certs");
const PASSPHRASE_BYTES = 1024;

/** A fault names the whole path: it shows from where a relative one was taken. @throws Fault `file-unreadable` */
export function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw unreadable(resolve(path), error);
  }
}

function readText(path: string): string {
  const bytes = readBytes(path);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Fault("file-unreadable", `${path} is not text in UTF-8`, { hint: "save it as UTF-8", cause: error });
  }
}

/** The first line only, so that an editor's last line feed does not become part of it. */
export function readPassphrase(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const [line = ""] = readText(path).split(/\r?\n/);
  if (line === "" || line.length > PASSPHRASE_BYTES) {
    throw new Fault("usage", `the first line of ${path} is no passphrase`, {
      hint: `it has 1 to ${PASSPHRASE_BYTES} characters`,
    });
  }
  return line;
}

/** The folder's own configuration where it has one, else the one that ships. */
export function templatesFor(folder: string, env: Readonly<Record<string, string | undefined>>): Templates {
  const file = (name: string): TemplateFile => {
    const own = join(folder, name);
    const path = existsSync(own) ? own : join(SHIPPED, name);
    return { file: path, text: readText(path), read: readIncluded };
  };
  return configTemplates({ ca: file("ca.cnf"), server: file("server.cnf"), client: file("client.cnf") }, env);
}

function readIncluded(path: string, from: string): { file: string; text: string } {
  const file = resolve(dirname(from), path);
  return { file, text: readText(file) };
}
