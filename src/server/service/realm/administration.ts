// What may be done to the realm from outside of a conversation: by whoever may write to the server's socket on its machine, and by
// owners and admins from their clients. Each act that changes something leaves an entry in the realm's log. In and out go plain values; nothing
// secret is kept. docs/administration.md has every act with its fields, its answer and its line.
import { Fault } from "../../../model/fault.ts";
import type { Actor } from "../../../transparency/entry-fields.ts";
import { writeRealmLine } from "../../../wire/invitation-line.ts";
import { performRegistration, realmInfo } from "./account-acts.ts";
import { checkAdminMay } from "./act-rights.ts";
import type { Act, ActWorld } from "./act-world.ts";
import { examine, performBackup, showStats } from "./care-acts.ts";
import { listConversations, listDevices } from "./device-acts.ts";
import { invite, listInvitations, revoke, withdraw } from "./invitation-acts.ts";
import { performLimits } from "./limit-acts.ts";
import { LIMIT_NAMES } from "./limits.ts";
import { performOpenpgp } from "./openpgp-acts.ts";
import { performMaintenance, performMotd } from "./reception-acts.ts";
import { changeRole, disableUser, enableUser, listUsers, renameUser, showUser } from "./user-acts.ts";
import { type Given, Wish } from "./wish.ts";

/** An act, and which fields a request for it may have beside `do`. */
interface Known {
  readonly run: Act;
  readonly fields: readonly string[];
}

const TEXT = 64;
const PAGE = ["after", "count"];
const INVITATION = ["user", "name", "email", "openpgp", "role", "uses", "lastsMs", "leaseUntil"];

const ACTS: Readonly<Record<string, Known>> = {
  invite: { run: invite, fields: INVITATION },
  invitations: { run: listInvitations, fields: [] },
  withdraw: { run: withdraw, fields: ["id"] },
  revoke: { run: revoke, fields: ["target", "reason"] },
  users: { run: listUsers, fields: PAGE },
  user: { run: showUser, fields: ["user"] },
  rename: { run: renameUser, fields: ["user", "name"] },
  role: { run: changeRole, fields: ["user", "role"] },
  disable: { run: disableUser, fields: ["user"] },
  enable: { run: enableUser, fields: ["user"] },
  devices: { run: listDevices, fields: ["user", ...PAGE] },
  conversations: { run: listConversations, fields: PAGE },
  limits: { run: performLimits, fields: LIMIT_NAMES },
  motd: { run: performMotd, fields: ["text", "clear"] },
  maintenance: { run: performMaintenance, fields: ["on"] },
  stats: { run: showStats, fields: [] },
  examine: { run: examine, fields: [] },
  backup: { run: performBackup, fields: ["file", "passphrase", "force"] },
  registration: {
    run: (world, by, wish) => performRegistration({ ...world, onChanged: world.onInvited }, by, wish),
    fields: ["who"],
  },
  info: { run: (world) => realmInfo({ ...world, onChanged: world.onInvited }), fields: [] },
  openpgp: {
    run: ({ onInvited: onChanged, realmKey: keeper, ...world }, by, wish) =>
      performOpenpgp({ ...world, keeper, onChanged, line: () => lineOf(world) }, by, wish),
    fields: ["email", "allow", "servers", "publish"],
  },
};

export class Administration {
  readonly #world: ActWorld;

  constructor(world: ActWorld) {
    this.#world = world;
  }

  /**
   * `given`: a JSON object with the name of the act in `do`. `role`: of who asks, on the server's machine an owner's.
   * Returns the fields of the answer. @throws Fault
   */
  async perform(by: Actor, given: Given, role: "owner" | "admin" = "owner"): Promise<object> {
    const { do: what, ...rest } = given;
    const name = new Wish({ do: what }, ["do"]).text("do", TEXT);
    const act = Object.hasOwn(ACTS, name) ? ACTS[name] : undefined;
    if (act === undefined)
      throw new Fault("unknown-act", `there is no ${JSON.stringify(name)} to be done`, {
        hint: `one of: ${Object.keys(ACTS).join(", ")}`,
      });
    const wish = new Wish(rest, act.fields);
    if (role === "admin") await checkAdminMay(this.#world, name, wish);
    return act.run(this.#world, by, wish);
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
