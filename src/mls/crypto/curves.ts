// Elliptic curves by OpenSSL, keys as the raw bytes that MLS and HPKE put on the wire. A point off its curve is refused on import.
import { createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from "node:crypto";
import { hexOf } from "../../model/ids.ts";
import { bytes } from "./octets.ts";

export type CurveName = "x25519" | "x448" | "ed25519" | "ed448" | "P-256" | "P-384" | "P-521";

export interface Curve {
  readonly privateBytes: number;
  generate(): KeyObject;
  importPrivate(raw: Uint8Array): KeyObject;
  importPublic(raw: Uint8Array): KeyObject;
}

const GENERATE = {
  x25519: () => generateKeyPairSync("x25519"),
  x448: () => generateKeyPairSync("x448"),
  ed25519: () => generateKeyPairSync("ed25519"),
  ed448: () => generateKeyPairSync("ed448"),
  "P-256": () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
  "P-384": () => generateKeyPairSync("ec", { namedCurve: "P-384" }),
  "P-521": () => generateKeyPairSync("ec", { namedCurve: "P-521" }),
};
const PRIVATE_BYTES = { x25519: 32, x448: 56, ed25519: 32, ed448: 57, "P-256": 32, "P-384": 48, "P-521": 66 };
/** The first byte of a point with both coordinates, the only form that MLS and HPKE know (RFC 9420 §5.1.1, RFC 9180 §7.1.1). */
const UNCOMPRESSED = 4;

export function curve(name: CurveName): Curve {
  const privateBytes = PRIVATE_BYTES[name];
  if (name === "P-256" || name === "P-384" || name === "P-521") return weierstrass(name, privateBytes);
  const kind = { asymmetricKeyType: name } as const;
  return {
    privateBytes,
    generate: () => GENERATE[name]().privateKey,
    importPrivate: (raw) => createPrivateKey({ key: raw, format: "raw-private", ...kind }),
    importPublic: (raw) => createPublicKey({ key: raw, format: "raw-public", ...kind }),
  };
}

type WeierstrassName = "P-256" | "P-384" | "P-521";

function weierstrass(name: WeierstrassName, privateBytes: number): Curve {
  const kind = { asymmetricKeyType: "ec", namedCurve: name } as const;
  return {
    privateBytes,
    generate: () => GENERATE[name]().privateKey,
    importPrivate: (raw) => {
      // OpenSSL takes zero and the order too.
      if (!isScalar(name, raw)) throw new RangeError("this is no private key");
      return createPrivateKey({ key: atLength(raw, privateBytes), format: "raw-private", ...kind });
    },
    importPublic: (raw) => {
      // OpenSSL takes compressed points and the point at infinity too.
      if (raw[0] !== UNCOMPRESSED) throw new RangeError("a point has both coordinates");
      return createPublicKey({ key: raw, format: "raw-public", ...kind });
    },
  };
}

/** How many scalars there are (SP 800-186 §3.2.1). */
const ORDERS = {
  "P-256": 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  "P-384": 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  "P-521":
    0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
};

export function isScalar(name: WeierstrassName, raw: Uint8Array): boolean {
  const scalar = BigInt(`0x0${hexOf(raw)}`);
  return scalar > 0n && scalar < ORDERS[name];
}

/** Other implementations leave out leading zeros of a scalar. */
function atLength(scalar: Uint8Array, length: number): Uint8Array {
  if (scalar.length >= length) return scalar;
  const padded = new Uint8Array(length);
  padded.set(scalar, length - scalar.length);
  return padded;
}

export function rawPrivate(key: KeyObject): Uint8Array {
  return bytes(key.export({ format: "raw-private" }));
}

/** `key` may be the private key. */
export function rawPublic(key: KeyObject): Uint8Array {
  return bytes((key.type === "private" ? createPublicKey(key) : key).export({ format: "raw-public" }));
}

/** Throws when the result is all zeros, that is, for a point of small order (RFC 9180 §7.1.4, RFC 7748 §6). */
export function agree(privateKey: KeyObject, publicKey: KeyObject): Uint8Array {
  return bytes(diffieHellman({ privateKey, publicKey }));
}
