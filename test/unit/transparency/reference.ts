// The definitions of RFC 9162 §2.1 as they stand there, recursive and slow: what the tree is held against.

import { createHash } from "node:crypto";

export type Reference = {
  /** MTH of leaves `from` to before `to`, in hex. */
  mth(from: number, to: number): string;
  /** PATH(index, D[size]) */
  path(index: number, size: number): string[];
  /** PROOF(first, D[second]) */
  proof(first: number, second: number): string[];
};

const sha256 = (...parts: (string | Uint8Array)[]): Buffer => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** The largest power of two smaller than n. */
function split(n: number): number {
  return split2(n, 1);
}
function split2(n: number, k: number): number {
  return k * 2 < n ? split2(n, k * 2) : k;
}

export function referenceOf(data: readonly Uint8Array[]): Reference {
  const seen = new Map<string, Buffer>();
  const node = (from: number, to: number): Buffer => {
    const key = `${from} ${to}`;
    const made = seen.get(key) ?? make(from, to);
    seen.set(key, made);
    return made;
  };
  const make = (from: number, to: number): Buffer => {
    const n = to - from;
    if (n === 0) return sha256("");
    const [first] = data.slice(from, to);
    if (n === 1 && first !== undefined) return sha256(Buffer.of(0), first);
    const k = split(n);
    return sha256(Buffer.of(1), node(from, from + k), node(from + k, to));
  };
  const mth = (from: number, to: number): string => node(from, to).toString("hex");
  const path = (m: number, from: number, to: number): string[] => {
    if (to - from === 1) return [];
    const k = split(to - from);
    return m < k
      ? [...path(m, from, from + k), mth(from + k, to)]
      : [...path(m - k, from + k, to), mth(from, from + k)];
  };
  const subproof = (m: number, span: readonly [number, number], whole: boolean): string[] => {
    const [from, to] = span;
    if (m === to - from) return whole ? [] : [mth(from, to)];
    const k = split(to - from);
    return m <= k
      ? [...subproof(m, [from, from + k], whole), mth(from + k, to)]
      : [...subproof(m - k, [from + k, to], false), mth(from, from + k)];
  };
  return {
    mth,
    path: (index, size) => path(index, 0, size),
    proof: (first, second) => subproof(first, [0, second], true),
  };
}
