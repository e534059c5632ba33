// Corrections of the library's keys: which are derived, checked, renewed and wiped (scripts/correct-mls). What goes wrong without each.
import { nextEpochContext, type ClientState } from "ts-mls/clientState.js";
import type { CreateCommitResult } from "ts-mls/createCommit.js";
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import { deriveSecret } from "ts-mls/crypto/kdf.js";
import { initializeEpoch } from "ts-mls/keySchedule.js";
import { unprotectPrivateMessage } from "ts-mls/messageProtection.js";
import { getCommitSecret } from "ts-mls/pathSecrets.js";
import { treeHashRoot } from "ts-mls/treeHash.js";
import { toLeafIndex, toNodeIndex } from "ts-mls/treemath.js";
import { applyUpdatePath, createUpdatePath } from "ts-mls/updatePath.js";
import { describe, expect, it } from "vitest";
import { suite } from "../../../src/mls/ciphersuite.ts";
import { CLASSIC } from "../../../src/mls/suite.ts";
import {
  add,
  all,
  at,
  committed,
  CONFIG,
  group,
  lying,
  pair,
  received,
  remove,
  secretOf,
  welcomed,
} from "../../kit/members.ts";

const cs = suite(CLASSIC);

async function trio(): Promise<readonly [ClientState, ClientState, ClientState]> {
  const states = await group(["a", "b", "c"], cs);
  return [at(states, 0), at(states, 1), at(states, 2)];
}

describe("P11: the commit secret", () => {
  /** What somebody who is out can compute: everything of the old epoch, and the commit. */
  async function guessed(out: ClientState, made: CreateCommitResult, commitSecret: Uint8Array): Promise<string> {
    if (made.commit.wireformat !== "mls_private_message") throw new Error("not private");
    const { content, auth } = (
      await unprotectPrivateMessage(
        out.keySchedule.senderDataSecret,
        made.commit.privateMessage,
        out.secretTree,
        out.ratchetTree,
        out.groupContext,
        CONFIG.keyRetentionConfig,
        cs,
      )
    ).content;
    if (content.contentType !== "commit") throw new Error("no commit");
    const hash = await treeHashRoot(made.newState.ratchetTree, cs.hash);
    const { groupContext, confirmationTag, keySchedule } = out;
    const context = await nextEpochContext(
      groupContext,
      "mls_private_message",
      content,
      auth.signature,
      hash,
      confirmationTag,
      cs.hash,
    );
    const noPsk = new Uint8Array(cs.kdf.size);
    const next = await initializeEpoch(keySchedule.initSecret, commitSecret, context, noPsk, cs.kdf);
    return Buffer.from(next.keySchedule.exporterSecret).toString("hex");
  }

  it("is fresh when the committer stays alone: who was removed from a pair cannot go on", async () => {
    const [a, b] = await group(["a", "b"], cs);
    const made = await committed(a as ClientState, cs, { extraProposals: [remove(1)] });
    expect(await guessed(b as ClientState, made, new Uint8Array(cs.kdf.size))).not.toBe(secretOf(made.newState));
  });

  it("is fresh when somebody alone renews the own keys", async () => {
    const [a] = await group(["a"], cs);
    const state = a as ClientState;
    const made = await committed(state, cs);
    expect(await guessed(state, made, new Uint8Array(cs.kdf.size))).not.toBe(secretOf(made.newState));
  });

  it("is one step after the last node of the path, also under a blank root", async () => {
    const states = await group(["a", "b", "c", "d"], cs);
    const made = await committed(at(states, 2), cs, { extraProposals: [remove(0), remove(1)] });
    const [tree, path, secrets, , commitSecret] = await createUpdatePath(
      made.newState.ratchetTree,
      toLeafIndex(2),
      made.newState.groupContext,
      made.newState.signaturePrivateKey,
      cs,
    );
    expect(secrets.map(({ nodeIndex }) => nodeIndex)).toEqual([5]);
    const { secret } = at(secrets, 0);
    expect(commitSecret).toEqual(await deriveSecret(secret, "path", cs.kdf));
    const applied = await applyUpdatePath(made.newState.ratchetTree, toLeafIndex(2), path, cs.hash);
    expect(applied).toEqual(tree);
    expect(await getCommitSecret(applied, toNodeIndex(5), secret, cs.kdf)).toEqual(commitSecret);
    expect(secretOf((await received(at(states, 3), made.commit)).newState)).toBe(secretOf(made.newState));
  });
});

