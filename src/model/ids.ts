// Ids as branded strings: lower-case hex in memory (map keys, logs, JSON), raw bytes on the wire and in the database.

declare const brand: unique symbol;
type Branded<T, B extends string> = T & { readonly [brand]: B };

/** 32 hex digits: shard byte, kind byte, 14 bytes. See `logKind`. */
export type LogId = Branded<string, "LogId">;
/** 32 hex digits, from the certificate's `urn:mutual-chat:device:<id>`. */
export type DeviceId = Branded<string, "DeviceId">;
/** 32 hex digits made by the sender: names one message, for ever. */
export type MessageId = Branded<string, "MessageId">;
/** A user's name in the realm, from the certificate's `urn:mutual-chat:user:<handle>`. */
export type Handle = Branded<string, "Handle">;
/** 64 hex digits: SHA-256 of a certificate, a blob, a chain. */
export type Sha256 = Branded<string, "Sha256">;
/** 32 hex digits: made when a database is made. */
export type StoreId = Branded<string, "StoreId">;

/** Position in a log: 1, 2, 3 … without holes; 0 is before the first entry. */
export type Seq = number;
/** MLS epoch of a conversation (RFC 9420 §8); a new log is at 0. */
export type Epoch = number;

export const ID_BYTES = 16;
export const HASH_BYTES = 32;
const HEX_32 = /^[0-9a-f]{32}$/;
const HEX_64 = /^[0-9a-f]{64}$/;
const HANDLE = /^[a-z0-9][a-z0-9._-]{0,31}$/;

/** The second byte of a log id. */
export const LOG_KIND = { inbox: 1, lobby: 2, room: 3, direct: 4 } as const;
export type LogKind = keyof typeof LOG_KIND;

export function isHandle(text: string): text is Handle {
  return HANDLE.test(text);
}

export function isDeviceId(text: string): text is DeviceId {
  return HEX_32.test(text);
}

export function isLogId(text: string): text is LogId {
  return HEX_32.test(text);
}

export function isMessageId(text: string): text is MessageId {
  return HEX_32.test(text);
}

export function isSha256(text: string): text is Sha256 {
  return HEX_64.test(text);
}

/** Raw bytes as hex. The caller has checked the length. */
export function hexOf(bytes: Uint8Array): string {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.toString("hex");
}

export function bytesOf(hex: string): Buffer {
  return Buffer.from(hex, "hex");
}

/** The kind a log id carries in its second byte, or undefined if it names none. */
export function logKind(log: LogId): LogKind | undefined {
  switch (log.slice(2, 4)) {
    case "01":
      return "inbox";
    case "02":
      return "lobby";
    case "03":
      return "room";
    case "04":
      return "direct";
    default:
      return undefined;
  }
}
