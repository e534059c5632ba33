// What the transparency log says: each certificate that was issued or revoked, and what was done with the rights of an
// administrator. One value has one form in bytes, so that everybody hashes the same. Knows no tree and no signature.

import type { DeviceId, Handle, Sha256 } from "../model/ids.ts";
import {
  actor,
  code,
  cosigned,
  deviceId,
  email,
  fieldsOf,
  fingerprint,
  handle,
  malformed,
  oneOf,
  serial,
  sha256,
  text,
  time,
  yes,
  type Actor,
  type Cosigned,
  type Fields,
  type Reader,
} from "./entry-fields.ts";

/** How a device came to its certificate. `outside`: another program made it; it was seen when the device first connected. */
export const WAYS = [
  "invitation",
  "renewal",
  "late-renewal",
  "password",
  "phrase",
  "openpgp",
  "device",
  "console",
  "outside",
] as const;
export type Way = (typeof WAYS)[number];

export const REASONS = ["unspecified", "keyCompromise", "superseded", "cessationOfOperation", "lease"] as const;
export type Reason = (typeof REASONS)[number];

export type IssuedEntry = {
  readonly kind: "issued";
  /** Milliseconds since 1970, as `until`. */
  readonly at: number;
  readonly user: Handle;
  readonly device: DeviceId;
  readonly serial: string;
  /** SHA-256 of the certificate in DER. */
  readonly cert: Sha256;
  readonly until: number;
  readonly how: Way;
  /** It is out of every group at that moment, and not some time after it: a guest's. */
  readonly lease?: true;
  /** Only with `how: "device"`. */
  readonly cosigned?: Cosigned;
  /** Only with `how: "openpgp"`, as `email`: the fingerprint of the key. */
  readonly pgp?: string;
  readonly email?: string;
};

export type RevokedEntry = {
  readonly kind: "revoked";
  readonly at: number;
  readonly user: Handle;
  readonly device: DeviceId;
  readonly serial: string;
  readonly reason: Reason;
  readonly by: Actor;
};

export type ActEntry = {
  readonly kind: "act";
  readonly at: number;
  readonly by: Actor;
  /** A stable code of up to 40 letters, in words: `room.close`. */
  readonly act: string;
  /** What it was done to. A stranger's text, as `detail`: sanitize it before a terminal. */
  readonly on?: string;
  readonly detail?: string;
};

export type LogEntry = IssuedEntry | RevokedEntry | ActEntry;

/** One entry: the longest texts and signatures fit, and so do 200 entries in one frame. @internal */
export const ENTRY_BYTES = 4096;
const VERSION = 1;
const ON_CHARS = 200;
const DETAIL_CHARS = 500;

type Field<T> = { readonly read: Reader<T>; readonly optional?: true };
type Shape<E> = {
  readonly [F in Exclude<keyof E, "kind">]-?: object extends Pick<E, F>
    ? { readonly read: Reader<Exclude<E[F], undefined>>; readonly optional: true }
    : { readonly read: Reader<E[F]> };
};
type AnyShape = Readonly<Record<string, Field<unknown>>>;

/** The fields of each kind, in the order in which they are written. */
const SHAPES: { readonly [K in LogEntry["kind"]]: Shape<Extract<LogEntry, { readonly kind: K }>> } = {
  issued: {
    at: { read: time },
    user: { read: handle },
    device: { read: deviceId },
    serial: { read: serial },
    cert: { read: sha256 },
    until: { read: time },
    how: { read: oneOf(WAYS) },
    lease: { read: yes, optional: true },
    cosigned: { read: cosigned, optional: true },
    pgp: { read: fingerprint, optional: true },
    email: { read: email, optional: true },
  },
  revoked: {
    at: { read: time },
    user: { read: handle },
    device: { read: deviceId },
    serial: { read: serial },
    reason: { read: oneOf(REASONS) },
    by: { read: actor },
  },
  act: {
    at: { read: time },
    by: { read: actor },
    act: { read: code },
    on: { read: text(ON_CHARS), optional: true },
    detail: { read: text(DETAIL_CHARS), optional: true },
  },
};

const KINDS = ["issued", "revoked", "act"] as const;

/** The same bytes for the same entry. Checked as a stranger's: what others would refuse is never logged. @throws Fault `log-malformed` */
export function encodeEntry(entry: LogEntry): Uint8Array {
  const { kind, ...fields } = checked(fieldsOf(entry));
  const bytes = Buffer.from(JSON.stringify({ v: VERSION, kind, ...fields }), "utf8");
  if (bytes.length > ENTRY_BYTES) throw malformed(`is longer than ${ENTRY_BYTES} bytes`);
  return new Uint8Array(bytes);
}

/** Only bytes that `encodeEntry` writes. @throws Fault `log-malformed` */
export function decodeEntry(bytes: Uint8Array): LogEntry {
  if (bytes.length > ENTRY_BYTES) throw malformed(`is longer than ${ENTRY_BYTES} bytes`);
  const { v, ...fields } = fieldsOf(parsed(bytes));
  if (v !== VERSION) throw malformed("is of a version that is not known here");
  const entry = checked(fields);
  // Other orders, blanks, names twice and other ways to write a character or a number end here.
  if (!Buffer.from(encodeEntry(entry)).equals(bytes)) throw malformed("is not written in its one form");
  return entry;
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    throw malformed("is not JSON in UTF-8", error);
  }
}

function checked({ kind, ...fields }: Fields): LogEntry {
  const known = oneOf(KINDS)(kind);
  const entry = { kind: known, ...shaped(SHAPES[known], fields) } as unknown as LogEntry;
  if (entry.kind === "issued") checkProof(entry);
  return entry;
}

function shaped(shape: AnyShape, fields: Fields): Fields {
  const strange = Object.keys(fields).some((name) => !Object.hasOwn(shape, name));
  if (strange) throw malformed("has a field that is not of this version");
  const read: [string, unknown][] = [];
  for (const [name, field] of Object.entries(shape)) {
    const value = fields[name];
    if (value !== undefined || field.optional !== true) read.push([name, field.read(value)]);
  }
  return Object.fromEntries(read);
}

/** A proof goes only with the way that it proves: nobody is to read one into an entry that had none. */
function checkProof(entry: IssuedEntry): void {
  if (entry.cosigned !== undefined && entry.how !== "device") throw malformed("has a signature of another device");
  const key = entry.pgp !== undefined || entry.email !== undefined;
  if (key && entry.how !== "openpgp") throw malformed("names an OpenPGP key");
}
