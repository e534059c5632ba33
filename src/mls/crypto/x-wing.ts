// X-Wing: X25519 and ML-KEM-768 as one key encapsulation mechanism (draft-connolly-cfrg-xwing-kem). Broken only when both are.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  decapsulate,
  encapsulate,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { agree, curve, rawPublic } from "./curves.ts";
import type { Kem, KemPrivateKey, KemPublicKey } from "./kem.ts";
import { bytes, concat, wipe } from "./octets.ts";

/** One key of each half. */
export interface Halves {
  readonly mlkem: KeyObject;
  readonly x25519: KeyObject;
}

const SEED_BYTES = 32;
const ML_KEM_PUBLIC_BYTES = 1184;
const ML_KEM_CIPHERTEXT_BYTES = 1088;
const POINT_BYTES = 32;
/** The draft draws an X-wing fighter: \.//^\ */
const LABEL = Uint8Array.of(0x5c, 0x2e, 0x2f, 0x2f, 0x5e, 0x5c);

export function xWing(): Kem<Halves> {
  return {
    id: 0x647a,
    generate: () => importPrivate(bytes(randomBytes(SEED_BYTES))),
    derive: (ikm) => importPrivate(shake256(ikm, SEED_BYTES)),
    importPrivate,
    importPublic,
    encapsulate: (to) => {
      const { sharedKey, ciphertext } = encapsulate(to.key.mlkem);
      const once = curve("x25519").generate();
      const point = rawPublic(once);
      const secret = combine({ mlkem: bytes(sharedKey), x25519: agree(once, to.key.x25519), point }, to);
      return { enc: concat(ciphertext, point), secret };
    },
    decapsulate: (own, enc) => {
      const [ciphertext, point] = split(enc, ML_KEM_CIPHERTEXT_BYTES);
      const mlkem = bytes(decapsulate(own.key.mlkem, ciphertext));
      const x25519 = agree(own.key.x25519, curve("x25519").importPublic(point));
      return combine({ mlkem, x25519, point }, own.publicKey);
    },
  };
}

function importPrivate(seed: Uint8Array): KemPrivateKey<Halves> {
  if (seed.length !== SEED_BYTES) throw new RangeError(`an X-Wing private key has ${SEED_BYTES} bytes`);
  const expanded = shake256(seed, 96);
  const mlkem = createPrivateKey({
    key: expanded.subarray(0, 64),
    format: "raw-seed",
    asymmetricKeyType: "ml-kem-768",
  });
  const x25519 = curve("x25519").importPrivate(expanded.subarray(64));
  wipe(expanded);
  const publicHalves = { mlkem: createPublicKey(mlkem), x25519: createPublicKey(x25519) };
  const raw = concat(rawPublic(publicHalves.mlkem), rawPublic(publicHalves.x25519));
  return { raw: seed, key: { mlkem, x25519 }, publicKey: { raw, key: publicHalves } };
}

function importPublic(raw: Uint8Array): KemPublicKey<Halves> {
  const [key, point] = split(raw, ML_KEM_PUBLIC_BYTES);
  const mlkem = createPublicKey({ key, format: "raw-public", asymmetricKeyType: "ml-kem-768" });
  return { raw, key: { mlkem, x25519: curve("x25519").importPublic(point) } };
}

interface Secrets {
  readonly mlkem: Uint8Array;
  readonly x25519: Uint8Array;
  /** The sender's point. */
  readonly point: Uint8Array;
}

/** Both secrets, bound to the points of both sides. */
function combine({ mlkem, x25519, point }: Secrets, receiver: KemPublicKey<Halves>): Uint8Array {
  const input = concat(mlkem, x25519, point, receiver.raw.subarray(ML_KEM_PUBLIC_BYTES), LABEL);
  const secret = bytes(createHash("sha3-256").update(input).digest());
  wipe(mlkem, x25519, input);
  return secret;
}

function shake256(input: Uint8Array, length: number): Uint8Array {
  return bytes(createHash("shake256", { outputLength: length }).update(input).digest());
}

/** The first `at` bytes and a point after them. */
function split(raw: Uint8Array, at: number): readonly [Uint8Array, Uint8Array] {
  if (raw.length !== at + POINT_BYTES) throw new RangeError(`expected ${at + POINT_BYTES} bytes, got ${raw.length}`);
  return [raw.subarray(0, at), raw.subarray(at)];
}
