// One file of vectors: what it is called, how many cases it has, and what is to hold for each.
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";

export interface Kind {
  readonly name: string;
  readonly count: number;
  /** Throws when the case does not hold. Kinds without a suite are given suite 1. */
  check(vector: unknown, cs: CiphersuiteImpl): Promise<void> | void;
}

/** The check is written for the form that one case of the file has; see test-vectors.md in the repository of the vectors. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the form is known by the name of the file alone
export function kind<T>(
  name: string,
  count: number,
  check: (vector: T, cs: CiphersuiteImpl) => Promise<void> | void,
): Kind {
  return { name, count, check: (vector, cs) => check(vector as T, cs) };
}
