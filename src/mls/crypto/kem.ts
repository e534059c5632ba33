// What HPKE asks of a key encapsulation mechanism (RFC 9180 §4). `K` is how a mechanism holds a key that it has imported.

export interface KemPublicKey<K> {
  readonly raw: Uint8Array;
  readonly key: K;
}

export interface KemPrivateKey<K> {
  readonly raw: Uint8Array;
  readonly key: K;
  readonly publicKey: KemPublicKey<K>;
}

export interface Kem<K> {
  /** RFC 9180 §7.1, and the IANA registry "HPKE KEM Identifiers". */
  readonly id: number;
  generate(): KemPrivateKey<K>;
  /** DeriveKeyPair: the same bytes give the same key. */
  derive(ikm: Uint8Array): KemPrivateKey<K>;
  /** Throw when the bytes are no key. */
  importPrivate(raw: Uint8Array): KemPrivateKey<K>;
  importPublic(raw: Uint8Array): KemPublicKey<K>;
  encapsulate(to: KemPublicKey<K>): { readonly enc: Uint8Array; readonly secret: Uint8Array };
  /** Throws when `enc` is no encapsulation. */
  decapsulate(own: KemPrivateKey<K>, enc: Uint8Array): Uint8Array;
}
