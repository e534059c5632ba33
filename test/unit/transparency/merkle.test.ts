// The tree and its proofs: published values, and every proof of every log up to 130 entries against the RFC's own definitions.

import { describe, expect, test } from "vitest";
import { CompactRange } from "../../../src/transparency/compact.ts";
import { emptyRoot, leafHash, MerkleTree, nodeHash } from "../../../src/transparency/merkle.ts";
import { verifyConsistency, verifyInclusion } from "../../../src/transparency/proofs.ts";
import { changed, codeOf, hex } from "./a-log.ts";
import { referenceOf } from "./reference.ts";

// The test tree of the certificate-transparency project, which RFC 6962 and RFC 9162 are tested with everywhere.
const LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
const ROOTS = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];
const [N01, N23, N4, N45, N5, N6, N67, N0123, N1] = [
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
  "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
  "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
  "4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658",
  "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
  "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
];
const N4567 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4";

function treeOf(data: readonly Uint8Array[]): MerkleTree {
  const tree = new MerkleTree();
  for (const one of data) tree.append(leafHash(one));
  return tree;
}

describe("the published tree of eight leaves", () => {
  const tree = treeOf(LEAVES.map((leaf) => Buffer.from(leaf, "hex")));

  test("has the published roots at every size", () => {
    expect(ROOTS.map((_, size) => hex(tree.root(size)))).toEqual(ROOTS);
    expect(hex(tree.root())).toBe(ROOTS.at(-1));
    expect(hex(emptyRoot())).toBe(ROOTS[0]);
    const range = new CompactRange();
    const grown = LEAVES.map((leaf) => {
      range.append(leafHash(Buffer.from(leaf, "hex")));
      return hex(range.root());
    });
    expect(grown).toEqual(ROOTS.slice(1));
  });

  test.each([
    [0, 1, []],
    [0, 8, [N1, N23, N4567]],
    [5, 8, [N4, N67, N0123]],
    [2, 3, [N01]],
    [1, 5, [ROOTS[1], N23, N4]],
  ])("has the published path of entry %i of %i", (index, size, path) => {
    expect(tree.inclusion(index, size).map(hex)).toEqual(path);
  });

  test.each([
    [1, 1, []],
    [1, 8, [N1, N23, N4567]],
    [6, 8, [N45, N67, N0123]],
    [2, 5, [N23, N4]],
    [6, 7, [N45, N6, N0123]],
  ])("has the published proof from %i to %i entries", (first, second, path) => {
    expect(tree.consistency(first, second).map(hex)).toEqual(path);
  });

  test("has the published leaves", () => {
    expect(hex(leafHash(Buffer.from("3031", "hex")))).toBe(N4);
    expect(hex(leafHash(Buffer.from("40414243", "hex")))).toBe(N5);
  });
});

const MOST = 130;
/** Lies are told about logs up to here: ten about each pair. */
const LIES_MOST = 70;
const DATA = Array.from({ length: MOST }, (_, index) => Buffer.from(`entry ${index}`));
const TREE = treeOf(DATA);
const REFERENCE = referenceOf(DATA);
const ROOT = Array.from({ length: MOST + 1 }, (_, size) => TREE.root(size));
const rootAt = (size: number): Uint8Array => ROOT[size] ?? new Uint8Array();
const leafAt = (index: number): Uint8Array => leafHash(DATA[index] ?? Buffer.of());
const STRANGE = leafHash(Buffer.from("strange"));

/** Every pair `low <= high` up to the whole log: thousands of them, so that only those that are wrong are told. */
function wrongPairs(
  [least, most]: readonly [number, number],
  isRight: (low: number, high: number) => boolean,
): string[] {
  const wrong: string[] = [];
  for (let high = least; high <= most; high += 1)
    for (let low = 0; low <= high; low += 1) if (!isRight(low, high)) wrong.push(`${low} ${high}`);
  return wrong;
}

const alike = (path: readonly Uint8Array[], expected: readonly string[]): boolean =>
  path.map(hex).join(" ") === expected.join(" ");

/** Without its first hash, without its last, and with one bit changed: elsewhere for each `turn`. */
function spoilt(path: readonly Uint8Array[], turn: number): (readonly Uint8Array[])[] {
  const at = turn % path.length;
  const one = path[at];
  if (one === undefined) return [];
  return [path.slice(1), path.slice(0, -1), path.with(at, changed(one, turn % 32, 1 << (turn % 8)))];
}

