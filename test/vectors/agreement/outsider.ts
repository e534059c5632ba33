// Somebody who was put out and tries to go on: with everything of the old epoch, and everything that went over the wire.
import type { ClientState } from "ts-mls/clientState.js";
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import { decryptWithLabel } from "ts-mls/crypto/hpke.js";
import { encodeGroupContext } from "ts-mls/groupContext.js";
import { initializeEpoch } from "ts-mls/keySchedule.js";
import type { MLSMessage } from "ts-mls/message.js";
import { unprotectPrivateMessage } from "ts-mls/messageProtection.js";
import { getCommitSecret } from "ts-mls/pathSecrets.js";
import { toNodeIndex } from "ts-mls/treemath.js";
import type { UpdatePath } from "ts-mls/updatePath.js";
import { hexOf } from "../../../src/model/ids.ts";
import { CONFIG, secretOf } from "../../kit/members.ts";

interface Attempt {
  /** What the outsider has: its last state. */
  readonly old: ClientState;
  readonly commit: MLSMessage;
  /** The state of a member after the commit. Its tree and context are taken as known; its secrets are what is looked for. */
  readonly next: ClientState;
  readonly pskSecrets: readonly Uint8Array[];
  readonly cs: CiphersuiteImpl;
}

/** Does any way lead to the secrets of the next epoch? */
export async function canFollow(attempt: Attempt): Promise<boolean> {
  const { old, next, cs } = attempt;
  const none = new Uint8Array(cs.kdf.size);
  const initSecrets = [old.keySchedule.initSecret, ...(await externalInitSecrets(attempt))];
  const commitSecrets = [none, ...(await openedSecrets(attempt))];
  const pskSecrets = [none, ...attempt.pskSecrets];
  const ways = initSecrets.flatMap((init) =>
    commitSecrets.flatMap((made) => pskSecrets.map((psk) => [init, made, psk] as const)),
  );
  for (const [init, made, psk] of ways) {
    const found = await initializeEpoch(init, made, next.groupContext, psk, cs.kdf);
    if (hexOf(found.keySchedule.exporterSecret) === secretOf(next)) return true;
  }
  return false;
}

/** An external commit starts from a secret of its own, which every member of the old epoch can open (RFC 9420 §8.3). */
async function externalInitSecrets({ old, commit, cs }: Attempt): Promise<readonly Uint8Array[]> {
  if (commit.wireformat !== "mls_public_message") return [];
  const { content } = commit.publicMessage;
  if (content.contentType !== "commit") return [];
  const { privateKey } = await cs.hpke.deriveKeyPair(old.keySchedule.externalSecret);
  const label = new TextEncoder().encode("MLS 1.0 external init secret");
  const found: Uint8Array[] = [];
  for (const each of content.commit.proposals) {
    if (each.proposalOrRefType !== "proposal" || each.proposal.proposalType !== "external_init") continue;
    const { kemOutput } = each.proposal.externalInit;
    found.push(await cs.hpke.importSecret(privateKey, label, kemOutput, cs.kdf.size, new Uint8Array()));
  }
  return found;
}

/** Commit secrets from whatever part of the path opens with any key that the outsider has. */
async function openedSecrets(attempt: Attempt): Promise<readonly Uint8Array[]> {
  const { old, next, cs } = attempt;
  const path = await pathOf(attempt);
  if (path === undefined) return [];
  const { extensions, treeHash, epoch } = next.groupContext;
  const context = encodeGroupContext({ ...old.groupContext, extensions, treeHash, epoch });
  const keys = await Promise.all(
    Object.values(old.privatePath.privateKeys).map((key) => cs.hpke.importPrivateKey(key)),
  );
  const nodeOf = new Map(
    next.ratchetTree.flatMap((node, index) =>
      node?.nodeType === "parent" ? [[hexOf(node.parent.hpkePublicKey), index]] : [],
    ),
  );
  const found: Uint8Array[] = [];
  for (const { hpkePublicKey, encryptedPathSecret } of path.nodes) {
    const nodeIndex = toNodeIndex(nodeOf.get(hexOf(hpkePublicKey)) ?? 0);
    const tries = encryptedPathSecret.flatMap((sealed) => keys.map((key) => ({ sealed, key })));
    for (const { sealed, key } of tries) {
      const { kemOutput, ciphertext } = sealed;
      const opening = decryptWithLabel(key, "UpdatePathNode", context, kemOutput, ciphertext, cs.hpke);
      const secret = await opening.catch(() => undefined);
      if (secret !== undefined) found.push(await getCommitSecret(next.ratchetTree, nodeIndex, secret, cs.kdf));
    }
  }
  return found;
}

/** The outsider was a member when the commit was made, so it can open it. */
async function pathOf({ old, commit, cs }: Attempt): Promise<UpdatePath | undefined> {
  if (commit.wireformat === "mls_public_message") {
    const { content } = commit.publicMessage;
    return content.contentType === "commit" ? content.commit.path : undefined;
  }
  if (commit.wireformat !== "mls_private_message") return undefined;
  const { content } = await unprotectPrivateMessage(
    old.keySchedule.senderDataSecret,
    commit.privateMessage,
    old.secretTree,
    old.ratchetTree,
    old.groupContext,
    CONFIG.keyRetentionConfig,
    cs,
  );
  return content.content.contentType === "commit" ? content.content.commit.path : undefined;
}
