// The strict look-up of an address's key. The sources are asked in order, and the first that knows the address decides:
// what it says about a key (revoked, two of them) cannot be outvoted by a source that anybody may write to.

import { Fault } from "../model/fault.ts";
import { parseAddress, type Address } from "./address.ts";
import { resolveHost, type Resolve } from "./get.ts";
import { factsOf, parseKeys, type Fingerprint, type PgpKey } from "./keys.ts";
import { openpgp } from "./library.ts";
import { askSource, nameOf, sourceFailed, type Source } from "./source.ts";
import { judge, unusable } from "./usable.ts";

const TIMEOUT_MS = 10_000;

export interface LookupWish {
  readonly email: string;
  readonly sources: readonly Source[];
  readonly nowMs: number;
  /** Only this key counts, whatever a source says. */
  readonly pinned?: Fingerprint;
  /** For each source. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** `asking WKD of example.org`. */
  readonly onProgress?: (line: string) => void;
  /** Instead of the system's: for tests. */
  readonly resolve?: Resolve;
}

export interface Found {
  readonly key: PgpKey;
  /** `WKD of example.org`, or the key server as configured. */
  readonly source: string;
  /** Sources that were asked before and failed: `pgp-source-failed`. */
  readonly failed: readonly Fault[];
}

/**
 * The one key of the address that can be used.
 * @throws Fault `pgp-not-found`, `pgp-ambiguous`, `pgp-unusable`, `pgp-source-failed`, `pgp-malformed` (no address); the signal's reason
 */
export async function lookUp(wish: LookupWish): Promise<Found> {
  const address = parseAddress(wish.email);
  const failed: Fault[] = [];
  for (const source of wish.sources) {
    wish.signal?.throwIfAborted();
    const name = nameOf(source, address);
    wish.onProgress?.(`asking ${name}`);
    try {
      const key = await findIn(source, address, wish);
      if (key !== undefined) return { key, source: name, failed };
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== "pgp-source-failed") throw error;
      failed.push(error);
    }
  }
  throw nothing(address, failed, wish);
}

async function findIn(source: Source, address: Address, wish: LookupWish): Promise<PgpKey | undefined> {
  const { pinned, timeoutMs = TIMEOUT_MS, signal, resolve = resolveHost } = wish;
  const answer = await askSource(source, { address, pinned, timeoutMs, signal, resolve });
  if (answer === undefined || answer.length === 0) return undefined;
  try {
    return await choose(answer, address, wish);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "pgp-malformed") throw error;
    throw sourceFailed(nameOf(source, address), `its answer is not a key (${error.message})`, error);
  }
}

/** The one key in the answer that counts, or undefined when none is of this address. */
async function choose(answer: Buffer, address: Address, wish: LookupWish): Promise<PgpKey | undefined> {
  const pgp = await openpgp();
  const usable: PgpKey[] = [];
  const refused: Fault[] = [];
  for (const key of await parseKeys(pgp, answer)) {
    const fingerprint = key.getFingerprint().toUpperCase();
    if (wish.pinned !== undefined && fingerprint !== wish.pinned) continue;
    const verdict = await judge(pgp, key, { email: address.text, nowMs: wish.nowMs });
    if (verdict.is === "usable") usable.push(await factsOf(pgp, key));
    if (verdict.is === "unusable") refused.push(unusable(fingerprint, verdict.why));
  }
  const [key, another] = usable;
  if (another !== undefined) throw ambiguous(address, usable);
  if (key === undefined && refused[0] !== undefined) throw refused[0];
  return key;
}

function ambiguous({ text }: Address, keys: readonly PgpKey[]): Fault {
  const list = keys.map(({ fingerprint }) => fingerprint).join(", ");
  return new Fault("pgp-ambiguous", `there are ${keys.length} OpenPGP keys for ${text}: ${list}`, {
    hint: "compare the fingerprints with the owner, and give the right one",
  });
}

function nothing({ text }: Address, failed: readonly Fault[], { pinned, sources }: LookupWish): Fault {
  const [first, ...others] = failed;
  if (first !== undefined) {
    if (others.length === 0) return first;
    const all = failed.map(({ message }) => message).join("; ");
    return new Fault("pgp-source-failed", all, first.hint === undefined ? {} : { hint: first.hint });
  }
  const what = pinned === undefined ? "no OpenPGP key" : `no OpenPGP key ${pinned}`;
  return new Fault("pgp-not-found", `there is ${what} for ${text} at any of ${sources.length} sources`, {
    hint: `publish it: gpg --send-keys FINGERPRINT, or in the Web Key Directory of the address's domain`,
  });
}
