// What an OpenPGP proof gives: who has proved a key, and as whom the realm knows them. That it was proved is the door's word.
import { Fault } from "../../../model/fault.ts";
import type { AccountRecord, InvitationRecord, RealmStore } from "../../port/realm-store.ts";

/** The holder of this key has answered the server's challenge. */
export interface OpenpgpProof {
  /** In lower case. */
  readonly email: string;
  /** 40 or 64 hex digits, upper case. */
  readonly fingerprint: string;
}

const PAGE = 500;
const FINGERPRINT = /^(?:[0-9A-F]{40}|[0-9A-F]{64})$/;

/** As gpg shows it, with spaces and in any case. @throws Fault `openpgp-fingerprint` */
export function openpgpFingerprint(text: string): string {
  const plain = text.replaceAll(/\s/g, "").replace(/^0x/i, "").toUpperCase();
  if (FINGERPRINT.test(plain)) return plain;
  throw new Fault("openpgp-fingerprint", "this is not the fingerprint of an OpenPGP key", {
    hint: "40 hex digits, as `gpg --fingerprint ADDRESS` shows them",
  });
}

/** An invitation that names a key is good for its holder and for nobody else. @throws Fault `openpgp-needed` */
export function checkProof({ openpgp }: Pick<InvitationRecord, "openpgp">, proof: OpenpgpProof | undefined): void {
  if (openpgp === undefined || openpgp === proof?.fingerprint) return;
  throw new Fault("openpgp-needed", "this invitation is for the holder of an OpenPGP key", {
    hint: "prove it: chat-client join LINE --pgp ADDRESS",
  });
}

/**
 * The user who came by this key; undefined: nobody has come by this address. Who is known by the address and not by the key is
 * somebody else until an owner says otherwise: whoever can put a key on a key server must not become them.
 * @throws Fault `openpgp-other-key`
 */
export async function provedAccount(realm: RealmStore, proof: OpenpgpProof): Promise<AccountRecord | undefined> {
  for (let after = ""; ;) {
    const page = await realm.accounts(after, PAGE);
    const found = page.find(({ email }) => email?.toLowerCase() === proof.email);
    if (found?.openpgp === proof.fingerprint) return found;
    if (found !== undefined) throw otherKey(proof);
    const last = page.at(-1);
    if (last === undefined) return undefined;
    after = last.user;
  }
}

/** Whoever says no other name is called as their mailbox is, where that is a name here. */
export function nameByAddress({ email }: OpenpgpProof): string {
  return email.slice(0, email.lastIndexOf("@"));
}

function otherKey({ email, fingerprint }: OpenpgpProof): Fault {
  return new Fault(
    "openpgp-other-key",
    `there is a user with ${email} here who did not come by the key ${fingerprint}`,
    {
      hint: "for the same person an owner makes an invitation: chat-server invite USER --email ADDRESS --openpgp FINGERPRINT",
    },
  );
}
