// One run of gpg: no shell, input on stdin, bounded output and time, its status lines read. A passphrase is gpg-agent's business.
// Must not know what is asked of it.

import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { errno, Fault, reason } from "../../model/fault.ts";

export interface Gpg {
  /** A path, or a name to be found on PATH. */
  readonly program?: string;
  /** Instead of the user's own. */
  readonly home?: string;
  /** A person may be typing a PIN. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** `[GNUPG:] GOODSIG …` (GnuPG doc/DETAILS). */
export interface StatusLine {
  readonly word: string;
  readonly fields: readonly string[];
}

export interface GpgResult {
  readonly code: number | null;
  readonly out: Buffer;
  readonly status: readonly StatusLine[];
}

const TIMEOUT_MS = 120_000;
/** A key with all its signatures is the largest that gpg writes for us. */
const OUT_BYTES = 512 * 1024;
const STATUS_PREFIX = "[GNUPG:] ";
/** libgpg-error: the lower half of a code. */
const BAD_PASSPHRASE = 11;
const CANCELED: ReadonlySet<number> = new Set([99, 198]);

/** Ends for whatever reason gpg ends; the caller judges. @throws Fault `pgp-gpg-missing`, `pgp-gpg-timeout`, `pgp-gpg-failed`; the signal's reason */
export async function runGpg(gpg: Gpg, args: readonly string[], input: string | Uint8Array = ""): Promise<GpgResult> {
  const { program = "gpg", home, timeoutMs = TIMEOUT_MS, signal } = gpg;
  signal?.throwIfAborted();
  const place = home === undefined ? [] : ["--homedir", home];
  // Its words for people go to stderr too; they never begin like a status line.
  const all = [...place, "--batch", "--no-tty", "--status-fd", "2", ...args];
  const child = spawn(program, all, { shell: false, windowsHide: true, stdio: "pipe" });
  const stop = new AbortController();
  const clock = setTimeout(() => stop.abort("time"), timeoutMs);
  const cancel = (): void => stop.abort("signal");
  signal?.addEventListener("abort", cancel, { once: true });
  try {
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
    return await collect(child, stop);
  } catch (error) {
    signal?.throwIfAborted();
    throw faultOf(error, stop.signal, { program, timeoutMs });
  } finally {
    clearTimeout(clock);
    signal?.removeEventListener("abort", cancel);
  }
}

function collect(child: ChildProcessWithoutNullStreams, stop: AbortController): Promise<GpgResult> {
  const [out, err] = [child.stdout, child.stderr].map((stream) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    stream.on("data", (part: Buffer) => {
      bytes += part.length;
      if (bytes <= OUT_BYTES) parts.push(part);
      else stop.abort("size");
    });
    return parts;
  });
  return new Promise((resolve, reject) => {
    stop.signal.addEventListener("abort", () => {
      child.kill("SIGKILL");
      reject(new Error("stopped"));
    });
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code, out: Buffer.concat(out ?? []), status: statusOf(Buffer.concat(err ?? []).toString("utf8")) });
    });
  });
}

/** @internal */
export function statusOf(text: string): readonly StatusLine[] {
  return text.split(/\r?\n/).flatMap((line) => {
    if (!line.startsWith(STATUS_PREFIX)) return [];
    const [word = "", ...fields] = line.slice(STATUS_PREFIX.length).split(" ");
    return [{ word, fields }];
  });
}

function faultOf(error: unknown, stopped: AbortSignal, { program, timeoutMs }: { program: string; timeoutMs: number }) {
  if (errno(error) === "ENOENT") {
    return new Fault("pgp-gpg-missing", `there is no program ${program}`, {
      hint: "install GnuPG, or say where gpg is, or use a key file",
      cause: error,
    });
  }
  if (stopped.aborted && stopped.reason === "time") {
    return new Fault("pgp-gpg-timeout", `gpg did not end within ${timeoutMs / 1000} seconds`, {
      hint: "it may wait for a card or for a PIN in another window",
    });
  }
  return gpgFailed(stopped.aborted ? `it wrote more than ${OUT_BYTES} bytes` : reason(error), error);
}

export function gpgFailed(why: string, cause?: unknown): Fault {
  return new Fault("pgp-gpg-failed", `gpg cannot do it: ${why}`, {
    hint: "try the same with gpg by hand; it says more there",
    cause,
  });
}

/** What the person did at gpg's own prompt, when that is why it failed. */
export function promptFault({ status }: GpgResult): Fault | undefined {
  const codes = status
    .filter(({ word }) => word === "ERROR" || word === "FAILURE")
    .map(({ fields }) => Number(fields[1] ?? 0) & 0xffff);
  if (codes.includes(BAD_PASSPHRASE)) {
    return new Fault("passphrase-wrong", "the passphrase does not open the secret key", { hint: "try again" });
  }
  if (!codes.some((code) => CANCELED.has(code))) return undefined;
  return new Fault("pgp-cancelled", "no passphrase was given to gpg", { hint: "start the enrolment again" });
}
