// Corrections of ts-mls 1.6.4: messages and their keys. How they are applied: ../correct-mls.mjs.

export const messages = [
  {
    id: "P3",
    clause: "RFC 9420 §8.4",
    defect: "Pre-shared keys are dropped for private messages.",
    edits: [
      {
        file: "processMessages.js",
        find: `processPrivateMessage(state, message.privateMessage, emptyPskIndex, cs, action);`,
        put: `processPrivateMessage(state, message.privateMessage, pskIndex, cs, action);`,
      },
      { file: "processMessages.js", find: `import { emptyPskIndex } from "./pskIndex.js";\n`, put: "" },
    ],
  },
  {
    id: "P4",
    clause: "RFC 9420 §6.1 (the sender and the authenticated data are what the signature covers)",
    defect: "An application message comes without its sender, its authenticated data and its epoch.",
    edits: [
      {
        file: "processMessages.js",
        find: `                    message: result.content.content.applicationData,
                    newState,`,
        put: `                    message: result.content.content.applicationData,
                    senderLeafIndex: result.content.content.sender.leafIndex,
                    aad: result.content.content.authenticatedData,
                    epoch: result.content.content.epoch,
                    newState,`,
      },
      {
        file: "processMessages.js",
        find: `            message: result.content.content.applicationData,
            newState: updatedState,`,
        put: `            message: result.content.content.applicationData,
            senderLeafIndex: result.content.content.sender.leafIndex,
            aad: result.content.content.authenticatedData,
            epoch: result.content.content.epoch,
            newState: updatedState,`,
      },
      {
        file: "processMessages.d.ts",
        find: `    kind: "applicationMessage";
    message: Uint8Array;`,
        put: `    kind: "applicationMessage";
    message: Uint8Array;
    /** In the tree of \`epoch\`, which may be one that is past. */
    senderLeafIndex: number;
    aad: Uint8Array;
    epoch: bigint;`,
      },
    ],
  },
  {
    id: "P5",
    clause: "RFC 9420 §6.3.2",
    defect: "The check that the sender's leaf is not blank is made and its result dropped.",
    edits: [
      {
        file: "messageProtection.js",
        find: `    validateSenderData(senderData, ratchetTree);
`,
        put: `    const senderDataError = validateSenderData(senderData, ratchetTree);
    if (senderDataError !== undefined)
        throw senderDataError;
`,
      },
    ],
  },
  {
    id: "P17",
    clause: "RFC 9420 §9.2",
    defect:
      "For a generation that was skipped its ratchet secret is kept, from which every later key of the sender in this epoch " +
      "can be derived again, those of messages already read included. Only its key and nonce may be kept.",
    edits: [
      {
        file: "secretTree.js",
        find: `export async function ratchetUntil(current, desiredGen, config, kdf) {`,
        put: `export async function ratchetUntil(current, desiredGen, config, cs) {`,
      },
      {
        file: "secretTree.js",
        find: `        const nextSecret = await deriveTreeSecret(result.secret, "secret", result.generation, kdf.size, kdf);
        const [updated, old] = updateUnusedGenerations(result, config.retainKeysForGenerations);
        consumed.push(...old);
`,
        put: `        const nextSecret = await deriveTreeSecret(result.secret, "secret", result.generation, cs.kdf.size, cs.kdf);
        // what would be dropped again before the end is not derived at all
        const [updated, old] = desiredGen - result.generation > config.retainKeysForGenerations
            ? [result.unusedGenerations, []]
            : updateUnusedGenerations(result, await keyThenNonce(result, cs), config.retainKeysForGenerations);
        consumed.push(result.secret, ...old);
`,
      },
      {
        file: "secretTree.js",
        find: `function updateUnusedGenerations(s, retainGenerationsMax) {
    const withNew = { ...s.unusedGenerations, [s.generation]: s.secret };`,
        put: `async function keyThenNonce({ secret, generation }, cs) {
    const key = await deriveKey(secret, generation, cs);
    const kept = new Uint8Array(cs.hpke.keyLength + cs.hpke.nonceLength);
    kept.set(key);
    kept.set(await deriveNonce(secret, generation, cs), cs.hpke.keyLength);
    zeroOutUint8Array(key);
    return kept;
}
function updateUnusedGenerations(s, keptNow, retainGenerationsMax) {
    const withNew = { ...s.unusedGenerations, [s.generation]: keptNow };`,
      },
      {
        file: "secretTree.js",
        find: `    const nonce = await deriveNonce(secret, generation, cs);
    if (nonce.length`,
        put: `    return withReuseGuard(await deriveNonce(secret, generation, cs), reuseGuard);
}
function withReuseGuard(nonce, reuseGuard) {
    if (nonce.length`,
      },
      {
        file: "secretTree.js",
        find: `            return await createRatchetResultWithSecret(node, index, desired, senderData.generation, senderData.reuseGuard, tree, contentType, [], cs, ratchetState);`,
        put: `            // copies: what is kept must not change when the message proves to be forged
            const key = new Uint8Array(desired.subarray(0, cs.hpke.keyLength));
            const nonce = withReuseGuard(new Uint8Array(desired.subarray(cs.hpke.keyLength)), senderData.reuseGuard);
            return ratchetResult({ generation: senderData.generation, reuseGuard: senderData.reuseGuard, nonce, key, consumed: [desired, key] }, node, index, tree, contentType, ratchetState);`,
      },
      {
        file: "secretTree.js",
        find: `ratchetUntil(ratchetForContentType(node, contentType), senderData.generation, config, cs.kdf);`,
        put: `ratchetUntil(ratchetForContentType(node, contentType), senderData.generation, config, cs);`,
      },
      {
        file: "secretTree.js",
        find: `    const { nonce, key } = await createKeyAndNonce(secret, generation, reuseGuard, cs);
    const newNode`,
        put: `    const { nonce, key } = await createKeyAndNonce(secret, generation, reuseGuard, cs);
    return ratchetResult({ generation, reuseGuard, nonce, key, consumed: [...consumed, secret, key] }, node, index, tree, contentType, ratchetState);
}
function ratchetResult(used, node, index, tree, contentType, ratchetState) {
    const newNode`,
      },
      {
        file: "secretTree.js",
        find: `    return {
        generation: generation,
        reuseGuard,
        nonce,
        key,
        newTree,
        consumed: [...consumed, secret, key],
    };`,
        put: `    return { ...used, newTree };`,
      },
      {
        file: "secretTree.js",
        find: `import { InternalError, ValidationError } from "./mlsError.js";`,
        put: `import { InternalError, ValidationError } from "./mlsError.js";
import { zeroOutUint8Array } from "./util/byteArray.js";`,
      },
      {
        file: "secretTree.d.ts",
        find: `desiredGen: number, config: KeyRetentionConfig, kdf: Kdf): Promise<`,
        put: `desiredGen: number, config: KeyRetentionConfig, cs: CiphersuiteImpl): Promise<`,
      },
      {
        file: "secretTree.d.ts",
        find: `    unusedGenerations: Record<number, Uint8Array>;`,
        put: `    /** The key and then the nonce of generations that were skipped. */
    unusedGenerations: Record<number, Uint8Array>;`,
      },
    ],
  },
];
