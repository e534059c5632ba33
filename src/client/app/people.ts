// Who is behind a device: read in its certificate, checked against the pinned CA, never taken from the server's word.
import { Fault } from "../../model/fault.ts";
import type { DeviceId, Handle } from "../../model/ids.ts";
import { USERS_PAGE } from "../../model/limits.ts";
import { readCertificate } from "../../pki/certificate.ts";
import { checkDevice, type PathCache, type Peer } from "../../pki/peer.ts";
import type { Realm } from "../../pki/realm.ts";
import type { Device } from "../../wire/messages.ts";
import type { Note } from "../port/note.ts";
import type { HeldDevice } from "../port/vault.ts";
import type { Sender } from "../port/views.ts";
import type { Named } from "./payload/opened.ts";

export interface PeopleWorld {
  /** With the newest lists. */
  readonly realm: () => Realm;
  readonly cache: PathCache;
  readonly now: () => number;
  /** Asks the server. Rejects when it cannot be asked. */
  readonly ask: (devices: readonly DeviceId[]) => Promise<readonly Device[]>;
  readonly keep: (device: HeldDevice) => void;
  readonly alarm: (code: string, message: string) => void;
  readonly note: Note;
}

/** `problem`: empty, or why it says who somebody is and does not prove it. */
type Checked = { readonly peer: Peer; readonly problem: string };

export class People {
  readonly #world: PeopleWorld;
  readonly #known = new Map<DeviceId, HeldDevice>();
  /** Checked before this run, and perhaps revoked since: asked for again before the next message, shown as known until then. */
  readonly #stale: Set<DeviceId>;

  constructor(world: PeopleWorld, known: readonly HeldDevice[]) {
    this.#world = world;
    // Whoever was not believed is asked for again: the answer may be better now.
    for (const one of known) if (one.problem === "") this.#known.set(one.device, one);
    this.#stale = new Set(world.realm().crls.size === 0 ? [] : this.#known.keys());
  }

  knows(device: DeviceId): boolean {
    return this.#known.has(device) && !this.#stale.has(device);
  }

  /** A member whose certificate the group has checked, except for its revocation. */
  met({ device, user, name }: { readonly device: DeviceId; readonly user: Handle; readonly name: string }): void {
    const known = this.#known.get(device);
    if (known?.problem === "" && known.user === user && known.name === name) return;
    this.#keep({ device, user, name, problem: "" });
    if (this.#world.realm().crls.size > 0) this.#stale.add(device);
  }

  /** What was found out about them may be no longer true: they are asked for again before the next message. */
  doubt(devices: readonly DeviceId[]): void {
    for (const device of devices) if (this.#known.has(device)) this.#stale.add(device);
  }

  /** The user that the certificate of this device names; undefined if none does. */
  userOf(device: DeviceId): Handle | undefined {
    return this.#known.get(device)?.user;
  }

  /** The name in a checked certificate of any device of this user. */
  nameOf(user: string): string | undefined {
    return [...this.#known.values()].find((one) => one.user === user && one.problem === "")?.name;
  }

  /** Those that are known, believed or not. */
  devicesOf(user: Handle): readonly DeviceId[] {
    return [...this.#known.values()].filter((one) => one.user === user).map(({ device }) => device);
  }

  sender(device: DeviceId): Sender {
    const held = this.#known.get(device);
    if (held?.user === undefined) {
      return { user: "", device, name: `unverified sender ${device.slice(0, 8)}`, verified: false };
    }
    return { user: held.user, device, name: held.name, verified: held.problem === "" };
  }

  /** Those whose certificates say who they are, also of some who are asked for now. @throws Fault `offline` */
  async namesOf(devices: readonly DeviceId[]): Promise<ReadonlyMap<DeviceId, Named>> {
    const wanted = [...new Set(devices)];
    await this.learn(wanted.filter((device) => !this.knows(device)));
    return new Map(
      wanted.flatMap((device) => {
        const { user, name = "" } = this.#known.get(device) ?? {};
        return user === undefined ? [] : [[device, { device, user, name }] as const];
      }),
    );
  }

  /** Asks for the certificates of these devices and checks them; also of those known already (a renewed one has a new name). */
  async learn(devices: readonly DeviceId[]): Promise<void> {
    for (let at = 0; at < devices.length; at += USERS_PAGE) {
      const wanted = devices.slice(at, at + USERS_PAGE);
      const told = new Map((await this.#world.ask(wanted)).map((one) => [one.device, one]));
      for (const device of wanted) this.#keep(this.#judge(device, told.get(device)));
    }
  }

  #keep(held: HeldDevice): void {
    this.#stale.delete(held.device);
    this.#known.set(held.device, held);
    this.#world.keep(held);
  }

  #judge(device: DeviceId, told: Device | undefined): HeldDevice {
    if (told === undefined)
      return this.#distrust(device, "unknown-device", `the server has no certificate of the device ${device}`);
    let checked: Checked;
    try {
      checked = this.#check(told);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return this.#distrust(
        device,
        error.code,
        `the certificate of the device ${device} does not prove who it is: ${error.message}`,
      );
    }
    const { peer, problem } = checked;
    if (peer.device !== device || peer.user !== told.user) {
      const what = `the server says ${told.user} is behind the device ${device}, the certificate says ${peer.user} (${peer.device})`;
      this.#world.alarm("sender-mismatch", what);
      return { device, user: undefined, name: "", problem: "sender-mismatch" };
    }
    if (problem !== "" && this.#known.get(device)?.problem !== problem)
      this.#world.note("info", `the certificate of ${peer.user} (${device}) was revoked: it proves nothing any more`);
    return { device, user: peer.user, name: peer.name, problem };
  }

  #distrust(device: DeviceId, problem: string, message: string): HeldDevice {
    this.#world.alarm("sender-unverified", message);
    return { device, user: undefined, name: "", problem };
  }

  /** A revoked one says whose it was, but anybody may have its key: the name is shown as not proved. */
  #check({ certificates }: Device): Checked {
    const realm = this.#world.realm();
    try {
      return { peer: this.#checkDates(certificates, realm), problem: "" };
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== "certificate-revoked") throw error;
      return { peer: this.#checkDates(certificates, { ...realm, crls: new Map() }), problem: error.code };
    }
  }

  /** An expired certificate still says who wrote while it was valid: the server took nothing from it afterwards. */
  #checkDates(certificates: Device["certificates"], realm: Realm): Peer {
    const options = { revocation: "if-known", cache: this.#world.cache } as const;
    try {
      return checkDevice(certificates, realm, { ...options, now: new Date(this.#world.now()) });
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== "certificate-expired") throw error;
      const ends = certificates.map((certificate) => readCertificate(certificate).notAfter.getTime());
      const peer = checkDevice(certificates, realm, { ...options, now: new Date(Math.min(...ends)) });
      this.#world.note(
        "info",
        `the certificate of ${peer.user} (${peer.device}) has expired; it still says who wrote before ${peer.notAfter.toISOString()}`,
      );
      return peer;
    }
  }
}
