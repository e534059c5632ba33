// One user's folder: a GnuPG home with a key behind a passphrase, and the files that the user would hand around.
// The agent that gpg starts for the home is ended again.

import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errno, Fault, reason } from "../../src/model/fault.ts";

export interface Wish {
  readonly dir: string;
  readonly domain: string;
}

export interface User {
  readonly email: string;
  readonly fingerprint: string;
  readonly folder: string;
  readonly armored: string;
  readonly isNew: boolean;
}

const PASSPHRASE_BYTES = 15;
const OUT_BYTES = 1024 * 1024;

/** Keeps a user who is there. @throws Fault */
export async function makeUser({ dir, domain }: Wish, name: string): Promise<User> {
  const email = `${name}@${domain}`;
  const folder = join(dir, name);
  const home = join(folder, "gnupg");
  const file = (of: string): string => join(folder, of);
  // The public key is written last: with it, everything else is there.
  const isNew = !existsSync(file("public.asc"));
  try {
    if (isNew) {
      mkdirSync(home, { recursive: true, mode: 0o700 });
      chmodSync(home, 0o700);
      if (!existsSync(file("passphrase")))
        write(file("passphrase"), `${randomBytes(PASSPHRASE_BYTES).toString("base64url")}\n`);
      await fill(home, email, file("passphrase"));
      write(
        file("secret.asc"),
        await gpg(home, ["--armor", ...unlocked(file("passphrase")), "--export-secret-keys", email]),
      );
      write(file("public.asc"), await gpg(home, ["--armor", "--export", email]));
    }
    const fingerprint = await fingerprintOf(home, email);
    return { email, fingerprint, folder, armored: readFileSync(file("public.asc"), "utf8"), isNew };
  } finally {
    await execute("gpgconf", home, ["--homedir", home, "--kill", "all"]).catch(() => undefined);
  }
}

function write(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600 });
}

function unlocked(passphraseFile: string): readonly string[] {
  return ["--pinentry-mode", "loopback", "--passphrase-file", passphraseFile];
}

/** Ed25519 to sign, Curve25519 to encrypt: what GnuPG makes by itself from 2.3 on. */
async function fill(home: string, email: string, passphraseFile: string): Promise<void> {
  const [name = ""] = email.split("@", 1);
  const open = unlocked(passphraseFile);
  if (!(await has(home, email))) {
    await gpg(home, [...open, "--quick-gen-key", `${name} <${email}>`, "ed25519", "sign,cert", "1y"]);
    await gpg(home, [...open, "--quick-add-key", await fingerprintOf(home, email), "cv25519", "encr", "1y"]);
  }
}

async function has(home: string, email: string): Promise<boolean> {
  return gpg(home, ["--with-colons", "--list-secret-keys", "--", `<${email}>`]).then(
    () => true,
    () => false,
  );
}

async function fingerprintOf(home: string, email: string): Promise<string> {
  const listed = await gpg(home, ["--with-colons", "--list-secret-keys", "--", `<${email}>`]).catch(() => "");
  const [, fingerprint] = /^fpr:+([0-9A-F]{40,64}):/m.exec(listed) ?? [];
  if (fingerprint !== undefined) return fingerprint;
  throw new Fault("test-users-folder", `there is no key for ${email} in ${home}`, {
    hint: "the folder was made for another domain, or was cut short: remove the user's folder, or give another --dir",
  });
}

function gpg(home: string, args: readonly string[]): Promise<string> {
  return execute("gpg", home, ["--homedir", home, "--batch", "--no-tty", "--yes", "--quiet", ...args]);
}

function execute(program: string, home: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { encoding: "utf8", maxBuffer: OUT_BYTES }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if (errno(error) === "ENOENT") {
        reject(
          new Fault("gpg-missing", `there is no program ${program}`, { hint: "install GnuPG: apt-get install gnupg" }),
        );
      } else reject(new Fault("gpg-failed", `${program} failed in ${home}: ${lastLine(stderr) ?? reason(error)}`));
    });
  });
}

function lastLine(text: string): string | undefined {
  const line = text.trim().split("\n").at(-1);
  return line === "" ? undefined : line;
}
