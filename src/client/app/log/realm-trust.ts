// What this device holds of its realm: the log, the revocation lists, and by both its own judgement of every certificate. Joined here
// for the core; says what a person must hear of it.
import type { DeviceId, Handle, Sha256 } from "../../../model/ids.ts";
import type { Realm } from "../../../pki/realm.ts";
import type { GroupView } from "../../../mls/groups.ts";
import type { ServerMessage, ServerMessageOf } from "../../../wire/messages.ts";
import type { ClientEvent, LinkReason } from "../../port/views.ts";
import { Judge, type Judged } from "./judge.ts";
import { Lists, type ListsWorld } from "./lists.ts";
import type { Placed } from "./mirror.ts";
import { eventOf } from "./news.ts";
import { LogWatch, type WatchWorld } from "./watch.ts";

export interface RealmTrustWorld extends Omit<WatchWorld, "realm" | "onEntries" | "vault">, Pick<ListsWorld, "vault"> {
  readonly realm: Realm;
  readonly self: { readonly user: Handle; readonly device: DeviceId; readonly certificate: Sha256 };
  readonly tell: (event: ClientEvent) => void;
  /** What this user calls a device of theirs. */
  readonly labelOf: (device: DeviceId) => string | undefined;
  /** A certificate of each was revoked: what is known of them may be no longer true. */
  readonly onRevoked: (devices: readonly DeviceId[]) => void;
}

/** The device's own, the newest last: one that was replaced is no stranger's. */
const OWN = "own-certificates";
const OWN_KEPT = 16;
const ENDS = new Set(["certificate-revoked", "certificate-expired"]);
const LEASE_OVER = {
  message: "you were a guest of this realm, and your time is over",
  hint: "nothing on this machine is lost; an owner of the realm can make a new invitation",
};
/** The server's clock may be ahead. */
const CLOCKS_MS = 60_000;
/** The message of the day that was told last. */
const MOTD = "motd";
/** A certificate that this device has just asked for is told of before it is here. */
const ASKED_MS = 15_000;
/** A timer of node:timers holds no more. */
const LONGEST_MS = 24 * 3600 * 1000;

export class RealmTrust {
  readonly watch: LogWatch;
  readonly lists: Lists;
  readonly #world: RealmTrustWorld;
  readonly #judge: Judge;
  /** Of whom the log has said in this run that a certificate was revoked; the list of the CA may come later. */
  readonly #revoked = new Set<DeviceId>();
  #leases = 0;

  constructor(world: RealmTrustWorld) {
    this.#world = world;
    this.lists = new Lists(world);
    this.watch = new LogWatch({
      ...world,
      realm: () => this.lists.realm,
      onEntries: (entries) => this.#heard(entries),
      onChanged: () => this.#changed(),
    });
    this.#judge = new Judge({
      log: this.watch,
      isListed: (serial) => this.lists.isListed(serial),
      now: world.now,
      onUnlogged: ({ user, device }) =>
        world.alarm(
          "device-unlogged",
          `a device of @${user} (${device.slice(0, 8)}) was never entered in the realm's log: somebody at the server may have made it; nothing is written where it is until it is out`,
        ),
    });
    this.own(world.self.certificate);
    this.#awaitLease();
  }

  judged(view: GroupView): Judged {
    return this.#judge.view(view);
  }

  greeted(greeting: ServerMessageOf<"greeting">): void {
    this.watch.greeted(greeting);
  }

  /** False: it is about something else. */
  take(message: ServerMessage): boolean {
    if (message.type === "realmLogGrown") this.watch.grown(message.head);
    else if (message.type === "revocationLists") {
      if (!this.lists.take(message.lists)) return true;
      this.#world.onRevoked([...this.#revoked]);
      this.#changed();
    } else if (message.type === "motd") this.#motd(message.text);
    else return false;
    return true;
  }

  /** Once, and again when it is another one. */
  #motd(text: string): void {
    const { vault, put, tell, now } = this.#world;
    if ((vault.setting(MOTD) ?? "") === text) return;
    put([{ put: "setting", name: MOTD, value: text }]);
    if (text !== "") tell({ event: "motd", at: now(), text });
  }

  /** This device has this certificate, from now on. */
  own(certificate: Sha256): void {
    const known = this.#own();
    if (known.includes(certificate)) return;
    const value = [...known, certificate].slice(-OWN_KEPT).join(" ");
    this.#world.put([{ put: "setting", name: OWN, value }]);
  }

  /** A guest hears that the time is over, and not only that a certificate is no longer good. */
  explained(why: LinkReason): LinkReason {
    const isOver = this.isGuests && this.#world.now() >= (this.#issued?.until ?? Infinity) - CLOCKS_MS;
    return isOver && ENDS.has(why.code) ? { ...why, ...LEASE_OVER } : why;
  }

  /** The certificate of this device ends when the time of a guest is over. */
  get isGuests(): boolean {
    return this.#issued?.lease === true;
  }

  get #issued(): ReturnType<LogWatch["issued"]> {
    return this.watch.issued(this.#own().at(-1) as Sha256);
  }

  #own(): readonly string[] {
    return this.#world.vault.setting(OWN)?.split(" ") ?? [];
  }

  #heard(entries: readonly Placed[]): void {
    const { self, tell, alarm, after, onRevoked, labelOf } = this.#world;
    const revoked = entries.filter((entry) => entry.kind === "revoked").map(({ device }) => device);
    for (const device of revoked) this.#revoked.add(device);
    onRevoked(revoked);
    for (const entry of entries) {
      const isForeign = entry.kind === "issued" && entry.user === self.user && entry.device === self.device;
      if (!isForeign) {
        const isOwn = (certificate: Sha256): boolean => this.#own().includes(certificate);
        const event = eventOf(entry, { ...self, labelOf }, isOwn);
        if (event !== undefined) tell(event);
        continue;
      }
      after(ASKED_MS, () => {
        if (this.#own().includes(entry.cert)) return;
        const what = "somebody was given a certificate for this very device, and this device has not asked for it";
        alarm("own-certificate", `${what} (serial ${entry.serial}, ${new Date(entry.at).toISOString()})`);
      });
    }
  }

  #changed(): void {
    this.#world.onChanged();
    this.#awaitLease();
  }

  /** A lease ends at its second, whoever is told of it. */
  #awaitLease(): void {
    const { now, after, onChanged } = this.#world;
    const next = this.watch.nextLease(now());
    this.#leases += 1;
    if (next === undefined) return;
    const leases = this.#leases;
    after(Math.min(LONGEST_MS, next - now() + 1), () => {
      if (this.#leases !== leases) return;
      onChanged();
      this.#awaitLease();
    });
  }
}
