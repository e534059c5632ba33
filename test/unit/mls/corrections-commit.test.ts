// Corrections of the library's commits and external joins (scripts/correct-mls): what goes wrong without each.
import type { ClientState } from "ts-mls/clientState.js";
import { createProposal } from "ts-mls/createMessage.js";
import { signWithLabel } from "ts-mls/crypto/signature.js";
import { createContentCommitSignature } from "ts-mls/framedContent.js";
import { encodeLeafNodeTBS } from "ts-mls/leafNode.js";
import type { MLSMessage } from "ts-mls/message.js";
import type { Proposal } from "ts-mls/proposal.js";
import { encodeRequiredCapabilities } from "ts-mls/requiredCapabilities.js";
import { describe, expect, it } from "vitest";
import { suite } from "../../../src/mls/ciphersuite.ts";
import { CLASSIC } from "../../../src/mls/suite.ts";
import {
  add,
  CONFIG,
  at,
  committed,
  group,
  joinedExternally,
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

function extensions(...list: readonly number[]): Proposal {
  const made = list.map((extensionType) => ({ extensionType, extensionData: new Uint8Array([7]) }));
  return { proposalType: "group_context_extensions", groupContextExtensions: { extensions: made } };
}

async function freshKey(): Promise<Uint8Array> {
  return cs.hpke.exportPublicKey((await cs.hpke.generateKeyPair()).publicKey);
}

/** An Update proposal of the own leaf with another encryption key. */
async function update(state: ClientState, hpkePublicKey: Uint8Array): Promise<Proposal> {
  const { privatePath, ratchetTree, groupContext, signaturePrivateKey } = state;
  const node = ratchetTree[2 * privatePath.leafIndex];
  if (node?.nodeType !== "leaf") throw new Error("no leaf");
  const { credential, capabilities, signaturePublicKey } = node.leaf;
  const leaf = {
    leafNodeSource: "update" as const,
    hpkePublicKey,
    credential,
    capabilities,
    signaturePublicKey,
    extensions: [],
  };
  const signed = encodeLeafNodeTBS({ ...leaf, groupId: groupContext.groupId, leafIndex: privatePath.leafIndex });
  const signature = await signWithLabel(signaturePrivateKey, "LeafNodeTBS", signed, cs.signature);
  return { proposalType: "update", update: { leafNode: { ...leaf, signature } } };
}

describe("P2: a removed member notices", () => {
  it("also when its leaf is filled again by the same commit", async () => {
    const [a, b, c] = await trio();
    const made = await committed(a, cs, { extraProposals: [remove(2), add(await pair("d", cs))] });
    expect(made.newState.ratchetTree[4]).toBeDefined();
    expect(secretOf((await received(b, made.commit)).newState)).toBe(secretOf(made.newState));
    const { newState } = await received(c, made.commit);
    expect(newState.groupActiveState.kind).toBe("removedFromGroup");
    expect(secretOf(newState)).not.toBe(secretOf(made.newState));
  });

  it("also when an external commit removes it", async () => {
    const keys = await cs.signature.keygen();
    const [a] = await group(["a"], cs);
    const first = await pair("b", cs, keys);
    const made = await committed(a as ClientState, cs, { extraProposals: [add(first)] });
    const old = await welcomed(made, first, cs);
    const back = await joinedExternally(made.newState, await pair("b", cs, keys), true);
    expect(secretOf((await received(made.newState, back.commit)).newState)).toBe(secretOf(back.state));
    expect((await received(old, back.commit)).newState.groupActiveState.kind).toBe("removedFromGroup");
  });
});

describe("P6: group context extensions", () => {
  it("ask for a path", async () => {
    const [a, b] = await trio();
    const made = await committed(a, cs, { extraProposals: [extensions(0xf100)], wireAsPublicMessage: true });
    if (made.commit.wireformat !== "mls_public_message") throw new Error("not public");
    const { content } = made.commit.publicMessage;
    expect(content.contentType === "commit" && content.commit.path).toBeDefined();
    const next = (await received(b, made.commit)).newState;
    expect(next.groupContext.extensions.map(({ extensionType }) => extensionType)).toEqual([0xf100]);
  });

  it("can all be taken away again", async () => {
    const [a, b] = await trio();
    const with1 = await committed(a, cs, { extraProposals: [extensions(0xf100)] });
    const without = await committed(with1.newState, cs, { extraProposals: [extensions()] });
    const next = (await received((await received(b, with1.commit)).newState, without.commit)).newState;
    expect(next.groupContext.extensions).toEqual([]);
    expect(secretOf(next)).toBe(secretOf(without.newState));
  });

  it("count for the other proposals of the same commit", async () => {
    const [a] = await trio();
    const unknown = extensions(0xf1ff);
    await expect(committed(a, cs, { extraProposals: [unknown, add(await pair("d", cs))] })).rejects.toThrow(
      "doesn't support extension",
    );
  });
});

describe("P6: required capabilities", () => {
  const required = (extensionType: number): Proposal => {
    const extensionData = encodeRequiredCapabilities({
      extensionTypes: [extensionType],
      proposalTypes: [],
      credentialTypes: [],
    });
    const extension = { extensionType: "required_capabilities" as const, extensionData };
    return { proposalType: "group_context_extensions", groupContextExtensions: { extensions: [extension] } };
  };

  it("bind the committer's own new leaf too", async () => {
    const [a, b] = await trio();
    const node = a.ratchetTree[0];
    if (node?.nodeType !== "leaf") throw new Error("no leaf");
    const capabilities = { ...node.leaf.capabilities, extensions: [] };
    const made = await committed(a, cs, { extraProposals: [required(0xf100)], leaf: { capabilities } });
    await expect(received(b, made.commit)).rejects.toThrow("does not support required capabilities");
    const honest = await committed(a, cs, { extraProposals: [required(0xf100)] });
    expect(secretOf((await received(b, honest.commit)).newState)).toBe(secretOf(honest.newState));
  });
});

describe("P7: the path is sealed under the new extensions", () => {
  it("so that a commit with both can be opened", async () => {
    const states = await group(["a", "b", "c", "d"], cs);
    const made = await committed(at(states, 0), cs, { extraProposals: [remove(3), extensions(0xf100, 0xf101)] });
    for (const state of states.slice(1, 3)) {
      expect(secretOf((await received(state, made.commit)).newState)).toBe(secretOf(made.newState));
    }
  });
});

describe("P9: keys are new", () => {
  it("an added leaf with the signature key of a member is refused", async () => {
    const keys = await cs.signature.keygen();
    const [a] = await trio();
    const made = await committed(a, cs, { extraProposals: [add(await pair("d", cs, keys))] });
    const twin = add(await pair("e", cs, keys));
    const blind = { ...made.newState.clientConfig.keyPackageEqualityConfig, compareKeyPackageToLeafNode: () => false };
    const state = { ...made.newState, clientConfig: { ...CONFIG, keyPackageEqualityConfig: blind } };
    await expect(committed(state, cs, { extraProposals: [twin] })).rejects.toThrow("signature keys not unique");
    // a leaf that goes makes room for the same key
    const moved = await committed(made.newState, cs, { extraProposals: [remove(3), twin] });
    expect(moved.newState.ratchetTree[6]).toMatchObject({ leaf: { signaturePublicKey: keys.publicKey } });
  });

  it("an added leaf with the encryption key of a member is refused", async () => {
    const [a] = await trio();
    const d = await pair("d", cs);
    const made = await committed(a, cs, { extraProposals: [add(d)] });
    await expect(committed(made.newState, cs, { extraProposals: [add(d)] })).rejects.toThrow(Error);
    const blind = { compareKeyPackages: () => false, compareKeyPackageToLeafNode: () => false };
    const state = { ...made.newState, clientConfig: { ...CONFIG, keyPackageEqualityConfig: blind } };
    await expect(committed(state, cs, { extraProposals: [add(d)] })).rejects.toThrow("hpke keys not unique");
  });

  it("a path with a key twice is refused", async () => {
    const states = await group(["a", "b", "c", "d"], cs);
    const one = await cs.hpke.generateKeyPair();
    const made = await committed(
      at(states, 0),
      lying(cs, async () => one),
    );
    await expect(received(at(states, 2), made.commit)).rejects.toThrow("must be new");
  });

  it("a path with the key of a leaf is refused", async () => {
    const states = await group(["a", "b", "c", "d"], cs);
    const node = at(states, 0).ratchetTree[6];
    if (node?.nodeType !== "leaf") throw new Error("no leaf");
    const publicKey = await cs.hpke.importPublicKey(node.leaf.hpkePublicKey);
    const evil = lying(cs, async (index) => {
      const made = await cs.hpke.generateKeyPair();
      return index === 1 ? { ...made, publicKey } : made;
    });
    const made = await committed(at(states, 0), evil);
    await expect(received(at(states, 2), made.commit)).rejects.toThrow("must be new");
  });

  it("an update that keeps its encryption key, or takes that of another update, is refused", async () => {
    const states = await trio();
    const [a, b] = states;
    const fresh = await freshKey();
    /** The member at `index` proposes a leaf with this encryption key; `a` has taken the proposal. */
    const proposed = async (taker: ClientState, index: number, hpkePublicKey: Uint8Array): Promise<ClientState> => {
      const { message } = await createProposal(
        at(states, index),
        false,
        await update(at(states, index), hpkePublicKey),
        cs,
      );
      return (await received(taker, message)).newState;
    };
    const own = b.ratchetTree[2];
    if (own?.nodeType !== "leaf") throw new Error("no leaf");
    await expect(committed(await proposed(a, 1, own.leaf.hpkePublicKey), cs)).rejects.toThrow("hpke keys not unique");
    await expect(committed(await proposed(a, 1, fresh), cs)).resolves.toBeDefined();
    await expect(committed(await proposed(await proposed(a, 1, fresh), 2, fresh), cs)).rejects.toThrow(
      "hpke keys not unique",
    );
  });

  it("a leaf that cannot read the credentials of the others is refused", async () => {
    const [a] = await trio();
    const keys = await cs.signature.keygen();
    const { publicPackage } = await pair("d", cs, keys);
    const { generateKeyPackageWithKey } = await import("ts-mls/keyPackage.js");
    const { leafNode } = publicPackage;
    const blind = await generateKeyPackageWithKey(
      { credentialType: "x509", certificates: [new Uint8Array([1])] },
      { ...leafNode.capabilities, credentials: ["x509"] },
      leafNode.lifetime,
      [],
      keys,
      cs,
    );
    await expect(committed(a, cs, { extraProposals: [add(blind)] })).rejects.toThrow("credential");
  });
});

describe("P12: joining from outside", () => {
  it("in the place of a leaf that is not there is refused", async () => {
    const [a] = await trio();
    await expect(joinedExternally(a, await pair("nobody", cs), true)).rejects.toThrow("Could not find a former leaf");
  });

  it.each([3, 4, 0xffff_ffff])("with a removal of leaf %i, which is not there, is refused at once", async (removed) => {
    const [a] = await trio();
    const own = await pair("mallory", cs);
    const { commit } = await joinedExternally(a, own, false);
    if (commit.wireformat !== "mls_public_message") throw new Error("not public");
    const { content, auth } = commit.publicMessage;
    if (content.contentType !== "commit" || auth.contentType !== "commit") throw new Error("no commit");
    const proposals = [
      ...content.commit.proposals,
      { proposalOrRefType: "proposal" as const, proposal: remove(removed) },
    ];
    const { framedContent, signature } = await createContentCommitSignature(
      a.groupContext,
      "mls_public_message",
      { ...content.commit, proposals },
      { senderType: "new_member_commit" },
      content.authenticatedData,
      own.privatePackage.signaturePrivateKey,
      cs.signature,
    );
    const forged: MLSMessage = {
      ...commit,
      publicMessage: { content: framedContent, auth: { ...auth, signature }, senderType: "new_member_commit" },
    };
    await expect(received(a, forged)).rejects.toThrow("Tried to remove empty leaf node");
  });
});