describe("every log up to 130 entries", () => {
  test("has the root that the definition gives, as a tree and as a compact range", () => {
    const range = new CompactRange();
    const roots = [hex(range.root())];
    for (const one of DATA) {
      range.append(leafHash(one));
      roots.push(hex(range.root()));
    }
    const defined = ROOT.map((_, size) => REFERENCE.mth(0, size));
    expect(roots).toEqual(defined);
    expect(ROOT.map(hex)).toEqual(defined);
  });

  test("has the inclusion paths that the definition gives, and they verify", () => {
    const wrong = wrongPairs([1, MOST], (low, size) => {
      const index = Math.min(low, size - 1);
      const path = TREE.inclusion(index, size);
      return (
        alike(path, REFERENCE.path(index, size)) &&
        verifyInclusion({ leaf: leafAt(index), index, size, root: rootAt(size), path })
      );
    });
    expect(wrong).toEqual([]);
  });

  test("has the consistency proofs that the definition gives, and they verify", () => {
    const wrong = wrongPairs([0, MOST], (first, second) => {
      const path = TREE.consistency(first, second);
      const proof = { first, second, firstRoot: rootAt(first), secondRoot: rootAt(second), path };
      return alike(path, first === 0 ? [] : REFERENCE.proof(first, second)) && verifyConsistency(proof);
    });
    expect(wrong).toEqual([]);
  });

  test("has no inclusion path that shows anything else", () => {
    const wrong = wrongPairs([1, LIES_MOST], (low, size) => {
      const index = Math.min(low, size - 1);
      const path = TREE.inclusion(index, size);
      const right = { leaf: leafAt(index), index, size, root: rootAt(size), path };
      const lies = [
        { ...right, leaf: STRANGE },
        { ...right, root: STRANGE },
        { ...right, index: index === 0 ? size : index - 1 },
        { ...right, index: index + 1 },
        { ...right, size: index },
        { ...right, path: [...path, STRANGE] },
        ...spoilt(path, index + size).map((other) => ({ ...right, path: other })),
      ];
      return !lies.some(verifyInclusion);
    });
    expect(wrong).toEqual([]);
  });

  test("has no consistency proof that shows anything else", () => {
    const wrong = wrongPairs([1, LIES_MOST], (first, second) => {
      const path = TREE.consistency(first, second);
      const right = { first, second, firstRoot: rootAt(first), secondRoot: rootAt(second), path };
      const lies = [
        { ...right, firstRoot: STRANGE },
        { ...right, path: [...path, STRANGE] },
        { ...right, first: second, second: first === second ? first - 1 : first },
        ...spoilt(path, first + second).map((other) => ({ ...right, path: other })),
        ...(first === 0 ? [] : [{ ...right, second: 2 * second }]),
        // The second root of a log that begins with nothing is not shown by that.
        ...(first === 0 ? [] : [{ ...right, secondRoot: STRANGE }]),
      ];
      return !lies.some(verifyConsistency);
    });
    expect(wrong).toEqual([]);
  });
});

test("a log far beyond 32 bits is verified without rounding or wrapping", () => {
  // Of 2^40 and of 2^52 + 1 entries, all the same: each level has one hash.
  const levels = [leafHash(Buffer.from("same"))];
  for (let level = 1; level <= 52; level += 1) {
    const below = levels[level - 1] ?? STRANGE;
    const two = new MerkleTree();
    two.append(below);
    two.append(below);
    levels.push(two.root());
  }
  const at = (level: number): Uint8Array => levels[level] ?? STRANGE;
  const path = levels.slice(0, 40);
  const proof = { leaf: at(0), index: 2 ** 39 + 7, size: 2 ** 40, root: at(40), path };
  expect(verifyInclusion(proof)).toBe(true);
  expect(verifyInclusion({ ...proof, size: 2 ** 39 + 8 })).toBe(false);
  expect(verifyInclusion({ ...proof, path: path.slice(8) })).toBe(false);
  const two = new MerkleTree();
  two.append(at(52));
  two.append(at(0));
  const grown = { first: 2 ** 52, second: 2 ** 52 + 1, firstRoot: at(52), secondRoot: two.root(), path: [at(0)] };
  expect(verifyConsistency(grown)).toBe(true);
  expect(verifyConsistency({ ...grown, first: 2 ** 52 - 1 })).toBe(false);
});

