// A signal as bytes that only members of the epoch can read (docs/protocol.md): AES-256-GCM under a key of the group. All members
// hold that key: who sent it is what the server says of the connection it came from, and that is bound here, not proved.
import { createCipheriv, createDecipheriv } from "node:crypto";
import { bytesOf, type DeviceId, ID_BYTES, type LogId } from "../../../model/ids.ts";
import { decodeSignal, encodeSignal, type Signal } from "../payload/signal.ts";

/** Which group of the log, and which of its epochs. */
export interface EpochId {
  readonly founding: number;
  readonly epoch: number;
}

export interface SignalPlace extends EpochId {
  readonly log: LogId;
  readonly sender: DeviceId;
}

/** Said at this time by the clock of its sender, in milliseconds. */
export interface Timed {
  readonly signal: Signal;
  readonly at: number;
}

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const TIME_BYTES = 8;
const LENGTH_BYTES = 2;
/** Every signal has this length: what it says cannot be told from it. */
const PLAIN_BYTES = 256;
const BODY_BYTES = NONCE_BYTES + PLAIN_BYTES + TAG_BYTES;

/** Founding, epoch: 12 bytes. */
export function epochBytes({ founding, epoch }: EpochId): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(founding);
  bytes.writeBigUInt64BE(BigInt(epoch), 4);
  return bytes;
}

/** `nonce`: 12 random bytes, each for one signal. */
export function sealSignal(
  { signal, at }: Timed,
  place: SignalPlace,
  { key, nonce }: { readonly key: Uint8Array; readonly nonce: Uint8Array },
): Uint8Array {
  const said = encodeSignal(signal);
  const plain = Buffer.alloc(PLAIN_BYTES);
  plain.writeBigUInt64BE(BigInt(at));
  plain.writeUInt16BE(said.length, TIME_BYTES);
  plain.set(said, TIME_BYTES + LENGTH_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce);
  cipher.setAAD(boundTo(place));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Undefined for anything that `sealSignal` did not make for this place, and for what a newer version says. */
export function openSignal(body: Uint8Array, place: SignalPlace, key: Uint8Array): Timed | undefined {
  if (body.length !== BODY_BYTES) return undefined;
  const decipher = createDecipheriv(CIPHER, key, body.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(boundTo(place));
  decipher.setAuthTag(body.subarray(BODY_BYTES - TAG_BYTES));
  let plain: Buffer;
  try {
    plain = Buffer.concat([decipher.update(body.subarray(NONCE_BYTES, BODY_BYTES - TAG_BYTES)), decipher.final()]);
  } catch {
    return undefined;
  }
  return read(plain);
}

function read(plain: Buffer): Timed | undefined {
  const start = TIME_BYTES + LENGTH_BYTES;
  const end = start + plain.readUInt16BE(TIME_BYTES);
  if (plain.subarray(end).some((byte) => byte !== 0)) return undefined;
  const signal = decodeSignal(plain.subarray(start, end));
  if (signal.kind === "newer" || signal.kind === "unreadable") return undefined;
  return { signal, at: Number(plain.readBigUInt64BE()) };
}

function boundTo({ log, sender, ...epoch }: SignalPlace): Buffer {
  const parts = [bytesOf(log), bytesOf(sender), epochBytes(epoch)];
  const bytes = Buffer.concat(parts);
  // Ids are of one length: no two places give the same bytes.
  if (bytes.length !== 2 * ID_BYTES + 12) throw new Error("an id is not of its length");
  return bytes;
}
