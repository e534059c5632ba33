// The key schedule, pre-shared keys, transcript hashes and the secret tree.
/* oxlint-disable vitest/no-standalone-expect -- what mls.test.ts calls in its tests */
import { expect } from "vitest";
import { decodeAuthenticatedContent } from "ts-mls/authenticatedContent.js";
import { encodeGroupContext } from "ts-mls/groupContext.js";
import { initializeEpoch, mlsExporter } from "ts-mls/keySchedule.js";
import { computePskSecret, type PreSharedKeyID } from "ts-mls/presharedkey.js";
import { createSecretTree, deriveKey, deriveNonce, ratchetUntil, type GenerationSecret } from "ts-mls/secretTree.js";
import { expandSenderDataKey, expandSenderDataNonce } from "ts-mls/sender.js";
import { createConfirmedHash, createInterimHash } from "ts-mls/transcriptHash.js";
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import { bytesOf, hexOf } from "../../../src/model/ids.ts";
import { kind } from "./kind.ts";
import { whole } from "./whole.ts";

interface Epoch {
  readonly tree_hash: string;
  readonly commit_secret: string;
  readonly psk_secret: string;
  readonly confirmed_transcript_hash: string;
  readonly group_context: string;
  readonly joiner_secret: string;
  readonly welcome_secret: string;
  readonly init_secret: string;
  readonly sender_data_secret: string;
  readonly encryption_secret: string;
  readonly exporter_secret: string;
  readonly epoch_authenticator: string;
  readonly external_secret: string;
  readonly confirmation_key: string;
  readonly membership_key: string;
  readonly resumption_psk: string;
  readonly external_pub: string;
  readonly exporter: {
    readonly label: string;
    readonly context: string;
    readonly length: number;
    readonly secret: string;
  };
}
interface KeySchedule {
  readonly group_id: string;
  readonly initial_init_secret: string;
  readonly epochs: readonly Epoch[];
}

const keySchedule = kind<KeySchedule>("key-schedule", 7, async (vector, cs) => {
  let initSecret: Uint8Array = bytesOf(vector.initial_init_secret);
  for (const [number, epoch] of vector.epochs.entries()) {
    const context = {
      version: "mls10",
      cipherSuite: cs.name,
      groupId: bytesOf(vector.group_id),
      epoch: BigInt(number),
      treeHash: bytesOf(epoch.tree_hash),
      confirmedTranscriptHash: bytesOf(epoch.confirmed_transcript_hash),
      extensions: [],
    } as const;
    expect(hexOf(encodeGroupContext({ ...context, extensions: [] }))).toBe(epoch.group_context);
    const [commitSecret, pskSecret] = [bytesOf(epoch.commit_secret), bytesOf(epoch.psk_secret)];
    const made = await initializeEpoch(initSecret, commitSecret, { ...context, extensions: [] }, pskSecret, cs.kdf);
    expect(hexOf(made.joinerSecret)).toBe(epoch.joiner_secret);
    expect(hexOf(made.welcomeSecret)).toBe(epoch.welcome_secret);
    expect(hexOf(made.encryptionSecret)).toBe(epoch.encryption_secret);
    expect(mapped(made.keySchedule)).toEqual({
      initSecret: epoch.init_secret,
      senderDataSecret: epoch.sender_data_secret,
      exporterSecret: epoch.exporter_secret,
      epochAuthenticator: epoch.epoch_authenticator,
      externalSecret: epoch.external_secret,
      confirmationKey: epoch.confirmation_key,
      membershipKey: epoch.membership_key,
      resumptionPsk: epoch.resumption_psk,
    });
    const external = await cs.hpke.deriveKeyPair(made.keySchedule.externalSecret);
    expect(hexOf(await cs.hpke.exportPublicKey(external.publicKey))).toBe(epoch.external_pub);
    const { label, context: about, length, secret } = epoch.exporter;
    expect(hexOf(await mlsExporter(made.keySchedule.exporterSecret, label, bytesOf(about), length, cs))).toBe(secret);
    ({ initSecret } = made.keySchedule);
  }
});

function mapped(secrets: object): Record<string, string> {
  return Object.fromEntries(Object.entries(secrets).map(([name, secret]) => [name, hexOf(secret as Uint8Array)]));
}

