// The forms of all messages, and how they are protected.
/* oxlint-disable vitest/no-standalone-expect -- what mls.test.ts calls in its tests */
import { expect } from "vitest";
import type { Decoder } from "ts-mls/codec/tlsDecoder.js";
import { decodeCommit, encodeCommit } from "ts-mls/commit.js";
import { createContentCommitSignature } from "ts-mls/framedContent.js";
import type { GroupContext } from "ts-mls/groupContext.js";
import { decodeGroupSecrets, encodeGroupSecrets } from "ts-mls/groupSecrets.js";
import type { LeafNode } from "ts-mls/leafNode.js";
import { decodeMlsMessage, encodeMlsMessage } from "ts-mls/message.js";
import { protect, protectApplicationData, protectProposal, unprotectPrivateMessage } from "ts-mls/messageProtection.js";
import { protectProposalPublic, protectPublicMessage, unprotectPublicMessage } from "ts-mls/messageProtectionPublic.js";
import {
  decodeAdd,
  decodeExternalInit,
  decodeGroupContextExtensions,
  decodeProposal,
  decodePSK,
  decodeReinit,
  decodeRemove,
  decodeUpdate,
  encodeAdd,
  encodeExternalInit,
  encodeGroupContextExtensions,
  encodeProposal,
  encodePSK,
  encodeReinit,
  encodeRemove,
  encodeUpdate,
} from "ts-mls/proposal.js";
import type { RatchetTree } from "ts-mls/ratchetTree.js";
import { createSecretTree } from "ts-mls/secretTree.js";
import { toLeafIndex } from "ts-mls/treemath.js";
import { decodeMessage, decodeTree, encodeMessage, encodeTree } from "../../../src/mls/bytes.ts";
import { bytesOf, hexOf } from "../../../src/model/ids.ts";
import { kind } from "./kind.ts";
import { whole } from "./whole.ts";

type Field =
  | "mls_welcome"
  | "mls_group_info"
  | "mls_key_package"
  | "public_message_application"
  | "public_message_proposal"
  | "public_message_commit"
  | "private_message"
  | "ratchet_tree"
  | "group_secrets"
  | "add_proposal"
  | "update_proposal"
  | "remove_proposal"
  | "pre_shared_key_proposal"
  | "re_init_proposal"
  | "external_init_proposal"
  | "group_context_extensions_proposal"
  | "commit";

/** Reads the bytes and writes them again. */
type Round = (hex: string) => Uint8Array;

function round<T>(decoder: Decoder<T>, encoder: (value: T) => Uint8Array): Round {
  return (hex) => encoder(whole(decoder, hex));
}
const message: Round = (hex) => encodeMessage(decodeMessage(bytesOf(hex)));

const ROUNDS: Readonly<Record<Field, Round>> = {
  mls_welcome: message,
  mls_group_info: message,
  mls_key_package: message,
  public_message_application: message,
  public_message_proposal: message,
  public_message_commit: message,
  private_message: message,
  ratchet_tree: (hex) => encodeTree(decodeTree(bytesOf(hex))),
  group_secrets: round(decodeGroupSecrets, encodeGroupSecrets),
  add_proposal: round(decodeAdd, encodeAdd),
  update_proposal: round(decodeUpdate, encodeUpdate),
  remove_proposal: round(decodeRemove, encodeRemove),
  pre_shared_key_proposal: round(decodePSK, encodePSK),
  re_init_proposal: round(decodeReinit, encodeReinit),
  external_init_proposal: round(decodeExternalInit, encodeExternalInit),
  group_context_extensions_proposal: round(decodeGroupContextExtensions, encodeGroupContextExtensions),
  commit: round(decodeCommit, encodeCommit),
};

const messageForms = kind<Readonly<Record<Field, string>>>("messages", 300, (vector) => {
  expect(Object.keys(vector).toSorted()).toEqual(Object.keys(ROUNDS).toSorted());
  for (const [field, again] of Object.entries(ROUNDS)) {
    expect(hexOf(again(vector[field as Field]))).toBe(vector[field as Field]);
  }
});

interface Protection {
  readonly group_id: string;
  readonly epoch: number;
  readonly tree_hash: string;
  readonly confirmed_transcript_hash: string;
  readonly signature_priv: string;
  readonly signature_pub: string;
  readonly encryption_secret: string;
  readonly sender_data_secret: string;
  readonly membership_key: string;
  readonly proposal: string;
  readonly proposal_priv: string;
  readonly proposal_pub: string;
  readonly commit: string;
  readonly commit_priv: string;
  readonly commit_pub: string;
  readonly application: string;
  readonly application_priv: string;
}

