// How a log id is made: shard byte 00, kind byte, 14 bytes. docs/protocol.md, "Log ids", says the same for other languages.
// Everybody who knows a device can name its inbox; only the store knows whether it is there.
import { hash } from "node:crypto";
import { HASH_BYTES, ID_BYTES, LOG_KIND, bytesOf, hexOf } from "../model/ids.ts";
import type { DeviceId, Handle, LogId, LogKind, Sha256 } from "../model/ids.ts";

const INBOX_LABEL = Buffer.from("mutual-chat/1 inbox", "ascii");
const LOBBY_LABEL = Buffer.from("mutual-chat/1 lobby", "ascii");
const DIRECT_LABEL = Buffer.from("mutual direct", "ascii");
/** Reserved for splitting logs over several databases; this version knows one. */
const SHARD = 0;

/** The inbox of a device: 00 01 and the first 14 bytes of SHA-256("mutual-chat/1 inbox" ‖ device id). @internal */
export function inboxLog(device: DeviceId): LogId {
  return hexOf(inboxLogBytes(bytesOf(device))) as LogId;
}

/** The same from raw bytes: 16 in, 16 out. */
export function inboxLogBytes(device: Uint8Array): Uint8Array {
  if (device.length !== ID_BYTES) throw new RangeError("a device id has 16 bytes");
  return logIdBytes("inbox", hash("sha256", Buffer.concat([INBOX_LABEL, device]), "buffer"));
}

/** The lobby of a realm: 00 02 and the first 14 bytes of SHA-256("mutual-chat/1 lobby" ‖ the CA key's fingerprint). */
export function lobbyLog(realmFingerprint: Sha256): LogId {
  const fingerprint = bytesOf(realmFingerprint);
  if (fingerprint.length !== HASH_BYTES) throw new RangeError("a realm fingerprint has 32 bytes");
  return hexOf(logIdBytes("lobby", hash("sha256", Buffer.concat([LOBBY_LABEL, fingerprint]), "buffer"))) as LogId;
}

/**
 * The one direct conversation of two users, whoever of them makes it; of one user twice: notes to self. 00 04 and the first 14
 * bytes of SHA-256("mutual direct" ‖ the CA key's fingerprint ‖ both handles in order, each with its length before it).
 */
export function directLog(realmFingerprint: Sha256, a: Handle, b: Handle): LogId {
  const fingerprint = bytesOf(realmFingerprint);
  if (fingerprint.length !== HASH_BYTES) throw new RangeError("a realm fingerprint has 32 bytes");
  const handles = [a, b].toSorted().map((handle) => Buffer.from(handle, "ascii"));
  const parts = handles.flatMap((handle) => [Buffer.of(handle.length), handle]);
  const bytes = Buffer.concat([DIRECT_LABEL, fingerprint, ...parts]);
  return hexOf(logIdBytes("direct", hash("sha256", bytes, "buffer"))) as LogId;
}

/** A new room from 16 random bytes, of which the last 14 are used. */
export function newRoomLog(random16: Uint8Array): LogId {
  if (random16.length !== ID_BYTES) throw new RangeError("a room is made from 16 random bytes");
  return hexOf(logIdBytes("room", random16.subarray(2))) as LogId;
}

function logIdBytes(kind: LogKind, rest: Uint8Array): Uint8Array {
  const log = Buffer.alloc(ID_BYTES);
  log[0] = SHARD;
  log[1] = LOG_KIND[kind];
  log.set(rest.subarray(0, ID_BYTES - 2), 2);
  return log;
}
