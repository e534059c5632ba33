// One member of the group in the agreement test, and what must be true of its state at any time.
import { decodeGroupState, encodeGroupState, joinGroup, type ClientState } from "ts-mls/clientState.js";
import type { CreateCommitResult } from "ts-mls/createCommit.js";
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import type { PskIndex } from "ts-mls/pskIndex.js";
import { decodeTree, decodeWelcome, encodeTree, encodeWelcome } from "../../../src/mls/bytes.ts";
import { hexOf } from "../../../src/model/ids.ts";
import { CONFIG, pair, type KeyPair, type Pair } from "../../kit/members.ts";

export interface Member {
  readonly name: string;
  readonly keys: KeyPair;
  readonly pair: Pair;
  state: ClientState;
}

export interface Candidate {
  readonly name: string;
  readonly keys: KeyPair;
  readonly pair: Pair;
}

export async function candidate(name: string, cs: CiphersuiteImpl, keys?: KeyPair): Promise<Candidate> {
  const own = keys ?? (await cs.signature.keygen());
  return { name, keys: own, pair: await pair(name, cs, own) };
}

/** By the welcome, the tree on the side, both as bytes. */
export async function welcomedMember(
  who: Candidate,
  made: CreateCommitResult,
  { cs, pskIndex }: { readonly cs: CiphersuiteImpl; readonly pskIndex: PskIndex },
): Promise<Member> {
  if (made.welcome === undefined) throw new Error("nobody is welcome");
  const welcome = decodeWelcome(encodeWelcome(made.welcome));
  const tree = decodeTree(encodeTree(made.newState.ratchetTree));
  const { publicPackage, privatePackage } = who.pair;
  const state = await joinGroup(welcome, publicPackage, privatePackage, pskIndex, cs, tree, undefined, CONFIG);
  return { ...who, state };
}

/** As after a restart. */
export function restored(state: ClientState): ClientState {
  const [decoded] = decodeGroupState(encodeGroupState(state), 0) ?? [];
  if (decoded === undefined) throw new Error("the state cannot be read");
  return { ...decoded, clientConfig: CONFIG };
}

/** What all members must have in common. */
export function viewOf({ groupContext, keySchedule, confirmationTag }: ClientState): string {
  const { epoch, treeHash, confirmedTranscriptHash } = groupContext;
  const secrets = Object.values(keySchedule) as readonly Uint8Array[];
  return [String(epoch), ...[treeHash, confirmedTranscriptHash, confirmationTag, ...secrets].map(hexOf)].join(" ");
}

/** Every private key is that of its node, on the own path, and of no blank node; the own leaf has its key. */
export async function checkPrivateKeys({ state, name }: Member, cs: CiphersuiteImpl): Promise<void> {
  const { privatePath, ratchetTree } = state;
  if (privatePath.privateKeys[2 * privatePath.leafIndex] === undefined) throw new Error(`${name} lost its leaf key`);
  for (const [index, key] of Object.entries(privatePath.privateKeys)) {
    const node = ratchetTree[Number(index)];
    if (node === undefined) throw new Error(`${name} keeps a key of the blank node ${index}`);
    const expected = node.nodeType === "leaf" ? node.leaf.hpkePublicKey : node.parent.hpkePublicKey;
    const probe = await cs.hpke.seal(await cs.hpke.importPublicKey(expected), new Uint8Array(1), new Uint8Array());
    // throws when it is another key
    await cs.hpke.open(await cs.hpke.importPrivateKey(key), probe.enc, probe.ct, new Uint8Array());
  }
}
