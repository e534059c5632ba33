// The real openssl on this machine, for tests that hold our certificates against it.

import { spawnSync } from "node:child_process";

export type OpensslResult = { readonly status: number; readonly stdout: string; readonly stderr: string };

export type OpensslOptions = { readonly env?: Readonly<Record<string, string>>; readonly input?: string };

/** Runs openssl with only the given environment (and PATH); never throws for a refusal. */
export function tryOpenssl(args: readonly string[], options: OpensslOptions = {}): OpensslResult {
  const env = { PATH: process.env["PATH"] ?? "", ...options.env };
  const result = spawnSync("openssl", [...args], { env, input: options.input ?? "", encoding: "utf8" });
  if (result.error !== undefined) throw result.error;
  return { status: result.status ?? -1, stdout: result.stdout, stderr: result.stderr };
}

/** Its output. @throws Error with what openssl said */
export function openssl(args: readonly string[], options: OpensslOptions = {}): string {
  const result = tryOpenssl(args, options);
  if (result.status !== 0) throw new Error(`openssl ${args.join(" ")}\n${result.stderr}`);
  return result.stdout + result.stderr;
}

/** What `openssl s_client` shows of a chat server that it says hello to: TLS, and what comes back. `args`: a certificate, or none. */
export function sClient({ port, ca }: { readonly port: number; readonly ca: string }, args: readonly string[]): string {
  const tls = ["-tls1_3", "-alpn", "mutual-chat/1", "-verify_return_error", "-ign_eof"];
  const base = ["s_client", "-connect", `127.0.0.1:${port}`, "-CAfile", ca, ...tls];
  const { stdout } = spawnSync("openssl", [...base, ...args], { input: "HELLO SERVER\n", timeout: 10_000 });
  return stdout.toString("latin1");
}
