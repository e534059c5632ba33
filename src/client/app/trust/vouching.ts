// Who vouches for a device, beside the CA: how it came to its first certificate, as the realm's log says, and the word of another device
// of the same user, checked with a key that this device has seen in a group.
import type { DeviceId, Handle, Sha256 } from "../../../model/ids.ts";
import type { MemberView } from "../../../mls/groups.ts";
import { ed25519Fingerprint, ed25519Key, isVouched } from "../../../transparency/cosign.ts";
import type { LogEntry } from "../../../transparency/entry.ts";

export interface VouchingWorld {
  readonly realm: Sha256;
  /** In the order of the log. */
  readonly entriesOf: (user: Handle) => readonly LogEntry[];
  /** Raw, in hex: those that a device of this user was seen to sign with. */
  readonly keysOf: (user: Handle, device: DeviceId) => readonly string[];
}

export interface Vouched {
  /** Undefined: the log says nothing of it. */
  readonly how?: string;
  /** A device of the same user, whose word was checked. */
  readonly cosigned?: DeviceId;
}

/** Of a device as it is seen for the first time. */
export function vouchedOf(
  { realm, entriesOf, keysOf }: VouchingWorld,
  { user, device, key }: Pick<MemberView, "user" | "device" | "key">,
): Vouched {
  const entries = entriesOf(user);
  const entry = entries.find((one) => one.kind === "issued" && one.device === device);
  if (entry?.kind !== "issued") return {};
  const { how, cosigned } = entry;
  if (cosigned === undefined) return { how };
  const { by, signature } = cosigned;
  // Whoever has a device that was put out has its key.
  if (entries.some((one) => one.kind === "revoked" && one.device === by)) return { how };
  const what = { realm, user, by, key: ed25519Fingerprint(key) };
  const isTrue = keysOf(user, by).some((known) => isVouched(what, signature, ed25519Key(known)));
  return isTrue ? { how, cosigned: by } : { how };
}
