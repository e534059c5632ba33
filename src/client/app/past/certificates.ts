// Certificates of those who wrote before, as the server has them. What they prove is for others to see.
import type { DeviceId } from "../../../model/ids.ts";
import { USERS_PAGE } from "../../../model/limits.ts";
import type { Ask } from "../circle/ask.ts";

/** DER, leaf first. */
type Chain = readonly Uint8Array[];
/** Of one device: the one that it has first, and then those that it had, the newest first. */
export type Certificates = readonly Chain[];

/** Remembered: a certificate with its issuer has about 2 kB. */
const REMEMBERED = 1_000;

export class KnownCertificates {
  readonly #ask: Ask;
  readonly #known = new Map<DeviceId, Certificates>();

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** None for a device that the server does not know. @throws Fault */
  async of(devices: readonly DeviceId[]): Promise<ReadonlyMap<DeviceId, Certificates>> {
    const wanted = new Set(devices);
    const unknown = [...wanted].filter((device) => !this.#known.has(device));
    if (this.#known.size + unknown.length > REMEMBERED) this.#known.clear();
    const missing = [...wanted].filter((device) => !this.#known.has(device));
    for (let at = 0; at < missing.length; at += USERS_PAGE) {
      const some = missing.slice(at, at + USERS_PAGE);
      const answer = await this.#ask({ type: "getDevices", devices: some, former: true }, "deviceList");
      for (const { device, certificates, former } of answer.devices)
        this.#known.set(device, [certificates, ...former.map((one) => one.certificates)]);
    }
    return new Map([...wanted].map((device) => [device, this.#known.get(device) ?? []]));
  }
}
