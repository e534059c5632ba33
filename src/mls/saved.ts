// A group at rest: rows that the vault seals and keeps. A message changes one small row, a commit the epoch's; what is spent
// is overwritten, not kept beside. The rows are secret.
import type { ClientState } from "ts-mls/clientState.js";
import { contramapBufferEncoders, encode, type Encoder } from "ts-mls/codec/tlsEncoder.js";
import { mapDecoders, type Decoder } from "ts-mls/codec/tlsDecoder.js";
import {
  decodeVarLenData,
  decodeVarLenType,
  varLenDataEncoder,
  varLenTypeEncoder,
} from "ts-mls/codec/variableLength.js";
import type { EpochReceiverData } from "ts-mls/epochReceiverData.js";
import { decodeGroupActiveState, groupActiveStateEncoder } from "ts-mls/groupActiveState.js";
import { decodeGroupContext, groupContextEncoder } from "ts-mls/groupContext.js";
import { decodeKeySchedule, keyScheduleEncoder } from "ts-mls/keySchedule.js";
import { decodePrivateKeyPath, privateKeyPathEncoder } from "ts-mls/privateKeyPath.js";
import { decodeRatchetTree, encodeRatchetTree } from "ts-mls/ratchetTree.js";
import {
  decodeSecretTreeNode,
  secretTreeNodeEncoder,
  type SecretTree,
  type SecretTreeNode,
} from "ts-mls/secretTree.js";
import { Fault } from "../model/fault.ts";
import { configFor } from "./config.ts";
import type { Credentials } from "./credentials.ts";
import { isSameGroup, type Group } from "./group.ts";

/** What to write and what to wipe, by name. */
export interface RowChanges {
  readonly put: ReadonlyMap<string, Uint8Array>;
  readonly drop: readonly string[];
}

/** Before every row: another form gets another number. */
const VERSION = 1;
/** Leaves whose ratchets share a row: a message rewrites about 2 kB. */
const CHUNK = 16;
const CORE = "core";

/** An epoch as the rows see it: the one that goes on, and those that are kept for late messages. */
interface Epoch {
  readonly epoch: bigint;
  readonly tree: ClientState["ratchetTree"];
  readonly keys: SecretTree;
  readonly past: EpochReceiverData | undefined;
}

/** The rows of `next` that are not those of `before` already. */
export function rowChanges(next: Group, before?: Group): RowChanges {
  const isSame = before !== undefined && isSameGroup(before, next);
  const old = new Map(isSame ? epochsOf(before).map((one) => [one.epoch, one]) : []);
  const put = new Map<string, Uint8Array>();
  if (before === undefined || before.state.groupContext !== next.state.groupContext)
    put.set(CORE, versioned(encodeCore(next.state)));
  for (const epoch of epochsOf(next)) putEpoch(put, epoch, old.get(epoch.epoch));
  const kept = new Set(namesOf(next));
  const drop = before === undefined ? [] : namesOf(before).filter((name) => !kept.has(name));
  return { put, drop };
}

/** All the names under which a group is kept. */
export function namesOf(group: Group): readonly string[] {
  const names = [CORE];
  for (const { epoch, keys, past } of epochsOf(group)) {
    names.push(treeName(epoch));
    if (past !== undefined) names.push(pastName(epoch));
    for (let chunk = 0; chunk < chunksOf(keys); chunk += 1) names.push(keysName(epoch, chunk));
  }
  return names;
}

/** @throws Fault `state-malformed` */
export function groupFrom(rows: ReadonlyMap<string, Uint8Array>, credentials: Credentials): Group {
  const core = whole(decodeCore, rows, CORE);
  const { epoch } = core.groupContext;
  const historicalReceiverData = new Map<bigint, EpochReceiverData>();
  for (const name of rows.keys()) {
    const past = /^past\/(\d+)$/.exec(name)?.[1];
    if (past === undefined) continue;
    const at = BigInt(past);
    const rest = whole(decodePast, rows, name);
    historicalReceiverData.set(at, { ...rest, ratchetTree: treeFrom(rows, at), secretTree: keysFrom(rows, at) });
  }
  const state: ClientState = {
    ...core,
    unappliedProposals: {},
    ratchetTree: treeFrom(rows, epoch),
    secretTree: keysFrom(rows, epoch),
    historicalReceiverData: inOrder(historicalReceiverData),
    clientConfig: configFor(credentials, undefined),
  };
  return { state };
}

