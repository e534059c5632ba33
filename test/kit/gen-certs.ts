// scripts/gen-certs.ts as a child process in a temporary folder, for the tests of `make certs`.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "vitest";
import { readCertificate, type Certificate } from "../../src/pki/certificate.ts";
import { loadClientFiles } from "../../src/pki/load-client.ts";
import type { Peer } from "../../src/pki/peer.ts";
import { derBlocks } from "../../src/pki/pem.ts";

export const GEN_CERTS = resolve(import.meta.dirname, "../../scripts/gen-certs.ts");

export interface GenCertsRun {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

export interface GenCerts {
  /** The working directory of the script. */
  readonly base: string;
  /** The folder it fills: not there at first. */
  readonly dir: string;
  /** Runs the script as it is told. */
  run(args: readonly string[], env?: Record<string, string>): GenCertsRun;
  /** Runs it on `dir` and expects success; its output. */
  ok(args?: readonly string[], env?: Record<string, string>): string;
  /** Path of a file in `dir`. */
  file(name: string): string;
  /** File name → hash of its contents. */
  snapshot(): Record<string, string>;
  /** Names of the files that are new or other than before. */
  changed(before: Record<string, string>): string[];
  leafOf(name: string): Certificate;
  peerOf(as: string, passphrase?: string): Promise<Peer>;
  remove(): void;
}

export function startGenCerts(): GenCerts {
  const base = mkdtempSync(join(tmpdir(), "mutual-gen-certs-"));
  const dir = join(base, "certs");
  const file = (name: string): string => join(dir, name);
  const run = (args: readonly string[], env: Record<string, string> = {}): GenCertsRun => {
    const options = { cwd: base, env: { PATH: process.env["PATH"] ?? "", ...env }, encoding: "utf8" } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, [GEN_CERTS, ...args], options);
    return { status, out: stdout, err: stderr };
  };
  const snapshot = (): Record<string, string> => hashes(dir);
  return {
    base,
    dir,
    file,
    run,
    snapshot,
    ok: (args = [], env = {}) => {
      const result = run(["--certs", dir, ...args], env);
      expect(result).toMatchObject({ status: 0, err: "" });
      return result.out;
    },
    changed: (before) =>
      Object.entries(snapshot())
        .filter(([name, hash]) => before[name] !== hash)
        .map(([name]) => name),
    leafOf: (name) => readCertificate(derBlocks(readFileSync(file(name)), ["CERTIFICATE"])[0] ?? Buffer.alloc(0)),
    peerOf: async (as, passphrase) => (await loadClientFiles({ certs: dir, as, passphrase, now: new Date() })).peer,
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
}

function hashes(dir: string): Record<string, string> {
  const names = readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((name) =>
    statSync(join(dir, name)).isFile(),
  );
  const hash = (name: string): string =>
    createHash("sha256")
      .update(readFileSync(join(dir, name)))
      .digest("hex");
  return Object.fromEntries(names.toSorted().map((name) => [name, hash(name)]));
}
