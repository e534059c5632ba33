// What may be done to the realm from outside of a conversation: by whoever may write to the server's socket on its machine, and by
// owners from their clients. Each act that changes something leaves an entry in the realm's log. In and out go plain values; nothing
// secret is kept. docs/administration.md has every act with its fields, its answer and its line.
import { Fault } from "../../../model/fault.ts";
import type { Actor } from "../../../transparency/entry-fields.ts";
import { writeRealmLine } from "../../../wire/invitation-line.ts";
import { performRegistration, realmInfo } from "./account-acts.ts";
import type { Act, ActWorld } from "./act-world.ts";
import { examine, performBackup, showStats } from "./care-acts.ts";
import { listConversations, listDevices } from "./device-acts.ts";
import { invite, listInvitations, revoke, withdraw } from "./invitation-acts.ts";
import { performLimits } from "./limit-acts.ts";
import { performOpenpgp } from "./openpgp-acts.ts";
import { performMaintenance, performMotd } from "./reception-acts.ts";
import { changeRole, disableUser, enableUser, listUsers, renameUser, showUser } from "./user-acts.ts";
import { type Given, Wish } from "./wish.ts";

const TEXT = 64;

const ACTS: Readonly<Record<string, Act>> = {
  invite,
  invitations: listInvitations,
  withdraw,
  revoke,
  users: listUsers,
  user: showUser,
  rename: renameUser,
  role: changeRole,
  disable: disableUser,
  enable: enableUser,
  devices: listDevices,
  conversations: listConversations,
  limits: performLimits,
  motd: performMotd,
  maintenance: performMaintenance,
  stats: showStats,
  examine,
  backup: performBackup,
  registration: (world, by, wish) => performRegistration({ ...world, onChanged: world.onInvited }, by, wish),
  info: (world) => realmInfo({ ...world, onChanged: world.onInvited }),
  openpgp: ({ onInvited: onChanged, realmKey: keeper, ...world }, by, wish) =>
    performOpenpgp({ ...world, keeper, onChanged, line: () => lineOf(world) }, by, wish),
};

export class Administration {
  readonly #world: ActWorld;

  constructor(world: ActWorld) {
    this.#world = world;
  }

  /** `given`: a JSON object with the name of the act in `do`. Returns the fields of the answer. @throws Fault */
  async perform(by: Actor, given: Given): Promise<object> {
    const wish = new Wish(given);
    const name = wish.text("do", TEXT);
    const act = Object.hasOwn(ACTS, name) ? ACTS[name] : undefined;
    if (act === undefined) throw new Fault("unknown-act", `there is no ${JSON.stringify(name)} to be done`);
    return act(this.#world, by, wish);
  }
}

function lineOf({ door, fingerprint }: Pick<ActWorld, "door" | "fingerprint">): string | undefined {
  try {
    return writeRealmLine({ ...door(), realm: fingerprint });
  } catch {
    // There is no door, and whoever has no invitation does not come in.
    return undefined;
  }
}
