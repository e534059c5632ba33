// How a commit of this device is made: what it needs from the server first, and what is sent with it.
import { Fault } from "../../../model/fault.ts";
import type { DeviceId, Handle, LogId, MessageId } from "../../../model/ids.ts";
import type { Leaf } from "../../../model/rights.ts";
import { decodeTerms, type Terms } from "../../../model/terms.ts";
import { CLAIM_DEVICES } from "../../../model/limits.ts";
import type { Groups, GroupView, Proposed } from "../../../mls/groups.ts";
import { suiteNumber, type SuiteName } from "../../../mls/suite.ts";
import type { ClientMessageOf, LogState, ServerMessageOf, WelcomeNote } from "../../../wire/messages.ts";
import type { Change, GroupRows, Vault } from "../../port/vault.ts";
import { type Ground, type GroupWish, planned, usersToBring } from "../plan.ts";
import type { Ask } from "./ask.ts";
import type { Mend } from "./mending.ts";
import { getTree, partIds } from "./trees.ts";

export interface MakingWorld {
  readonly log: LogId;
  readonly groups: Groups;
  readonly ask: Ask;
  readonly self: Leaf;
  /** Devices of a user, as the lobby has them. */
  readonly devicesOf: (user: Handle) => readonly DeviceId[];
}

/** A commit that was made, as it is appended. */
export interface Made {
  readonly rows: GroupRows;
  /** Parts of the new tree that go before it: the server takes no commit whose tree it does not hold. */
  readonly parts: readonly Uint8Array[];
  readonly append: ClientMessageOf<"append">;
}

/** Where in the log it is made. */
export interface Place {
  readonly mid: MessageId;
  readonly epoch: number;
  readonly since: number;
}

/** What is left to be done when the server has been asked for everything: the groups' part. */
export type Propose = () => Promise<Made>;

/** @throws Fault `bad-terms` */
export function foundingOf(world: MakingWorld, state: LogState, place: Place): Propose {
  const terms = termsIn(state);
  const { mid } = place;
  return async () => {
    const proposed = await world.groups.found(world.log, state.epoch, { add: [], remove: [], terms, mid });
    return made(world, proposed, { ...place, how: "first" });
  };
}

export type Info = ServerMessageOf<"groupInfo">;

export async function joiningOf(world: MakingWorld, info: Info, place: Place): Promise<Propose> {
  const tree = await getTree(world.ask, world.log, info.tree);
  const { groupInfo } = info;
  return async () => {
    const proposed = await world.groups.joinExternally(world.log, { groupInfo, tree, mid: place.mid });
    return made(world, proposed, { ...place, how: "external" });
  };
}

/** Undefined: the wish has come true by itself. @throws Fault: why it cannot be */
export async function wishedOf(
  world: MakingWorld,
  wish: GroupWish,
  at: Place & Pick<Ground, "view" | "leaving" | "overdue"> & { readonly mend: Mend },
): Promise<Propose | undefined> {
  const { view, leaving, overdue } = at;
  const devices = await packagesOf(world, usersToBring(wish), view);
  const plan = planned(wish, { self: world.self, view, leaving, overdue, devices });
  if (plan.plan === "nothing") return undefined;
  if (plan.plan === "refused") throw new Fault(plan.refusal, "the change is not yours to make");
  return async () => {
    const proposed = await world.groups.commit(world.log, { ...plan.commit, mid: at.mid });
    return mending(made(world, proposed, { ...at, how: "commit" }), at.mend);
  };
}

/** The group does not notice: there it is so already. */
function mending(commit: Made, { remove, terms, restored }: Mend): Made {
  const said = commit.append.commit;
  if (said === undefined) return commit;
  const more = {
    remove: [...said.remove, ...remove],
    terms: said.terms.length > 0 ? said.terms : (terms ?? said.terms),
    restored,
  };
  return { ...commit, append: { ...commit.append, commit: { ...said, ...more } } };
}

async function packagesOf(
  world: MakingWorld,
  users: readonly Handle[],
  view: GroupView,
): Promise<Map<Handle, Map<DeviceId, Uint8Array | undefined>>> {
  const inside = new Set(view.members.map(({ device }) => device));
  const found = new Map<Handle, Map<DeviceId, Uint8Array | undefined>>();
  for (const user of users) {
    const devices = world
      .devicesOf(user)
      .filter((device) => !inside.has(device))
      .slice(0, CLAIM_DEVICES);
    found.set(user, await claimed(world, view.suite, devices));
  }
  return found;
}

/** One of each device, at most `CLAIM_DEVICES`; undefined where there is none. */
export async function claimed(
  { ask, log }: Pick<MakingWorld, "ask" | "log">,
  suite: SuiteName,
  devices: readonly DeviceId[],
): Promise<Map<DeviceId, Uint8Array | undefined>> {
  if (devices.length === 0) return new Map();
  const { packages } = await ask({ type: "claimKeyPackages", log, suite: suiteNumber(suite), devices }, "keyPackages");
  return new Map(packages.map((one) => [one.device, one.package.length === 0 ? undefined : one.package]));
}

interface Sealing extends Place {
  readonly how: "first" | "external" | "commit" | "move";
}

export function made({ log, self }: MakingWorld, proposed: Proposed, to: Sealing): Made {
  const { add, remove, terms = new Uint8Array(), groupInfo, tree, welcome, commit: body } = proposed;
  const others = add.filter((device) => device !== self.device);
  const welcomes = welcome === undefined ? [] : [{ devices: others, body: welcome }];
  const { mid, epoch, since, how } = to;
  const is = { external: how === "external", reinit: how === "move", restored: false };
  const commit = { add, remove, ...is, terms, groupInfo, tree: partIds(tree), welcomes };
  const parts = how === "first" ? proposed.tree : proposed.fresh.flatMap((at) => proposed.tree[at] ?? []);
  return {
    rows: proposed.rows,
    parts,
    append: { type: "append", log, mid, since, kind: "commit", epoch, body, commit },
  };
}

interface WelcomeWorld extends MakingWorld {
  readonly vault: Pick<Vault, "keyPackage">;
}

export interface Joined {
  readonly view: GroupView;
  readonly changes: readonly Change[];
}

/** How to enter the group that a Welcome leads to; undefined if it is for no key package that is here. */
export async function welcomeOf(
  { groups, vault, ask, log }: WelcomeWorld,
  { epoch }: WelcomeNote,
  welcome: Uint8Array,
): Promise<(() => Promise<Joined>) | undefined> {
  const refs = await groups.welcomeRefs(welcome);
  const ref = refs.find((one) => vault.keyPackage(one) !== undefined);
  const secret = ref === undefined ? undefined : vault.keyPackage(ref);
  if (ref === undefined || secret === undefined) return undefined;
  const info = await ask({ type: "getGroupInfo", log, epoch }, "groupInfo");
  const tree = await getTree(ask, log, info.tree);
  return async () => {
    const { rows, view } = await groups.join(log, { welcome, tree, secret });
    return {
      view,
      changes: [
        { put: "group", log, rows },
        { drop: "key-package", ref },
      ],
    };
  };
}

/** @throws Fault `bad-terms` */
function termsIn({ terms }: Pick<LogState, "terms">): Terms {
  const decoded = decodeTerms(terms);
  if (decoded === undefined) throw new Fault("bad-terms", "the server tells no terms of the conversation");
  return decoded;
}
