// A further device of somebody who is in: as they came last, so that a guest stays one, and not without end.
import { Fault } from "../../../model/fault.ts";
import type { Handle } from "../../../model/ids.ts";
import type { RealmStore } from "../../port/realm-store.ts";
import type { Grant } from "./grant.ts";

/** Certificates of one user that are good: more devices than anybody has. */
const DEVICES_MOST = 100;

/** `grant` for this user. @throws Fault `lease-over`, `too-many-devices` */
export async function furtherDevice(
  realm: Pick<RealmStore, "certificates">,
  grant: Grant,
  { user, now }: { readonly user: Handle; readonly now: number },
): Promise<Grant> {
  const [newest] = await realm.certificates({ user }, 1);
  const lease = newest?.leaseUntil;
  if (lease !== undefined && lease <= now)
    throw new Fault("lease-over", "the time of this guest is over", { hint: "ask an owner for a new invitation" });
  const good = await realm.certificates({ user, goodAt: now }, DEVICES_MOST);
  if (good.length >= DEVICES_MOST)
    throw new Fault("too-many-devices", `this user has ${DEVICES_MOST} devices already`, {
      hint: "have those revoked that are not used any more",
    });
  const leaseUntil =
    lease === undefined || grant.leaseUntil === undefined
      ? (lease ?? grant.leaseUntil)
      : Math.min(lease, grant.leaseUntil);
  return { ...grant, user, leaseUntil };
}
