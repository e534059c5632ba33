// Who comes back after their certificate has ended: still known by it for some time, if it was not revoked, and for a renewal only.
import { Fault } from "../model/fault.ts";
import { RENEWAL_GRACE_MS } from "../model/limits.ts";
import { nameDevice, type Peer } from "../pki/peer.ts";
import type { Realm } from "../pki/realm.ts";

export interface LateWorld {
  readonly realm: Realm;
  readonly now: number;
  /** @throws Fault `certificate-revoked` */
  readonly admit: (serial: string) => void;
}

/** @throws Fault `certificate-*` */
export function lateDevice(chain: readonly Uint8Array[], { realm, now, admit }: LateWorld): Peer {
  const peer = nameDevice(chain, realm);
  for (const { revoked } of realm.crls.values()) {
    if (revoked.has(peer.serial))
      throw new Fault("certificate-revoked", "this certificate was revoked", { hint: "ask for a new invitation" });
  }
  admit(peer.serial);
  if (now < peer.notBefore.getTime())
    throw new Fault("certificate-not-yet-valid", "this certificate is not valid yet", { hint: "check both clocks" });
  if (now > peer.notAfter.getTime() + RENEWAL_GRACE_MS)
    throw new Fault("certificate-expired", "this certificate ended too long ago to be renewed", {
      hint: "ask for a new invitation for the same name, or log in with a password",
    });
  return peer;
}
