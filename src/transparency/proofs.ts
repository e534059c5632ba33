// Proofs about the transparency log, checked step by step as RFC 9162 says, which is another way than they are made.
// Knows hashes only. A proof is right or not: nothing here throws, whatever a server sends.

import { emptyRoot, isCount, isHash, nodeHash, sameHash } from "./merkle.ts";

export type InclusionProof = {
  readonly leaf: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly root: Uint8Array;
  /** Lowest first. */
  readonly path: readonly Uint8Array[];
};

export type ConsistencyProof = {
  readonly first: number;
  readonly second: number;
  readonly firstRoot: Uint8Array;
  readonly secondRoot: Uint8Array;
  readonly path: readonly Uint8Array[];
};

/** Where the walk stands: a node and the last node of its level, by number (`fn` and `sn` of the RFC). */
type Place = { node: number; last: number };

function isOdd(value: number): boolean {
  return value % 2 === 1;
}

function up(place: Place): void {
  place.node = Math.floor(place.node / 2);
  place.last = Math.floor(place.last / 2);
}

/** Whether the next hash of the path stands to the left of the node. Then moves on to where the node is not the last one alone. */
function takesLeft(place: Place): boolean {
  if (!isOdd(place.node) && place.node !== place.last) return false;
  while (!isOdd(place.node) && place.node !== 0) up(place);
  return true;
}

/** That entry `index` of the log with this root and size has this leaf hash (RFC 9162 §2.1.3.2). @internal */
export function verifyInclusion(proof: InclusionProof): boolean {
  const { leaf, index, size, root, path } = proof;
  if (!isCount(index) || !isCount(size) || index >= size) return false; // step 1
  if (!isHash(leaf) || !path.every(isHash)) return false;
  const place: Place = { node: index, last: size - 1 }; // step 2
  let made = leaf; // step 3
  for (const one of path) {
    if (place.last === 0) return false; // step 4a
    made = takesLeft(place) ? nodeHash(one, made) : nodeHash(made, one); // step 4b
    up(place); // step 4c
  }
  return place.last === 0 && sameHash(made, root); // step 5
}

/** That the log of `second` entries begins with the log of `first` entries (RFC 9162 §2.1.4.2). */
export function verifyConsistency(proof: ConsistencyProof): boolean {
  const { first, second, firstRoot, secondRoot, path } = proof;
  if (!isCount(first) || !isCount(second) || first > second) return false;
  if (!isHash(firstRoot) || !isHash(secondRoot) || !path.every(isHash)) return false;
  // The RFC begins at one entry and at different sizes. Of no entries, and of the same log, nothing is left to show.
  if (first === 0 && !sameHash(firstRoot, emptyRoot())) return false;
  if (first === second) return path.length === 0 && sameHash(firstRoot, secondRoot);
  if (first === 0) return path.length === 0;
  if (path.length === 0) return false; // step 1
  const [start, ...rest] = isPowerOfTwo(first) ? [firstRoot, ...path] : path; // step 2
  if (start === undefined) return false;
  const place: Place = { node: first - 1, last: second - 1 }; // step 3
  while (isOdd(place.node)) up(place); // step 4
  return climbed(rest, { place, start, firstRoot, secondRoot });
}

type Climb = Pick<ConsistencyProof, "firstRoot" | "secondRoot"> & { readonly place: Place; readonly start: Uint8Array };

/** Steps 5 to 7. */
function climbed(path: readonly Uint8Array[], { place, start, firstRoot, secondRoot }: Climb): boolean {
  let [older, newer] = [start, start]; // step 5
  for (const one of path) {
    if (place.last === 0) return false; // step 6a
    if (takesLeft(place)) {
      [older, newer] = [nodeHash(one, older), nodeHash(one, newer)];
    } else newer = nodeHash(newer, one); // step 6b
    up(place); // step 6c
  }
  return place.last === 0 && sameHash(older, firstRoot) && sameHash(newer, secondRoot); // step 7
}

function isPowerOfTwo(count: number): boolean {
  let rest = count;
  while (rest > 1 && rest % 2 === 0) rest /= 2;
  return rest === 1;
}
