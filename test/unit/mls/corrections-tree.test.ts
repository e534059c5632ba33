// Each correction of the library's ratchet tree (scripts/correct-mls): what goes wrong without it.
import { validateRatchetTree, type ClientState } from "ts-mls/clientState.js";
import { varLenTypeEncoder } from "ts-mls/codec/variableLength.js";
import { encode } from "ts-mls/codec/tlsEncoder.js";
import { uint16Encoder } from "ts-mls/codec/number.js";
import { decodeCapabilities } from "ts-mls/capabilities.js";
import { verifyParentHashes } from "ts-mls/parentHash.js";
import { decodeRatchetTree, type RatchetTree } from "ts-mls/ratchetTree.js";
import { directPath, toLeafIndex, toNodeIndex } from "ts-mls/treemath.js";
import { enumNumberToKey, openEnumNumberToKey } from "ts-mls/util/enumHelpers.js";
import { createUpdatePath } from "ts-mls/updatePath.js";
import { describe, expect, it } from "vitest";
import { suite } from "../../../src/mls/ciphersuite.ts";
import { CLASSIC } from "../../../src/mls/suite.ts";
import { add, all, committed, CONFIG, group, pair, remove, secretOf, welcomed } from "../../kit/members.ts";

const cs = suite(CLASSIC);

/** `states` after a commit of the one at `by`. */
async function after(
  states: readonly ClientState[],
  by: number,
  options: Parameters<typeof committed>[2] = {},
): Promise<ClientState[]> {
  const state = states[by];
  if (state === undefined) throw new Error(`nobody at ${by}`);
  return all(states, by, await committed(state, cs, options));
}

function treeOf(states: readonly ClientState[]): RatchetTree {
  return states[0]?.ratchetTree ?? [];
}

/** The tree with the unmerged leaves of its root replaced. */
function withUnmerged(tree: RatchetTree, unmergedLeaves: number[]): RatchetTree {
  const root = (tree.length - 1) / 2;
  return tree.map((node, index) =>
    index === root && node?.nodeType === "parent" ? { ...node, parent: { ...node.parent, unmergedLeaves } } : node,
  );
}

describe("P1: unmerged leaves", () => {
  it("a tree whose nodes list different unmerged leaves is valid for newcomers", async () => {
    let states = await group(["a", "b", "c", "d", "e", "f", "g", "h"], cs);
    states = await after(states, 0, { extraProposals: [remove(1), remove(5)] });
    states = states.filter((state) => state.groupActiveState.kind === "active");
    states = await after(states, 3);
    const newcomers = [await pair("i", cs), await pair("j", cs)];
    const made = await committed(states[0] as ClientState, cs, { extraProposals: newcomers.map(add) });
    const lists = made.newState.ratchetTree.flatMap((node) =>
      node?.nodeType === "parent" ? [node.parent.unmergedLeaves] : [],
    );
    expect(lists).toEqual([[1], [1, 5], [5]]);
    for (const own of newcomers) expect(secretOf(await welcomed(made, own, cs))).toBe(secretOf(made.newState));
  });

  it.each([
    ["outside the tree", [0xffff_ffff], /non-blank descendant leaf/],
    ["just outside", [4], /non-blank descendant leaf/],
    ["not in order", [3, 1], /increasing order/],
    ["twice", [1, 1], /increasing order/],
    ["that the node between does not have", [1], /intermediate node must list/],
  ])("a list with an entry %s is refused", async (_, list, message) => {
    const states = await after(await group(["a", "b", "c", "d"], cs), 0);
    const [{ groupContext } = { groupContext: undefined }] = states;
    if (groupContext === undefined) throw new Error("no group");
    const { lifetimeConfig, authService } = CONFIG;
    const tree = withUnmerged(treeOf(states), list);
    const fault = await validateRatchetTree(tree, groupContext, lifetimeConfig, authService, groupContext.treeHash, cs);
    expect(fault?.message).toMatch(message);
  });
});

