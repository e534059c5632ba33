// The line by which somebody joins: chat://host:port/#<fingerprint of the CA's key>.<one-time code>, both in base64url. Without a code
// it says where a realm is, to those who come in by something else.
// A device shows its user's other machine the same with `device.<secret>` in the place of the code: pairing-secret.ts.
// The part behind # is never sent to anybody: the fingerprint is compared, the code is said to a server that matches it.
import { Fault } from "../model/fault.ts";
import { bytesOf, HASH_BYTES, hexOf, type Sha256 } from "../model/ids.ts";

export interface RealmLine {
  /** A name, an IPv4 address, or an IPv6 address without brackets. */
  readonly host: string;
  /** Of the door. */
  readonly port: number;
  /** SHA-256 of the root's SubjectPublicKeyInfo. */
  readonly realm: Sha256;
}

export interface InvitationLine extends RealmLine {
  readonly code: string;
}

/** `code`: of an invitation. `pairing`: the secret that a device has shown. Never both. */
export interface AnyLine extends RealmLine {
  readonly code: string | undefined;
  readonly pairing: string | undefined;
}

/** 128 bits: nobody guesses it. */
export const CODE_BYTES = 16;
const CODE = /^[A-Za-z0-9_-]{22}$/;
const FINGERPRINT = /^[A-Za-z0-9_-]{43}$/;
const LINE = /^chat:\/\/(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+)):(\d{1,5})\/?#([^.]+)(?:\.(.+))?$/i;
const ADDRESS = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
/** RFC 1123 §2.1; the last label is not a number, so that a mistyped address is not taken for a name. */
const NAME = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;
const LINE_CHARS = 512;
const PAIRING = "device.";

export function isInvitationCode(text: string): boolean {
  return CODE.test(text);
}

export function writeInvitationLine({ code, ...realm }: InvitationLine): string {
  return `${writeRealmLine(realm)}.${code}`;
}

/** `secret`: 16 bytes, base64url. */
export function writePairingLine(realm: RealmLine, secret: string): string {
  return `${writeRealmLine(realm)}.${PAIRING}${secret}`;
}

export function writeRealmLine({ host, port, realm }: RealmLine): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return `chat://${name}:${port}/#${bytesOf(realm).toString("base64url")}`;
}

/** @throws Fault `invitation-malformed` */
export function readInvitationLine(text: string): InvitationLine {
  const { code, pairing, ...realm } = readRealmLine(text);
  if (pairing !== undefined)
    throw new Fault("invitation-malformed", "this line makes a machine a device of somebody who is in already", {
      hint: "`chat-client join` takes it",
    });
  if (code === undefined) throw malformed("it is cut short, or something was added");
  return { ...realm, code };
}

/** With a code, with what a device has shown, or without. @throws Fault `invitation-malformed` */
export function readRealmLine(text: string): AnyLine {
  const line = text.trim();
  const [, bracketed = "", plain = "", digits = "", fingerprint = "", last] =
    line.length <= LINE_CHARS ? (LINE.exec(line) ?? []) : [];
  const port = Number(digits);
  const isHost = bracketed === "" ? ADDRESS.test(plain) || NAME.test(plain) : URL.canParse(`http://[${bracketed}]`);
  if (!isHost || port < 1 || port > 65_535) throw malformed("it is not a line chat://host:port/#…");
  const isPairing = last?.startsWith(PAIRING) === true;
  const code = isPairing ? last.slice(PAIRING.length) : last;
  if (!FINGERPRINT.test(fingerprint) || (code !== undefined && !CODE.test(code)))
    throw malformed("it is cut short, or something was added");
  const realm = Buffer.from(fingerprint, "base64url");
  if (realm.length !== HASH_BYTES || realm.toString("base64url") !== fingerprint)
    throw malformed("the fingerprint in it is not whole");
  const place = { host: `${bracketed}${plain}`.toLowerCase(), port, realm: hexOf(realm) as Sha256 };
  return isPairing ? { ...place, code: undefined, pairing: code } : { ...place, code, pairing: undefined };
}

function malformed(why: string): Fault {
  return new Fault("invitation-malformed", `this is not an invitation: ${why}`, {
    hint: "copy the whole line that the other side was given, and put it in quotes: it has a # in it",
  });
}