describe("P13: the own leaf", () => {
  it("gets a new credential and signature key in a commit, and newcomers can join by it", async () => {
    const [a, b, c] = await trio();
    const keys = await cs.signature.keygen();
    const credential = { credentialType: "basic" as const, identity: new TextEncoder().encode("a, renewed") };
    const d = await pair("d", cs);
    const made = await committed(a, cs, { leaf: { credential, signatureKeyPair: keys }, extraProposals: [add(d)] });
    const states = [await received(b, made.commit), await received(c, made.commit)].map((each) => each.newState);
    states.push(await welcomed(made, d, cs));
    for (const state of states) {
      expect(secretOf(state)).toBe(secretOf(made.newState));
      expect(state.ratchetTree[0]).toMatchObject({ leaf: { credential, signaturePublicKey: keys.publicKey } });
    }
    // what it signs from now on fits
    const next = await committed(made.newState, cs);
    expect(secretOf((await received(at(states, 0), next.commit)).newState)).toBe(secretOf(next.newState));
  });

  it("gets new capabilities and extensions", async () => {
    const [a, b] = await trio();
    const node = a.ratchetTree[0];
    if (node?.nodeType !== "leaf") throw new Error("no leaf");
    const capabilities = { ...node.leaf.capabilities, extensions: [0xf100, 0xf105] };
    const made = await committed(a, cs, {
      leaf: { capabilities, extensions: [{ extensionType: 0xf105, extensionData: new Uint8Array([1]) }] },
    });
    expect((await received(b, made.commit)).newState.ratchetTree[0]).toMatchObject({
      leaf: { capabilities, extensions: [{ extensionType: 0xf105 }] },
    });
  });
});

describe("P18: path secrets and public keys", () => {
  const foreignKeys = (): CiphersuiteImpl =>
    lying(cs, async () => {
      const [own, other] = [await cs.hpke.generateKeyPair(), await cs.hpke.generateKeyPair()];
      return { privateKey: own.privateKey, publicKey: other.publicKey };
    });

  it("that do not belong together are refused by members", async () => {
    const [a, b] = await trio();
    const made = await committed(a, foreignKeys());
    await expect(received(b, made.commit)).rejects.toThrow("does not fit the public key");
  });

  it("that do not belong together are refused by newcomers", async () => {
    const [a] = await trio();
    const d = await pair("d", cs);
    const made = await committed(a, foreignKeys(), { extraProposals: [remove(1), add(d)] });
    await expect(welcomed(made, d, cs)).rejects.toThrow("does not fit the public key");
  });
});

describe("P19: what is outdated", () => {
  const keysAt = (state: ClientState): readonly number[] => Object.keys(state.privatePath.privateKeys).map(Number);

  it("private keys of blank nodes are not kept", async () => {
    let states = await group(["a", "b", "c", "d"], cs);
    states = await all(states, 0, await committed(at(states, 0), cs));
    expect(keysAt(at(states, 1))).toEqual([1, 2, 3]);
    const made = await committed(at(states, 3), cs, { extraProposals: [remove(0)] });
    const { newState } = await received(at(states, 1), made.commit);
    expect(newState.ratchetTree[1]).toBeUndefined();
    expect(keysAt(newState)).toEqual([2, 3]);
    expect(keysAt(made.newState)).toEqual([3, 5, 6]);
  });

  it("replaced private keys are named as consumed, on both sides", async () => {
    let states = await group(["a", "b", "c", "d"], cs);
    states = await all(states, 0, await committed(at(states, 0), cs));
    const [a, b] = [at(states, 0), at(states, 1)];
    const made = await committed(a, cs);
    for (const key of Object.values(a.privatePath.privateKeys)) expect(made.consumed).toContain(key);
    for (const key of Object.values(made.newState.privatePath.privateKeys)) expect(made.consumed).not.toContain(key);
    const { consumed } = await received(b, made.commit);
    expect(consumed).toContain(b.privatePath.privateKeys[1]);
    expect(consumed).not.toContain(b.privatePath.privateKeys[2]);
  });

  it("the secrets of an epoch that is no longer kept are named as consumed", async () => {
    const [a] = await group(["a"], cs);
    const start = a as ClientState;
    let state = start;
    let consumed: readonly Uint8Array[] = [];
    for (let epoch = 0; epoch <= CONFIG.keyRetentionConfig.retainKeysForEpochs; epoch += 1) {
      ({ newState: state, consumed } = await committed(state, cs));
    }
    expect(state.historicalReceiverData.has(start.groupContext.epoch)).toBe(false);
    expect(consumed).not.toContain(undefined);
    const { secretTree, keySchedule } = start;
    for (const secret of [
      keySchedule.senderDataSecret,
      keySchedule.resumptionPsk,
      at(secretTree, 0).application.secret,
    ]) {
      expect(consumed).toContain(secret);
    }
  });
});

describe("P20: the key of a commit", () => {
  it("is spent when the commit is not taken, and in the epoch that is kept", async () => {
    const [a, , c] = await trio();
    const first = await committed(a, cs);
    const generation = (state: ClientState): number => at(state.secretTree, 0).handshake.generation;
    expect(generation(first.spentState)).toBe(generation(a) + 1);
    expect(first.newState.historicalReceiverData.get(a.groupContext.epoch)?.secretTree).toEqual(
      first.spentState.secretTree,
    );
    const second = await committed(first.spentState, cs);
    expect(secretOf((await received(c, second.commit)).newState)).toBe(secretOf(second.newState));
  });
});
