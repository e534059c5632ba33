// Corrections of ts-mls 1.6.4: commits, joins and what they leave behind. How they are applied: ../correct-mls.mjs.
/* oxlint-disable max-lines -- a table of edits */

export const commit = [
  {
    id: "P2",
    clause: "RFC 9420 §12.4.2 (a commit may remove its receiver)",
    defect:
      "A removed member does not notice its removal when an Add of the same commit refills its leaf, " +
      "nor when an external commit removes it.",
    edits: [
      {
        file: "clientState.js",
        find: `const selfRemoved = mutatedTree[leafToNodeIndex(toLeafIndex(state.privatePath.leafIndex))] === undefined;`,
        put: `const selfRemoved = removesOwnLeaf(state, grouped);`,
      },
      {
        file: "clientState.js",
        find: `            },
            selfRemoved: false,
            allProposals,`,
        put: `            },
            selfRemoved: removesOwnLeaf(state, grouped),
            allProposals,`,
      },
      {
        file: "clientState.js",
        find: `function validateRemove(remove, tree) {`,
        put: `function removesOwnLeaf(state, grouped) {
    return grouped.remove.some(({ proposal }) => proposal.remove.removed === state.privatePath.leafIndex);
}
function validateRemove(remove, tree) {`,
      },
    ],
  },
  {
    id: "P6",
    clause: "RFC 9420 §12.1.7, §12.3, §12.4 and §17.4",
    defect:
      "GroupContextExtensions does not ask for a path, does not apply to the other proposals of its list, " +
      "and cannot empty the list of extensions.",
    edits: [
      {
        file: "clientState.js",
        find: `Object.values(grouped.update).length > 0 || Object.values(grouped.remove).length > 0;`,
        put: `Object.values(grouped.update).length > 0 || Object.values(grouped.remove).length > 0 || replacesExtensions;`,
      },
      {
        file: "clientState.js",
        find: `        throwIfDefined(await validateProposals(grouped, committerLeafIndex, state.groupContext, state`,
        put: `        const replacesExtensions = grouped.group_context_extensions.length > 0;
        const newExtensions = flattenExtensions(grouped.group_context_extensions);
        // RFC 9420 §12.3: the new extensions are used when the other proposals are evaluated
        const nextContext = replacesExtensions ? { ...state.groupContext, extensions: newExtensions } : state.groupContext;
        throwIfDefined(await validateProposals(grouped, committerLeafIndex, nextContext, state`,
      },
      {
        file: "clientState.js",
        find: `        const newExtensions = flattenExtensions(grouped.group_context_extensions);
        const [mutatedTree, addedLeafNodes] = await applyTreeMutations(state.ratchetTree, grouped, state.groupContext, sentByClient`,
        put: `        const [mutatedTree, addedLeafNodes] = await applyTreeMutations(state.ratchetTree, grouped, nextContext, sentByClient`,
      },
      {
        file: "clientState.js",
        find: `                extensions: newExtensions,
            },`,
        put: `                extensions: newExtensions,
                replacesExtensions,
            },`,
      },
      {
        file: "clientState.d.ts",
        find: `    extensions: Extension[];
} | {`,
        put: `    extensions: Extension[];
    replacesExtensions: boolean;
} | {`,
      },
      {
        file: "createCommit.js",
        find: `res.additionalResult.kind === "memberCommit" && res.additionalResult.extensions.length > 0`,
        put: `res.additionalResult.kind === "memberCommit" && res.additionalResult.replacesExtensions`,
      },
      {
        file: "processMessages.js",
        find: `    const groupContextWithExtensions = result.additionalResult.kind === "memberCommit" && result.additionalResult.extensions.length > 0
        ? { ...state.groupContext, extensions: result.additionalResult.extensions }
        : state.groupContext;
`,
        put: "",
      },
      {
        file: "processMessages.js",
        find: `    if (content.content.commit.path !== undefined) {
        const committerLeafIndex`,
        put: `    const groupContextWithExtensions = result.additionalResult.kind === "memberCommit" && result.additionalResult.replacesExtensions
        ? { ...state.groupContext, extensions: result.additionalResult.extensions }
        : state.groupContext;
    if (content.content.commit.path !== undefined) {
        const committerLeafIndex`,
      },
      {
        file: "processMessages.js",
        find: `committerLeafIndex, state.groupContext, state.clientConfig.authService`,
        put: `committerLeafIndex, groupContextWithExtensions, state.clientConfig.authService`,
      },
    ],
  },
  {
    id: "P7",
    clause: "RFC 9420 §12.4.1 (provisional GroupContext)",
    defect:
      "The path is sealed under the old extensions, so a commit that changes them and needs a path cannot be opened.",
    edits: [
      {
        file: "createCommit.js",
        find: `createUpdatePath(res.tree, toLeafIndex(state.privatePath.leafIndex), state.groupContext,`,
        put: `createUpdatePath(res.tree, toLeafIndex(state.privatePath.leafIndex), contextForPath(state.groupContext, res.additionalResult),`,
      },
      {
        file: "createCommit.js",
        find: `function bundleAllProposals(state, extraProposals) {`,
        put: `function contextForPath(groupContext, additionalResult) {
    const isReplaced = additionalResult.kind === "memberCommit" && additionalResult.replacesExtensions;
    return isReplaced ? { ...groupContext, extensions: additionalResult.extensions } : groupContext;
}
function bundleAllProposals(state, extraProposals) {`,
      },
    ],
  },
  {
    id: "P9",
    clause: "RFC 9420 §7.3 and §12.4.2",
    defect:
      "The keys of a new leaf are not compared with those in the tree, those of a path neither with the tree's leaves nor " +
      "with each other, and a new leaf need not support the credentials in use. The group then has a tree that newcomers refuse.",
    edits: [
      {
        file: "clientState.js",
        find: `    const hpkeKeys = new Set();
    const signatureKeys = new Set();
    for (const [nodeIndex, node] of tree.entries()) {
        if (node?.nodeType === "leaf") {
            if (!node.leaf.capabilities.credentials.includes(leafNode.credential.credentialType)) {
                return new ValidationError("LeafNode has credential that is not supported by member of the group");
            }
            const hpkeKey = bytesToBase64(node.leaf.hpkePublicKey);
            if (hpkeKeys.has(hpkeKey))
                return new ValidationError("hpke keys not unique");
            else
                hpkeKeys.add(hpkeKey);
            const signatureKey = bytesToBase64(node.leaf.signaturePublicKey);
            if (signatureKeys.has(signatureKey) && existingLeafIndex !== nodeToLeafIndex(toNodeIndex(nodeIndex)))
                return new ValidationError("signature keys not unique");
            else
                signatureKeys.add(signatureKey);
        }
        else if (node?.nodeType === "parent") {
            const hpkeKey = bytesToBase64(node.parent.hpkePublicKey);
            if (hpkeKeys.has(hpkeKey))
                return new ValidationError("hpke keys not unique");
            else
                hpkeKeys.add(hpkeKey);
        }
    }
}`,
        put: `    if (!leafNode.capabilities.credentials.includes(leafNode.credential.credentialType))
        return new ValidationError("LeafNode does not support its own credential");
    for (const [nodeIndex, node] of tree.entries()) {
        if (node === undefined)
            continue;
        // the leaf that is replaced too: an encryption key may not stay (RFC 9420 §7.3, §12.4.2)
        if (areSameBytes(node.nodeType === "leaf" ? node.leaf.hpkePublicKey : node.parent.hpkePublicKey, leafNode.hpkePublicKey))
            return new ValidationError("hpke keys not unique");
        if (node.nodeType === "parent" || nodeToLeafIndex(toNodeIndex(nodeIndex)) === existingLeafIndex)
            continue;
        if (areSameBytes(node.leaf.signaturePublicKey, leafNode.signaturePublicKey))
            return new ValidationError("signature keys not unique");
        if (!node.leaf.capabilities.credentials.includes(leafNode.credential.credentialType))
            return new ValidationError("LeafNode has credential that is not supported by member of the group");
        if (!leafNode.capabilities.credentials.includes(node.leaf.credential.credentialType))
            return new ValidationError("LeafNode does not support a credential of a member of the group");
    }
}
/** No public key of an UpdatePath may be in the tree or twice in the path (RFC 9420 §12.4.2). */
export function validatePathKeyUniqueness(tree, path) {
    const seen = new Set();
    for (const node of tree) {
        if (node !== undefined)
            seen.add(bytesToBase64(node.nodeType === "leaf" ? node.leaf.hpkePublicKey : node.parent.hpkePublicKey));
    }
    for (const { hpkePublicKey } of [path.leafNode, ...path.nodes]) {
        const key = bytesToBase64(hpkePublicKey);
        if (seen.has(key))
            return new ValidationError("Public keys in the UpdatePath must be new");
        seen.add(key);
    }
}
/** For public values: it stops at the first difference. */
function areSameBytes(a, b) {
    return a.length === b.length && a.every((byte, i) => byte === b[i]);
}`,
      },
      {
        file: "clientState.d.ts",
        find: `existingLeafIndex?: number): Promise<ValidationError | undefined>;
`,
        put: `existingLeafIndex?: number): Promise<ValidationError | undefined>;
export declare function validatePathKeyUniqueness(tree: RatchetTree, path: UpdatePath): ValidationError | undefined;
`,
      },
      {
        file: "clientState.d.ts",
        find: `import { Decoder } from "./codec/tlsDecoder.js";
`,
        put: `import { Decoder } from "./codec/tlsDecoder.js";
import { UpdatePath } from "./updatePath.js";
`,
      },
      {
        file: "clientState.js",
        find: `validateLeafNodeCredentialAndKeyUniqueness(ratchetTree, proposal.update.leafNode, senderLeafIndex)`,
        put: `validateLeafNodeCredentialAndKeyUniqueness(await acc, proposal.update.leafNode, senderLeafIndex)`,
      },
      {
        // the tree as it is then: a removed member may come back with the same signature key
        file: "clientState.js",
        find: `        throwIfDefined(await validateKeyPackage(proposal.add.keyPackage, gc, ratchetTree, sentByClient, lifetimeConfig, authService, s));
        const [tree, ws] = await acc;
`,
        put: `        const [tree, ws] = await acc;
        throwIfDefined(await validateKeyPackage(proposal.add.keyPackage, gc, tree, sentByClient, lifetimeConfig, authService, s));
`,
      },
      {
        file: "processMessages.js",
        find: `        throwIfDefined(await validateLeafNodeCredentialAndKeyUniqueness(result.tree, content.content.commit.path.leafNode, committerLeafIndex));
`,
        put: `        throwIfDefined(await validateLeafNodeCredentialAndKeyUniqueness(result.tree, content.content.commit.path.leafNode, committerLeafIndex));
        throwIfDefined(validatePathKeyUniqueness(result.tree, content.content.commit.path));
`,
      },
      {
        file: "processMessages.js",
        find: `validateLeafNodeUpdateOrCommit, } from "./clientState.js";`,
        put: `validateLeafNodeUpdateOrCommit, validatePathKeyUniqueness, } from "./clientState.js";`,
      },
    ],
  },
  {
    id: "P11",
    clause: "RFC 9420 §12.4.1 and §12.4.2 (commit_secret)",
    defect:
      "A commit whose path has no nodes uses an all-zero commit secret, so whoever is removed from a pair can compute the next " +
      "epoch; and a blank root is counted as a node of the path, which other implementations do not.",
    edits: [
      {
        file: "updatePath.js",
        find: `    return [treeWithHashes, updatePath, pathSecrets, leafKeypair.privateKey];`,
        put: `    // path_secret[n+1]: one step after the last one, which is the leaf's own when the path has no node
    const commitSecret = await deriveSecret(ps[0].secret, "path", cs.kdf);
    return [treeWithHashes, updatePath, pathSecrets, leafKeypair.privateKey, commitSecret];`,
      },
      {
        file: "updatePath.d.ts",
        find: `Promise<[RatchetTree, UpdatePath, PathSecret[], PrivateKey]>;`,
        put: `Promise<[RatchetTree, UpdatePath, PathSecret[], PrivateKey, Uint8Array]>;`,
      },
      {
        file: "createCommit.js",
        find: `    const [tree, updatePath, pathSecrets, newPrivateKey] `,
        put: `    const [tree, updatePath, pathSecrets, newPrivateKey, commitSecret] `,
      },
      {
        file: "createCommit.js",
        find: `        : [res.tree, undefined, [], undefined];`,
        put: `        : [res.tree, undefined, [], undefined, new Uint8Array(cipherSuite.kdf.size)];`,
      },
      {
        file: "createCommit.js",
        find: `    const lastPathSecret = pathSecrets.at(-1);
    const commitSecret = lastPathSecret === undefined
        ? new Uint8Array(cipherSuite.kdf.size)
        : await getCommitSecret(tree, toNodeIndex(lastPathSecret.nodeIndex), lastPathSecret.secret, cipherSuite.kdf);
`,
        put: "",
      },
      {
        file: "createCommit.js",
        find: `    const [newTree, updatePath, pathSecrets, newPrivateKey] = await`,
        put: `    const [newTree, updatePath, pathSecrets, newPrivateKey, commitSecret] = await`,
      },
      {
        file: "createCommit.js",
        find: `    const lastPathSecret = pathSecrets.at(-1);
    const commitSecret = lastPathSecret === undefined
        ? new Uint8Array(cs.kdf.size)
        : await getCommitSecret(newTree, toNodeIndex(lastPathSecret.nodeIndex), lastPathSecret.secret, cs.kdf);
`,
        put: "",
      },
      {
        file: "createCommit.js",
        find: `import { getCommitSecret, pathToPathSecrets } from "./pathSecrets.js";`,
        put: `import { pathToPathSecrets } from "./pathSecrets.js";`,
      },
      {
        file: "processMessages.js",
        find: `    const rootIndex = root(leafWidth(tree.length));
    const rootSecret = pathSecrets[rootIndex];
    if (rootSecret === undefined)
        throw new InternalError("Could not find secret for root");
    const commitSecret = await deriveSecret(rootSecret, "path", cs.kdf);
`,
        put: `    const commitSecret = await getCommitSecret(tree, toNodeIndex(secret.nodeIndex), secret.pathSecret, cs.kdf);
`,
      },
      {
        file: "processMessages.js",
        find: `import { deriveSecret } from "./crypto/kdf.js";
`,
        put: "",
      },
      {
        file: "processMessages.js",
        find: `import { CryptoVerificationError, InternalError, ValidationError } from "./mlsError.js";`,
        put: `import { CryptoVerificationError, ValidationError } from "./mlsError.js";`,
      },
      {
        file: "processMessages.js",
        find: `import { pathToRoot } from "./pathSecrets.js";`,
        put: `import { getCommitSecret, pathToRoot } from "./pathSecrets.js";`,
      },
      {
        file: "processMessages.js",
        find: `nodeToLeafIndex, root, toLeafIndex, toNodeIndex, } from "./treemath.js";`,
        put: `nodeToLeafIndex, toLeafIndex, toNodeIndex, } from "./treemath.js";`,
      },
      {
        file: "pathSecrets.js",
        find: `    const rootIndex = root(leafWidth(tree.length));
    const path = await pathToRoot(tree, nodeIndex, pathSecret, kdf);
    const rootSecret = path[rootIndex];
    if (rootSecret === undefined)
        throw new InternalError("Could not find secret for root");
    return deriveSecret(rootSecret, "path", kdf);
`,
        put: `    const path = await pathToRoot(tree, nodeIndex, pathSecret, kdf);
    let top = nodeIndex;
    for (let next = nextOnPath(tree, top); next !== undefined; next = nextOnPath(tree, top))
        top = next;
    return deriveSecret(path[top], "path", kdf);
`,
      },
      {
        file: "pathSecrets.js",
        find: `    const rootIndex = root(leafWidth(tree.length));
    let currentIndex = nodeIndex;
    const pathSecrets = { [nodeIndex]: pathSecret };
    while (currentIndex != rootIndex) {
        const nextIndex = findFirstNonBlankAncestor(tree, currentIndex);
        const nextSecret = await deriveSecret(pathSecrets[currentIndex], "path", kdf);
        pathSecrets[nextIndex] = nextSecret;
        currentIndex = nextIndex;
    }
    return pathSecrets;
}`,
        put: `    const pathSecrets = { [nodeIndex]: pathSecret };
    let currentIndex = nodeIndex;
    for (let next = nextOnPath(tree, currentIndex); next !== undefined; next = nextOnPath(tree, currentIndex)) {
        pathSecrets[next] = await deriveSecret(pathSecrets[currentIndex], "path", kdf);
        currentIndex = next;
    }
    return pathSecrets;
}
/** The next node above on the filtered direct path of the committer. A blank root is not on it (RFC 9420 §4.1.2). */
function nextOnPath(tree, nodeIndex) {
    if (nodeIndex === root(leafWidth(tree.length)))
        return undefined;
    const next = findFirstNonBlankAncestor(tree, nodeIndex);
    return tree[next] === undefined ? undefined : next;
}`,
      },
      {
        file: "pathSecrets.js",
        find: `import { InternalError } from "./mlsError.js";
`,
        put: "",
      },
    ],
  },
  {
    id: "P12",
    clause: "RFC 9420 §12.2 and §12.1.3",
    defect:
      "A resync without a former leaf goes on with leaf -1; and the Remove of an external commit is applied before anybody " +
      "looks whether its leaf exists, which for an index outside the tree never returns.",
    edits: [
      {
        file: "createCommit.js",
        find: `    const updatedTree = formerLeafIndex !== undefined ?`,
        put: `    if (formerLeafIndex !== undefined && formerLeafIndex < 0)
        throw new UsageError("Could not find a former leaf to resync");
    const updatedTree = formerLeafIndex !== undefined ?`,
      },
      {
        file: "clientState.js",
        find: `        const treeAfterRemove = grouped.remove.reduce((acc, { proposal }) => {
            return removeLeafNode(`,
        put: `        const treeAfterRemove = grouped.remove.reduce((acc, { proposal }) => {
            throwIfDefined(validateRemove(proposal.remove, state.ratchetTree));
            return removeLeafNode(`,
      },
    ],
  },
  {
    id: "P13",
    clause: "RFC 9420 §7.5 (a commit may give its sender's leaf a new credential and signature key)",
    defect: "No way to do so: a certificate could not be renewed without leaving the group.",
    edits: [
      {
        file: "createCommit.js",
        find: `authenticatedData = new Uint8Array(), groupInfoExtensions = [], } = options ?? {};`,
        put: `authenticatedData = new Uint8Array(), groupInfoExtensions = [], leaf, } = options ?? {};
    // The commit is signed with the key of the old leaf, the new leaf and what the new epoch signs with that of the new one.
    const nextSignatureKey = leaf?.signatureKeyPair?.signKey ?? state.signaturePrivateKey;`,
      },
      {
        file: "createCommit.d.ts",
        find: `    authenticatedData?: Uint8Array;
}`,
        put: `    authenticatedData?: Uint8Array;
    /** What the committer's own leaf changes. The commit then has a path. */
    leaf?: OwnLeafChange;
}
/** @public */
export interface OwnLeafChange {
    credential?: Credential;
    signatureKeyPair?: {
        signKey: Uint8Array;
        publicKey: Uint8Array;
    };
    capabilities?: Capabilities;
    extensions?: Extension[];
}`,
      },
      {
        file: "createCommit.d.ts",
        find: `import { GroupContext } from "./groupContext.js";`,
        put: `import { Capabilities } from "./capabilities.js";
import { Credential } from "./credential.js";
import { GroupContext } from "./groupContext.js";`,
      },
      {
        file: "createCommit.js",
        find: `= res.needsUpdatePath
`,
        put: `= res.needsUpdatePath || leaf !== undefined
`,
      },
      {
        file: "createCommit.js",
        find: `state.signaturePrivateKey, cipherSuite, excludeNodes)`,
        put: `nextSignatureKey, cipherSuite, excludeNodes, leaf)`,
      },
      {
        file: "createCommit.js",
        find: `createWelcome(ratchetTreeExtension, updatedGroupContext, confirmationTag, state, tree,`,
        put: `createWelcome(ratchetTreeExtension, updatedGroupContext, confirmationTag, { ...state, signaturePrivateKey: nextSignatureKey }, tree,`,
      },
      {
        file: "createCommit.js",
        find: `        signaturePrivateKey: state.signaturePrivateKey,
        groupActiveState,`,
        put: `        signaturePrivateKey: nextSignatureKey,
        groupActiveState,`,
      },
      {
        file: "updatePath.js",
        find: `signaturePrivateKey, cs, excludeNodes = []) {`,
        put: `signaturePrivateKey, cs, excludeNodes = [], leaf = {}) {`,
      },
      {
        file: "updatePath.d.ts",
        find: `excludeNodes?: NodeIndex[]): Promise<`,
        put: `excludeNodes?: NodeIndex[], leaf?: OwnLeafChange): Promise<`,
      },
      {
        file: "updatePath.d.ts",
        find: `import { CiphersuiteImpl } from "./crypto/ciphersuite.js";`,
        put: `import { OwnLeafChange } from "./createCommit.js";
import { CiphersuiteImpl } from "./crypto/ciphersuite.js";`,
      },
      {
        file: "updatePath.js",
        find: `        extensions: originalLeafNode.leaf.extensions,
        capabilities: originalLeafNode.leaf.capabilities,
        credential: originalLeafNode.leaf.credential,
        signaturePublicKey: originalLeafNode.leaf.signaturePublicKey,`,
        put: `        extensions: leaf.extensions ?? originalLeafNode.leaf.extensions,
        capabilities: leaf.capabilities ?? originalLeafNode.leaf.capabilities,
        credential: leaf.credential ?? originalLeafNode.leaf.credential,
        signaturePublicKey: leaf.signatureKeyPair?.publicKey ?? originalLeafNode.leaf.signaturePublicKey,`,
      },
    ],
  },
  {
    id: "P18",
    clause: "RFC 9420 §7.5 (step 6) and §12.4.3.1",
    defect:
      "The keys derived from a path secret are not compared with the public keys in the tree: a member can leave others with " +
      "private keys that open nothing.",
    edits: [
      {
        file: "privateKeyPath.js",
        find: `export async function toPrivateKeyPath(pathSecrets, leafIndex, cs) {`,
        put: `/** With \`tree\`: throws when a derived key is not that of its node. */
export async function toPrivateKeyPath(pathSecrets, leafIndex, cs, tree) {`,
      },
      {
        file: "privateKeyPath.js",
        find: `        const { privateKey } = await cs.hpke.deriveKeyPair(nodeSecret);
`,
        put: `        const { privateKey, publicKey } = await cs.hpke.deriveKeyPair(nodeSecret);
        if (tree !== undefined) {
            const node = tree[Number(nodeIndex)];
            if (node?.nodeType !== "parent" || !constantTimeEqual(node.parent.hpkePublicKey, await cs.hpke.exportPublicKey(publicKey)))
                throw new ValidationError("Path secret does not fit the public key of its node");
        }
`,
      },
      {
        file: "privateKeyPath.js",
        find: `import { leafToNodeIndex, toLeafIndex } from "./treemath.js";
`,
        put: `import { ValidationError } from "./mlsError.js";
import { leafToNodeIndex, toLeafIndex } from "./treemath.js";
import { constantTimeEqual } from "./util/constantTimeCompare.js";
`,
      },
      {
        file: "privateKeyPath.d.ts",
        find: `leafIndex: number, cs: CiphersuiteImpl): Promise<PrivateKeyPath>;`,
        put: `leafIndex: number, cs: CiphersuiteImpl, tree?: RatchetTree): Promise<PrivateKeyPath>;`,
      },
      {
        file: "privateKeyPath.d.ts",
        find: `import { PathSecrets } from "./pathSecrets.js";
`,
        put: `import { PathSecrets } from "./pathSecrets.js";
import { RatchetTree } from "./ratchetTree.js";
`,
      },
      {
        file: "processMessages.js",
        find: `await toPrivateKeyPath(pathSecrets, state.privatePath.leafIndex, cs)`,
        put: `await toPrivateKeyPath(pathSecrets, state.privatePath.leafIndex, cs, tree)`,
      },
      {
        file: "clientState.js",
        find: `groupSecrets.pathSecret, cs.kdf), newLeaf, cs), privateKeyPath)`,
        put: `groupSecrets.pathSecret, cs.kdf), newLeaf, cs, tree), privateKeyPath)`,
      },
    ],
  },
  {
    id: "P19",
    clause: "RFC 9420 §7.5 (deletion) and §9.2",
    defect:
      "Private keys of nodes that are blank by now stay in the state; replaced private keys and the secrets of epochs " +
      "that are no longer kept are not named among the consumed ones, so nobody can wipe them.",
    edits: [
      {
        file: "privateKeyPath.js",
        find: `export function updateLeafKey(path, newKey) {`,
        put: `/** Without the keys of nodes that are blank in this tree. */
export function withoutBlankNodes(path, tree) {
    const live = Object.entries(path.privateKeys).filter(([nodeIndex]) => tree[Number(nodeIndex)] !== undefined);
    return { ...path, privateKeys: Object.fromEntries(live) };
}
/** The private keys of \`before\` that are no longer in \`after\`. */
export function outdatedPrivateKeys(before, after) {
    const kept = new Set(Object.values(after.privateKeys));
    return Object.values(before.privateKeys).filter((key) => !kept.has(key));
}
export function updateLeafKey(path, newKey) {`,
      },
      {
        file: "privateKeyPath.d.ts",
        find: `export declare function updateLeafKey(`,
        put: `export declare function withoutBlankNodes(path: PrivateKeyPath, tree: RatchetTree): PrivateKeyPath;
export declare function outdatedPrivateKeys(before: PrivateKeyPath, after: PrivateKeyPath): Uint8Array[];
export declare function updateLeafKey(`,
      },
      {
        file: "createCommit.js",
        find: `    const privateKeys = mergePrivateKeyPaths(newPrivateKey !== undefined`,
        put: `    const privateKeys = withoutBlankNodes(mergePrivateKeyPaths(newPrivateKey !== undefined`,
      },
      {
        file: "createCommit.js",
        find: `pathToPathSecrets(pathSecrets), state.privatePath.leafIndex, cipherSuite));`,
        put: `pathToPathSecrets(pathSecrets), state.privatePath.leafIndex, cipherSuite)), tree);`,
      },
      {
        file: "createCommit.js",
        find: `const consumed = [...consumedSecrets, ...consumedEpochData, state.keySchedule.initSecret];`,
        put: `const consumed = [
        ...consumedSecrets,
        ...consumedEpochData,
        state.keySchedule.initSecret,
        ...outdatedPrivateKeys(state.privatePath, privateKeys),
    ];`,
      },
      {
        file: "createCommit.js",
        find: `import { mergePrivateKeyPaths, updateLeafKey, toPrivateKeyPath } from "./privateKeyPath.js";`,
        put: `import { mergePrivateKeyPaths, outdatedPrivateKeys, updateLeafKey, toPrivateKeyPath, withoutBlankNodes } from "./privateKeyPath.js";`,
      },
      {
        file: "processMessages.js",
        find: `    const consumed = [...consumedEpochData, initSecret];`,
        put: `    const privatePath = withoutBlankNodes(pkp, tree);
    const consumed = [...consumedEpochData, initSecret, ...outdatedPrivateKeys(state.privatePath, privatePath)];`,
      },
      { file: "processMessages.js", find: `            privatePath: pkp,`, put: `            privatePath,` },
      {
        file: "processMessages.js",
        find: `import { mergePrivateKeyPaths, toPrivateKeyPath } from "./privateKeyPath.js";`,
        put: `import { mergePrivateKeyPaths, outdatedPrivateKeys, toPrivateKeyPath, withoutBlankNodes } from "./privateKeyPath.js";`,
      },
      { file: "secretTree.js", find: `const arr = new Array(tree.length * 2);`, put: `const arr = [];` },
      {
        file: "clientState.js",
        find: `            toBeDeleted.push(...allSecretTreeValues(data.secretTree));`,
        put: `            toBeDeleted.push(data.senderDataSecret, data.resumptionPsk);
            for (const secret of allSecretTreeValues(data.secretTree))
                toBeDeleted.push(secret);`,
      },
      {
        file: "clientState.js",
        find: `(epoch) => [epoch, historicalReceiverData.get(epoch)])), []];`,
        put: `(epoch) => [epoch, historicalReceiverData.get(epoch)])), toBeDeleted];`,
      },
    ],
  },
  {
    id: "P20",
    clause: "RFC 9420 §9.1 (a key and nonce seal one message) and §9.2",
    defect:
      "A private commit spends a handshake key, and the state from before does not know it: committing again in the same epoch " +
      "uses the key twice, and the kept epoch still holds it.",
    edits: [
      {
        file: "createCommit.js",
        find: `    const [commit, _newTree, consumedSecrets] = await protectCommit(`,
        put: `    const [commit, spentSecretTree, consumedSecrets] = await protectCommit(`,
      },
      {
        file: "createCommit.js",
        find: `    const [historicalReceiverData, consumedEpochData] = addHistoricalReceiverData(state);`,
        put: `    const spentState = { ...state, secretTree: spentSecretTree };
    const [historicalReceiverData, consumedEpochData] = addHistoricalReceiverData(spentState);`,
      },
      {
        file: "createCommit.js",
        find: `    return { newState, welcome, commit, consumed };`,
        put: `    return { newState, spentState, welcome, commit, consumed };`,
      },
      {
        file: "createCommit.d.ts",
        find: `    newState: ClientState;
    welcome: Welcome | undefined;`,
        put: `    newState: ClientState;
    /** The state from before with the key of this commit spent: to go on with when the commit is not taken. */
    spentState: ClientState;
    welcome: Welcome | undefined;`,
      },
    ],
  },
];