/** Two members; the second one sends. The vectors have no tree: only that there is such a leaf matters. */
const SENDER = 1;
const TREE: RatchetTree = [undefined, undefined, { nodeType: "leaf", leaf: {} as LeafNode }];
const PADDING = { kind: "padUntilLength", padUntilLength: 64 } as const;
const KEEP = { retainKeysForGenerations: 8, retainKeysForEpochs: 1, maximumForwardRatchetSteps: 8 };
const NONE = new Uint8Array();

const messageProtection = kind<Protection>("message-protection", 7, async (vector, cs) => {
  const context: GroupContext = {
    version: "mls10",
    cipherSuite: cs.name,
    groupId: bytesOf(vector.group_id),
    epoch: BigInt(vector.epoch),
    treeHash: bytesOf(vector.tree_hash),
    confirmedTranscriptHash: bytesOf(vector.confirmed_transcript_hash),
    extensions: [],
  };
  const [priv, pub] = [bytesOf(vector.signature_priv), bytesOf(vector.signature_pub)];
  const [senderDataSecret, membershipKey] = [bytesOf(vector.sender_data_secret), bytesOf(vector.membership_key)];
  const secrets = await createSecretTree(2, Uint8Array.from(bytesOf(vector.encryption_secret)), cs.kdf);

  /** What is in a message, public or private, as hex of its content. */
  const opened = async (hex: string): Promise<string> => {
    const found = whole(decodeMlsMessage, hex);
    const { content } =
      found.wireformat === "mls_public_message"
        ? await unprotectPublicMessage(membershipKey, context, TREE, found.publicMessage, cs, pub)
        : await openedPrivate(found);
    if (content.contentType === "application") return hexOf(content.applicationData);
    return hexOf(content.contentType === "proposal" ? encodeProposal(content.proposal) : encodeCommit(content.commit));
  };
  const openedPrivate = async (found: ReturnType<typeof decodeMessage>) => {
    if (found.wireformat !== "mls_private_message") throw new Error(`a ${found.wireformat}`);
    const sealed = found.privateMessage;
    const result = await unprotectPrivateMessage(senderDataSecret, sealed, secrets, TREE, context, KEEP, cs, pub);
    return result.content;
  };
  const hexOfMessage = (made: Parameters<typeof encodeMlsMessage>[0]): string => hexOf(encodeMlsMessage(made));

  expect(await opened(vector.proposal_priv)).toBe(vector.proposal);
  expect(await opened(vector.proposal_pub)).toBe(vector.proposal);
  expect(await opened(vector.commit_priv)).toBe(vector.commit);
  expect(await opened(vector.commit_pub)).toBe(vector.commit);
  expect(await opened(vector.application_priv)).toBe(vector.application);

  // and what we protect
  const proposal = whole(decodeProposal, vector.proposal);
  const publicProposal = await protectProposalPublic(priv, membershipKey, context, NONE, proposal, SENDER, cs);
  expect(await opened(hexOfMessage({ version: "mls10", wireformat: "mls_public_message", ...publicProposal }))).toBe(
    vector.proposal,
  );
  const sealedProposal = await protectProposal(
    priv,
    senderDataSecret,
    proposal,
    NONE,
    context,
    secrets,
    SENDER,
    PADDING,
    cs,
  );
  const { privateMessage } = sealedProposal;
  expect(await opened(hexOfMessage({ version: "mls10", wireformat: "mls_private_message", privateMessage }))).toBe(
    vector.proposal,
  );
  const application = await protectApplicationData(
    priv,
    senderDataSecret,
    bytesOf(vector.application),
    NONE,
    context,
    secrets,
    toLeafIndex(SENDER),
    PADDING,
    cs,
  );
  expect(
    await opened(
      hexOfMessage({ version: "mls10", wireformat: "mls_private_message", privateMessage: application.privateMessage }),
    ),
  ).toBe(vector.application);

  const commit = whole(decodeCommit, vector.commit);
  const sender = { senderType: "member", leafIndex: SENDER } as const;
  for (const wireformat of ["mls_public_message", "mls_private_message"] as const) {
    const signed = await createContentCommitSignature(context, wireformat, commit, sender, NONE, priv, cs.signature);
    const auth = { contentType: "commit", signature: signed.signature, confirmationTag: bytesOf("00") } as const;
    const content = signed.framedContent;
    const made =
      wireformat === "mls_public_message"
        ? {
            version: "mls10" as const,
            wireformat,
            publicMessage: await protectPublicMessage(membershipKey, context, { wireformat, content, auth }, cs),
          }
        : {
            version: "mls10" as const,
            wireformat,
            privateMessage: (
              await protect(senderDataSecret, NONE, context, secrets, { ...content, auth }, SENDER, PADDING, cs)
            ).privateMessage,
          };
    expect(await opened(hexOfMessage(made))).toBe(vector.commit);
  }
});

export const messages = [messageForms, messageProtection];
