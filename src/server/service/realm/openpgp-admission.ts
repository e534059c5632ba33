// Whether somebody may come in by OpenPGP at all, before any key is looked up: by an invitation that names them, or because an owner
// allows their address. Who holds a good code is told why not; everybody else hears one sentence.
import { hash as hashOf } from "node:crypto";
import { Fault } from "../../../model/fault.ts";
import type { Sha256 } from "../../../model/ids.ts";
import { isEmail } from "../../../pki/alt-name.ts";
import { isInvitationCode } from "../../../wire/invitation-line.ts";
import type { InvitationRecord, RealmStore } from "../../port/realm-store.ts";
import { isAllowed, openpgpRules, type OpenpgpRules } from "./openpgp-rules.ts";

export interface OpenpgpAdmission {
  readonly rules: OpenpgpRules;
  /** They hold a good code. */
  readonly isInvited: boolean;
  /** The invitation's: only this key counts. */
  readonly pinned: string | undefined;
}

export interface OpenpgpApplicant {
  /** In lower case. */
  readonly email: string;
  readonly code: string | undefined;
}

/** @throws Fault `openpgp-refused`, `invitation-refused`; to those who are invited `openpgp-off`, `openpgp-not-meant` */
export async function admitOpenpgp(
  realm: RealmStore,
  { email, code }: OpenpgpApplicant,
  now: number,
): Promise<OpenpgpAdmission> {
  const invitation = code === undefined ? undefined : await invitationOf(realm, code, now);
  const rules = await openpgpRules(realm);
  const isInvited = invitation !== undefined;
  if (rules.email === undefined) throw isInvited ? off() : openpgpRefused(off());
  const isMeant = invitation === undefined ? false : names(invitation, email);
  const isFree = isEmail(email) && isAllowed(rules, email) && isSilent(invitation);
  if (!isMeant && !isFree) throw isInvited ? notMeant(email) : openpgpRefused(notAllowed(email));
  return { rules, isInvited, pinned: invitation?.openpgp };
}

/** What whoever is not invited hears, whatever it is. `cause`: for the log. */
export function openpgpRefused(cause: Fault): Fault {
  return new Fault("openpgp-refused", "it is not possible with this address", {
    hint: "ask an owner of the realm for an invitation, or for the reason, which is in the server's log; or try again later",
    cause,
  });
}

/** A code that is used up is none: who has lost the answer gets it again by the code alone, with the same key. */
async function invitationOf(realm: RealmStore, code: string, now: number): Promise<InvitationRecord> {
  const found = isInvitationCode(code)
    ? await realm.invitation(hashOf("sha256", code, "hex") as Sha256, now)
    : undefined;
  if (found !== undefined) return found;
  throw new Fault("invitation-refused", "this invitation is not good", {
    hint: "it may be used, too old, or not copied whole: ask for a new one",
  });
}

function names({ email, openpgp }: InvitationRecord, applicant: string): boolean {
  return email === undefined ? openpgp !== undefined : email.toLowerCase() === applicant;
}

/** It says nothing of an address or a key. */
function isSilent(invitation: InvitationRecord | undefined): boolean {
  return invitation === undefined || (invitation.email === undefined && invitation.openpgp === undefined);
}

function notAllowed(email: string): Fault {
  return new Fault("openpgp-not-allowed", `${email} is not among those who may come in without an invitation`, {
    hint: "whoever runs the server can allow it: chat-server openpgp --allow 'DOMAIN ADDRESS'",
  });
}

function off(): Fault {
  return new Fault("openpgp-off", "this server has no OpenPGP key of its own to prove itself with", {
    hint: "whoever runs it says under which address: chat-server openpgp --email chat@example.org",
  });
}

function notMeant(email: string): Fault {
  return new Fault("openpgp-not-meant", `the invitation is not for ${email}`, {
    hint: "use the address that it was made for, or ask for one: chat-server invite --email ADDRESS",
  });
}
