// Each correction of what the library writes and reads (scripts/correct-mls): what goes wrong without it.
import { decodeGroupState, encodeGroupState } from "ts-mls/clientState.js";
import { decodeUint8 } from "ts-mls/codec/number.js";
import { decodeOptional, optionalEncoder } from "ts-mls/codec/optional.js";
import { encode } from "ts-mls/codec/tlsEncoder.js";
import { uint32Encoder } from "ts-mls/codec/number.js";
import { decodeVarLenData } from "ts-mls/codec/variableLength.js";
import {
  createGroupInfoWithExternalPub,
  createGroupInfoWithExternalPubAndRatchetTree,
  joinGroupExternal,
} from "ts-mls/createCommit.js";
import { createProposal } from "ts-mls/createMessage.js";
import { proposeExternal } from "ts-mls/externalProposal.js";
import { decodeExternalSenders, encodeExternalSenders } from "ts-mls/externalSender.js";
import { encodeGroupInfo, ratchetTreeFromExtension, type GroupInfo } from "ts-mls/groupInfo.js";
import { encodeGroupSecrets } from "ts-mls/groupSecrets.js";
import type { Proposal } from "ts-mls/proposal.js";
import { decodeRequiredCapabilities, encodeRequiredCapabilities } from "ts-mls/requiredCapabilities.js";
import {
  decodeSenderData,
  encodeSenderData,
  expandSenderDataKey,
  expandSenderDataNonce,
  type ReuseGuard,
} from "ts-mls/sender.js";
import { decryptSenderData, type PrivateMessage } from "ts-mls/privateMessage.js";
import { decryptGroupInfo, decryptGroupSecrets, welcomeKey, welcomeNonce, type Welcome } from "ts-mls/welcome.js";
import { ciphersuites, getCiphersuiteFromName, type CiphersuiteName } from "ts-mls/crypto/ciphersuite.js";
import { encryptWithLabel } from "ts-mls/crypto/hpke.js";
import { extractWelcomeSecret } from "ts-mls/groupInfo.js";
import { describe, expect, it } from "vitest";
import { encodeKeyPackage } from "../../../src/mls/bytes.ts";
import { suite } from "../../../src/mls/ciphersuite.ts";
import { CLASSIC, HYBRID } from "../../../src/mls/suite.ts";
import { committed, founded, group, pair, received, remove, secretOf } from "../../kit/members.ts";

const cs = suite(CLASSIC);

async function hosts() {
  const [a, b, c] = await group(["a", "b", "c"], cs);
  if (a === undefined || b === undefined || c === undefined) throw new Error("no group");
  return [a, b, c] as const;
}

/** `bytes` and one more. */
function longer(bytes: Uint8Array): Uint8Array {
  return new Uint8Array([...bytes, 0]);
}

function extensionOf(info: GroupInfo, wanted: string): Uint8Array {
  const found = info.extensions.find(({ extensionType }) => extensionType === wanted);
  if (found === undefined) throw new Error(`no ${wanted}`);
  return found.extensionData;
}

describe("P8: external_pub", () => {
  it("is a struct with one vector", async () => {
    const [a] = await hosts();
    const { keySchedule } = a;
    const key = await cs.hpke.exportPublicKey((await cs.hpke.deriveKeyPair(keySchedule.externalSecret)).publicKey);
    for (const info of [
      await createGroupInfoWithExternalPub(a, [], cs),
      await createGroupInfoWithExternalPubAndRatchetTree(a, [], cs),
    ]) {
      expect(extensionOf(info, "external_pub")).toEqual(new Uint8Array([32, ...key]));
    }
  });

  it("opens the door for a joiner, and only whole", async () => {
    const [a] = await hosts();
    const info = await createGroupInfoWithExternalPubAndRatchetTree(a, [], cs);
    const { publicPackage, privatePackage } = await pair("d", cs);
    const made = await joinGroupExternal(info, publicPackage, privatePackage, false, cs);
    const commit = { version: "mls10", wireformat: "mls_public_message", publicMessage: made.publicMessage } as const;
    expect(secretOf((await received(a, commit)).newState)).toBe(secretOf(made.newState));
    const extensions = info.extensions.map((each) =>
      each.extensionType === "external_pub" ? { ...each, extensionData: longer(each.extensionData) } : each,
    );
    const broken = { ...info, extensions };
    await expect(joinGroupExternal(broken, publicPackage, privatePackage, false, cs)).rejects.toThrow("external_pub");
  });
});

