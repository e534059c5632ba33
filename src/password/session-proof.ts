// What is asked of a server behind a login, as the bytes that a MAC under the session key or a signature of the recovery key is made
// over: what it is, the one-time handle it is asked with, and everything in it. Knows neither key.

/** Versioned with the label: another meaning is another name. */
export type Deed = "enrol 1" | "new password 1" | "keep password 1";

const LENGTH_BYTES = 4;

/** Each part stands behind its length, so that no two different requests are the same bytes. */
export function deedBytes(deed: Deed, handle: string, parts: readonly (Uint8Array | string)[]): Buffer {
  return Buffer.concat(
    [deed, handle, ...parts].flatMap((part) => {
      const bytes = Buffer.from(part);
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}

/** Of a new password, as it is to be kept. */
export interface KeptPassword {
  readonly record: string;
  /** Undefined: the phrase stays as it is. */
  readonly recoveryKey: Uint8Array | undefined;
  readonly vault: Uint8Array;
  /** Of what it was made from. */
  readonly version: number;
}

export function keepParts({ record, recoveryKey, vault, version }: KeptPassword): readonly (Uint8Array | string)[] {
  return [record, recoveryKey ?? "", vault, String(version)];
}
