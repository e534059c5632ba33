// The judgement of a commit: what it really changes, held against the rights of who made it and against what the server was
// told. Every member comes to the same answer from the same entry.
import type { ClientState } from "ts-mls/clientState.js";
import type { LeafNode } from "ts-mls/leafNode.js";
import type { ProposalWithSender } from "ts-mls/unappliedProposals.js";
import { Fault } from "../model/fault.ts";
import { hexOf, type DeviceId } from "../model/ids.ts";
import { refusesCommit, refusesJoin, type Leaf, type RosterChange } from "../model/rights.ts";
import { encodeTerms, type Terms } from "../model/terms.ts";
import { checkTime, type Credentials, type LeafPeer } from "./credentials.ts";
import { devicesOf, rosterOf, TERMS_EXTENSION, termsIn, termsOf, type Group, type Member } from "./group.ts";
import type { DeclaredChange } from "./groups.ts";
import { checkLifetime } from "./key-package.ts";

/** Where a commit was met. */
export interface Scene {
  readonly group: Group;
  readonly credentials: Credentials;
  /** The time of the entry: the same for every member. */
  readonly at: Date;
  readonly declared: DeclaredChange | undefined;
}

/** What a commit was found to do. */
export interface Judged {
  readonly added: readonly LeafPeer[];
  readonly removed: readonly LeafPeer[];
  /** The committer's certificate is another one now. */
  readonly isRenewed: boolean;
  readonly terms: Terms | undefined;
  /** This device is no longer in the group. */
  readonly isOut: boolean;
}

type Incoming =
  | {
      readonly kind: "commit";
      readonly senderLeafIndex: number | undefined;
      readonly proposals: readonly ProposalWithSender[];
    }
  | { readonly kind: "proposal" };

/** What the library shows of a commit while it opens it. Proposals on their own are not used here. */
export class Seen {
  committer: number | undefined;
  removed: readonly number[] = [];
  added: readonly LeafNode[] = [];
  hasOther = false;
  readonly #by: By;

  constructor(by: By) {
    this.#by = by;
  }

