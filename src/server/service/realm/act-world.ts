// What the acts of administration are given: each act takes the part that it needs, and reaches for nothing else.
import type { DeviceId, Sha256 } from "../../../model/ids.ts";
import type { Actor } from "../../../transparency/entry-fields.ts";
import type { RealmKeyKeeper } from "../../port/openpgp.ts";
import type { RealmStore } from "../../port/realm-store.ts";
import type { Store } from "../../port/store.ts";
import type { Enrolment } from "./enrolment.ts";
import type { Limits } from "./limits.ts";
import type { RealmLog } from "./realm-log.ts";
import type { Reception } from "./reception.ts";
import type { Revoking } from "./revoking.ts";
import type { Wish } from "./wish.ts";

export interface ActWorld {
  readonly realm: RealmStore;
  readonly store: Pick<Store, "users" | "sizes" | "conversations" | "check">;
  readonly realmLog: RealmLog;
  readonly revoking: Revoking;
  readonly enrolment: Enrolment;
  readonly limits: Limits;
  readonly reception: Reception;
  readonly realmKey: RealmKeyKeeper;
  readonly now: () => number;
  readonly fingerprint: Sha256;
  /** Where the door is, as invitations name it. Fault `no-door`. */
  readonly door: () => { readonly host: string; readonly port: number };
  /** Something has changed that the door should know. Resolves when it is open, or closed: who has the line may use it at once. */
  readonly onInvited: () => Promise<void>;
  /** Devices that are connected now. */
  readonly connected: () => ReadonlySet<DeviceId>;
  /** How the running server is: see docs/administration.md. Of one that does not run only what its store says. */
  readonly stats: () => Promise<object>;
  /** Fault `backup-*`. */
  readonly backup: (wish: BackupWish) => Promise<object>;
}

export interface BackupWish {
  readonly file: string;
  /** `file` is a name in the folder of backups that owners make, and no path. */
  readonly inFolder: boolean;
  /** Undefined: one is made, and is in the answer. */
  readonly passphrase: string | undefined;
  readonly force: boolean;
  /** Everything that can be refused was found to be in order. */
  readonly onBegin: () => Promise<unknown>;
}

/** Returns the fields of the answer. @throws Fault */
export type Act = (world: ActWorld, by: Actor, wish: Wish) => Promise<object>;