describe("what is no place and no hash", () => {
  test.each([[-1], [1.5], [Number.NaN], [2 ** 53], [Number.POSITIVE_INFINITY]])("%s is refused", (bad) => {
    expect(codeOf(() => TREE.root(bad))).toBe("log-range");
    expect(codeOf(() => TREE.inclusion(bad))).toBe("log-range");
    expect(codeOf(() => TREE.inclusion(0, bad))).toBe("log-range");
    expect(codeOf(() => TREE.consistency(bad))).toBe("log-range");
    expect(codeOf(() => TREE.consistency(0, bad))).toBe("log-range");
    const path: Uint8Array[] = [];
    const one = { leaf: rootAt(1), root: rootAt(1), path };
    expect(verifyInclusion({ ...one, index: 0, size: 1 })).toBe(true);
    expect(verifyInclusion({ ...one, index: bad, size: 1 })).toBe(false);
    expect(verifyInclusion({ ...one, index: 0, size: bad })).toBe(false);
    const none = { firstRoot: emptyRoot(), secondRoot: emptyRoot(), path };
    expect(verifyConsistency({ ...none, first: 0, second: 0 })).toBe(true);
    expect(verifyConsistency({ first: 0, second: 0, firstRoot: STRANGE, secondRoot: STRANGE, path })).toBe(false);
    expect(verifyConsistency({ ...none, first: bad, second: bad })).toBe(false);
  });

  test("an entry at the end or behind it has no path, and no larger log begins a smaller one", () => {
    expect(codeOf(() => TREE.inclusion(5, 5))).toBe("log-range");
    expect(codeOf(() => TREE.inclusion(5, MOST + 1))).toBe("log-range");
    expect(codeOf(() => TREE.root(MOST + 1))).toBe("log-range");
    expect(codeOf(() => TREE.consistency(5, MOST + 1))).toBe("log-range");
    expect(codeOf(() => TREE.consistency(6, 5))).toBe("log-range");
  });

  test.each([0, 31, 33])("%i bytes are no hash", (length) => {
    const short = new Uint8Array(length);
    expect(codeOf(() => new MerkleTree().append(short))).toBe("log-range");
    expect(codeOf(() => new CompactRange().append(short))).toBe("log-range");
    expect(verifyInclusion({ leaf: short, index: 0, size: 1, root: short, path: [] })).toBe(false);
    const proof = { leaf: leafAt(0), index: 0, size: 2, root: rootAt(2) };
    expect(verifyInclusion({ ...proof, path: [short] })).toBe(false);
    expect(verifyConsistency({ first: 1, second: 1, firstRoot: short, secondRoot: short, path: [] })).toBe(false);
    // Also where the sum comes out: the same bytes could be cut elsewhere.
    const root = nodeHash(leafAt(0), short);
    expect(verifyInclusion({ ...proof, root, path: [short] })).toBe(false);
    const grown = { first: 1, second: 2, firstRoot: leafAt(0), secondRoot: root, path: [short] };
    expect(verifyConsistency(grown)).toBe(false);
  });
});

test("what a caller does with its copies does not reach the tree", () => {
  const tree = treeOf(DATA.slice(0, 6));
  const before = hex(tree.root());
  const leaf = leafHash(Buffer.from("one more"));
  const range = new CompactRange();
  range.append(leaf);
  const root = hex(range.root());
  for (const bytes of [tree.root(), tree.root(4), ...tree.inclusion(2), ...tree.consistency(3), range.root(), leaf])
    bytes.fill(0);
  expect(hex(tree.root())).toBe(before);
  expect(hex(range.root())).toBe(root);
});

describe("a compact range", () => {
  test("goes on from its bytes as if nothing had been", () => {
    let range = new CompactRange();
    const roots = DATA.map((one) => {
      range = CompactRange.fromBytes(range.toBytes());
      range.append(leafHash(one));
      return hex(range.root());
    });
    expect(roots).toEqual(ROOT.slice(1).map(hex));
    expect(range.size).toBe(MOST);
    expect(hex(CompactRange.fromBytes(range.toBytes()).toBytes())).toBe(hex(range.toBytes()));
  });

  test("is not changed by what its clone reads", () => {
    const range = new CompactRange();
    for (const one of DATA.slice(0, 7)) range.append(leafHash(one));
    const clone = range.clone();
    clone.append(STRANGE);
    expect([range.size, hex(range.root())]).toEqual([7, hex(rootAt(7))]);
    expect(clone.size).toBe(8);
    range.append(leafAt(7));
    expect(hex(range.root())).toBe(hex(rootAt(8)));
  });
});
