// Members of an MLS group as values, straight on the library and without certificates: for tests of the library itself.
import { createGroup, joinGroup, type ClientState } from "ts-mls/clientState.js";
import { defaultClientConfig } from "ts-mls/clientConfig.js";
import {
  createCommit,
  createGroupInfoWithExternalPub,
  joinGroupExternal,
  type CreateCommitOptions,
  type CreateCommitResult,
} from "ts-mls/createCommit.js";
import { getCiphersuiteFromName, type CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import { acceptAll, type IncomingMessageCallback } from "ts-mls/incomingMessageAction.js";
import { generateKeyPackageWithKey, type KeyPackage, type PrivateKeyPackage } from "ts-mls/keyPackage.js";
import type { MLSMessage, MlsMessageProtocol, MlsPublicMessage } from "ts-mls/message.js";
import { processMessage, type ProcessMessageResult } from "ts-mls/processMessages.js";
import type { Proposal } from "ts-mls/proposal.js";
import { emptyPskIndex, type PskIndex } from "ts-mls/pskIndex.js";
import {
  decodeGroupInfo,
  decodeMessage,
  decodeTree,
  encodeGroupInfo,
  encodeMessage,
  encodeTree,
} from "../../src/mls/bytes.ts";
import { nodeCrypto } from "../../src/mls/provider.ts";

export interface Pair {
  readonly publicPackage: KeyPackage;
  readonly privatePackage: PrivateKeyPackage;
}

export interface KeyPair {
  readonly signKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** Many messages may be skipped, few epochs are kept. */
export const CONFIG = {
  ...defaultClientConfig,
  keyRetentionConfig: { retainKeysForEpochs: 3, retainKeysForGenerations: 16, maximumForwardRatchetSteps: 200 },
};

/** Extensions with these numbers may be in the group's context. */
export const EXTENSIONS = [0xf100, 0xf101];

export async function pair(name: string, cs: CiphersuiteImpl, signatureKeys?: KeyPair): Promise<Pair> {
  const now = BigInt(Math.floor(Date.now() / 1000));
  return generateKeyPackageWithKey(
    { credentialType: "basic", identity: new TextEncoder().encode(name) },
    { versions: ["mls10"], ciphersuites: [cs.name], extensions: EXTENSIONS, proposals: [], credentials: ["basic"] },
    { notBefore: now - 3_600n, notAfter: now + 3_600n },
    [],
    signatureKeys ?? (await cs.signature.keygen()),
    cs,
  );
}

export function add({ publicPackage }: Pair): Proposal {
  return { proposalType: "add", add: { keyPackage: publicPackage } };
}

export function remove(removed: number): Proposal {
  return { proposalType: "remove", remove: { removed } };
}

export async function founded({ publicPackage, privatePackage }: Pair, cs: CiphersuiteImpl): Promise<ClientState> {
  return createGroup(new TextEncoder().encode("group"), publicPackage, privatePackage, [], cs, CONFIG);
}

/** A commit with the tree in its welcome, by value only. */
export async function committed(
  state: ClientState,
  cs: CiphersuiteImpl,
  options: CreateCommitOptions & { readonly pskIndex?: PskIndex } = {},
): Promise<CreateCommitResult> {
  const { pskIndex = emptyPskIndex, ...rest } = options;
  return createCommit({ state, cipherSuite: cs, pskIndex }, { ratchetTreeExtension: true, ...rest });
}

export async function welcomed(made: CreateCommitResult, own: Pair, cs: CiphersuiteImpl): Promise<ClientState> {
  if (made.welcome === undefined) throw new Error("nobody is welcome");
  const { publicPackage, privatePackage } = own;
  return joinGroup(made.welcome, publicPackage, privatePackage, emptyPskIndex, cs, undefined, undefined, CONFIG);
}

/** What a member makes of a message that has gone over the wire. */
export async function received(
  state: ClientState,
  message: MLSMessage,
  { cs = csOf(state), pskIndex = emptyPskIndex, action = acceptAll }: Receiving = {},
): Promise<ProcessMessageResult> {
  const decoded = decodeMessage(encodeMessage(message));
  if (decoded.wireformat !== "mls_private_message" && decoded.wireformat !== "mls_public_message") {
    throw new Error(`a ${decoded.wireformat}`);
  }
  return processMessage(decoded, state, pskIndex, action, cs);
}

interface Receiving {
  readonly cs?: CiphersuiteImpl;
  readonly pskIndex?: PskIndex;
  readonly action?: IncomingMessageCallback;
}

function csOf({ groupContext }: ClientState): CiphersuiteImpl {
  return nodeCrypto(getCiphersuiteFromName(groupContext.cipherSuite));
}

/** The first founds the group and adds the others in one commit: leaf 0, 1, 2, … */
export async function group(names: readonly string[], cs: CiphersuiteImpl): Promise<ClientState[]> {
  const [first = "", ...others] = names;
  const pairs = await Promise.all(others.map((name) => pair(name, cs)));
  const alone = await founded(await pair(first, cs), cs);
  if (pairs.length === 0) return [alone];
  const made = await committed(alone, cs, { extraProposals: pairs.map(add) });
  return [made.newState, ...(await Promise.all(pairs.map((own) => welcomed(made, own, cs))))];
}

/** Everybody else takes the commit; the committer goes on with what it made. In the order of `states`. */
export async function all(
  states: readonly ClientState[],
  by: number,
  made: CreateCommitResult,
): Promise<ClientState[]> {
  const next = states.map(async (state, index) =>
    index === by ? made.newState : (await received(state, made.commit)).newState,
  );
  return Promise.all(next);
}

/** Joins from outside; `resync` in the place of the own former leaf. */
export async function joinedExternally(
  host: ClientState,
  { publicPackage, privatePackage }: Pair,
  resync = false,
): Promise<{ readonly state: ClientState; readonly commit: MlsPublicMessage & MlsMessageProtocol }> {
  const cs = csOf(host);
  const info = await createGroupInfoWithExternalPub(host, [], cs);
  const tree = decodeTree(encodeTree(host.ratchetTree));
  const { newState, publicMessage } = await joinGroupExternal(
    decodeGroupInfo(encodeGroupInfo(info)),
    publicPackage,
    privatePackage,
    resync,
    cs,
    tree,
    CONFIG,
  );
  return { state: newState, commit: { version: "mls10", wireformat: "mls_public_message", publicMessage } };
}

export function at<T>(list: readonly T[], index: number): T {
  const value = list.at(index);
  if (value === undefined) throw new Error(`nothing at ${index}`);
  return value;
}

export function secretOf(state: ClientState): string {
  return Buffer.from(state.keySchedule.exporterSecret).toString("hex");
}

type KeyPairs = (index: number) => ReturnType<CiphersuiteImpl["hpke"]["generateKeyPair"]>;

/** A cryptography whose derived key pairs are made up: what a malicious committer uses. */
export function lying(honest: CiphersuiteImpl, pairs: KeyPairs): CiphersuiteImpl {
  let index = 0;
  const deriveKeyPair = (): ReturnType<KeyPairs> => {
    index += 1;
    return pairs(index - 1);
  };
  return { ...honest, hpke: { ...honest.hpke, deriveKeyPair } };
}
