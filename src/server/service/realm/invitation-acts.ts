// The administrator's acts about coming in and being put out: invitations, and devices whose certificates are good for nothing any more.
import { Fault } from "../../../model/fault.ts";
import { type Handle, isHandle } from "../../../model/ids.ts";
import { isRealmRole, type RealmRole } from "../../../model/realm-role.ts";
import { REASONS, type Reason } from "../../../transparency/entry.ts";
import { writeInvitationLine } from "../../../wire/invitation-line.ts";
import type { InvitationRecord } from "../../port/realm-store.ts";
import type { Act } from "./act-world.ts";
import { openpgpFingerprint } from "./proved.ts";
import type { Wish } from "./wish.ts";

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const INVITED_MS = 24 * HOUR_MS;
const INVITED_MOST_MS = 90 * 24 * HOUR_MS;
const USES_MOST = 1_000;
const TEXT = 64;

export const invite: Act = async (world, by, wish) => {
  const { enrolment, fingerprint, onInvited, now } = world;
  const door = world.door();
  const openpgp = wish.maybeText("openpgp", TEXT);
  const { record, code } = await enrolment.invite({
    user: handleIn(wish),
    name: wish.maybeText("name", TEXT),
    email: wish.maybeText("email", 254),
    openpgp: openpgp === undefined ? undefined : openpgpFingerprint(openpgp),
    role: roleIn(wish),
    uses: wish.maybeCount("uses", { least: 1, most: USES_MOST }) ?? 1,
    lastsMs: wish.maybeCount("lastsMs", { least: 1_000, most: INVITED_MOST_MS }) ?? INVITED_MS,
    leaseUntil: leaseIn(wish, now()),
    by,
  });
  await onInvited();
  const line = writeInvitationLine({ ...door, realm: fingerprint, code });
  return { line, ...aboutInvitation(record) };
};

export const listInvitations: Act = async ({ realm, now }) => ({
  invitations: (await realm.invitations(now())).map((record) => aboutInvitation(record)),
});

export const revoke: Act = async ({ revoking }, by, wish) => {
  const found = await revoking.target(wish.text("target", TEXT));
  await revoking.revoke(found, { by, reason: reasonIn(wish) });
  return { revoked: found.map(({ user, device, serial }) => ({ user, device, serial })) };
};

export const withdraw: Act = async ({ realm, realmLog, now, onInvited }, by, wish) => {
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
  await onInvited();
  return { id };
};

/** A guest's last moment: a whole second, as certificates know them. What the one lets in the other must not refuse. */
function leaseIn(wish: Wish, now: number): number | undefined {
  const asked = wish.maybeCount("leaseUntil", { least: 0, most: Number.MAX_SAFE_INTEGER });
  const until = asked === undefined ? undefined : asked - (asked % SECOND_MS);
  if (until === undefined || until > now) return until;
  throw new Fault("lease-over", "a guest would be out before coming in", {
    hint: "give a time that is still to come",
  });
}

function handleIn(wish: Wish): Handle | undefined {
  const user = wish.maybeText("user", TEXT);
  if (user === undefined || isHandle(user)) return user;
  throw new Fault("handle-invalid", `${JSON.stringify(user)} is not a valid name`, {
    hint: "use a-z, 0-9, dot, dash and underscore, at most 32, first a letter or digit",
  });
}

function reasonIn(wish: Wish): Reason {
  const given = wish.maybeText("reason", TEXT) ?? "unspecified";
  const found = REASONS.find((one) => one === given && one !== "lease");
  if (found !== undefined) return found;
  throw new Fault("reason-unknown", `there is no reason ${JSON.stringify(given)}`, {
    hint: `one of: ${REASONS.filter((one) => one !== "lease").join(", ")}`,
  });
}

function roleIn(wish: Wish): RealmRole {
  const role = wish.maybeText("role", TEXT) ?? "member";
  if (isRealmRole(role)) return role;
  throw new Fault("role-unknown", `there is no role ${JSON.stringify(role)}`, { hint: "owner, admin or member" });
}

function aboutInvitation({ hash: _hash, ...about }: InvitationRecord): object {
  return about;
}
