// How a group goes on as another one with another cipher suite (RFC 9420 §11.2): same members, same terms, new keys. One member
// ends the old group and makes the new one in the same step; the others follow. What they know together proves it: the new group
// begins with a secret of the old one's last epoch.
import { makePskIndex } from "ts-mls/clientState.js";
import { createCommit } from "ts-mls/createCommit.js";
import { processPrivateMessage } from "ts-mls/processMessages.js";
import type { Proposal, Reinit } from "ts-mls/proposal.js";
import { emptyPskIndex, type PskIndex } from "ts-mls/pskIndex.js";
import { makeResumptionPsk } from "ts-mls/resumption.js";
import { Fault } from "../model/fault.ts";
import { hexOf } from "../model/ids.ts";
import { encodeTerms, type Terms } from "../model/terms.ts";
import * as bytes from "./bytes.ts";
import { Seen } from "./commit-check.ts";
import { configFor } from "./config.ts";
import { type Engine, type EngineWorld, type Pending, published, suiteOf } from "./engine.ts";
import { mlsFault } from "./faults.ts";
import { type Group, type GroupName, groupNameOf, nameOf, rosterOf, termsOf } from "./group.ts";
import type { DeclaredChange } from "./groups.ts";
import { decodePair, devicesIn, type OwnCredential, type SignKeys } from "./key-package.ts";
import { openMove, packMove } from "./move.ts";
import { checkSender, committerOf, opened, type ReceivedCommit, type Stamped } from "./receive.ts";
import { suite } from "./ciphersuite.ts";
import { CLASSIC, suiteFor, type SuiteName } from "./suite.ts";

interface Mover extends EngineWorld {
  readonly engine: Engine;
}

export interface MoveWish {
  /** Which group of the conversation the new one is. */
  readonly founding: number;
  /** Key packages of all other members, for the suite of the new group. */
  readonly add: readonly Uint8Array[];
  readonly aad: Uint8Array;
}

/** @throws Fault `not-due`, `not-everybody`, `commit-impossible` */
export async function movedGroup(group: Group, wish: MoveWish, by: Mover): Promise<Pending> {
  checkDue(group, by.credentials);
  checkEverybody(group, wish, by);
  const name = { log: nameOf(group).log, founding: wish.founding };
  return madeMove(group, { ...wish, name, terms: termsOf(group), suiteName: CLASSIC }, by);
}

interface Target extends MoveWish {
  readonly name: GroupName;
  readonly terms: Terms;
  readonly suiteName: SuiteName;
}

/** Whether or not it should be. @internal */
export async function madeMove(group: Group, to: Target, { engine, credentials, now }: Mover): Promise<Pending> {
  const state = { ...group.state, clientConfig: configFor(credentials, now()) };
  const founded = await engine.found(to.name, to.terms, to.suiteName);
  const { groupId, extensions } = founded.state.groupContext;
  const reinit: Reinit = { groupId, version: "mls10", cipherSuite: to.suiteName, extensions };
  const cs = suite(to.suiteName);
  try {
    const ended = await createCommit(
      { state, cipherSuite: suiteOf(group) },
      { extraProposals: [{ proposalType: "reinit", reinit }], authenticatedData: new Uint8Array(to.aad) },
    );
    const adds = to.add.map((one): Proposal => ({
      proposalType: "add",
      add: { keyPackage: bytes.decodeKeyPackage(one) },
    }));
    const psk = makeResumptionPsk(ended.newState, "reinit", cs);
    const made = await createCommit(
      { state: founded.state, pskIndex: makePskIndex(ended.newState, {}), cipherSuite: cs },
      { extraProposals: [...adds, { proposalType: "psk", psk: { preSharedKeyId: psk.id } }] },
    );
    if (made.welcome === undefined) throw new Fault("not-everybody", "there is nobody to move the group with");
    // What its founder was in alone is nothing to come back to.
    const next: Group = { state: { ...made.newState, historicalReceiverData: new Map() } };
    const shown = await published(next, cs, []);
    const [commit, welcome] = [bytes.encodeMessage(ended.commit), bytes.encodeWelcome(made.welcome)];
    const move = packMove({ commit, welcome, tree: shown.tree });
    const spent = [...ended.consumed, ...made.consumed];
    return { ...shown, next, commit: move, welcome: undefined, base: { state: ended.spentState }, spent };
  } catch (error) {
    throw mlsFault("commit-impossible", "the group cannot be moved", error);
  }
}

interface Follower {
  readonly engine: Engine;
  readonly credentials: EngineWorld["credentials"];
  readonly own: OwnCredential & SignKeys;
  /** Of the key package that the Welcome names; undefined if it is not here. */
  readonly secret: Uint8Array | undefined;
}

