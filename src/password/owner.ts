// Whose secret it is, and how a derived key, a sealed part or a signature is bound to that: one way to write it for all of them.
import type { Handle, Sha256 } from "../model/ids.ts";

/** A user of a realm, which is named by its fingerprint. */
export interface Owner {
  readonly realm: Sha256;
  readonly user: Handle;
}

const LENGTH_BYTES = 4;

/**
 * `label` says what it is for, with a version; no two uses have the same one.
 * Each field stands behind its length, so that no two different lists of fields are the same bytes.
 */
export function boundText(label: string, { realm, user }: Owner, more: readonly Uint8Array[] = []): Buffer {
  const fields = [Buffer.from(`mutual-chat ${label}`), Buffer.from(realm), Buffer.from(user), ...more];
  return Buffer.concat(
    fields.flatMap((field) => {
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt32BE(field.length);
      return [length, field];
    }),
  );
}
