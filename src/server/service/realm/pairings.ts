// Making another machine a device by one that is in: it shows a line, the machine says its code at the door, and the device vouches for
// the machine's key before the certificate is made. Kept in memory: whoever is cut off by a restart shows another line.
import { Fault } from "../../../model/fault.ts";
import type { DeviceId, Handle, Sha256 } from "../../../model/ids.ts";
import { readCertificate } from "../../../pki/certificate.ts";
import { isVouched } from "../../../transparency/cosign.ts";
import type { Cosigned } from "../../../transparency/entry-fields.ts";
import { encodeServerFrame } from "../../../wire/codec.ts";
import { pairingHash } from "../../../wire/pairing-secret.ts";
import type { Clock } from "../../port/clock.ts";
import type { Issuer } from "../../port/issuer.ts";
import type { Outlet } from "../../port/outlet.ts";
import type { RealmStore } from "../../port/realm-store.ts";
import { type EnrolledDevice, refused } from "./enrolment.ts";

export interface PairingsWorld {
  readonly realm: Pick<RealmStore, "certificates">;
  readonly clock: Clock;
  readonly fingerprint: Sha256;
  readonly issuer: () => Promise<Issuer>;
  /** @throws Fault of Enrolment */
  readonly certify: (wish: PairedDevice) => Promise<EnrolledDevice>;
}

export interface PairedDevice {
  readonly user: Handle;
  /** PKCS#10, DER. */
  readonly request: Uint8Array;
  readonly cosigned: Cosigned;
}

export interface PairingRequest {
  readonly code: string;
  /** PKCS#10, DER. */
  readonly request: Uint8Array;
  readonly mac: Uint8Array;
}

interface Pairing {
  readonly code: Sha256;
  /** On whose connection it was asked for. */
  readonly outlet: Outlet;
  readonly until: number;
  asking?: Asking;
}

/** The first machine that has said the code, and what becomes of it. */
interface Asking {
  readonly key: Sha256;
  /** The connection that was asked: whoever has another one since is asked again. */
  readonly on: Outlet;
  readonly answer: PromiseWithResolvers<string>;
  state: "open" | "answered" | "unanswered";
  /** Being certified, or it is: whoever asks twice gets the same. */
  certified?: Promise<EnrolledDevice>;
}

/** A line is good for so long. */
const PAIRING_MS = 10 * 60_000;
/** The device answers by itself; it may be on a slow line. */
const ANSWER_MS = 45_000;

export class Pairings {
  readonly #world: PairingsWorld;
  /** One of each device. */
  readonly #open = new Map<DeviceId, Pairing>();
  #outletOf: (device: DeviceId) => Outlet | undefined = () => undefined;

  constructor(world: PairingsWorld) {
    this.#world = world;
  }

  /** Who is connected, once somebody can be. */
  attend(outletOf: (device: DeviceId) => Outlet | undefined): void {
    this.#outletOf = outletOf;
  }

  /** Somebody may come in by one. */
  get isOpen(): boolean {
    return this.#good().length > 0;
  }

  /** `code`: its hash. Told again it stays as it is. Returns until when. */
  open(outlet: Outlet, code: Sha256): number {
    const same = this.#good().find((one) => one.code === code && one.outlet.device === outlet.device);
    if (same !== undefined) return same.until;
    const until = this.#world.clock.now() + PAIRING_MS;
    this.#open.get(outlet.device)?.asking?.answer.reject(refused());
    this.#open.set(outlet.device, { code, outlet, until });
    return until;
  }

