// A transparency log as a server has it, small and honest; what a test makes of its pages and heads is the test's affair.

import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { Fault } from "../../../src/model/fault.ts";
import type { DeviceId, Handle, Sha256 } from "../../../src/model/ids.ts";
import { encodeEntry, type IssuedEntry, type LogEntry } from "../../../src/transparency/entry.ts";
import { signHead, type SignedHead } from "../../../src/transparency/head.ts";
import { follow, type History, type LogPage, type LogTrust } from "../../../src/transparency/history.ts";
import { leafHash, MerkleTree } from "../../../src/transparency/merkle.ts";

export const REALM = "5a".repeat(32) as Sha256;

export const ISSUED: IssuedEntry = {
  kind: "issued",
  at: 1_700_000_000_000,
  user: "alice" as Handle,
  device: "0123456789abcdef".repeat(2) as DeviceId,
  serial: "4f00",
  cert: "ab".repeat(32) as Sha256,
  until: 1_734_000_000_000,
  how: "invitation",
};

/** The entry of this number in the log called `name`. */
export function act(index: number, name = "honest"): LogEntry {
  return { kind: "act", at: 1_700_000_000_000 + index, by: "@console", act: "note", detail: `${name} ${index}` };
}

export type ALog = {
  readonly keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
  readonly trust: LogTrust;
  readonly tree: MerkleTree;
  /** In bytes, from number `from` to before number `to`. */
  entries(from: number, to: number): Uint8Array[];
  /** Of the first `size` entries; signed at `size` milliseconds unless said otherwise. */
  head(size: number, at?: number): SignedHead;
  page(from: number, to: number, headOf?: number): LogPage;
};

/** `forkAt`: from there on it is another log than the one without it. */
export function aLog(size: number, wish: { keys?: ALog["keys"]; forkAt?: number } = {}): ALog {
  const keys = wish.keys ?? generateKeyPairSync("ed25519");
  const all = Array.from({ length: size }, (_, index) =>
    encodeEntry(act(index, index >= (wish.forkAt ?? size) ? "forked" : "honest")),
  );
  const tree = new MerkleTree();
  for (const bytes of all) tree.append(leafHash(bytes));
  const head = (count: number, at = count): SignedHead =>
    signHead(keys.privateKey, { realm: REALM, size: count, root: tree.root(count), at });
  const entries = (from: number, to: number): Uint8Array[] => all.slice(from, to);
  return {
    keys,
    tree,
    entries,
    head,
    trust: { realm: REALM, publicKey: keys.publicKey },
    page: (from, to, headOf = to) => ({ entries: entries(from, to), head: head(headOf) }),
  };
}

/** The history after all pages, and what was believed with each. */
export function followAll(start: History, pages: readonly LogPage[], trust: LogTrust): [History, LogEntry[][]] {
  let history = start;
  const believed = pages.map((page) => {
    const followed = follow(history, page, trust);
    history = followed.history;
    return [...followed.entries];
  });
  return [history, believed];
}

export function codeOf(run: () => unknown): string {
  try {
    run();
    return "accepted";
  } catch (error) {
    return error instanceof Fault ? error.code : String(error);
  }
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** The same bytes with one changed. */
export function changed(bytes: Uint8Array, index: number, by = 1): Uint8Array {
  return bytes.map((byte, at) => (at === index ? byte ^ by : byte));
}
