// The ratchet tree: changes by proposals, validity, and update paths.
/* oxlint-disable vitest/no-standalone-expect -- what mls.test.ts calls in its tests */
import { expect } from "vitest";
import { applyUpdatePathSecret } from "ts-mls/createCommit.js";
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import type { GroupContext } from "ts-mls/groupContext.js";
import { verifyLeafNodeSignature, verifyLeafNodeSignatureKeyPackage } from "ts-mls/leafNode.js";
import { verifyParentHashes } from "ts-mls/parentHash.js";
import { getCommitSecret, pathToRoot } from "ts-mls/pathSecrets.js";
import { toPrivateKeyPath, type PrivateKeyPath } from "ts-mls/privateKeyPath.js";
import { decodeProposal } from "ts-mls/proposal.js";
import {
  addLeafNode,
  decodeRatchetTree,
  encodeRatchetTree,
  removeLeafNode,
  resolution,
  updateLeafNode,
  type RatchetTree,
} from "ts-mls/ratchetTree.js";
import { treeHash, treeHashRoot } from "ts-mls/treeHash.js";
import { toLeafIndex, toNodeIndex } from "ts-mls/treemath.js";
import { applyUpdatePath, createUpdatePath, decodeUpdatePath, type UpdatePath } from "ts-mls/updatePath.js";
import { bytesOf, hexOf } from "../../../src/model/ids.ts";
import { kind } from "./kind.ts";
import { whole } from "./whole.ts";

interface Operation {
  readonly tree_before: string;
  readonly proposal: string;
  readonly proposal_sender: number;
  readonly tree_hash_before: string;
  readonly tree_after: string;
  readonly tree_hash_after: string;
}

const treeOperations = kind<Operation>("tree-operations", 5, async (vector, cs) => {
  const before = whole(decodeRatchetTree, vector.tree_before);
  expect(hexOf(await treeHashRoot(before, cs.hash))).toBe(vector.tree_hash_before);
  const after = applied(before, vector);
  expect(hexOf(encodeRatchetTree(after))).toBe(vector.tree_after);
  expect(hexOf(await treeHashRoot(after, cs.hash))).toBe(vector.tree_hash_after);
});

function applied(tree: RatchetTree, vector: Operation): RatchetTree {
  const proposal = whole(decodeProposal, vector.proposal);
  switch (proposal.proposalType) {
    case "add":
      return addLeafNode(tree, proposal.add.keyPackage.leafNode)[0];
    case "update":
      return updateLeafNode(tree, proposal.update.leafNode, toLeafIndex(vector.proposal_sender));
    case "remove":
      return removeLeafNode(tree, toLeafIndex(proposal.remove.removed));
    default:
      throw new Error(`no operation on the tree: ${proposal.proposalType}`);
  }
}

interface Validation {
  readonly tree: string;
  readonly group_id: string;
  readonly resolutions: readonly (readonly number[])[];
  readonly tree_hashes: readonly string[];
}

const treeValidation = kind<Validation>("tree-validation", 98, async (vector, cs) => {
  const tree = whole(decodeRatchetTree, vector.tree);
  const nodes = tree.map((_, index) => toNodeIndex(index));
  expect(nodes.map((node) => resolution(tree, node))).toEqual(vector.resolutions);
  const hashes = await Promise.all(nodes.map(async (node) => hexOf(await treeHash(tree, node, cs.hash))));
  expect(hashes).toEqual(vector.tree_hashes);
  expect(await verifyParentHashes(tree, cs.hash)).toBe(true);
  for (const [index, node] of tree.entries()) {
    if (node?.nodeType !== "leaf") continue;
    const { leaf } = node;
    const signed =
      leaf.leafNodeSource === "key_package"
        ? verifyLeafNodeSignatureKeyPackage(leaf, cs.signature)
        : verifyLeafNodeSignature(leaf, bytesOf(vector.group_id), index / 2, cs.signature);
    expect(await signed).toBe(true);
  }
});