  /** Faults `invitation-refused`, `device-away`, `pairing-unanswered`, `request-*`, `key-*`, and of Enrolment. */
  async ask({ code, request, mac }: PairingRequest): Promise<EnrolledDevice> {
    const pairing = this.#found(pairingHash(code));
    await this.#checkIn(pairing.outlet);
    const { key } = (await this.#world.issuer()).read(request);
    // A line is for one machine: another one has seen it, too.
    if (pairing.asking !== undefined && pairing.asking.key !== key) throw refused();
    const signature = await this.#answered(this.#asking(pairing, key, mac));
    const { asking, outlet } = pairing;
    const { user, device: by } = outlet;
    const certify = (): Promise<EnrolledDevice> => this.#world.certify({ user, request, cosigned: { by, signature } });
    if (asking === undefined) return certify();
    asking.certified ??= certify().finally(() => delete asking.certified);
    return asking.certified;
  }

  /** Put to the device, where it was not yet. @throws Fault `device-away` */
  #asking(pairing: Pairing, key: Sha256, mac: Uint8Array): Asking {
    const before = pairing.asking;
    if (before?.state === "answered") return before;
    const on = this.#outletOf(pairing.outlet.device) ?? pairing.outlet;
    if (on.closed)
      throw new Fault("device-away", "the device that has shown this line is not connected", {
        hint: "open chat-client there, and let it show another line",
      });
    if (before?.state === "open" && before.on === on) return before;
    const asking: Asking = { key, on, answer: Promise.withResolvers(), state: "open" };
    // Whoever waits for the first answer takes this one.
    if (before !== undefined) asking.answer.promise.then(before.answer.resolve, before.answer.reject);
    pairing.asking = asking;
    on.send(encodeServerFrame({ request: 0, message: { type: "pairingAsked", key, mac } }));
    return asking;
  }

  /** Faults `no-such-pairing`, `bad-signature`. */
  async confirm(outlet: Outlet, key: Sha256, signature: Uint8Array): Promise<void> {
    const pairing = this.#open.get(outlet.device);
    const { asking } = pairing ?? {};
    if (asking === undefined || (signature.length > 0 && asking.key !== key))
      throw new Fault("no-such-pairing", "nobody asks to be made a device", { hint: "show another line" });
    if (signature.length === 0) {
      // Whatever key it was shown: it is not the one.
      this.#open.delete(outlet.device);
      return asking.answer.reject(refused());
    }
    const text = Buffer.from(signature).toString("base64url");
    const { user, device: by } = outlet;
    const publicKey = await this.#keyOf(outlet);
    if (!isVouched({ realm: this.#world.fingerprint, user, by, key }, text, publicKey))
      throw new Fault("bad-signature", "this is not the device's word for that key", { hint: "update this program" });
    asking.state = "answered";
    asking.answer.resolve(text);
  }

  #good(): readonly Pairing[] {
    const now = this.#world.clock.now();
    for (const [device, { until }] of this.#open) if (until <= now) this.#open.delete(device);
    return [...this.#open.values()];
  }

  /** @throws Fault `invitation-refused` */
  #found(code: Sha256): Pairing {
    const found = this.#good().find((one) => one.code === code);
    if (found === undefined) throw refused();
    return found;
  }

  /** A device that was put out vouches for nobody, and is not waited for. @throws Fault `invitation-refused` */
  async #checkIn({ serial, device }: Outlet): Promise<void> {
    const [record] = await this.#world.realm.certificates({ serial }, 1);
    if (record !== undefined && record.revokedAt === undefined) return;
    this.#open.delete(device);
    throw refused();
  }

  #answered(asking: Asking): Promise<string> {
    const { promise, reject } = asking.answer;
    const fault = new Fault("pairing-unanswered", "the device that has shown this line does not answer", {
      hint: "see to it that chat-client runs there and is connected, and try again",
    });
    const stop = this.#world.clock.after(ANSWER_MS, () => {
      if (asking.state === "open") asking.state = "unanswered";
      reject(fault);
    });
    return promise.finally(stop);
  }

  async #keyOf({ serial }: Outlet) {
    const [record] = await this.#world.realm.certificates({ serial }, 1);
    const [leaf] = record?.certificates ?? [];
    if (leaf === undefined) throw new Error("a connected device has a certificate");
    return readCertificate(leaf).x509.publicKey;
  }
}
