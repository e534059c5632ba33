// A further device of somebody who is in, whoever has vouched for it: a password, a phrase, another device.
import { Fault } from "../../../model/fault.ts";
import type { Handle } from "../../../model/ids.ts";
import type { IssuedEntry } from "../../../transparency/entry.ts";
import type { AskedCertificate } from "../../port/issuer.ts";
import type { CertificateRecord } from "../../port/realm-store.ts";
import { type EnrolledDevice, enrolledAs, type Enrolment, type EnrolmentWorld } from "./enrolment.ts";
import { furtherDevice } from "./further-device.ts";
import { ALLOWED } from "./grant.ts";
import { checkEnabled } from "./still-good.ts";

export interface CertifyingWorld extends Pick<EnrolmentWorld, "store" | "realmLog" | "issuer" | "now"> {
  readonly enrolment: Pick<Enrolment, "plan">;
}

export interface FurtherWish {
  readonly user: Handle;
  /** PKCS#10, DER. */
  readonly request: Uint8Array;
  /** How the log says it. */
  readonly way: Pick<IssuedEntry, "how" | "cosigned">;
}

/** Faults `account-disabled`, `lease-over`, `too-many-devices`, `request-*`, `key-*`. */
export async function certifyFurther(world: CertifyingWorld, wish: FurtherWish): Promise<EnrolledDevice> {
  const { store, realmLog, now, enrolment } = world;
  const { user, way } = wish;
  await checkEnabled(store.realm, user);
  const issuer = await world.issuer();
  const asked = nameless(issuer.read(wish.request));
  const before = await certified(world, asked, user);
  if (before !== undefined) return enrolledAs(before, false);
  let made: CertificateRecord | undefined;
  await realmLog.write(async () => {
    const grant = await furtherDevice(store.realm, ALLOWED, { user, now: now() });
    const plan = await enrolment.plan({ grant, asked, suggested: user, issuer, proof: undefined, way });
    made = plan.record;
    return plan.deed;
  });
  if (made === undefined) throw new Error("a certificate was made");
  return enrolledAs(made, true);
}

/** The answer was lost: the same key gets it again. */
export async function certified(
  { store, now }: Pick<CertifyingWorld, "store" | "now">,
  { key }: AskedCertificate,
  user: Handle,
): Promise<CertificateRecord | undefined> {
  const [known] = await store.realm.certificates({ key, user, goodAt: now() }, 1);
  return known;
}

/** Who it is for was proved; the device is a new one each time. @throws Fault `request-identity` */
export function nameless(asked: AskedCertificate): AskedCertificate {
  if (asked.user === undefined && asked.device === undefined) return asked;
  throw new Fault("request-identity", "the request names a user or a device, and the server does that", {
    hint: "leave the names out of it",
  });
}
