// The fields of log entries: each reader takes the value of one field as it came, or throws the Fault that the entry is malformed.
// Must not know which entry a field is in.

import { Fault } from "../model/fault.ts";
import { isDeviceId, isHandle, isSha256, type DeviceId, type Handle, type Sha256 } from "../model/ids.ts";
import { hasControls, isEmail } from "../pki/alt-name.ts";

/** The value if it is right. @throws Fault `log-malformed` */
export type Reader<T> = (value: unknown) => T;

/** Who did something. The operator at the server's console is nobody's handle: no handle begins with "@". */
export type Actor = Handle | typeof CONSOLE;
export const CONSOLE = "@console";

/** A device of the same user that vouched for another one: its signature, base64url without padding. */
export type Cosigned = { readonly by: DeviceId; readonly signature: string };

/** The last moment that a Date can say: one later would throw where it is shown. */
const TIME_MOST = 8_640_000_000_000_000;
/** A signature by RSA of 8192 bits, the longest that any device makes. */
const SIGNATURE_BYTES = 1024;
const CODE_CHARS = 40;
const CODE = /^[a-z]+(?:[.-][a-z]+)*$/;
/** As `Certificate.serial`: whole bytes, at most 20, no byte in front that could be left out. */
const SERIAL = /^(?:00|(?!00)(?:[0-9a-f]{2}){1,20})$/;
/** OpenPGP version 4, or 5 and 6. */
const FINGERPRINT = /^(?:[0-9A-F]{40}|[0-9A-F]{64})$/;
const BASE64URL = /^[A-Za-z0-9_-]+$/;

export function malformed(why: string, cause?: unknown): Fault {
  return new Fault("log-malformed", `an entry of the transparency log ${why}`, {
    hint: "update this program; if it is up to date, tell the administrator of this realm",
    cause,
  });
}

function string(value: unknown): string {
  if (typeof value !== "string") throw malformed("has no text where one belongs");
  return value;
}

function matching(pattern: RegExp, what: string): Reader<string> {
  return (value) => {
    const word = string(value);
    if (!pattern.test(word)) throw malformed(`has no ${what} where one belongs`);
    return word;
  };
}

function branded<T extends string>(is: (word: string) => word is T, what: string): Reader<T> {
  return (value) => {
    const word = string(value);
    if (!is(word)) throw malformed(`has no ${what} where one belongs`);
    return word;
  };
}

export function oneOf<T extends string>(all: readonly T[]): Reader<T> {
  return (value) => {
    const found = all.find((one) => one === value);
    if (found === undefined) throw malformed("has a word that is not known here");
    return found;
  };
}

/** Free text of so many characters, which may be none: on one line, and nothing that UTF-8 cannot say. */
export function text(most: number): Reader<string> {
  return (value) => {
    const free = string(value);
    // The length in UTF-16 is never the smaller one: whoever is far beyond it need not be counted.
    if (free.length > 2 * most || Array.from(free).length > most) throw malformed("has a text that is too long");
    if (hasControls(free)) throw malformed("has control characters in a text");
    return free;
  };
}

/** Milliseconds since 1970. */
export function time(value: unknown): number {
  if (!isTime(value)) throw malformed("has no time where one belongs");
  return value;
}

/** What is not so is left out. */
export function yes(value: unknown): true {
  if (value !== true) throw malformed("a switch that is not on");
  return true;
}

export function isTime(value: unknown): value is number {
  return (
    typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= TIME_MOST && !Object.is(value, -0)
  );
}

export const handle: Reader<Handle> = branded(isHandle, "handle");
export const deviceId: Reader<DeviceId> = branded(isDeviceId, "device id");
export const sha256: Reader<Sha256> = branded(isSha256, "hash");
export const serial: Reader<string> = matching(SERIAL, "serial number");
export const fingerprint: Reader<string> = matching(FINGERPRINT, "fingerprint");

export function actor(value: unknown): Actor {
  return value === CONSOLE ? CONSOLE : handle(value);
}

export function code(value: unknown): string {
  const word = string(value);
  // The length first: the pattern is not run over what is far too long.
  if (word.length > CODE_CHARS || !CODE.test(word)) throw malformed("has no code where one belongs");
  return word;
}

export function email(value: unknown): string {
  const address = string(value);
  if (!isEmail(address) || hasControls(address)) throw malformed("has no email address where one belongs");
  return address;
}

export function cosigned(value: unknown): Cosigned {
  const { by, signature, ...rest } = fieldsOf(value);
  if (Object.keys(rest).length > 0) throw malformed("has a field that is not of this version");
  return { by: deviceId(by), signature: base64url(signature) };
}

/** In the one form that encodes these bytes (RFC 4648 §3.5): no other text for the same signature. */
function base64url(value: unknown): string {
  const encoded = string(value);
  const bytes = Buffer.from(encoded, "base64url");
  const isOne = BASE64URL.test(encoded) && bytes.length <= SIGNATURE_BYTES && bytes.toString("base64url") === encoded;
  if (!isOne) throw malformed("has no signature where one belongs");
  return encoded;
}

export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformed("is no object");
  return value as Fields;
}