describe("P10: parent hashes", () => {
  it("hash each subtree a few times, not once for each leaf", async () => {
    const leaves = 32;
    const states = await group(
      Array.from({ length: leaves }, (_, index) => `m${index}`),
      cs,
    );
    const [first] = states;
    if (first === undefined) throw new Error("no group");
    let tree = first.ratchetTree;
    for (const [leaf, { signaturePrivateKey }] of states.entries()) {
      [tree] = await createUpdatePath(tree, toLeafIndex(leaf), first.groupContext, signaturePrivateKey, cs);
    }
    let digests = 0;
    const counting = {
      ...cs.hash,
      digest: (data: Uint8Array) => {
        digests += 1;
        return cs.hash.digest(data);
      },
    };
    expect(await verifyParentHashes(tree, counting)).toBe(true);
    // One for each node of the tree, and one for each parent hash that is compared: two for each leaf, and those that do not fit.
    expect(digests).toBeLessThan(6 * leaves);
  });
});

describe("P16: nodes that were not set together", () => {
  it("a leaf slipped in below a node that does not list it makes the tree invalid", async () => {
    let states = await group(["a", "b", "c", "d"], cs);
    states = (await after(states, 0, { extraProposals: [remove(1)] })).filter((_, index) => index !== 1);
    const tree = treeOf(states);
    expect(await verifyParentHashes(tree, cs.hash)).toBe(true);
    const { leafNode } = (await pair("mallory", cs)).publicPackage;
    const slipped = tree.with(2, { nodeType: "leaf", leaf: leafNode });
    expect(await verifyParentHashes(slipped, cs.hash)).toBe(false);
    expect(await verifyParentHashes(withUnmerged(slipped, [1]), cs.hash)).toBe(true);
  });
});

describe("P22: nothing runs away", () => {
  it("a path from outside the tree is refused", () => {
    expect(directPath(toNodeIndex(6), 4)).toEqual([5, 3]);
    for (const index of [7, 8, 2 ** 32, 2 ** 33 - 2, -1, -0.5, Number.NaN]) {
      expect(() => directPath(toNodeIndex(index), 4)).toThrow("outside of the tree");
    }
  });

  it("a tree of more nodes than any group has is refused", () => {
    const blank = (count: number): Uint8Array => {
      const bytes = new Uint8Array(4 + count);
      new DataView(bytes.buffer).setUint32(0, 0x8000_0000 + count);
      return bytes;
    };
    expect(() => decodeRatchetTree(blank(40_000), 0)).toThrow("too wide");
    expect(() => decodeRatchetTree(blank(30_000), 0)).toThrow("must be non-blank");
  });

  it("an enumeration's table is made once", () => {
    let reads = 0;
    const names = new Proxy(
      { one: 1, two: 2 },
      {
        ownKeys: (target) => {
          reads += 1;
          return Reflect.ownKeys(target);
        },
      },
    );
    for (const toName of [enumNumberToKey<string>(names), openEnumNumberToKey<string>(names)]) {
      expect([1, 2, 1, 2].map(toName)).toEqual(["one", "two", "one", "two"]);
    }
    expect(openEnumNumberToKey<string>(names)(3)).toBe("3");
    expect(enumNumberToKey<string>(names)(3)).toBeUndefined();
    expect(reads).toBe(4);
  });

  it("a vector of many elements can be written and read, and quickly", () => {
    const ones = Array.from({ length: 400_000 }, () => 1);
    const vector = encode(varLenTypeEncoder(uint16Encoder))(ones);
    expect(vector.length).toBe(4 + 2 * ones.length);
    const capabilities = new Uint8Array([...Uint8Array.of(0), ...vector, 0, 0, 0]);
    const started = performance.now();
    expect(decodeCapabilities(capabilities, 0)?.[0].ciphersuites.length).toBe(ones.length);
    expect(performance.now() - started).toBeLessThan(6_000);
  });
});
