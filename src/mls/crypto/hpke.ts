// HPKE, base mode, one message for each context (RFC 9180), as the MLS library calls it.
/* oxlint-disable max-params -- the library names the parameters */
import type { Hpke, PrivateKey, PublicKey } from "ts-mls/crypto/hpke.js";
import type { Aead, AeadKey } from "./aead.ts";
import { type Hkdf, labelled } from "./kdf.ts";
import type { Kem, KemPrivateKey, KemPublicKey } from "./kem.ts";
import { concat, uint16, utf8, wipe } from "./octets.ts";

interface Parts<K> {
  readonly kem: Kem<K>;
  readonly kdf: Hkdf;
  readonly aead: Aead;
}

/** The library passes keys through without looking inside, and knows them by the types of WebCrypto. */
function opaquePublic<K>(key: KemPublicKey<K>): PublicKey {
  return key as unknown as PublicKey;
}
function opaquePrivate<K>(key: KemPrivateKey<K>): PrivateKey {
  return key as unknown as PrivateKey;
}

export function hpke<K>({ kem, kdf, aead }: Parts<K>): Hpke {
  const schedule = keySchedule({ kem, kdf, aead });
  const publicOf = (key: PublicKey): KemPublicKey<K> => key as unknown as KemPublicKey<K>;
  const privateOf = (key: PrivateKey): KemPrivateKey<K> => key as unknown as KemPrivateKey<K>;
  const pairOf = (key: KemPrivateKey<K>): { privateKey: PrivateKey; publicKey: PublicKey } => ({
    privateKey: opaquePrivate(key),
    publicKey: opaquePublic(key.publicKey),
  });
  return {
    keyLength: aead.keyBytes,
    nonceLength: aead.nonceBytes,
    seal: async (key, plaintext, info, aad) => {
      const { enc, secret } = kem.encapsulate(publicOf(key));
      return { enc, ct: using(schedule.key(secret, info), (once) => aead.seal(once, plaintext, aad)) };
    },
    open: async (key, enc, ciphertext, info, aad) => {
      const secret = kem.decapsulate(privateOf(key), enc);
      return using(schedule.key(secret, info), (once) => aead.open(once, ciphertext, aad));
    },
    exportSecret: async (key, context, length, info) => {
      const { enc, secret } = kem.encapsulate(publicOf(key));
      return { enc, secret: schedule.exported(secret, info, { info: context, length }) };
    },
    importSecret: async (key, context, enc, length, info) =>
      schedule.exported(kem.decapsulate(privateOf(key), enc), info, { info: context, length }),
    importPrivateKey: async (raw) => opaquePrivate(kem.importPrivate(raw)),
    importPublicKey: async (raw) => opaquePublic(kem.importPublic(raw)),
    exportPrivateKey: async (key) => privateOf(key).raw,
    exportPublicKey: async (key) => publicOf(key).raw,
    deriveKeyPair: async (ikm) => pairOf(kem.derive(ikm)),
    generateKeyPair: async () => pairOf(kem.generate()),
    encryptAead: async (key, nonce, aad, plaintext) => aead.seal({ key, nonce }, plaintext, aad),
    decryptAead: async (key, nonce, aad, ciphertext) => aead.open({ key, nonce }, ciphertext, aad),
  };
}

function using(once: AeadKey, work: (once: AeadKey) => Uint8Array): Uint8Array {
  try {
    return work(once);
  } finally {
    wipe(once.key, once.nonce);
  }
}

interface Schedule {
  /** Key and nonce of the first message. Wipes `shared`. */
  key(shared: Uint8Array, info: Uint8Array): AeadKey;
  /** Context.Export (RFC 9180 §5.3). Wipes `shared`. */
  exported(shared: Uint8Array, info: Uint8Array, wanted: { info: Uint8Array; length: number }): Uint8Array;
}

const NONE = new Uint8Array();
const MODE_BASE = Uint8Array.of(0);

// RFC 9180 §5.1
function keySchedule<K>({ kem, kdf, aead }: Parts<K>): Schedule {
  const label = labelled(kdf, concat(utf8("HPKE"), uint16(kem.id), uint16(kdf.id), uint16(aead.id)));
  const pskIdHash = label.extract(NONE, "psk_id_hash", NONE);
  const begin = (shared: Uint8Array, info: Uint8Array): { secret: Uint8Array; context: Uint8Array } => {
    const context = concat(MODE_BASE, pskIdHash, label.extract(NONE, "info_hash", info));
    const secret = label.extract(shared, "secret", NONE);
    wipe(shared);
    return { secret, context };
  };
  return {
    key: (shared, info) => {
      const { secret, context } = begin(shared, info);
      const key = label.expand(secret, "key", { info: context, length: aead.keyBytes });
      const nonce = label.expand(secret, "base_nonce", { info: context, length: aead.nonceBytes });
      wipe(secret);
      return { key, nonce };
    },
    exported: (shared, info, wanted) => {
      const { secret, context } = begin(shared, info);
      const exporter = label.expand(secret, "exp", { info: context, length: kdf.size });
      const value = label.expand(exporter, "sec", wanted);
      wipe(secret, exporter);
      return value;
    },
  };
}
