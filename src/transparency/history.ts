// How a client follows the transparency log: each entry is read, and believed only once all entries up to a signed head have
// exactly that head's root, or are proved to be the beginning of its log. Pure: what is believed, the caller keeps.

import type { KeyObject } from "node:crypto";
import { Fault } from "../model/fault.ts";
import type { Sha256 } from "../model/ids.ts";
import { CompactRange } from "./compact.ts";
import { decodeEntry, type LogEntry } from "./entry.ts";
import { HEAD_BYTES, verifyHead, type SignedHead } from "./head.ts";
import { leafHash, sameHash } from "./merkle.ts";
import { verifyConsistency } from "./proofs.ts";

/**
 * What outlasts the program: the log as far as it is believed, and the head that vouches for it; `undefined` before the first
 * one. The head is of more entries where a proof led to it. Of several heads of one size the earliest is kept: any smaller
 * one that was signed after it contradicts it.
 */
export type Believed = { readonly range: CompactRange; readonly head: SignedHead | undefined };

/** What was read behind it. Memory only: after a restart it is read again. */
type Pending = {
  readonly range: CompactRange;
  readonly entries: readonly LogEntry[];
  /** Signed, but not reached yet; the smallest first. */
  readonly heads: readonly SignedHead[];
  readonly bytes: number;
};

/** A value: nothing in it is changed, and a page that was refused leaves it as it was. */
export type History = { readonly believed: Believed; readonly pending: Pending };

/**
 * Entries as they stand in the log, from `readSize` on, and a head that covers at least them. A page without entries says only
 * that there is such a head: also one that another client has seen.
 */
export type LogPage = {
  readonly entries: readonly Uint8Array[];
  readonly head: SignedHead;
  /** The consistency proof from the end of the page to the head: with it the page is believed at once. */
  readonly path?: readonly Uint8Array[] | undefined;
};

export type LogTrust = { readonly realm: Sha256; readonly publicKey: KeyObject };

/** `entries`: those that are believed since this page, in order. */
export type Followed = { readonly history: History; readonly entries: readonly LogEntry[] };

/** What is held before it is believed: some 90,000 entries. A longer way needs a proof, so that nobody fills our memory. */
const PENDING_BYTES = 32 * 1024 * 1024;

/** Before the first entry. */
export function newHistory(): History {
  return resumeHistory({ range: new CompactRange(), head: undefined });
}

/** From what was kept. @throws Fault `log-malformed` when its parts do not belong together */
export function resumeHistory({ range, head }: Believed): History {
  const size = head?.size ?? 0;
  if (range.size > size || (range.size === head?.size && !sameHash(head.root, range.root()))) {
    throw new Fault("log-malformed", "what was kept of the transparency log does not fit its head", {
      hint: "read the log again from its first entry",
    });
  }
  const own = range.clone();
  const heads = head === undefined || head.size === own.size ? [] : [head];
  return { believed: { range: own, head }, pending: { range: own, entries: [], heads, bytes: 0 } };
}

/** Entries that need not be sent again: the next page begins with the entry of this number, counted from 0. */
export function readSize({ pending }: History): number {
  return pending.range.size;
}

/** Whether everything that some head covers was read and is believed. */
export function isCaughtUp({ pending }: History): boolean {
  return pending.heads.length === 0;
}

/**
 * The next page. A head that is smaller and older than what is known says nothing new: such a page changes nothing.
 * @throws Fault `log-signature`, `log-forked`, `log-shrunk`, `log-malformed`; the history stands as it was
 */
export function follow(history: History, page: LogPage, trust: LogTrust): Followed {
  checkSigned(page.head, trust);
  const known = withHead(history, page.head);
  if (known === undefined) return { history, entries: [] };
  const reading = new Reading(known);
  reading.settle();
  for (const bytes of page.entries) reading.take(bytes);
  if (page.path !== undefined) reading.prove(page.path);
  return reading.outcome();
}

function checkSigned(head: SignedHead, { realm, publicKey }: LogTrust): void {
  if (head.realm !== realm) throw strange("is of another realm");
  if (!verifyHead(head, publicKey)) throw strange("was not signed by the key of the log");
}