describe("P14: external_senders", () => {
  it("is one list, in which each sender is found by its place", async () => {
    const [a, b] = await hosts();
    const credential = { credentialType: "basic", identity: new TextEncoder().encode("service") } as const;
    const keys = [await cs.signature.keygen(), await cs.signature.keygen()] as const;
    const senders = keys.map(({ publicKey }) => ({ signaturePublicKey: publicKey, credential }));
    const extensionData = encodeExternalSenders(senders);
    expect(decodeExternalSenders(extensionData, 0)?.[0]).toEqual(senders);
    expect(decodeExternalSenders(longer(extensionData), 0)).toBeUndefined();
    const allowed: Proposal = {
      proposalType: "group_context_extensions",
      groupContextExtensions: { extensions: [{ extensionType: "external_senders", extensionData }] },
    };
    const made = await committed(a, cs, { extraProposals: [allowed] });
    let member = (await received(b, made.commit)).newState;
    const info = await createGroupInfoWithExternalPub(made.newState, [], cs);
    const { publicKey, signKey } = keys[1];
    const proposal = await proposeExternal(info, remove(2), publicKey, signKey, cs);
    if (proposal.wireformat !== "mls_public_message") throw new Error("not public");
    expect(proposal.publicMessage.content.sender).toEqual({ senderType: "external", senderIndex: 1 });
    member = (await received(member, proposal)).newState;
    const removal = await committed(member, cs);
    expect(removal.newState.ratchetTree[4]).toBeUndefined();
  });

  it("each one's credential is checked", async () => {
    const [a] = await hosts();
    const asked: string[] = [];
    const authService = {
      validateCredential: async (credential: { credentialType: string }) => {
        asked.push(credential.credentialType);
        return credential.credentialType === "basic";
      },
    };
    const { publicKey: signaturePublicKey } = await cs.signature.keygen();
    const extensionData = encodeExternalSenders([
      { signaturePublicKey, credential: { credentialType: "basic", identity: new Uint8Array() } },
      { signaturePublicKey, credential: { credentialType: "x509", certificates: [] } },
    ]);
    const state = { ...a, clientConfig: { ...a.clientConfig, authService } };
    const wanted: Proposal = {
      proposalType: "group_context_extensions",
      groupContextExtensions: { extensions: [{ extensionType: "external_senders", extensionData }] },
    };
    await expect(committed(state, cs, { extraProposals: [wanted] })).rejects.toThrow("external credential");
    expect(asked).toEqual(["basic", "x509"]);
  });
});

describe("P15: suites", () => {
  it("all have a number of RFC 9420, or one for private use", () => {
    const numbers = Object.entries(ciphersuites).map(([name, number]: [string, number]) => ({ name, number }));
    expect(numbers.filter(({ number }) => number > 7 && number < 0xf000)).toEqual([]);
    for (const { name } of numbers) expect(getCiphersuiteFromName(name as CiphersuiteName).name).toBe(name);
  });

  it("X-Wing has a number for private use", async () => {
    const { publicPackage } = await pair("a", suite(HYBRID));
    const encoded = encodeKeyPackage(publicPackage);
    expect(new DataView(encoded.buffer, encoded.byteOffset).getUint16(6)).toBe(0xf00d);
  });
});

