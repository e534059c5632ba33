// The OpenPGP library, loaded when it is first needed (it is large), and the configuration that everything here uses.
// Only the room src/pgp may import it; no other file loads it by itself.

import type { Config } from "openpgp";

export type Library = typeof import("openpgp");
export interface Pgp {
  readonly lib: Library;
  readonly config: Config;
}

/** What a message may become when it is unpacked: a challenge is below 1 kB, the rest is a bomb. */
const UNPACKED_BYTES = 64 * 1024;

export async function openpgp(): Promise<Pgp> {
  const lib = await import("openpgp");
  const { curve, hash } = lib.enums;
  const config: Config = {
    ...lib.config,
    // RFC 9580 §9.5: SHA-1 collisions are made to order; a self-signature with it proves little.
    rejectHashAlgorithms: new Set([...lib.config.rejectHashAlgorithms, hash.sha1]),
    rejectCurves: new Set([
      ...lib.config.rejectCurves,
      curve.brainpoolP256r1,
      curve.brainpoolP384r1,
      curve.brainpoolP512r1,
    ]),
    maxDecompressedMessageSize: UNPACKED_BYTES,
    // GnuPG 2.2 can neither read AEAD messages nor keys of version 6.
    aeadProtect: false,
    v6Keys: false,
  };
  return { lib, config };
}
