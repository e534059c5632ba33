// What every way to a certificate asks, also where the answer is one of before: is the user let in, and is the certificate good.
import { Fault } from "../../../model/fault.ts";
import type { Handle } from "../../../model/ids.ts";
import type { CertificateRecord, RealmStore } from "../../port/realm-store.ts";

/** @throws Fault `account-disabled` */
export async function checkEnabled(realm: Pick<RealmStore, "account">, user: Handle): Promise<void> {
  const account = await realm.account(user);
  if (account?.disabled !== true) return;
  throw new Fault("account-disabled", `${user} may not come in`, { hint: "ask an owner of the realm" });
}

export function isGood({ revokedAt, expiresAt }: CertificateRecord, now: number): boolean {
  return revokedAt === undefined && expiresAt > now;
}