describe("P21: strict reading", () => {
  it("an optional value begins with 0 or 1", () => {
    const decode = decodeOptional(decodeUint8);
    expect(decode(new Uint8Array([0]), 0)).toEqual([undefined, 1]);
    expect(decode(new Uint8Array([1, 9]), 0)).toEqual([9, 2]);
    expect(decode(new Uint8Array([2, 9]), 0)).toBeUndefined();
    expect(decode(new Uint8Array(), 0)).toBeUndefined();
  });

  it.each([
    ["two bytes for 63", [0x40, 63]],
    ["four bytes for 63", [0x80, 0, 0, 63]],
    ["four bytes for 16383", [0x80, 0, 0x3f, 0xff]],
  ])("a length in %s is refused", (_, header) => {
    const data = new Uint8Array(20_000);
    data.set(header);
    expect(() => decodeVarLenData(data, 0)).toThrow("shortest form");
  });

  it("the sender's data have twelve bytes", async () => {
    const data = encodeSenderData({ leafIndex: 1, generation: 2, reuseGuard: new Uint8Array(4) as ReuseGuard });
    expect(decodeSenderData(data.subarray(0, 11), 0)).toBeUndefined();
    const [secret, ciphertext] = [new Uint8Array(32), new Uint8Array(40)];
    const message: PrivateMessage = {
      groupId: new Uint8Array(),
      epoch: 0n,
      contentType: "application",
      authenticatedData: new Uint8Array(),
      encryptedSenderData: new Uint8Array(),
      ciphertext,
    };
    const aad = new Uint8Array(10);
    aad[9] = 1;
    const key = await expandSenderDataKey(cs, secret, ciphertext);
    const nonce = await expandSenderDataNonce(cs, secret, ciphertext);
    const open = async (plain: Uint8Array) =>
      decryptSenderData(
        { ...message, encryptedSenderData: await cs.hpke.encryptAead(key, nonce, aad, plain) },
        secret,
        cs,
      );
    expect(await open(data)).toMatchObject({ leafIndex: 1, generation: 2 });
    expect(await open(longer(data))).toBeUndefined();
  });

  it("what is sealed in a welcome ends where it ends", async () => {
    const [a] = await hosts();
    const info = encodeGroupInfo(await createGroupInfoWithExternalPub(a, [], cs));
    const [joinerSecret, pskSecret] = [new Uint8Array(32).fill(1), new Uint8Array(32)];
    const welcomeSecret = await extractWelcomeSecret(joinerSecret, pskSecret, cs.kdf);
    const [key, nonce] = [await welcomeKey(welcomeSecret, cs), await welcomeNonce(welcomeSecret, cs)];
    const sealed = async (plain: Uint8Array): Promise<Welcome> => ({
      cipherSuite: cs.name,
      secrets: [],
      encryptedGroupInfo: await cs.hpke.encryptAead(key, nonce, undefined, plain),
    });
    expect(await decryptGroupInfo(await sealed(info), joinerSecret, pskSecret, cs)).toBeDefined();
    expect(await decryptGroupInfo(await sealed(longer(info)), joinerSecret, pskSecret, cs)).toBeUndefined();

    const secrets = encodeGroupSecrets({ joinerSecret, pathSecret: undefined, psks: [] });
    const { privateKey, publicKey } = await cs.hpke.generateKeyPair();
    const newMember = new Uint8Array([5]);
    const open = async (plain: Uint8Array) => {
      const { ct, enc } = await encryptWithLabel(publicKey, "Welcome", new Uint8Array(), plain, cs.hpke);
      const encryptedGroupSecrets = { kemOutput: enc, ciphertext: ct };
      const welcome = { ...(await sealed(info)), encryptedGroupInfo: new Uint8Array() };
      return decryptGroupSecrets(
        privateKey,
        newMember,
        { ...welcome, secrets: [{ newMember, encryptedGroupSecrets }] },
        cs.hpke,
      );
    };
    expect(await open(secrets)).toMatchObject({ joinerSecret });
    expect(await open(longer(secrets))).toBeUndefined();
  });

  it("so do a tree and required capabilities in an extension", async () => {
    const [a] = await hosts();
    const info = await createGroupInfoWithExternalPubAndRatchetTree(a, [], cs);
    expect(ratchetTreeFromExtension(info)).toEqual(a.ratchetTree);
    const extensionData = longer(extensionOf(info, "ratchet_tree"));
    const broken = { ...info, extensions: [{ extensionType: "ratchet_tree" as const, extensionData }] };
    expect(() => ratchetTreeFromExtension(broken)).toThrow("Could not decode RatchetTree");
    const required = encodeRequiredCapabilities({ extensionTypes: [1], proposalTypes: [], credentialTypes: ["x509"] });
    expect(decodeRequiredCapabilities(required, 0)).toBeDefined();
    expect(decodeRequiredCapabilities(longer(required), 0)).toBeUndefined();
  });
});

describe("P23: an optional zero", () => {
  it("is there", () => {
    expect(encode(optionalEncoder(uint32Encoder))(0)).toEqual(new Uint8Array([1, 0, 0, 0, 0]));
    expect(encode(optionalEncoder(uint32Encoder))(undefined)).toEqual(new Uint8Array([0]));
  });

  it("a proposal of the first member is still its own after a restart", async () => {
    const [a, b] = await hosts();
    const { message } = await createProposal(a, false, remove(2), cs);
    const { newState } = await received(b, message);
    const [restored] = decodeGroupState(encodeGroupState(newState), 0) ?? [];
    expect(restored?.unappliedProposals).toEqual(newState.unappliedProposals);
    expect(Object.values(newState.unappliedProposals)).toEqual([{ proposal: remove(2), senderLeafIndex: 0 }]);
  });
});

describe("P24: the entry of the package", () => {
  it("loads, without any other cryptography", async () => {
    const names = Object.keys(await import("ts-mls"));
    expect(names).toContain("createCommit");
    expect(names.filter((name) => /provider|getCiphersuiteImpl|reinit|branch/i.test(name))).toEqual([]);
    expect((await founded(await pair("a", cs), cs)).groupContext.cipherSuite).toBe(CLASSIC);
  });
});
