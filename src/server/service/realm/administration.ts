// What may be done to the realm from outside of a conversation: by whoever may write to the server's socket on its machine, and by
// owners from their clients. Each act leaves an entry in the realm's log. In and out go plain values; nothing secret is kept.
import { Fault } from "../../../model/fault.ts";
import { isHandle, type Handle, type Sha256 } from "../../../model/ids.ts";
import { isRealmRole, type RealmRole } from "../../../model/realm-role.ts";
import type { Actor } from "../../../transparency/entry-fields.ts";
import { writeInvitationLine } from "../../../wire/invitation-line.ts";
import type { Enrolment } from "./enrolment.ts";
import type { RealmStore } from "../../port/realm-store.ts";
import type { RealmLog } from "./realm-log.ts";
import { type Given, Wish } from "./wish.ts";

export interface AdministrationWorld {
  readonly realm: RealmStore;
  readonly realmLog: RealmLog;
  readonly enrolment: Enrolment;
  readonly now: () => number;
  readonly fingerprint: Sha256;
  /** Where the door is, as invitations name it. Fault `no-door`. */
  readonly door: () => { readonly host: string; readonly port: number };
  /** Something has changed that the door should know: it opens or closes. */
  readonly onInvited: () => void;
}

const HOUR_MS = 3_600_000;
const INVITED_MS = 24 * HOUR_MS;
const INVITED_MOST_MS = 90 * 24 * HOUR_MS;
const USES_MOST = 1_000;
const TEXT = 64;

export class Administration {
  readonly #world: AdministrationWorld;

  constructor(world: AdministrationWorld) {
    this.#world = world;
  }

  /** `given`: a JSON object with the name of the act in `do`. Returns the fields of the answer. @throws Fault */
  async perform(by: Actor, given: Given): Promise<object> {
    const wish = new Wish(given);
    const act = wish.text("do", TEXT);
    switch (act) {
      case "invite":
        return this.#invite(by, wish);
      case "invitations":
        return this.#invitations();
      case "withdraw":
        return this.#withdraw(by, wish);
      default:
        throw new Fault("unknown-act", `there is no ${JSON.stringify(act)} to be done`);
    }
  }

  async #invite(by: Actor, wish: Wish): Promise<object> {
    const { enrolment, fingerprint, onInvited } = this.#world;
    const door = this.#world.door();
    const { record, code } = await enrolment.invite({
      user: handleIn(wish),
      name: wish.maybeText("name", TEXT),
      email: wish.maybeText("email", 254),
      openpgp: wish.maybeText("openpgp", TEXT),
      role: roleIn(wish),
      uses: wish.maybeCount("uses", { least: 1, most: USES_MOST }) ?? 1,
      lastsMs: wish.maybeCount("lastsMs", { least: 1_000, most: INVITED_MOST_MS }) ?? INVITED_MS,
      leaseUntil: this.#leaseIn(wish),
      by,
    });
    onInvited();
    const line = writeInvitationLine({ ...door, realm: fingerprint, code });
    return { line, ...aboutInvitation(record) };
  }

  /** A guest's last moment. */
  #leaseIn(wish: Wish): number | undefined {
    const until = wish.maybeCount("leaseUntil", { least: 0, most: Number.MAX_SAFE_INTEGER });
    if (until === undefined || until > this.#world.now()) return until;
    throw new Fault("lease-over", "a guest would be out before coming in", {
      hint: "give a time that is still to come",
    });
  }

  async #invitations(): Promise<object> {
    const { realm, now } = this.#world;
    return { invitations: (await realm.invitations(now())).map((record) => aboutInvitation(record)) };
  }

  async #withdraw(by: Actor, wish: Wish): Promise<object> {
    const { realm, realmLog, now, onInvited } = this.#world;
    const id = wish.text("id", TEXT);
    const found = (await realm.invitations(now())).find((record) => record.id === id);
    if (found === undefined)
      throw new Fault("no-such-invitation", `there is no invitation ${JSON.stringify(id)} that is still good`, {
        hint: "`chat-server invitations` lists those that are",
      });
    await realmLog.write(() => ({
      entries: [{ kind: "act", at: now(), by, act: "invite.withdraw", on: id }],
      withdrawn: [id],
    }));
    onInvited();
    return { id };
  }
}

function handleIn(wish: Wish): Handle | undefined {
  const user = wish.maybeText("user", TEXT);
  if (user === undefined || isHandle(user)) return user;
  throw new Fault("handle-invalid", `${JSON.stringify(user)} is not a valid name`, {
    hint: "use a-z, 0-9, dot, dash and underscore, at most 32, first a letter or digit",
  });
}

function roleIn(wish: Wish): RealmRole {
  const role = wish.maybeText("role", TEXT) ?? "member";
  if (isRealmRole(role)) return role;
  throw new Fault("role-unknown", `there is no role ${JSON.stringify(role)}`, { hint: "owner, admin or member" });
}

function aboutInvitation(record: Awaited<ReturnType<RealmStore["invitations"]>>[number]): object {
  const { hash: _hash, ...about } = record;
  return about;
}
