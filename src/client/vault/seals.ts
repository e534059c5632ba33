// Sealing of what the vault keeps: AES-256-GCM (NIST SP 800-38D) under subkeys of the vault key, each sealed text bound to its
// place, so that none can be moved, swapped or put back alone. Also the pseudonyms under which rows are found. Knows no table.
import {
  type Cipheriv,
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  randomFillSync,
} from "node:crypto";
import { ID_BYTES } from "../../model/ids.ts";
import { Damage } from "./faults.ts";

/** Each has keys of its own. */
export type Purpose = "ledger" | "cell" | "row-key" | "block" | "text";

/** Where a sealed text belongs. The same id never has the same version twice. */
export interface Place {
  readonly purpose: Purpose;
  readonly id: number;
  readonly version: number;
  /** What else must be as it was. */
  readonly bound?: Uint8Array;
}

export const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const NAME_BYTES = 16;
/** Random bytes are fetched for so many nonces at once: each call costs as much as a seal. */
const NONCES = 256;
/** A key seals a few texts for each of so many versions: with random nonces far below 2^32 (SP 800-38D §8.3). */
const VERSIONS_PER_KEY = 2 ** 24;
/** Bytes of an id that make its tag: a number that SQLite keeps in 6 bytes. */
const TAG_ID_BYTES = 6;
const NOTHING = new Uint8Array();

export class Seals {
  readonly #vaultKey: Uint8Array;
  readonly #keys = new Map<string, Buffer>();
  readonly #names: Buffer;
  readonly #ids: Cipheriv;
  readonly #marks: Cipheriv;
  readonly #nonces = Buffer.alloc(NONCES * NONCE_BYTES);
  #used = NONCES;

  constructor(vaultKey: Uint8Array) {
    this.#vaultKey = vaultKey;
    this.#names = this.derive("names");
    this.#ids = blockCipher(this.derive("ids"));
    this.#marks = blockCipher(this.derive("marks"));
  }

  /** A key of 32 bytes for one purpose (RFC 5869). */
  derive(purpose: string, salt: Uint8Array = NOTHING): Buffer {
    return Buffer.from(hkdfSync("sha256", this.#vaultKey, salt, `mutual-chat vault 1 ${purpose}`, KEY_BYTES));
  }

  seal(place: Place, plain: Uint8Array): Buffer {
    return this.sealWith(this.#keyFor(place), place, plain);
  }

  /** @throws Damage */
  open(place: Place, sealed: Uint8Array): Buffer {
    return this.openWith(this.#keyFor(place), place, sealed);
  }

  /** Under a key of its own. */
  sealWith(key: Uint8Array, place: Place, plain: Uint8Array): Buffer {
    const nonce = this.#nonce();
    const cipher = createCipheriv("aes-256-gcm", key, nonce);
    cipher.setAAD(boundTo(place));
    const text = cipher.update(plain);
    cipher.final();
    return Buffer.concat([nonce, text, cipher.getAuthTag()], NONCE_BYTES + text.length + TAG_BYTES);
  }

  /** @throws Damage */
  openWith(key: Uint8Array, place: Place, sealed: Uint8Array): Buffer {
    if (sealed.length < NONCE_BYTES + TAG_BYTES) throw new Damage("a sealed part is cut short");
    const end = sealed.length - TAG_BYTES;
    const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, NONCE_BYTES));
    decipher.setAAD(boundTo(place));
    decipher.setAuthTag(sealed.subarray(end));
    try {
      const plain = decipher.update(sealed.subarray(NONCE_BYTES, end));
      decipher.final();
      return plain;
    } catch (error) {
      throw new Damage("a sealed part is not what was written there", { cause: error });
    }
  }

  newKey(): Buffer {
    return randomBytes(KEY_BYTES);
  }

  /** The pseudonym of a name of any length, 16 bytes. */
  nameTag(parts: readonly string[]): Buffer {
    const hmac = createHmac("sha256", this.#names);
    for (const part of parts) hmac.update(`${Buffer.byteLength(part)} ${part}`);
    return hmac.digest().subarray(0, NAME_BYTES);
  }

  /**
   * The pseudonyms of ids of 16 bytes (hex), each a number of 48 bits: equal ids have equal ones, and now and then two others have.
   * One call for many: AES on single blocks, as random as the ids are different.
   */
  idTags(ids: readonly string[]): readonly number[] {
    const plain = Buffer.allocUnsafe(ids.length * ID_BYTES);
    ids.forEach((id, index) => plain.write(id, index * ID_BYTES, "hex"));
    const blocks = this.#ids.update(plain);
    return ids.map((_id, index) => blocks.readUIntBE(index * ID_BYTES, TAG_ID_BYTES));
  }

  idTag(id: string): number {
    return this.#ids.update(id, "hex").readUIntBE(0, TAG_ID_BYTES);
  }

  /** A secret function of blocks of 16 bytes, one by one. */
  mark(blocks: Uint8Array): Buffer {
    return this.#marks.update(blocks);
  }

  #keyFor({ purpose, version }: Place): Buffer {
    const name = `${purpose} ${Math.floor(version / VERSIONS_PER_KEY)}`;
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    const key = this.derive(name);
    this.#keys.set(name, key);
    return key;
  }

  #nonce(): Buffer {
    if (this.#used === NONCES) {
      randomFillSync(this.#nonces);
      this.#used = 0;
    }
    const at = NONCE_BYTES * this.#used++;
    return this.#nonces.subarray(at, at + NONCE_BYTES);
  }
}

/** With zeros up to a multiple of `step`, so that the sealed length says little. At least one byte, behind which nothing counts. */
export function padded(plain: Uint8Array, step: number): Buffer {
  const bytes = Buffer.alloc(Math.ceil((plain.length + 1) / step) * step);
  bytes.set(plain);
  bytes[plain.length] = 0x80;
  return bytes;
}

/** Undoes `padded`. @throws Damage */
export function unpadded(bytes: Buffer): Buffer {
  const end = bytes.lastIndexOf(0x80);
  if (end === -1) throw new Damage("a sealed part has no end");
  return bytes.subarray(0, end);
}

function boundTo({ id, version, bound = NOTHING }: Place): Buffer {
  const bytes = Buffer.alloc(16 + bound.length);
  bytes.writeDoubleBE(id, 0);
  bytes.writeDoubleBE(version, 8);
  bytes.set(bound, 16);
  return bytes;
}

function blockCipher(key: Uint8Array): Cipheriv {
  const cipher = createCipheriv("aes-256-ecb", key, null);
  cipher.setAutoPadding(false);
  return cipher;
}
