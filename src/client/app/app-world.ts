// What the client is given from outside, and how it introduces itself.
import type { Peer } from "../../pki/peer.ts";
import type { Realm } from "../../pki/realm.ts";
import type { Clock } from "../port/clock.ts";
import type { Face } from "../port/face.ts";
import type { OwnIdentity } from "../port/identity.ts";
import type { Link } from "../port/link.ts";
import type { Note } from "../port/note.ts";
import type { Lineage, Vault } from "../port/vault.ts";
import type { ClientEvent } from "../port/views.ts";
import type { Groups } from "../../mls/groups.ts";
import type { FileDisk } from "../files/contract.ts";

export interface AppWorld {
  readonly peer: Peer;
  readonly realm: Realm;
  readonly identity: OwnIdentity;
  readonly link: Link;
  /** PKCS#10, DER, to the door, with the identity as it is. Undefined: no door is known. @throws Fault */
  readonly byDoor?: ((request: Uint8Array) => Promise<readonly Uint8Array[]>) | undefined;
  readonly vault: Vault;
  readonly face: Face;
  readonly groups: Groups;
  readonly disk: FileDisk;
  readonly clock: Clock;
  /** Cryptographic randomness. */
  readonly random: (bytes: number) => Uint8Array;
  /** 0 ≤ chance < 1. */
  readonly chance: () => number;
  /** Runs after everything that is ready now. */
  readonly defer: (run: () => void) => void;
  readonly agent: string;
  /** Host and port, for people. */
  readonly server: string;
  readonly note: Note;
}

export function readyEvent({ peer, realm, clock, server }: AppWorld): ClientEvent {
  const { user, device, name } = peer;
  return { event: "ready", at: clock.now(), user, device, name, realm: realm.fingerprint, server };
}

export function tooLateEvent(conversation: string, { clock }: AppWorld): ClientEvent {
  const message = `${conversation}: this device was added too long ago; it comes in by itself, and what was said until now is not here`;
  return { event: "notice", at: clock.now(), code: "added-too-long-ago", message, conversation };
}

export function lineageEvent(lineage: Lineage, { clock }: AppWorld): ClientEvent {
  const how = lineage === "copied" ? "a copy" : "an older one that was put back";
  const message = `this vault is ${how}: its keys are not used again, and the device comes into its conversations anew`;
  return { event: "notice", at: clock.now(), code: "vault-not-the-same", message };
}
