// What a member does with a group: makes it, joins it, changes it, writes into it. Groups go in and come out as values: the
// caller keeps the next one before anything made from it leaves the machine, and wipes what is spent after that.
import { createGroup, joinGroup, type ClientState } from "ts-mls/clientState.js";
import { createCommit, createGroupInfoWithExternalPub, joinGroupExternal } from "ts-mls/createCommit.js";
import { createApplicationMessage } from "ts-mls/createMessage.js";
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import { mlsExporter } from "ts-mls/keySchedule.js";
import type { Proposal } from "ts-mls/proposal.js";
import { emptyPskIndex, type PskIndex } from "ts-mls/pskIndex.js";
import { Fault } from "../model/fault.ts";
import type { DeviceId } from "../model/ids.ts";
import type { Terms } from "../model/terms.ts";
import * as bytes from "./bytes.ts";
import { configFor } from "./config.ts";
import { credentialOf, type Credentials } from "./credentials.ts";
import { mlsFault } from "./faults.ts";
import {
  groupIdOf,
  leavesOf,
  rosterOf,
  termsExtension,
  termsOf,
  withTerms,
  type Group,
  type GroupName,
} from "./group.ts";
import {
  checkExtensions,
  newKeyPackage,
  requiredCapabilities,
  type KeyPackagePair,
  type OwnCredential,
} from "./key-package.ts";
import { bucketOf } from "./padding.ts";
import { suite } from "./ciphersuite.ts";
import type { SuiteName } from "./suite.ts";
import { freshParts, partsOf, treeOf } from "./tree-parts.ts";

export interface EngineWorld {
  readonly credentials: Credentials;
  readonly own: OwnCredential;
  readonly now: () => Date;
}

/** What a commit is to do. Nothing at all renews the committer's keys (RFC 9420 §12.4: an empty commit). */
export interface CommitWish {
  readonly add: readonly Uint8Array[];
  readonly remove: readonly DeviceId[];
  readonly terms?: Terms | undefined;
  /** The committer's new certificate and key. */
  readonly renew?: OwnCredential | undefined;
  /** Bound to the commit: readable by the server, changeable by nobody. */
  readonly aad: Uint8Array;
}

export interface Joined extends Pending {
  /** This device had a leaf, and it is gone. */
  readonly replaced: boolean;
}

/** A commit that was made and not yet accepted by the server: until then the old group goes on. */
export interface Pending {
  readonly next: Group;
  readonly commit: Uint8Array;
  /** For those who were added. */
  readonly welcome: Uint8Array | undefined;
  /** For those who come in by themselves. */
  readonly groupInfo: Uint8Array;
  /** In parts: see tree-parts.ts. */
  readonly tree: readonly Uint8Array[];
  /** Places of the parts that were not in the tree before. */
  readonly fresh: readonly number[];
  /** The old group, whose handshake key is used up: it goes on as this. Undefined for one who joins. */
  readonly base: Group | undefined;
  /** To be wiped when the commit was accepted, and not before: they are part of the old group. */
  readonly spent: readonly Uint8Array[];
}

export interface Sealed {
  readonly next: Group;
  readonly message: Uint8Array;
  readonly spent: readonly Uint8Array[];
}

export interface Invitation {
  readonly welcome: Uint8Array;
  readonly tree: readonly Uint8Array[];
  readonly pair: Omit<KeyPackagePair, "ref">;
}

/** A group that was ended for another one (RFC 9420 §11.2). */
export interface Former {
  readonly state: ClientState;
  readonly psks: PskIndex;
}

export class Engine {
  readonly #world: EngineWorld;

  constructor(world: EngineWorld) {
    this.#world = world;
  }

  keyPackage(name: string, isLastResort = false): Promise<KeyPackagePair> {
    const { own, now } = this.#world;
    return newKeyPackage(suite(name), { own, now: now(), isLastResort });
  }

  /** A group of this device alone, at epoch 0. */
  async found(name: GroupName, terms: Terms, suiteName: SuiteName): Promise<Group> {
    const { publicPackage, privatePackage } = await this.keyPackage(suiteName);
    const extensions = [requiredCapabilities(), termsExtension(terms)];
    const cs = suite(suiteName);
    const config = this.#config(this.#world.now());
    return { state: await createGroup(groupIdOf(name), publicPackage, privatePackage, extensions, cs, config) };
  }

  /** @throws Fault `commit-impossible` and what the wish itself may be refused for */
  async commit(group: Group, wish: CommitWish): Promise<Pending> {
    const cs = suiteOf(group);
    const state = this.#ready(group, this.#world.now());
    try {
      const made = await createCommit(
        { state, cipherSuite: cs },
        {
          extraProposals: this.#proposals(group, wish),
          authenticatedData: new Uint8Array(wish.aad),
          ...(wish.renew === undefined ? {} : { leaf: renewed(wish.renew) }),
        },
      );
      const next = { state: made.newState };
      const [commit, welcome] = [bytes.encodeMessage(made.commit), made.welcome && bytes.encodeWelcome(made.welcome)];
      return {
        next,
        commit,
        welcome,
        ...(await published(next, cs, partsOf(state.ratchetTree))),
        base: { state: made.spentState },
        spent: made.consumed,
      };
    } catch (error) {
      throw mlsFault("commit-impossible", "the change cannot be made", error);
    }
  }

