// The certificate and key of this device, which are renewed while groups go on: those of before are kept for what was begun with them.
import { hexOf, type DeviceId } from "../model/ids.ts";
import { leafAt, type Group } from "./group.ts";
import type { RenewedCredential } from "./groups.ts";
import type { OwnCredential } from "./key-package.ts";

export class Own implements OwnCredential {
  readonly device: DeviceId;
  #current: RenewedCredential;
  /** By their public keys, hex. */
  readonly #signKeys = new Map<string, Uint8Array>();

  constructor({ device, former = [], ...current }: OwnCredential) {
    this.device = device;
    this.#current = current;
    for (const { publicKey, signKey } of [...former, current]) this.#signKeys.set(hexOf(publicKey), signKey);
  }

  get certificates(): readonly Uint8Array[] {
    return this.#current.certificates;
  }

  get signKey(): Uint8Array {
    return this.#current.signKey;
  }

  get publicKey(): Uint8Array {
    return this.#current.publicKey;
  }

  /** Of a key package that may be older than the newest certificate. */
  signKeyOf(publicKey: Uint8Array): Uint8Array {
    return this.#signKeys.get(hexOf(publicKey)) ?? this.signKey;
  }

  /** What the next commit of this group is to say; undefined where its leaf is of the newest certificate. */
  renewalIn({ state }: Group): OwnCredential | undefined {
    const leaf = leafAt(state.ratchetTree, state.privatePath.leafIndex);
    const [newest] = this.certificates;
    if (leaf?.credential.credentialType !== "x509" || newest === undefined) return undefined;
    const [shown] = leaf.credential.certificates;
    return shown !== undefined && hexOf(shown) === hexOf(newest) ? undefined : this;
  }

  renew(next: RenewedCredential): void {
    this.#current = next;
    this.#signKeys.set(hexOf(next.publicKey), next.signKey);
  }
}
