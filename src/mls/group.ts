// A group as a value: what a member holds at one epoch. Nobody outside this room looks into it; every step gives a new one.
import type { ClientState } from "ts-mls/clientState.js";
import type { Extension } from "ts-mls/extension.js";
import type { LeafNode } from "ts-mls/leafNode.js";
import { Fault } from "../model/fault.ts";
import { bytesOf, hexOf, type DeviceId, type Handle, type LogId } from "../model/ids.ts";
import { decodeTerms, encodeTerms, type Terms } from "../model/terms.ts";
import type { Credentials, LeafPeer } from "./credentials.ts";
import { knownSuite, type SuiteName } from "./suite.ts";

/** The library's state. Only this room reads it. */
export interface Group {
  readonly state: ClientState;
}

/** A conversation's group: the log it lives in, and which one it is there (a group that nobody can go on with is founded anew). */
export interface GroupName {
  readonly log: LogId;
  readonly founding: number;
}

/** A leaf and whose it is. */
export interface Member extends LeafPeer {
  readonly leaf: number;
}

/** Private use (RFC 9420 §17.3): the terms of the conversation (model/terms.ts), in the group context. */
export const TERMS_EXTENSION = 0xf4c1;
const ID_BYTES = 20;

export function groupIdOf({ log, founding }: GroupName): Uint8Array {
  const id = Buffer.alloc(ID_BYTES);
  bytesOf(log).copy(id);
  id.writeUInt32BE(founding, 16);
  return new Uint8Array(id);
}

/** Not another one of the same conversation. */
export function isSameGroup(a: Group, b: Group): boolean {
  return hexOf(a.state.groupContext.groupId) === hexOf(b.state.groupContext.groupId);
}

/** Undefined if it is no group id of ours. */
export function groupNameOf(id: Uint8Array): GroupName | undefined {
  if (id.length !== ID_BYTES) return undefined;
  return { log: hexOf(id.subarray(0, 16)) as LogId, founding: Buffer.from(id).readUInt32BE(16) };
}

export function nameOf({ state }: Group): GroupName {
  const name = groupNameOf(state.groupContext.groupId);
  if (name === undefined) throw new Fault("foreign-group", "this is not a group of a conversation");
  return name;
}

export function epochOf({ state }: Group): number {
  return Number(state.groupContext.epoch);
}

/** @throws Fault `mls-suite` */
export function suiteNameOf({ state }: Group): SuiteName {
  return knownSuite(state.groupContext.cipherSuite);
}

/** @throws Fault `bad-terms` */
export function termsOf({ state }: Group): Terms {
  return termsIn(state.groupContext.extensions);
}

/** @throws Fault `bad-terms`: missing, twice, or not in the one form */
export function termsIn(extensions: readonly Extension[]): Terms {
  const [only, another] = extensions.filter(({ extensionType }) => extensionType === TERMS_EXTENSION);
  const terms = only === undefined || another !== undefined ? undefined : decodeTerms(only.extensionData);
  if (terms === undefined) throw new Fault("bad-terms", "the group does not say the terms of its conversation");
  return terms;
}

export function termsExtension(terms: Terms): Extension {
  return { extensionType: TERMS_EXTENSION, extensionData: new Uint8Array(encodeTerms(terms)) };
}

/** Every extension of the group context with these terms in the place of the old ones. */
export function withTerms(extensions: readonly Extension[], terms: Terms): Extension[] {
  return extensions.map((one) => (one.extensionType === TERMS_EXTENSION ? termsExtension(terms) : one));
}

/** Every member, in the order of leaves. @throws Fault `credential-*`, `certificate-*`, `leaf-twice` */
export function rosterOf({ state }: Group, credentials: Credentials): readonly Member[] {
  const leaves = leavesOf(state.ratchetTree);
  const members = leaves.map(({ leaf, node }): Member => {
    const peer = credentials.peerOf(node.credential, node.signaturePublicKey);
    return { ...peer, leaf };
  });
  // One leaf for each device and for each key: a second one would be a second voice of the same name (RFC 9420 §7.3).
  const devices = new Set(members.map(({ device }) => device));
  const keys = new Set(leaves.map(({ node }) => hexOf(node.signaturePublicKey)));
  if (devices.size !== members.length || keys.size !== members.length)
    throw new Fault("leaf-twice", "a device has two leaves in the group");
  return members;
}

export function devicesOf(members: readonly Member[]): ReadonlyMap<DeviceId, Handle> {
  return new Map(members.map(({ device, user }) => [device, user]));
}

export function leavesOf(tree: ClientState["ratchetTree"]): readonly { leaf: number; node: LeafNode }[] {
  return tree.flatMap((node, index) => (node?.nodeType === "leaf" ? [{ leaf: index / 2, node: node.leaf }] : []));
}

/** The leaf node at `leaf` in a tree; undefined where it is blank. */
export function leafAt(tree: ClientState["ratchetTree"], leaf: number): LeafNode | undefined {
  const node = tree[2 * leaf];
  return node?.nodeType === "leaf" ? node.leaf : undefined;
}