  /** `former`: the group that this one follows. @throws Fault `welcome-unusable` */
  async joinByWelcome({ welcome, tree, pair }: Invitation, former?: Former): Promise<Group> {
    const decoded = bytes.decodeWelcome(welcome);
    const cs = suite(decoded.cipherSuite);
    const { publicPackage, privatePackage } = pair;
    try {
      const ratchetTree = treeOf(tree);
      const config = this.#config(undefined);
      const state = await joinGroup(
        decoded,
        publicPackage,
        privatePackage,
        former?.psks ?? emptyPskIndex,
        cs,
        ratchetTree,
        former?.state,
        config,
      );
      return this.#checked({ state });
    } catch (error) {
      throw mlsFault("welcome-unusable", "an invitation into a group cannot be used", error);
    }
  }

  /**
   * Joins without anybody's help (RFC 9420 §12.4.3.2), in the place of this device's own former leaf if there is one.
   * @throws Fault `group-info-unusable`
   */
  async joinExternally(groupInfo: Uint8Array, tree: readonly Uint8Array[], aad: Uint8Array): Promise<Joined> {
    const info = bytes.decodeGroupInfo(groupInfo);
    const cs = suite(info.groupContext.cipherSuite);
    const { publicPackage, privatePackage } = await this.keyPackage(info.groupContext.cipherSuite);
    try {
      const ratchetTree = treeOf(tree);
      const config = this.#config(undefined);
      const resync = this.#holdsOwnLeaf(ratchetTree);
      const { publicMessage, newState } = await joinGroupExternal(
        info,
        publicPackage,
        privatePackage,
        resync,
        cs,
        ratchetTree,
        config,
        new Uint8Array(aad),
      );
      const next = this.#checked({ state: newState });
      const commit = bytes.encodeMessage({ version: "mls10", wireformat: "mls_public_message", publicMessage });
      return {
        next,
        commit,
        welcome: undefined,
        ...(await published(next, cs, tree)),
        base: undefined,
        spent: [],
        replaced: resync,
      };
    } catch (error) {
      throw mlsFault("group-info-unusable", "the group cannot be joined by what the server holds of it", error);
    }
  }

  /** An application message in its size bucket. @throws Fault `seal-failed` */
  async seal(group: Group, plaintext: Uint8Array, aad: Uint8Array): Promise<Sealed> {
    const cs = suiteOf(group);
    const state = this.#ready(group, this.#world.now(), bucketOf(plaintext.length + CONTENT_EXTRA));
    try {
      const made = await createApplicationMessage(state, new Uint8Array(plaintext), cs, new Uint8Array(aad));
      const { newState, privateMessage, consumed } = made;
      const message = bytes.encodeMessage({ version: "mls10", wireformat: "mls_private_message", privateMessage });
      return { next: { state: newState }, message, spent: consumed };
    } catch (error) {
      throw mlsFault("seal-failed", "the message cannot be sealed", error);
    }
  }

  /** A secret of this epoch that all members can derive and nobody else (RFC 9420 §8.5). */
  async exportSecret(group: Group, label: string, context: Uint8Array): Promise<Uint8Array> {
    const cs = suiteOf(group);
    const { exporterSecret } = group.state.keySchedule;
    return mlsExporter(exporterSecret, label, new Uint8Array(context), EXPORTED_BYTES, cs);
  }

  // ---- parts

  #proposals(group: Group, { add, remove, terms }: CommitWish): Proposal[] {
    const members = remove.length === 0 ? [] : rosterOf(group, this.#world.credentials);
    const removes = remove.map((device): Proposal => {
      const member = members.find((one) => one.device === device);
      if (member === undefined) throw new Fault("not-in-roster", `the device ${device} is not in the group`);
      return { proposalType: "remove", remove: { removed: member.leaf } };
    });
    const adds = add.map((one): Proposal => ({
      proposalType: "add",
      add: { keyPackage: bytes.decodeKeyPackage(one) },
    }));
    if (terms === undefined) return [...removes, ...adds];
    const extensions = withTerms(group.state.groupContext.extensions, terms);
    const written: Proposal = { proposalType: "group_context_extensions", groupContextExtensions: { extensions } };
    return [...removes, ...adds, written];
  }

  /** A group that was joined must be one of ours: its roster and terms are read once. */
  #checked(group: Group): Group {
    rosterOf(group, this.#world.credentials);
    termsOf(group);
    checkExtensions(group);
    return group;
  }

  #holdsOwnLeaf(tree: ClientState["ratchetTree"]): boolean {
    const { credentials, own } = this.#world;
    return leavesOf(tree).some(
      ({ node }) => credentials.peerOf(node.credential, node.signaturePublicKey).device === own.device,
    );
  }

  #config(at: Date | undefined, padTo = 0): ReturnType<typeof configFor> {
    return configFor(this.#world.credentials, at, padTo);
  }

  #ready({ state }: Group, at: Date, padTo = 0): ClientState {
    return { ...state, clientConfig: this.#config(at, padTo) };
  }
}

/** What those who come in by themselves need: the signed description of the group, and its tree. */
export async function published(
  { state }: Group,
  cs: CiphersuiteImpl,
  old: readonly Uint8Array[],
): Promise<Pick<Pending, "groupInfo" | "tree" | "fresh">> {
  const info = await createGroupInfoWithExternalPub(state, [], cs);
  const tree = partsOf(state.ratchetTree);
  return { groupInfo: bytes.encodeGroupInfo(info), tree, fresh: freshParts(tree, old) };
}

export function suiteOf({ state }: Group): CiphersuiteImpl {
  return suite(state.groupContext.cipherSuite);
}

const EXPORTED_BYTES = 32;
/** Length prefixes and signature inside the padded content. */
const CONTENT_EXTRA = 80;

function renewed({ certificates, publicKey, signKey }: OwnCredential) {
  return { credential: credentialOf(certificates), signatureKeyPair: { publicKey, signKey } };
}
