// Joining, and following a group as a member that says nothing.
/* oxlint-disable vitest/no-standalone-expect -- what mls.test.ts calls in its tests */
import { expect } from "vitest";
import { joinGroup, makePskIndex, type ClientState } from "ts-mls/clientState.js";
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import { verifyGroupInfoConfirmationTag, verifyGroupInfoSignature } from "ts-mls/groupInfo.js";
import { acceptAll } from "ts-mls/incomingMessageAction.js";
import { makeKeyPackageRef } from "ts-mls/keyPackage.js";
import { processMessage } from "ts-mls/processMessages.js";
import { decryptGroupInfo, decryptGroupSecrets } from "ts-mls/welcome.js";
import { decodeKeyPackage, decodeMessage, decodeTree, decodeWelcome } from "../../../src/mls/bytes.ts";
import { bytesOf, hexOf } from "../../../src/model/ids.ts";
import { kind, type Kind } from "./kind.ts";

interface Welcome {
  readonly init_priv: string;
  readonly signer_pub: string;
  readonly key_package: string;
  readonly welcome: string;
}

const welcome = kind<Welcome>("welcome", 7, async (vector, cs) => {
  const ref = await makeKeyPackageRef(decodeKeyPackage(bytesOf(vector.key_package)), cs.hash);
  const message = decodeWelcome(bytesOf(vector.welcome));
  const init = await cs.hpke.importPrivateKey(bytesOf(vector.init_priv));
  const secrets = await decryptGroupSecrets(init, ref, message, cs.hpke);
  if (secrets === undefined) throw new Error("no group secrets");
  const noPsk = new Uint8Array(cs.kdf.size);
  const info = await decryptGroupInfo(message, secrets.joinerSecret, noPsk, cs);
  if (info === undefined) throw new Error("no group info");
  expect(await verifyGroupInfoSignature(info, bytesOf(vector.signer_pub), cs.signature)).toBe(true);
  expect(await verifyGroupInfoConfirmationTag(info, secrets.joinerSecret, noPsk, cs)).toBe(true);
});

interface Passive {
  readonly external_psks: readonly { readonly psk_id: string; readonly psk: string }[];
  readonly key_package: string;
  readonly signature_priv: string;
  readonly encryption_priv: string;
  readonly init_priv: string;
  readonly welcome: string;
  readonly ratchet_tree: string | null;
  readonly initial_epoch_authenticator: string;
  readonly epochs: readonly {
    readonly proposals: readonly string[];
    readonly commit: string;
    readonly epoch_authenticator: string;
  }[];
}

async function follow(vector: Passive, cs: CiphersuiteImpl): Promise<void> {
  const psks = Object.fromEntries(
    vector.external_psks.map(({ psk_id: id, psk }) => [bytesOf(id).toString("base64"), bytesOf(psk)]),
  );
  let state = await joinGroup(
    decodeWelcome(bytesOf(vector.welcome)),
    decodeKeyPackage(bytesOf(vector.key_package)),
    {
      initPrivateKey: bytesOf(vector.init_priv),
      hpkePrivateKey: bytesOf(vector.encryption_priv),
      signaturePrivateKey: bytesOf(vector.signature_priv),
    },
    makePskIndex(undefined, psks),
    cs,
    vector.ratchet_tree === null ? undefined : decodeTree(bytesOf(vector.ratchet_tree)),
  );
  const step = async (hex: string): Promise<ClientState> => {
    const message = decodeMessage(bytesOf(hex));
    if (message.wireformat !== "mls_public_message" && message.wireformat !== "mls_private_message") {
      throw new Error(`a ${message.wireformat}`);
    }
    return (await processMessage(message, state, makePskIndex(state, psks), acceptAll, cs)).newState;
  };
  expect(hexOf(state.keySchedule.epochAuthenticator)).toBe(vector.initial_epoch_authenticator);
  for (const { proposals, commit, epoch_authenticator: authenticator } of vector.epochs) {
    for (const proposal of proposals) state = await step(proposal);
    state = await step(commit);
    expect(hexOf(state.keySchedule.epochAuthenticator)).toBe(authenticator);
  }
}

const passive: readonly Kind[] = (
  [
    ["welcome", 56],
    ["handling-commit", 91],
    ["random", 1],
  ] as const
).map(([name, count]) => kind<Passive>(`passive-client-${name}`, count, follow));

export const groups = [welcome, ...passive];
