// The administrator's acts about accounts: who may register, and what the realm is to whoever comes back by a password.
import { Fault } from "../../../model/fault.ts";
import type { Sha256 } from "../../../model/ids.ts";
import type { Actor } from "../../../transparency/entry-fields.ts";
import { writeRealmLine } from "../../../wire/invitation-line.ts";
import type { RealmStore } from "../../port/realm-store.ts";
import { REGISTRATION } from "./account-enrolment.ts";
import type { RealmLog } from "./realm-log.ts";
import type { Wish } from "./wish.ts";

export interface AccountActsWorld {
  readonly realm: Pick<RealmStore, "setting">;
  readonly realmLog: Pick<RealmLog, "write">;
  readonly now: () => number;
  readonly fingerprint: Sha256;
  /** Fault `no-door`. */
  readonly door: () => { readonly host: string; readonly port: number };
  /** Others may come in by it now, or no longer. */
  readonly onChanged: () => Promise<void>;
}

const WHO = ["open", "invited"] as const;
const TEXT = 64;

/** @throws Fault `bad-field` */
export async function performRegistration(world: AccountActsWorld, by: Actor, wish: Wish): Promise<object> {
  const { realmLog, now, onChanged } = world;
  const who = wish.maybeText("who", TEXT);
  if (who !== undefined && !WHO.some((one) => one === who))
    throw new Fault("bad-field", `"who" is not one of ${WHO.join(", ")}`);
  const before = await registrationOf(world);
  if (who === undefined || who === before) return { registration: before };
  await realmLog.write(() => ({
    entries: [{ kind: "act", at: now(), by, act: "registration", detail: who }],
    settings: [{ name: REGISTRATION, value: who }],
  }));
  await onChanged();
  return { registration: who };
}

/** What nobody need keep secret. @throws Fault `no-door` */
export async function realmInfo(world: AccountActsWorld): Promise<object> {
  const { fingerprint } = world;
  const line = writeRealmLine({ ...world.door(), realm: fingerprint });
  return { realm: fingerprint, line, registration: await registrationOf(world) };
}

async function registrationOf({ realm }: AccountActsWorld): Promise<string> {
  return (await realm.setting(REGISTRATION)) === "open" ? "open" : "invited";
}
