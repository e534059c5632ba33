// What is proved of somebody beside the name: the address in a certificate that holds, and the OpenPGP key by which that certificate, or
// one before it, was given, as the realm's log says.
import type { DeviceId, Handle } from "../../model/ids.ts";
import type { MemberView } from "../../mls/groups.ts";
import type { LogEntry } from "../../transparency/entry.ts";
import type { ProvedView } from "../port/proved-view.ts";

export interface ProvedWorld {
  /** Of the lobby, where every device is. */
  readonly members: () => readonly MemberView[];
  /** In the order of the log. */
  readonly entriesOf: (user: Handle) => readonly LogEntry[];
}

export class Proved {
  readonly #world: ProvedWorld;
  #members: readonly MemberView[] = [];
  #byUser: ReadonlyMap<string, readonly MemberView[]> = new Map();

  constructor(world: ProvedWorld) {
    this.#world = world;
  }

  /** Of any of their devices. */
  of(user: string): ProvedView {
    return this.#of(user, () => true);
  }

  ofDevice(user: string, device: DeviceId): ProvedView {
    return this.#of(user, (one) => one === device);
  }

  #of(user: string, isMeant: (device: DeviceId) => boolean): ProvedView {
    const { entriesOf } = this.#world;
    const devices = this.#devicesOf(user).filter(({ suspect, device }) => suspect === undefined && isMeant(device));
    const emails = devices.flatMap(({ email }) => (email === undefined ? [] : [email]));
    const [email] = emails;
    if (email === undefined) return {};
    const entry = entriesOf(user as Handle).findLast(
      (one) => one.kind === "issued" && one.email !== undefined && emails.includes(one.email) && isMeant(one.device),
    );
    if (entry?.kind !== "issued" || entry.pgp === undefined) return { email };
    return { email: entry.email ?? email, openpgp: entry.pgp };
  }

  /** The lobby is sorted once, and not for each of thousands who are asked for. */
  #devicesOf(user: string): readonly MemberView[] {
    const members = this.#world.members();
    if (members !== this.#members) {
      this.#members = members;
      this.#byUser = Map.groupBy(members, (one) => one.user);
    }
    return this.#byUser.get(user) ?? [];
  }
}
