// What comes from the others: opened, checked, and held against what the server said of it. Nothing is believed that the
// sender's own leaf did not sign; nothing is applied that the sender had no right to.
import type { ClientState } from "ts-mls/clientState.js";
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import type { PrivateMessage } from "ts-mls/privateMessage.js";
import { processPrivateMessage, processPublicMessage } from "ts-mls/processMessages.js";
import { emptyPskIndex } from "ts-mls/pskIndex.js";
import type { PublicMessage } from "ts-mls/publicMessage.js";
import { Fault, reason } from "../model/fault.ts";
import { hexOf, type DeviceId } from "../model/ids.ts";
import * as bytes from "./bytes.ts";
import { judge, Seen, type Commit, type Judged } from "./commit-check.ts";
import { configFor } from "./config.ts";
import type { Credentials, LeafPeer } from "./credentials.ts";
import { mlsFault } from "./faults.ts";
import { epochOf, groupNameOf, leafAt, nameOf, rosterOf, type Group, type Member } from "./group.ts";
import type { DeclaredChange } from "./groups.ts";
import { suite } from "./ciphersuite.ts";
import type { SuiteName } from "./suite.ts";

/** An entry of the log, as the server stamped it. */
export interface Stamped {
  /** What the server stored it as: a message must not come as a commit, nor the other way. */
  readonly kind: "app" | "commit";
  readonly message: Uint8Array;
  readonly device: DeviceId;
  /** The time of the entry: the same for every member. */
  readonly at: Date;
  /** What the sender bound to it: this and nothing else must be in there. */
  readonly aad: Uint8Array;
  /** With a commit: what the server was told it does, and let happen. */
  readonly declared?: DeclaredChange | undefined;
}

export interface ReceivedMessage {
  readonly kind: "message";
  readonly next: Group;
  readonly plaintext: Uint8Array;
  readonly from: Member;
  readonly epoch: number;
  readonly spent: readonly Uint8Array[];
}

export interface ReceivedCommit extends Judged {
  readonly kind: "commit";
  readonly next: Group;
  readonly by: LeafPeer;
  /** Came in by itself; `removed` then holds its own former leaf, if it had one. */
  readonly isExternal: boolean;
  /** The group goes on as another one, of this suite. */
  readonly movedTo?: SuiteName;
  readonly spent: readonly Uint8Array[];
}

export interface ReceiverWorld {
  readonly credentials: Credentials;
}

/**
 * Opens one entry. A throw leaves the group as it was.
 * @throws Fault `epoch-ahead` (commits are missing), `epoch-gone` (its keys are wiped), `replayed`, `undecryptable`, `sender-mismatch`,
 *   `roster-mismatch`, `commit-refused`, `commit-invalid`, `other-group`, `not-used`
 */
export async function receive(
  group: Group,
  entry: Stamped,
  world: ReceiverWorld,
): Promise<ReceivedMessage | ReceivedCommit> {
  const message = bytes.decodeMessage(entry.message);
  const cs = suite(group.state.groupContext.cipherSuite);
  const step = { group, entry, world, cs };
  switch (message.wireformat) {
    case "mls_private_message":
      checkEpoch(group, message.privateMessage);
      return entry.kind === "app"
        ? openMessage(step, message.privateMessage)
        : openCommit(step, message.privateMessage);
    case "mls_public_message":
      if (entry.kind === "app") throw new Fault("not-used", "a message that is not private");
      checkEpoch(group, message.publicMessage.content);
      return openJoin(step, message.publicMessage);
    default:
      throw new Fault("not-used", `an entry holds a ${message.wireformat}`);
  }
}

interface Step {
  readonly group: Group;
  readonly entry: Stamped;
  readonly world: ReceiverWorld;
  readonly cs: CiphersuiteImpl;
}

function checkEpoch(group: Group, { groupId, epoch }: { readonly groupId: Uint8Array; readonly epoch: bigint }): void {
  const { state } = group;
  if (hexOf(groupId) !== hexOf(state.groupContext.groupId)) {
    const [ours, theirs] = [nameOf(group), groupNameOf(groupId)];
    if (theirs?.log === ours.log && theirs.founding > ours.founding)
      throw new Fault("epoch-ahead", "the entry is of a group that this one went on as, and the move is not here");
    throw new Fault("other-group", "the entry is of another group");
  }
  if (epoch > state.groupContext.epoch)
    throw new Fault("epoch-ahead", `the entry is of epoch ${epoch}, this device is at ${epochOf(group)}`);
  if (epoch < state.groupContext.epoch && !state.historicalReceiverData.has(epoch))
    throw new Fault("epoch-gone", `the entry is of epoch ${epoch}, and its keys are no longer kept`);
}

// ---- messages