  note(incoming: Incoming): "accept" | "reject" {
    if (incoming.kind === "proposal") return "reject";
    this.committer = incoming.senderLeafIndex;
    const proposals = incoming.proposals.map(({ proposal }) => proposal);
    this.removed = proposals.flatMap((one) => (one.proposalType === "remove" ? [one.remove.removed] : []));
    this.added = proposals.flatMap((one) => (one.proposalType === "add" ? [one.add.keyPackage.leafNode] : []));
    this.hasOther = proposals.some(({ proposalType }) => !USED[this.#by].has(proposalType));
    return this.hasOther ? "reject" : "accept";
  }
}

type By = "member" | "joiner" | "move";

/** RFC 9420 §12.2: external_init belongs to those who come in by themselves, they bring nobody else; and a group is ended by that alone. */
const USED: Readonly<Record<By, ReadonlySet<unknown>>> = {
  member: new Set(["add", "remove", "group_context_extensions"]),
  joiner: new Set(["external_init", "remove"]),
  move: new Set(["reinit"]),
};

export interface Commit {
  readonly before: readonly Member[];
  readonly by: LeafPeer;
  readonly isExternal: boolean;
  readonly seen: Seen;
  readonly newState: ClientState;
}

/**
 * The change that was really made, if it was one that `by` had a right to and had declared.
 * @throws Fault `not-used`, `commit-invalid`, `commit-refused`, `roster-mismatch`, `bad-terms`, `key-package-expired`, `certificate-*`
 */
export function judge(scene: Scene, commit: Commit): Judged {
  const { seen, newState } = commit;
  if (seen.hasOther) throw new Fault("not-used", "a commit holds a proposal that is not used here");
  const isOut = newState.groupActiveState.kind === "removedFromGroup";
  const { added, removed, isRenewed } = changeOf(scene, commit);
  const terms = isOut ? declaredTerms(scene) : newTerms(scene, newState);
  const change: RosterChange = {
    add: added.map(leafOf),
    remove: removed.map(leafOf),
    terms,
    revoked: new Set(scene.declared?.revoked),
  };
  checkDeclared(scene, commit.before, change);
  checkRights(scene, commit, change);
  return { added, removed, isRenewed, terms, isOut };
}

function changeOf(
  { credentials, at }: Scene,
  { before, by, seen, isExternal, newState }: Commit,
): Pick<Judged, "added" | "removed" | "isRenewed"> {
  const removed = seen.removed.map((leaf) => {
    const member = before.find((one) => one.leaf === leaf);
    if (member === undefined) throw new Fault("commit-invalid", "a commit removes a blank leaf");
    return member;
  });
  const added = seen.added.map((node) => {
    if (node.leafNodeSource === "key_package") checkLifetime(node.lifetime, at);
    return credentials.peerOf(node.credential, node.signaturePublicKey);
  });
  if (isExternal) added.push(by);
  for (const peer of added) checkTime(peer, at);
  const isRenewed = checkRest({ before, by, removed, added, isExternal }, newState, credentials);
  return { added, removed, isRenewed };
}

interface Expected {
  readonly before: readonly Member[];
  readonly by: LeafPeer;
  readonly removed: readonly Member[];
  readonly added: readonly LeafPeer[];
  readonly isExternal: boolean;
}

/** Nobody's leaf changes but the committer's, and that one stays the same device (RFC 9420 §5.3.1). True if it has a new certificate. */
function checkRest(expected: Expected, state: ClientState, credentials: Credentials): boolean {
  const { before, by, removed, added, isExternal } = expected;
  if (state.groupActiveState.kind === "removedFromGroup") return false;
  const after = rosterOf({ state }, credentials);
  const gone = new Set(removed.map(({ leaf }) => leaf));
  const kept = before.filter(({ leaf }) => !gone.has(leaf));
  const wanted = new Map([...kept, ...added].map((peer) => [peer.device, peer]));
  if (wanted.size !== kept.length + added.length || after.length !== wanted.size) throw rosterFault();
  let isRenewed = false;
  for (const member of after) {
    const peer = wanted.get(member.device);
    if (peer === undefined || peer.user !== member.user) throw rosterFault();
    if (peer.certificate === member.certificate) continue;
    if (isExternal || member.device !== by.device) throw rosterFault();
    isRenewed = true;
  }
  return isRenewed;
}

function rosterFault(): Fault {
  return new Fault("commit-refused", "a commit changes the leaf of somebody else", { cause: "credential-changed" });
}

function newTerms({ group }: Scene, newState: ClientState): Terms | undefined {
  const before = group.state.groupContext.extensions;
  const after = newState.groupContext.extensions;
  const rest = (extensions: typeof before): string =>
    JSON.stringify(extensions.map(({ extensionType, extensionData }) => [extensionType, hexOf(extensionData)]));
  if (rest(before) === rest(after)) return undefined;
  const terms = termsIn(after);
  // Only the terms may change: every other extension stays as the founder wrote it.
  const others = (extensions: typeof before): string =>
    rest(extensions.filter(({ extensionType }) => typeof extensionType !== "number"));
  if (after.length !== before.length || others(before) !== others(after))
    throw new Fault("commit-refused", "a commit changes more of the group than its terms");
  return terms;
}

/** One who is put out cannot read the new group context: what was declared is all there is. */
function declaredTerms({ declared }: Scene): Terms | undefined {
  return declared?.terms === undefined ? undefined : termsFromBytes(declared.terms);
}

function termsFromBytes(terms: Uint8Array): Terms {
  return termsIn([{ extensionType: TERMS_EXTENSION, extensionData: terms }]);
}

/**
 * A server that was put back to an older state is told again what the group is since long: devices to be removed that are not in
 * it, the terms that it has.
 */
function checkDeclared({ declared, group }: Scene, before: readonly Member[], change: RosterChange): void {
  const inside = new Set(before.map(({ device }) => device));
  const isSame =
    declared !== undefined &&
    sameDevices(declared.add, change.add) &&
    sameDevices(
      declared.remove.filter((device) => inside.has(device)),
      change.remove,
    ) &&
    (sameTerms(declared.terms, change.terms) ||
      (change.terms === undefined && sameTerms(declared.terms, termsOf(group))));
  if (isSame) return;
  throw new Fault("roster-mismatch", "a commit does something else than was declared to the server");
}

function sameDevices(declared: readonly DeviceId[], made: readonly Leaf[]): boolean {
  const devices = new Set(declared);
  return (
    devices.size === declared.length && devices.size === made.length && made.every(({ device }) => devices.has(device))
  );
}

function sameTerms(declared: Uint8Array | undefined, made: Terms | undefined): boolean {
  if (declared === undefined || made === undefined) return declared === made;
  return hexOf(declared) === hexOf(encodeTerms(made));
}

function checkRights({ group, declared }: Scene, { before, by, isExternal }: Commit, change: RosterChange): void {
  const standing = {
    terms: termsOf(group),
    roster: devicesOf(before),
    leaving: new Set(declared?.leaving),
  };
  const refusal = isExternal ? refusesJoin(standing, by, change) : refusesCommit(standing, by, change);
  if (refusal !== undefined) throw new Fault("commit-refused", `${by.user} had no right to this change: ${refusal}`);
}

function leafOf({ device, user }: LeafPeer): Leaf {
  return { device, user };
}
