// Corrections of ts-mls 1.6.4: the ratchet tree. How they are applied: ../correct-mls.mjs.

export const tree = [
  {
    id: "P1",
    clause: "RFC 9420 §12.4.3.1 and §7.1",
    defect:
      "The check of unmerged leaves compares whole lists up to the root, so newcomers reject valid trees; " +
      "it lets an entry pass that is not below the node, and never returns for one that is outside the tree.",
    edits: [
      {
        file: "clientState.js",
        find: `            for (const unmergedLeaf of n.parent.unmergedLeaves) {
                const leafIndex = toLeafIndex(unmergedLeaf);
                const dp = directPath(leafToNodeIndex(leafIndex), leafWidth(tree.length));
                const nodeIndex = leafToNodeIndex(leafIndex);
                if (tree[nodeIndex]?.nodeType !== "leaf" && !dp.includes(toNodeIndex(i)))
                    return new ValidationError("Unmerged leaf did not represent a non-blank descendant leaf node");
                for (const parentIdx of dp) {
                    const dpNode = tree[parentIdx];
                    if (dpNode !== undefined) {
                        if (dpNode.nodeType !== "parent")
                            return new InternalError("Expected parent node");
                        if (!arraysEqual(dpNode.parent.unmergedLeaves, n.parent.unmergedLeaves))
                            return new ValidationError("non-blank intermediate node must list leaf node in its unmerged_leaves");
                    }
                }
            }`,
        put: `            // RFC 9420 §7.1
            if (n.parent.unmergedLeaves.some((leaf, position, list) => position > 0 && list[position - 1] >= leaf))
                return new ValidationError("unmerged_leaves must be in increasing order");
            for (const unmergedLeaf of n.parent.unmergedLeaves) {
                const unmergedIndex = leafToNodeIndex(toLeafIndex(unmergedLeaf));
                if (tree[unmergedIndex]?.nodeType !== "leaf")
                    return new ValidationError("Unmerged leaf did not represent a non-blank descendant leaf node");
                const above = directPath(unmergedIndex, leafWidth(tree.length));
                const distance = above.indexOf(nodeIndex);
                if (distance === -1)
                    return new ValidationError("Unmerged leaf did not represent a non-blank descendant leaf node");
                // RFC 9420 §12.4.3.1: every non-blank node between the leaf and this one
                for (const between of above.slice(0, distance)) {
                    if (tree[between] === undefined)
                        continue;
                    if (tree[between].nodeType !== "parent")
                        return new ValidationError("Received Ratchet Tree is not structurally sound");
                    if (!tree[between].parent.unmergedLeaves.includes(unmergedLeaf))
                        return new ValidationError("non-blank intermediate node must list leaf node in its unmerged_leaves");
                }
            }`,
      },
      { file: "clientState.js", find: `import { arraysEqual } from "./util/array.js";\n`, put: "" },
    ],
  },
  {
    id: "P10",
    clause: "RFC 9420 §7.9 (its advice on caching)",
    defect:
      "Each leaf's parent hash hashes whole subtrees again, and each leaf copies the table of counts: " +
      "joining a group of 1,000 takes many seconds.",
    edits: [
      {
        file: "treeHash.js",
        find: `export async function treeHash(tree, subtreeIndex, h) {
`,
        put: `/** \`known\`: hashes of this very tree by node index; it is filled. */
export async function treeHash(tree, subtreeIndex, h, known = []) {
    return (known[subtreeIndex] ??= await hashOfSubtree(tree, subtreeIndex, h, known));
}
async function hashOfSubtree(tree, subtreeIndex, h, known) {
`,
      },
      {
        file: "treeHash.js",
        find: `treeHash(tree, left(subtreeIndex), h);`,
        put: `treeHash(tree, left(subtreeIndex), h, known);`,
      },
      {
        file: "treeHash.js",
        find: `treeHash(tree, right(subtreeIndex), h);`,
        put: `treeHash(tree, right(subtreeIndex), h, known);`,
      },
      {
        file: "treeHash.d.ts",
        find: `subtreeIndex: NodeIndex, h: Hash): Promise<Uint8Array>;`,
        put: `subtreeIndex: NodeIndex, h: Hash, known?: Uint8Array[]): Promise<Uint8Array>;`,
      },
      {
        file: "parentHash.js",
        find: `function parentHashCoverage(tree, h) {
`,
        put: `function parentHashCoverage(tree, h) {
    const originalHash = rememberingOriginalHashes(tree, h);
`,
      },
      { file: "parentHash.js", find: `let updated = { ...(await acc) };`, put: `const updated = await acc;` },
      {
        file: "parentHash.js",
        find: `updated = { ...updated, [parentHashNodeIndex]: newCount };`,
        put: `updated[parentHashNodeIndex] = newCount;`,
      },
      {
        file: "parentHash.js",
        find: `await calculateParentHash(tree, currentIndex, h);`,
        put: `await calculateParentHash(tree, currentIndex, h, originalHash);`,
      },
      {
        file: "parentHash.js",
        find: `function getParentHash(node) {`,
        put: `/**
 * Tree hashes of subtrees of one tree with some leaves taken out. Only the leaves taken out of the very subtree matter,
 * so what was computed for the same ones is used again.
 */
function rememberingOriginalHashes(tree, h) {
    const trees = new Map();
    return (unmergedLeaves, subtreeIndex) => {
        const [first, last] = leavesBelow(subtreeIndex);
        const takenOut = unmergedLeaves.filter((leaf) => leaf >= first && leaf <= last);
        const key = takenOut.join();
        let found = trees.get(key);
        if (found === undefined) {
            found = { tree: takenOut.length === 0 ? tree : removeLeaves(tree, takenOut), known: [] };
            trees.set(key, found);
        }
        return treeHash(found.tree, subtreeIndex, h, found.known);
    };
}
/** The first and the last leaf index below a node: a node of level k stands in the middle of 2^k leaves. */
function leavesBelow(nodeIndex) {
    let width = 1;
    while ((nodeIndex / width) % 2 >= 1)
        width *= 2;
    return [(nodeIndex - width + 1) / 2, (nodeIndex + width - 1) / 2];
}
function getParentHash(node) {`,
      },
      {
        file: "parentHash.js",
        find: `export async function calculateParentHash(tree, nodeIndex, h) {`,
        put: `export async function calculateParentHash(tree, nodeIndex, h, originalHash = (unmergedLeaves, subtreeIndex) => treeHash(removeLeaves(tree, unmergedLeaves), subtreeIndex, h)) {`,
      },
      {
        file: "parentHash.js",
        find: `    const removedUnmerged = removeLeaves(tree, parentNode.parent.unmergedLeaves);
    const originalSiblingTreeHash = await treeHash(removedUnmerged, siblingIndex, h);
`,
        put: `    const originalSiblingTreeHash = await originalHash(parentNode.parent.unmergedLeaves, siblingIndex);
`,
      },
    ],
  },
  {
    id: "P16",
    clause: "RFC 9420 §7.9.2, third criterion",
    defect:
      "A parent hash counts although the nodes were not set together: the resolution of the child is not compared " +
      "with the unmerged leaves, so a tree can hold a node whose key belongs to somebody who is not below it.",
    edits: [
      {
        file: "parentHash.js",
        find: `if (expectedParentHash !== undefined && constantTimeEqual(parentHash, expectedParentHash)) {`,
        put: `if (expectedParentHash !== undefined &&
                constantTimeEqual(parentHash, expectedParentHash) &&
                wereSetTogether(tree, currentIndex, parentHashNodeIndex)) {`,
      },
      {
        file: "parentHash.js",
        find: `/**
 * Calculcates parent hash for`,
        put: `/** With C the child of P above D: is the resolution of C nothing but D and those leaves below C that P lists as unmerged? */
function wereSetTogether(tree, index, parentIndex) {
    const parentNode = tree[parentIndex];
    // a blank root: no key to answer for
    if (parentNode === undefined)
        return true;
    const isLeft = index < parentIndex;
    const others = new Set(resolution(tree, isLeft ? left(parentIndex) : right(parentIndex)));
    if (!others.delete(index))
        return false;
    const unmerged = parentNode.parent.unmergedLeaves
        .map((leaf) => leafToNodeIndex(leaf))
        .filter((leaf) => leaf < parentIndex === isLeft);
    return unmerged.length === others.size && unmerged.every((leaf) => others.has(leaf));
}
/**
 * Calculcates parent hash for`,
      },
      {
        file: "parentHash.js",
        find: `import { findFirstNonBlankAncestor, removeLeaves } from "./ratchetTree.js";`,
        put: `import { findFirstNonBlankAncestor, removeLeaves, resolution } from "./ratchetTree.js";`,
      },
      {
        file: "parentHash.js",
        find: `import { isLeaf, leafWidth, left, right, root, toNodeIndex } from "./treemath.js";`,
        put: `import { isLeaf, leafToNodeIndex, leafWidth, left, right, root, toNodeIndex } from "./treemath.js";`,
      },
    ],
  },
  {
    id: "P22",
    clause: "RFC 9420 §16 (a stranger's bytes must not stop a member)",
    defect:
      "The walk to the root never ends for an index outside the tree, a tree of any width is taken, the encoder of vectors " +
      "calls itself once for each element and overflows the stack at some thousand, and each number of an enumeration " +
      "builds its whole table again.",
    edits: [
      {
        file: "treemath.js",
        find: `import { InternalError } from "./mlsError.js";`,
        put: `import { InternalError, ValidationError } from "./mlsError.js";`,
      },
      {
        file: "treemath.js",
        find: `    const d = [];
    while (nodeIndex !== r) {`,
        put: `    // the root stands in the middle of the tree
    if (!(nodeIndex >= 0 && nodeIndex <= 2 * r))
        throw new ValidationError("node is outside of the tree");
    const d = [];
    while (nodeIndex !== r) {`,
      },
      {
        file: "ratchetTree.js",
        find: `export const decodeRatchetTree = mapDecoder(decodeVarLenType(decodeOptional(decodeNode)), extendRatchetTree);`,
        put: `/** 16,384 leaves: three times the largest group of Mutual. Every blank node costs a hash and one byte of the message. */
const MAX_NODES = 32_767;
export const decodeRatchetTree = mapDecoder(decodeVarLenType(decodeOptional(decodeNode)), (nodes) => {
    if (nodes.length > MAX_NODES)
        throw new CodecError("Ratchet tree is too wide");
    return extendRatchetTree(nodes);
});`,
      },
      {
        file: "ratchetTree.js",
        find: `import { InternalError, ValidationError } from "./mlsError.js";`,
        put: `import { CodecError, InternalError, ValidationError } from "./mlsError.js";`,
      },
      {
        file: "codec/variableLength.js",
        find: `        let totalLength = 0;
        let writeTotal = (_offset, _buffer) => { };
        for (let i = 0; i < data.length; i++) {
            const [len, write] = enc(data[i]);
            const oldFunc = writeTotal;
            const currentLen = totalLength;
            writeTotal = (offset, buffer) => {
                oldFunc(offset, buffer);
                write(offset + currentLen, buffer);
            };
            totalLength += len;
        }
`,
        put: `        const parts = Array.from(data, (item) => enc(item));
        const totalLength = parts.reduce((sum, [len]) => sum + len, 0);
        const writeTotal = (offset, buffer) => {
            let at = offset;
            for (const [len, write] of parts) {
                write(at, buffer);
                at += len;
            }
        };
`,
      },
      {
        file: "util/enumHelpers.js",
        find: `    return (n) => (Object.values(t).includes(n) ? reverseMap(t)[n] : undefined);`,
        put: `    const names = new Map(Object.entries(t).map(([name, n]) => [n, name]));
    return (n) => names.get(n);`,
      },
      {
        file: "util/enumHelpers.js",
        find: `    return (n) => {
        const decoded = enumNumberToKey(rec)(n);`,
        put: `    const toKey = enumNumberToKey(rec);
    return (n) => {
        const decoded = toKey(n);`,
      },
    ],
  },
  {
    id: "P25",
    clause: "RFC 9420 §7.7, §12.4.3.2",
    defect:
      "Taking the only leaf out of a tree throws: a device that is alone in its group cannot come in anew in its own place. What is left " +
      "is a tree of one blank leaf.",
    edits: [
      {
        file: "ratchetTree.js",
        find: `    return extendRatchetTree(stripBlankNodes(tree));`,
        put: `    const stripped = stripBlankNodes(tree);
    return stripped.length === 0 ? [undefined] : extendRatchetTree(stripped);`,
      },
    ],
  },
];