interface Private {
  readonly index: number;
  readonly encryption_priv: string;
  readonly signature_priv: string;
  readonly path_secrets: readonly { readonly node: number; readonly path_secret: string }[];
}
interface TreeKem {
  readonly group_id: string;
  readonly epoch: number;
  readonly confirmed_transcript_hash: string;
  readonly ratchet_tree: string;
  readonly leaves_private: readonly Private[];
  readonly update_paths: readonly {
    readonly sender: number;
    readonly update_path: string;
    readonly path_secrets: readonly (string | null)[];
    readonly commit_secret: string;
    readonly tree_hash_after: string;
  }[];
}

const treeKem = kind<TreeKem>("treekem", 77, async (vector, cs) => {
  const tree = whole(decodeRatchetTree, vector.ratchet_tree);
  const members = await Promise.all(vector.leaves_private.map((each) => privatePath(each, tree, cs)));
  const context = {
    version: "mls10",
    cipherSuite: cs.name,
    groupId: bytesOf(vector.group_id),
    epoch: BigInt(vector.epoch),
    treeHash: new Uint8Array(),
    confirmedTranscriptHash: bytesOf(vector.confirmed_transcript_hash),
    extensions: [],
  } satisfies GroupContext;
  for (const each of vector.update_paths) {
    const path = whole(decodeUpdatePath, each.update_path);
    const received = { tree, path, sender: each.sender, context, cs };
    const secrets = new Map(each.path_secrets.entries());
    const found = await receivedBy(received, members);
    expect(hexOf(found.treeHash)).toBe(each.tree_hash_after);
    expect(found.commitSecrets).toEqual(found.commitSecrets.map(() => each.commit_secret));
    for (const [leaf, secret] of found.pathSecrets) expect(secret).toBe(secrets.get(leaf));
  }
  for (const { index, signature_priv: signKey } of vector.leaves_private) {
    const before = { ...context, epoch: context.epoch - 1n };
    const made = await createUpdatePath(tree, toLeafIndex(index), before, bytesOf(signKey), cs);
    const found = await receivedBy({ tree, path: made[1], sender: index, context, cs }, members);
    expect(found.commitSecrets).toEqual(found.commitSecrets.map(() => hexOf(made[4])));
    expect(found.treeHash).toEqual(await treeHashRoot(made[0], cs.hash));
  }
});

/** The keys that a member has: of its leaf, and of the nodes for which it knows the path secret. */
async function privatePath(member: Private, tree: RatchetTree, cs: CiphersuiteImpl): Promise<PrivateKeyPath> {
  const secrets = Object.fromEntries(member.path_secrets.map(({ node, path_secret: hex }) => [node, bytesOf(hex)]));
  const { privateKeys } = await toPrivateKeyPath(secrets, member.index, cs, tree);
  return {
    leafIndex: member.index,
    privateKeys: { ...privateKeys, [2 * member.index]: bytesOf(member.encryption_priv) },
  };
}

interface Received {
  readonly tree: RatchetTree;
  readonly path: UpdatePath;
  readonly sender: number;
  readonly context: GroupContext;
  readonly cs: CiphersuiteImpl;
}

async function receivedBy({ tree, path, sender, context, cs }: Received, members: readonly PrivateKeyPath[]) {
  const updated = await applyUpdatePath(tree, toLeafIndex(sender), path, cs.hash);
  expect(await verifyLeafNodeSignature(path.leafNode, context.groupId, sender, cs.signature)).toBe(true);
  const hash = await treeHashRoot(updated, cs.hash);
  const provisional = { ...context, treeHash: hash };
  const commitSecrets: string[] = [];
  const pathSecrets = new Map<number, string>();
  for (const member of members.filter(({ leafIndex }) => leafIndex !== sender)) {
    const { nodeIndex, pathSecret } = await applyUpdatePathSecret(
      updated,
      member,
      toLeafIndex(sender),
      provisional,
      path,
      [],
      cs,
    );
    pathSecrets.set(member.leafIndex, hexOf(pathSecret));
    commitSecrets.push(hexOf(await getCommitSecret(updated, nodeIndex, pathSecret, cs.kdf)));
    // throws when a private key is not that of the public key in the tree
    await toPrivateKeyPath(await pathToRoot(updated, nodeIndex, pathSecret, cs.kdf), member.leafIndex, cs, updated);
  }
  return { treeHash: hash, commitSecrets, pathSecrets };
}

export const trees = [treeOperations, treeValidation, treeKem];