function inOrder(past: Map<bigint, EpochReceiverData>): Map<bigint, EpochReceiverData> {
  return new Map([...past].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function epochsOf({ state }: Group): readonly Epoch[] {
  const { groupContext, ratchetTree, secretTree, historicalReceiverData } = state;
  const now = { epoch: groupContext.epoch, tree: ratchetTree, keys: secretTree, past: undefined };
  const past = [...historicalReceiverData].map(([epoch, data]): Epoch => {
    return { epoch, tree: data.ratchetTree, keys: data.secretTree, past: data };
  });
  return [now, ...past];
}

function putEpoch(put: Map<string, Uint8Array>, next: Epoch, before: Epoch | undefined): void {
  const { epoch, tree, keys, past } = next;
  if (before?.tree !== tree) put.set(treeName(epoch), versioned(encodeRatchetTree(tree)));
  if (past !== undefined && before?.past === undefined) put.set(pastName(epoch), versioned(encodePast(past)));
  for (let chunk = 0; chunk < chunksOf(keys); chunk += 1) {
    const nodes = leafNodes(keys, chunk);
    const old = before === undefined ? [] : leafNodes(before.keys, chunk);
    if (nodes.length === old.length && nodes.every((node, index) => node === old[index])) continue;
    put.set(keysName(epoch, chunk), versioned(encodeKeys(nodes)));
  }
}

// ---- ratchets: only those of leaves are ever used (RFC 9420 §9.1)

const NOTHING = { secret: new Uint8Array(), generation: 0, unusedGenerations: {} };
const BETWEEN: SecretTreeNode = { handshake: NOTHING, application: NOTHING };

function chunksOf(keys: SecretTree): number {
  return Math.ceil((keys.length + 1) / 2 / CHUNK);
}

function leafNodes(keys: SecretTree, chunk: number): readonly SecretTreeNode[] {
  const first = 2 * CHUNK * chunk;
  return keys.slice(first, first + 2 * CHUNK).filter((_node, index) => index % 2 === 0);
}

function keysFrom(rows: ReadonlyMap<string, Uint8Array>, epoch: bigint): SecretTree {
  const leaves: SecretTreeNode[] = [];
  for (let chunk = 0; rows.has(keysName(epoch, chunk)); chunk += 1)
    leaves.push(...whole(decodeKeys, rows, keysName(epoch, chunk)));
  return leaves.flatMap((leaf, index) => (index === 0 ? [leaf] : [BETWEEN, leaf]));
}

function treeFrom(rows: ReadonlyMap<string, Uint8Array>, epoch: bigint): ClientState["ratchetTree"] {
  return whole(decodeRatchetTree, rows, treeName(epoch));
}

// ---- names and forms

function treeName(epoch: bigint): string {
  return `tree/${epoch}`;
}

function pastName(epoch: bigint): string {
  return `past/${epoch}`;
}

function keysName(epoch: bigint, chunk: number): string {
  return `keys/${epoch}/${chunk}`;
}

const encodeKeys: Encoder<readonly SecretTreeNode[]> = (nodes) =>
  encode(varLenTypeEncoder(secretTreeNodeEncoder))([...nodes]);
const decodeKeys = decodeVarLenType(decodeSecretTreeNode);

const encodeCore = encode(
  contramapBufferEncoders(
    [
      groupContextEncoder,
      keyScheduleEncoder,
      privateKeyPathEncoder,
      varLenDataEncoder,
      varLenDataEncoder,
      groupActiveStateEncoder,
    ],
    (state: ClientState) =>
      [
        state.groupContext,
        state.keySchedule,
        state.privatePath,
        state.signaturePrivateKey,
        state.confirmationTag,
        state.groupActiveState,
      ] as const,
  ),
);
const decodeCore = mapDecoders(
  [
    decodeGroupContext,
    decodeKeySchedule,
    decodePrivateKeyPath,
    decodeVarLenData,
    decodeVarLenData,
    decodeGroupActiveState,
  ],
  // oxlint-disable-next-line max-params -- the library hands the fields over one by one
  (groupContext, keySchedule, privatePath, signaturePrivateKey, confirmationTag, groupActiveState) => {
    return { groupContext, keySchedule, privatePath, signaturePrivateKey, confirmationTag, groupActiveState };
  },
);

const encodePast = encode(
  contramapBufferEncoders(
    [varLenDataEncoder, varLenDataEncoder, groupContextEncoder],
    (past: EpochReceiverData) => [past.resumptionPsk, past.senderDataSecret, past.groupContext] as const,
  ),
);
const decodePast = mapDecoders(
  [decodeVarLenData, decodeVarLenData, decodeGroupContext],
  (resumptionPsk, senderDataSecret, groupContext) => ({ resumptionPsk, senderDataSecret, groupContext }),
);

function versioned(bytes: Uint8Array): Uint8Array {
  const row = new Uint8Array(bytes.length + 1);
  row[0] = VERSION;
  row.set(bytes, 1);
  return row;
}

/** All the bytes or nothing. */
function whole<T>(decode: Decoder<T>, rows: ReadonlyMap<string, Uint8Array>, name: string): T {
  const row = rows.get(name);
  const read = row?.[0] === VERSION ? attempt(() => decode(row.slice(1), 0)) : undefined;
  if (row === undefined || read === undefined || read[1] !== row.length - 1)
    throw new Fault("state-malformed", `the stored state of a group cannot be read: ${name}`);
  return read[0];
}

function attempt<T>(read: () => T | undefined): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
