// Each correction of the library's messages (scripts/correct-mls): what goes wrong without it.
import { makePskIndex, type ClientState } from "ts-mls/clientState.js";
import { createApplicationMessage } from "ts-mls/createMessage.js";
import { deriveTreeSecret } from "ts-mls/crypto/kdf.js";
import type { MLSMessage } from "ts-mls/message.js";
import { unprotectPrivateMessage } from "ts-mls/messageProtection.js";
import type { PrivateMessage } from "ts-mls/privateMessage.js";
import { processPrivateMessage, type ProcessMessageResult } from "ts-mls/processMessages.js";
import type { Proposal } from "ts-mls/proposal.js";
import { emptyPskIndex } from "ts-mls/pskIndex.js";
import { deriveKey, deriveNonce } from "ts-mls/secretTree.js";
import { describe, expect, it } from "vitest";
import { suite } from "../../../src/mls/ciphersuite.ts";
import { CLASSIC } from "../../../src/mls/suite.ts";
import { committed, CONFIG, group, received, secretOf } from "../../kit/members.ts";

const cs = suite(CLASSIC);

async function couple(): Promise<readonly [ClientState, ClientState]> {
  const [a, b] = await group(["a", "b"], cs);
  if (a === undefined || b === undefined) throw new Error("no couple");
  return [a, b];
}

async function sent(
  state: ClientState,
  text: string,
  aad = "",
): Promise<{ next: ClientState; message: PrivateMessage }> {
  const made = await createApplicationMessage(state, Buffer.from(text), cs, new Uint8Array(Buffer.from(aad)));
  return { next: made.newState, message: made.privateMessage };
}

function wrapped(privateMessage: PrivateMessage): MLSMessage {
  return { version: "mls10", wireformat: "mls_private_message", privateMessage };
}

function opened(result: ProcessMessageResult): { text: string; sender: number; aad: string; epoch: bigint } {
  if (result.kind !== "applicationMessage") throw new Error("no message");
  const { message, senderLeafIndex, aad, epoch } = result;
  return { text: Buffer.from(message).toString(), sender: senderLeafIndex, aad: Buffer.from(aad).toString(), epoch };
}

describe("P3: pre-shared keys", () => {
  it("serve private commits too", async () => {
    const [a, b] = await couple();
    const [pskId, psk] = [new Uint8Array([1, 2, 3]), new Uint8Array(32).fill(7)];
    const index = makePskIndex(undefined, { [Buffer.from(pskId).toString("base64")]: psk });
    const proposal: Proposal = {
      proposalType: "psk",
      psk: { preSharedKeyId: { psktype: "external", pskId, pskNonce: new Uint8Array(32) } },
    };
    const made = await committed(a, cs, { extraProposals: [proposal], pskIndex: index });
    const { newState } = await received(b, made.commit, { pskIndex: index });
    expect(secretOf(newState)).toBe(secretOf(made.newState));
  });
});

describe("P4: an application message", () => {
  it("says who sent it, what was authenticated with it, and its epoch", async () => {
    const [a, b] = await couple();
    const { message } = await sent(b, "hello", "m1");
    expect(opened(await received(a, wrapped(message)))).toEqual({ text: "hello", sender: 1, aad: "m1", epoch: 1n });
  });

  it("of an epoch that is past says the same", async () => {
    const [a, b] = await couple();
    const { message } = await sent(b, "late", "m2");
    const made = await committed(a, cs);
    expect(opened(await received(made.newState, wrapped(message)))).toEqual({
      text: "late",
      sender: 1,
      aad: "m2",
      epoch: 1n,
    });
  });
});

describe("P5: the sender", () => {
  it("must be a leaf that is not blank", async () => {
    const [a, b] = await couple();
    const { message } = await sent(b, "hello");
    const node = b.ratchetTree[2];
    if (node?.nodeType !== "leaf") throw new Error("no leaf");
    const open = (tree: ClientState["ratchetTree"]): Promise<unknown> =>
      unprotectPrivateMessage(
        a.keySchedule.senderDataSecret,
        message,
        a.secretTree,
        tree,
        a.groupContext,
        CONFIG.keyRetentionConfig,
        cs,
        node.leaf.signaturePublicKey,
      );
    await expect(open(a.ratchetTree)).resolves.toBeDefined();
    await expect(open(a.ratchetTree.with(2, undefined))).rejects.toThrow("non-blank leaf");
  });
});

describe("P17: generations that were skipped", () => {
  it("leave nothing from which a message that was read can be opened again", async () => {
    const [a, b] = await couple();
    const start = b.secretTree[0]?.application.secret;
    const first = await sent(a, "0");
    const second = await sent(first.next, "1");
    const { newState, consumed } = await received(b, wrapped(second.message));
    const ratchet = newState.secretTree[0]?.application;
    const kept = ratchet?.unusedGenerations[0];
    if (ratchet === undefined || kept === undefined || start === undefined) throw new Error("nothing kept");
    const [key, nonce] = [await deriveKey(start, 0, cs), await deriveNonce(start, 0, cs)];
    expect(Buffer.from(kept)).toEqual(Buffer.concat([key, nonce]));
    // The secrets of both generations are spent: what is left is the next one, and one key with its nonce.
    expect(consumed).toContain(start);
    const next = await deriveTreeSecret(start, "secret", 0, cs.kdf.size, cs.kdf);
    expect(consumed).toContainEqual(next);
    expect(Object.values(ratchet.unusedGenerations)).toEqual([kept]);
    expect(ratchet.secret).not.toEqual(next);
  });

  it("can be opened late, in any order, once", async () => {
    const [a, b] = await couple();
    const messages: PrivateMessage[] = [];
    let state = a;
    for (const text of ["0", "1", "2", "3", "4"]) {
      const made = await sent(state, text);
      messages.push(made.message);
      state = made.next;
    }
    let reader = b;
    for (const index of [3, 0, 4, 2, 1]) {
      const message = messages[index];
      if (message === undefined) throw new Error("no message");
      const result = await received(reader, wrapped(message));
      expect(opened(result).text).toBe(String(index));
      reader = result.newState;
      await expect(received(reader, wrapped(message))).rejects.toThrow("Desired gen in the past");
    }
  });

  it("are not damaged by a forged message", async () => {
    const [a, b] = await couple();
    const first = await sent(a, "0");
    const second = await sent(first.next, "1");
    const { newState } = await received(b, wrapped(second.message));
    const before = structuredClone(newState.secretTree);
    const ciphertext = first.message.ciphertext.toReversed();
    const forged = { ...first.message, ciphertext };
    await expect(processPrivateMessage(newState, forged, emptyPskIndex, cs)).rejects.toThrow(Error);
    expect(newState.secretTree).toEqual(before);
    expect(opened(await received(newState, wrapped(first.message))).text).toBe("0");
  });

  it("beyond what is kept are gone, and not even derived", async () => {
    const [a, b] = await couple();
    const { retainKeysForGenerations: most } = CONFIG.keyRetentionConfig;
    const messages: PrivateMessage[] = [];
    let state = a;
    for (let index = 0; index <= most + 2; index += 1) {
      const made = await sent(state, String(index));
      messages.push(made.message);
      state = made.next;
    }
    const last = messages.at(-1);
    if (last === undefined) throw new Error("no message");
    const { newState } = await received(b, wrapped(last));
    const kept = Object.keys(newState.secretTree[0]?.application.unusedGenerations ?? {}).map(Number);
    expect(kept).toEqual(Array.from({ length: most }, (_, index) => index + 2));
  });
});