interface Psks {
  readonly psks: readonly { readonly psk_id: string; readonly psk_nonce: string; readonly psk: string }[];
  readonly psk_secret: string;
}

const pskSecret = kind<Psks>("psk_secret", 77, async ({ psks, psk_secret: secret }, cs) => {
  const listed = psks.map(({ psk_id: id, psk_nonce: nonce, psk }): [PreSharedKeyID, Uint8Array] => [
    { psktype: "external", pskId: bytesOf(id), pskNonce: bytesOf(nonce) },
    bytesOf(psk),
  ]);
  expect(hexOf(await computePskSecret(listed, cs))).toBe(secret);
});

interface Transcript {
  readonly confirmation_key: string;
  readonly authenticated_content: string;
  readonly interim_transcript_hash_before: string;
  readonly confirmed_transcript_hash_after: string;
  readonly interim_transcript_hash_after: string;
}

const transcriptHashes = kind<Transcript>("transcript-hashes", 7, async (vector, cs) => {
  const { wireformat, content, auth } = whole(decodeAuthenticatedContent, vector.authenticated_content);
  if (content.contentType !== "commit" || auth.contentType !== "commit") throw new Error("not a commit");
  const input = { wireformat, content, signature: auth.signature };
  const confirmed = await createConfirmedHash(bytesOf(vector.interim_transcript_hash_before), input, cs.hash);
  expect(hexOf(confirmed)).toBe(vector.confirmed_transcript_hash_after);
  expect(await cs.hash.verifyMac(bytesOf(vector.confirmation_key), auth.confirmationTag, confirmed)).toBe(true);
  const interim = await createInterimHash(confirmed, auth.confirmationTag, cs.hash);
  expect(hexOf(interim)).toBe(vector.interim_transcript_hash_after);
});

interface SecretTree {
  readonly encryption_secret: string;
  readonly sender_data: {
    readonly sender_data_secret: string;
    readonly ciphertext: string;
    readonly key: string;
    readonly nonce: string;
  };
  readonly leaves: readonly (readonly {
    readonly generation: number;
    readonly application_key: string;
    readonly application_nonce: string;
    readonly handshake_key: string;
    readonly handshake_nonce: string;
  }[])[];
}

const secretTree = kind<SecretTree>("secret-tree", 21, async (vector, cs) => {
  const { sender_data_secret: secret, ciphertext, key, nonce } = vector.sender_data;
  expect(hexOf(await expandSenderDataKey(cs, bytesOf(secret), bytesOf(ciphertext)))).toBe(key);
  expect(hexOf(await expandSenderDataNonce(cs, bytesOf(secret), bytesOf(ciphertext)))).toBe(nonce);
  const tree = await createSecretTree(vector.leaves.length, bytesOf(vector.encryption_secret), cs.kdf);
  for (const [leaf, generations] of vector.leaves.entries()) {
    const node = tree[2 * leaf];
    if (node === undefined) throw new Error(`no secrets for leaf ${leaf}`);
    for (const each of generations) {
      const found = [
        await keyAndNonce(node.application, each.generation, cs),
        await keyAndNonce(node.handshake, each.generation, cs),
      ];
      expect(found).toEqual([each.application_key + each.application_nonce, each.handshake_key + each.handshake_nonce]);
    }
  }
});

/** Both ways: as the ratchet stands at the generation, and as it is kept when the ratchet goes past. */
async function keyAndNonce(ratchet: GenerationSecret, generation: number, cs: CiphersuiteImpl): Promise<string> {
  const config = { retainKeysForGenerations: 1, retainKeysForEpochs: 1, maximumForwardRatchetSteps: 1_000 };
  const [at] = await ratchetUntil(ratchet, generation, config, cs);
  const derived =
    hexOf(await deriveKey(at.secret, generation, cs)) + hexOf(await deriveNonce(at.secret, generation, cs));
  const [past] = await ratchetUntil(ratchet, generation + 1, config, cs);
  expect(hexOf(past.unusedGenerations[generation] ?? new Uint8Array())).toBe(derived);
  return derived;
}

export const schedule = [keySchedule, pskSecret, transcriptHashes, secretTree];