async function openMessage(step: Step, message: PrivateMessage): Promise<ReceivedMessage> {
  const { group, entry, world, cs } = step;
  const result = await opened(() => processPrivateMessage(ready(step), message, emptyPskIndex, cs, () => "reject"));
  if (result.kind !== "applicationMessage") throw new Fault("not-used", "an entry holds no message");
  const tree = treeOf(group.state, message.epoch);
  const from = memberAt(tree, result.senderLeafIndex, world.credentials);
  checkSender(from, entry, result.aad);
  const next = { state: result.newState };
  return {
    kind: "message",
    next,
    plaintext: result.message,
    from,
    epoch: Number(message.epoch),
    spent: result.consumed,
  };
}

function treeOf(state: ClientState, epoch: bigint): ClientState["ratchetTree"] {
  if (epoch === state.groupContext.epoch) return state.ratchetTree;
  return state.historicalReceiverData.get(epoch)?.ratchetTree ?? [];
}

function memberAt(tree: ClientState["ratchetTree"], leaf: number, credentials: Credentials): Member {
  const node = leafAt(tree, leaf);
  if (node === undefined) throw new Fault("undecryptable", `there is no leaf ${leaf}`);
  return { ...credentials.peerOf(node.credential, node.signaturePublicKey), leaf };
}

/** The device that MLS proves must be the one that the server names, and it must have meant this entry. */
export function checkSender(from: LeafPeer, { device, aad }: Stamped, proven: Uint8Array): void {
  if (from.device !== device)
    throw new Fault(
      "sender-mismatch",
      `the server says that ${device} wrote this, the group proves that it was ${from.user} (${from.device})`,
    );
  if (hexOf(proven) !== hexOf(aad))
    throw new Fault("sender-mismatch", `an entry of ${from.user} was put where it does not belong`);
}

// ---- commits

async function openCommit(step: Step, message: PrivateMessage): Promise<ReceivedCommit> {
  const before = rosterOf(step.group, step.world.credentials);
  const seen = new Seen("member");
  const result = await opened(() =>
    processPrivateMessage(ready(step), message, emptyPskIndex, step.cs, (incoming) => seen.note(incoming)),
  ).catch((error: unknown) => {
    // Nobody can follow an own commit by what it says to the others.
    throw seen.committer === step.group.state.privatePath.leafIndex ? lostByUs(error) : error;
  });
  if (result.kind !== "newState") throw new Fault("not-used", "an entry holds no commit");
  const committer = committerOf(before, seen);
  checkSender(committer, step.entry, message.authenticatedData);
  return judged(step, { before, by: committer, isExternal: false, seen }, result);
}

export function committerOf(before: readonly Member[], seen: Seen): Member {
  const committer = before.find(({ leaf }) => leaf === seen.committer);
  if (committer === undefined) throw new Fault("commit-invalid", "a commit comes from no member");
  return committer;
}

async function openJoin(step: Step, message: PublicMessage): Promise<ReceivedCommit> {
  const { content } = message;
  if (content.contentType !== "commit" || content.sender.senderType !== "new_member_commit")
    throw new Fault("not-used", "a public entry that is no external commit");
  const { path, proposals } = content.commit;
  if (proposals.some(({ proposalOrRefType }) => proposalOrRefType !== "proposal"))
    throw new Fault("not-used", "an external commit that refers to proposals");
  if (path === undefined) throw new Fault("commit-invalid", "an external commit without a path");
  const { credentials } = step.world;
  const by = credentials.peerOf(path.leafNode.credential, path.leafNode.signaturePublicKey);
  checkSender(by, step.entry, content.authenticatedData);
  const before = rosterOf(step.group, credentials);
  const seen = new Seen("joiner");
  const result = await opened(() =>
    processPublicMessage(ready(step), message, emptyPskIndex, step.cs, (incoming) => seen.note(incoming)),
  );
  const own = before.find(({ leaf }) => leaf === step.group.state.privatePath.leafIndex);
  if (by.device === own?.device) throw lostByUs();
  return judged(step, { before, by, isExternal: true, seen }, result);
}

/** A commit of this device that it does not know of: its state is not what it was. */
function lostByUs(cause?: unknown): Fault {
  return new Fault("epoch-ahead", "this device made this commit, and has lost it", { cause });
}

interface Opened {
  readonly newState: ClientState;
  readonly consumed: readonly Uint8Array[];
}

function judged({ group, entry, world }: Step, commit: Omit<Commit, "newState">, result: Opened): ReceivedCommit {
  const { credentials } = world;
  const { newState, consumed } = result;
  const found = judge({ group, credentials, at: entry.at, declared: entry.declared }, { ...commit, newState });
  const { by, isExternal } = commit;
  return { ...found, kind: "commit", next: { state: newState }, by, isExternal, spent: consumed };
}

// ---- the library

function ready({ group, entry, world }: Step): ClientState {
  return { ...group.state, clientConfig: configFor(world.credentials, entry.at) };
}

/** The library's own errors, by what they mean. */
export async function opened<T>(open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof Fault) throw error;
    if (reason(error) === "Desired gen in the past")
      throw mlsFault("replayed", "the keys of this entry were used", error);
    throw mlsFault("undecryptable", "the entry cannot be opened", error);
  }
}
