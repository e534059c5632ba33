// scripts/test-users.ts as a child process.

import { execFile } from "node:child_process";
import { join } from "node:path";

const SCRIPT = join(import.meta.dirname, "../../../scripts/test-users.ts");

export interface TestUsersRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export function testUsers(args: readonly string[]): Promise<TestUsersRun> {
  return new Promise((resolve) => {
    execFile(process.execPath, [SCRIPT, ...args], (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}