/** @throws Fault `move-malformed`, `commit-refused`, `roster-mismatch`, `welcome-unusable` and those of any commit */
export async function followMove(group: Group, entry: Stamped, by: Follower): Promise<ReceivedCommit> {
  const move = openMove(entry.message);
  const { ended, committer, spent } = await endedBy(group, { ...entry, message: move.commit }, by);
  const { secret, own, engine, credentials } = by;
  if (secret === undefined) throw unusable("its key package is not here");
  const pair = decodePair(secret, { own, decode: bytes.decodeKeyPackage });
  const psks = new AskedFor(makePskIndex(ended.state, {}));
  const next = await engine.joinByWelcome({ ...move, pair }, { state: ended.state, psks });
  if (!psks.wasReinit) throw unusable("it does not begin with a secret of the group before");
  checkSame(group, next, credentials);
  return { kind: "commit", next, by: committer, ...NO_CHANGE, movedTo: CLASSIC, spent };
}

const NO_CHANGE = {
  isExternal: false,
  added: [],
  removed: [],
  isRenewed: false,
  isOut: false,
  terms: undefined,
} as const;

interface Ended {
  readonly ended: Group;
  readonly committer: ReceivedCommit["by"];
  readonly spent: readonly Uint8Array[];
}

/** The old group, ended by one of its members as it may be. */
async function endedBy(group: Group, entry: Stamped, { credentials }: Follower): Promise<Ended> {
  const message = bytes.decodeMessage(entry.message);
  if (message.wireformat !== "mls_private_message") throw new Fault("not-used", "a group is ended by its members only");
  const state = { ...group.state, clientConfig: configFor(credentials, entry.at) };
  const seen = new Seen("move");
  const result = await opened(() =>
    processPrivateMessage(state, message.privateMessage, emptyPskIndex, suiteOf(group), (incoming) =>
      seen.note(incoming),
    ),
  );
  if (seen.hasOther) throw new Fault("not-used", "a commit holds a proposal that is not used here");
  if (result.kind !== "newState") throw new Fault("not-used", "an entry holds no commit");
  const committer = committerOf(rosterOf(group, credentials), seen);
  checkSender(committer, entry, message.privateMessage.authenticatedData);
  checkNothingDeclared(entry.declared);
  checkDue(group, credentials);
  checkReinit(group, result.newState.groupActiveState);
  return { ended: { state: result.newState }, committer, spent: result.consumed };
}

/** Nobody makes the keys of a small conversation weaker: only one that is too large for the others moves. */
function checkDue(group: Group, credentials: EngineWorld["credentials"]): void {
  const wanted = suiteFor(rosterOf(group, credentials).length);
  if (wanted !== CLASSIC || group.state.groupContext.cipherSuite === CLASSIC)
    throw new Fault("not-due", "the group has the cipher suite that is right for its size");
}

function checkEverybody(group: Group, { add }: MoveWish, { credentials, own }: EngineWorld): void {
  const others = new Set(rosterOf(group, credentials).map(({ device }) => device));
  others.delete(own.device);
  const coming = devicesIn(add, credentials);
  if (coming.length === others.size && coming.every((device) => others.delete(device))) return;
  throw new Fault("not-everybody", "a group moves with all of its members, and no one else");
}

function checkReinit(group: Group, active: Group["state"]["groupActiveState"]): void {
  if (active.kind !== "suspendedPendingReinit") throw new Fault("not-used", "the commit does not end the group");
  const { groupId, version, cipherSuite, extensions } = active.reinit;
  const { log, founding } = nameOf(group);
  const next = groupNameOf(groupId);
  const isOurs = next?.log === log && next.founding > founding;
  const asText = (all: typeof extensions): string =>
    JSON.stringify(all.map(({ extensionType, extensionData }) => [extensionType, hexOf(extensionData)]));
  const isSame = asText(extensions) === asText(group.state.groupContext.extensions);
  if (!isOurs || !isSame || version !== "mls10" || cipherSuite !== CLASSIC)
    throw new Fault("commit-refused", "a commit moves the group to where it does not belong");
}

function checkNothingDeclared(declared: DeclaredChange | undefined): void {
  if (declared !== undefined && declared.add.length + declared.remove.length === 0 && declared.terms === undefined)
    return;
  throw new Fault("roster-mismatch", "a commit that moves the group was declared as something else");
}

/** The same devices of the same users, on the same terms. */
function checkSame(before: Group, next: Group, credentials: EngineWorld["credentials"]): void {
  const [old, now] = [before, next].map((group) => rosterOf(group, credentials));
  const users = new Map(old?.map(({ device, user }) => [device, user]));
  const isSame = now?.length === users.size && now.every(({ device, user }) => users.get(device) === user);
  const [was, is] = [before, next].map((group) => hexOf(encodeTerms(termsOf(group))));
  if (!isSame || was !== is) throw unusable("it is a group of others");
}

/** Knows whether the new group was bound to the old one. */
class AskedFor implements PskIndex {
  readonly #index: PskIndex;
  wasReinit = false;

  constructor(index: PskIndex) {
    this.#index = index;
  }

  findPsk(id: Parameters<PskIndex["findPsk"]>[0]): Uint8Array | undefined {
    const found = this.#index.findPsk(id);
    if (found !== undefined && id.psktype === "resumption" && id.usage === "reinit") this.wasReinit = true;
    return found;
  }
}

function unusable(why: string): Fault {
  return new Fault("welcome-unusable", `the group that this one goes on as cannot be entered: ${why}`);
}
