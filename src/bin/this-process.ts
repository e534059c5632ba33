// What the command line is read from: this process. The one place for both programs.
import { readFile } from "node:fs/promises";
import process from "node:process";
import type { CliWorld } from "./cli.ts";

const COLUMNS = 100;

export function thisProcess(): CliWorld {
  return {
    argv: process.argv.slice(2),
    env: process.env,
    readFile: (path) => readFile(path, "utf8"),
    // Asked only when it is needed: process.stdout fails of itself when its terminal goes.
    get columns() {
      return process.stdout.columns ?? COLUMNS;
    },
  };
}
