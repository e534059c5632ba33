// The archived copy of a message: what lets a later member read it, where the terms of the conversation allow that. Its key comes
// out of the epoch (RFC 9420 §8.5) and of the day; whoever is handed a key reads that epoch on that day and nothing else.
// The copy is signed by the device that wrote it: a key holder cannot put words into another's mouth.
// The price: an archived message has no forward secrecy against the theft of such a key (docs/threat-model.md).
import {
  createCipheriv,
  createDecipheriv,
  hkdfSync,
  randomBytes,
  sign,
  timingSafeEqual,
  verify,
  type KeyObject,
} from "node:crypto";
import { Fault } from "../model/fault.ts";
import { bytesOf, type DeviceId, type LogId, type MessageId } from "../model/ids.ts";
import { bucketOf } from "./padding.ts";

/** Under this label the epoch's secret is exported. */
export const ARCHIVE_LABEL = "mutual archive 1";

const DAY_MS = 86_400_000;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SIGNATURE_BYTES = 64;
const LENGTH_BYTES = 4;
/** Founding, epoch, day: in the clear before the ciphertext. */
const HEADER_BYTES = 16;

/** Which key a copy is under. */
export interface ArchivePlace {
  readonly founding: number;
  /** Of the group. */
  readonly epoch: number;
  /** Days since 1970-01-01 UTC by the writer's clock. */
  readonly day: number;
}

/** What a copy is bound to. */
export interface ArchivedAs {
  readonly log: LogId;
  readonly mid: MessageId;
  readonly device: DeviceId;
}

export function dayOf(at: Date): number {
  return Math.floor(at.getTime() / DAY_MS);
}

/** The key of one day out of the secret of the epoch. 32 bytes. */
export function dayKey(epochSecret: Uint8Array, day: number): Uint8Array {
  const info = Buffer.alloc(LENGTH_BYTES);
  info.writeUInt32BE(day);
  return new Uint8Array(
    hkdfSync("sha256", epochSecret, "", Buffer.concat([Buffer.from("mutual archive day "), info]), 32),
  );
}

export interface CopyWish {
  readonly place: ArchivePlace;
  readonly as: ArchivedAs;
  readonly key: Uint8Array;
  readonly signKey: KeyObject;
}

export function sealCopy(plaintext: Uint8Array, { place, as, key, signKey }: CopyWish): Uint8Array {
  const bound = boundTo(place, as);
  const signature = sign(null, Buffer.concat([bound, plaintext]), signKey);
  const inner = Buffer.alloc(bucketOf(LENGTH_BYTES + SIGNATURE_BYTES + plaintext.length));
  inner.writeUInt32BE(plaintext.length);
  signature.copy(inner, LENGTH_BYTES);
  inner.set(plaintext, LENGTH_BYTES + SIGNATURE_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(bound);
  return new Uint8Array(
    Buffer.concat([headerOf(place), nonce, cipher.update(inner), cipher.final(), cipher.getAuthTag()]),
  );
}

/** Which key the copy needs. @throws Fault `archive-malformed` */
export function placeOf(copy: Uint8Array): ArchivePlace {
  const least = HEADER_BYTES + NONCE_BYTES + LENGTH_BYTES + SIGNATURE_BYTES + TAG_BYTES;
  if (copy.length < least) throw malformed("it is too short");
  const header = Buffer.from(copy.buffer, copy.byteOffset, HEADER_BYTES);
  const epoch = header.readBigUInt64BE(4);
  if (epoch > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed("it names no epoch");
  return { founding: header.readUInt32BE(0), epoch: Number(epoch), day: header.readUInt32BE(12) };
}

export interface CopyFound {
  readonly as: ArchivedAs;
  /** Of the day that `placeOf` says. */
  readonly key: Uint8Array;
  /** Of the certificate of `as.device`. */
  readonly publicKey: KeyObject;
}

/** The plaintext, if the device wrote it there. @throws Fault `archive-malformed`, `archive-forged` */
export function openCopy(copy: Uint8Array, { as, key, publicKey }: CopyFound): Uint8Array {
  const bound = boundTo(placeOf(copy), as);
  const inner = opened(copy, key, bound);
  const length = inner.readUInt32BE(0);
  const end = LENGTH_BYTES + SIGNATURE_BYTES + length;
  if (end > inner.length || inner.subarray(end).some((byte) => byte !== 0)) throw malformed("its padding is wrong");
  const plaintext = inner.subarray(LENGTH_BYTES + SIGNATURE_BYTES, end);
  const signature = inner.subarray(LENGTH_BYTES, LENGTH_BYTES + SIGNATURE_BYTES);
  if (!verify(null, Buffer.concat([bound, plaintext]), publicKey, signature))
    throw new Fault(
      "archive-forged",
      "an archived message was not signed by the device that is said to have written it",
    );
  return new Uint8Array(plaintext);
}

/** Both say the same: else newcomers would be told something else than members were. */
export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function opened(copy: Uint8Array, key: Uint8Array, bound: Uint8Array): Buffer {
  const body = HEADER_BYTES + NONCE_BYTES;
  const decipher = createDecipheriv("aes-256-gcm", key, copy.subarray(HEADER_BYTES, body), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(bound).setAuthTag(copy.subarray(copy.length - TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(copy.subarray(body, copy.length - TAG_BYTES)), decipher.final()]);
  } catch (error) {
    throw new Fault("archive-forged", "an archived message does not open with the key of its day", { cause: error });
  }
}

function headerOf({ founding, epoch, day }: ArchivePlace): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(founding, 0);
  header.writeBigUInt64BE(BigInt(epoch), 4);
  header.writeUInt32BE(day, 12);
  return header;
}

/** A copy is worth nothing in another place, under another name or as another message. */
function boundTo(place: ArchivePlace, { log, mid, device }: ArchivedAs): Buffer {
  return Buffer.concat([Buffer.from(ARCHIVE_LABEL), bytesOf(log), headerOf(place), bytesOf(mid), bytesOf(device)]);
}

function malformed(why: string): Fault {
  return new Fault("archive-malformed", `an archived message cannot be read: ${why}`);
}