/** The history that knows this head too, or undefined if it is smaller and older than what is known. */
function withHead(history: History, head: SignedHead): History | undefined {
  const { believed, pending } = history;
  const known = [...(believed.head === undefined ? [] : [believed.head]), ...pending.heads];
  const same = known.find(({ size }) => size === head.size);
  if (same !== undefined && !sameHash(same.root, head.root)) throw forked(head);
  const newest = known.at(-1);
  if (newest !== undefined && head.size < newest.size) {
    if (head.at >= newest.at) throw shrunk(head, newest);
    return undefined;
  }
  if (same === undefined) {
    const bytes = pending.bytes + HEAD_BYTES;
    return { believed, pending: { ...pending, heads: [...pending.heads, head], bytes } };
  }
  const earliest = (one: SignedHead): SignedHead => (one.size === head.size && head.at < one.at ? head : one);
  return {
    believed: { ...believed, head: believed.head === undefined ? undefined : earliest(believed.head) },
    pending: { ...pending, heads: pending.heads.map(earliest) },
  };
}

/** One page on its way in: works on copies. */
class Reading {
  #believed: Believed;
  readonly #range: CompactRange;
  readonly #heads: SignedHead[];
  readonly #newest: SignedHead | undefined;
  #waiting: LogEntry[];
  #bytes: number;
  #entries: LogEntry[] = [];

  constructor({ believed, pending }: History) {
    this.#believed = believed;
    this.#range = pending.range.clone();
    this.#heads = [...pending.heads];
    this.#newest = this.#heads.at(-1);
    this.#waiting = [...pending.entries];
    this.#bytes = pending.bytes;
  }

  take(bytes: Uint8Array): void {
    if (this.#newest === undefined || this.#range.size >= this.#newest.size)
      throw malformed("has entries that its head does not cover");
    this.#waiting.push(decodeEntry(bytes));
    this.#range.append(leafHash(bytes));
    this.#bytes += bytes.length;
    this.settle();
  }

  /** At the size of a head: the roots are the same, or nothing of the page is taken. */
  settle(): void {
    const [head] = this.#heads;
    if (head?.size !== this.#range.size) return;
    if (!sameHash(head.root, this.#range.root())) throw forked(head);
    this.#heads.shift();
    this.#believe(head);
  }

  /** What was read so far is the beginning of the log that the newest head vouches for. */
  prove(path: readonly Uint8Array[]): void {
    const head = this.#newest;
    // Caught up: the roots are the same, and there is nothing to prove.
    if (head === undefined || head.size === this.#range.size) return;
    const [first, firstRoot] = [this.#range.size, this.#range.root()];
    if (!verifyConsistency({ first, firstRoot, second: head.size, secondRoot: head.root, path })) throw forked(head);
    this.#believe(head);
  }

  #believe(head: SignedHead): void {
    this.#believed = { range: this.#range.clone(), head };
    this.#entries = [...this.#entries, ...this.#waiting];
    this.#waiting = [];
    this.#bytes = this.#heads.length * HEAD_BYTES;
  }

  outcome(): Followed {
    if (this.#bytes > PENDING_BYTES)
      throw malformed(`gives more than ${PENDING_BYTES} bytes before it reaches its head`);
    const pending = { range: this.#range, entries: this.#waiting, heads: this.#heads, bytes: this.#bytes };
    return { history: { believed: this.#believed, pending }, entries: this.#entries };
  }
}

const WARN = "do not rely on new certificates of this realm, keep this line, and ask the administrator what happened";

function forked(head: SignedHead): Fault {
  return new Fault(
    "log-forked",
    `the transparency log was shown in two forms: it is not the one whose head of ${head.size} entries was signed`,
    {
      hint: WARN,
    },
  );
}

function shrunk(head: SignedHead, before: SignedHead): Fault {
  return new Fault("log-shrunk", `the transparency log had ${before.size} entries and now has only ${head.size}`, {
    hint: WARN,
  });
}

function strange(why: string): Fault {
  return new Fault("log-signature", `the head of the transparency log ${why}`, {
    hint: "check that this is the server of your realm, and ask the administrator",
  });
}

function malformed(why: string): Fault {
  return new Fault("log-malformed", `a page of the transparency log ${why}`, { hint: "ask the administrator" });
}
