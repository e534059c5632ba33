// DHKEM (RFC 9180 §4.1): a key encapsulation mechanism from Diffie-Hellman on a curve.
import type { KeyObject } from "node:crypto";
import { agree, curve, type Curve, type CurveName, isScalar, rawPrivate, rawPublic } from "./curves.ts";
import { type HashName, hkdf, labelled, type Labelled } from "./kdf.ts";
import type { Kem, KemPrivateKey } from "./kem.ts";
import { concat, uint16, utf8, wipe } from "./octets.ts";

// RFC 9180 §7.1
const KEMS = {
  "P-256": { id: 0x10, hash: "sha256" },
  "P-384": { id: 0x11, hash: "sha384" },
  "P-521": { id: 0x12, hash: "sha512" },
  x25519: { id: 0x20, hash: "sha256" },
  x448: { id: 0x21, hash: "sha512" },
} as const satisfies Partial<Record<CurveName, { id: number; hash: HashName }>>;

const NONE = new Uint8Array();

export function dhkem(name: keyof typeof KEMS): Kem<KeyObject> {
  const { id, hash } = KEMS[name];
  const kdf = hkdf(hash);
  const label = labelled(kdf, concat(utf8("KEM"), uint16(id)));
  const on = curve(name);
  // RFC 9180 §4.1 (ExtractAndExpand)
  const sharedSecret = (dh: Uint8Array, context: Uint8Array): Uint8Array => {
    const prk = label.extract(NONE, "eae_prk", dh);
    const secret = label.expand(prk, "shared_secret", { info: context, length: kdf.size });
    wipe(dh, prk);
    return secret;
  };
  return {
    id,
    generate: () => pair(on.generate()),
    derive: (ikm) => pair(on.importPrivate(deriveScalar({ name, on, label }, ikm))),
    importPrivate: (raw) => pair(on.importPrivate(raw)),
    importPublic: (raw) => ({ raw, key: on.importPublic(raw) }),
    encapsulate: (to) => {
      const once = on.generate();
      const enc = rawPublic(once);
      return { enc, secret: sharedSecret(agree(once, to.key), concat(enc, to.raw)) };
    },
    decapsulate: (own, enc) => sharedSecret(agree(own.key, on.importPublic(enc)), concat(enc, own.publicKey.raw)),
  };
}

function pair(key: KeyObject): KemPrivateKey<KeyObject> {
  return { raw: rawPrivate(key), key, publicKey: { raw: rawPublic(key), key } };
}

interface Derivation {
  readonly name: keyof typeof KEMS;
  readonly on: Curve;
  readonly label: Labelled;
}

// RFC 9180 §7.1.3
function deriveScalar({ name, on, label }: Derivation, ikm: Uint8Array): Uint8Array {
  const prk = label.extract(NONE, "dkp_prk", ikm);
  const length = on.privateBytes;
  if (name === "x25519" || name === "x448") return label.expand(prk, "sk", { info: NONE, length });
  for (let counter = 0; counter < 256; counter += 1) {
    const candidate = label.expand(prk, "candidate", { info: Uint8Array.of(counter), length });
    // of 66 bytes, P-521 uses 521 bits
    if (name === "P-521") candidate[0] = (candidate[0] ?? 0) & 1;
    if (isScalar(name, candidate)) return candidate;
  }
  throw new RangeError("no scalar in 256 candidates");
}
