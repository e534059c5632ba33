// The real gpg in a home of its own, for tests; its agents are ended with it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readPublicKey, type PgpKey } from "../../../src/pgp/keys.ts";

export interface GpgRun {
  readonly code: number | null;
  readonly out: Buffer;
  readonly err: string;
}

export interface NewKey {
  readonly kind?: "ed25519" | "rsa3072";
  readonly passphrase?: string;
}

export class GpgHome {
  readonly home = mkdtempSync(join(tmpdir(), "mutual-gnupg-"));

  /** Never throws for a refusal. */
  async try(args: readonly string[], input: string | Uint8Array = ""): Promise<GpgRun> {
    return runIn(this.home, ["gpg", "--batch", "--no-tty", "--yes", ...args], input);
  }

  /** @throws Error with what gpg said */
  async run(args: readonly string[], input: string | Uint8Array = ""): Promise<GpgRun> {
    const result = await this.try(args, input);
    if (result.code !== 0) throw new Error(`gpg ${args.join(" ")}\n${result.err}`);
    return result;
  }

  /** Makes a key that signs and encrypts. */
  async make(email: string, { kind = "ed25519", passphrase = "" }: NewKey = {}): Promise<PgpKey> {
    const quiet = ["--pinentry-mode", "loopback", "--passphrase", passphrase];
    const name = `${email.split("@", 1)[0] ?? ""} <${email}>`;
    await this.run([...quiet, "--quick-gen-key", name, kind, "sign,cert", "1y"]);
    const { fingerprint } = await this.shown(email);
    await this.run([...quiet, "--quick-add-key", fingerprint, kind === "ed25519" ? "cv25519" : kind, "encr", "1y"]);
    return this.shown(email);
  }

  async shown(name: string): Promise<PgpKey> {
    return readPublicKey((await this.run(["--export", name])).out);
  }

  async secret(name: string, passphrase = ""): Promise<Buffer> {
    const quiet = ["--pinentry-mode", "loopback", "--passphrase", passphrase];
    return (await this.run([...quiet, "--export-secret-keys", name])).out;
  }

  /** From now on a program answers for the person: with this passphrase, or by pressing Cancel. */
  async person(passphrase: string | undefined): Promise<void> {
    const answer = passphrase === undefined ? "ERR 83886179 Operation cancelled" : `D ${passphrase}\\nOK`;
    const script = `#!/bin/sh
printf 'OK ready\\n'
while read -r word rest; do
  case "$word" in
    GETPIN) printf '${answer}\\n' ;;
    BYE) printf 'OK\\n'; exit 0 ;;
    *) printf 'OK\\n' ;;
  esac
done
`;
    const program = join(this.home, "person.sh");
    writeFileSync(program, script);
    chmodSync(program, 0o700);
    writeFileSync(join(this.home, "gpg-agent.conf"), `pinentry-program ${program}\n`);
    await this.#end();
  }

  async #end(): Promise<void> {
    await runIn(this.home, ["gpgconf", "--kill", "all"], "");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
    rmSync(this.home, { recursive: true, force: true });
  }
}

async function runIn(home: string, command: readonly string[], input: string | Uint8Array): Promise<GpgRun> {
  const [program = "", ...args] = command;
  const child = spawn(program, args, { env: { ...process.env, GNUPGHOME: home }, stdio: "pipe" });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => out.push(part));
  child.stderr.on("data", (part: Buffer) => err.push(part));
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const [code] = (await once(child, "close")) as [number | null];
  return { code, out: Buffer.concat(out), err: Buffer.concat(err).toString() };
}
