// The line by which somebody joins: chat://host:port/#<fingerprint of the CA's key>.<one-time code>, both in base64url.
// The part behind # is never sent to anybody: the fingerprint is compared, the code is said to a server that matches it.
import { Fault } from "../model/fault.ts";
import { bytesOf, HASH_BYTES, hexOf, type Sha256 } from "../model/ids.ts";

export interface InvitationLine {
  /** A name, an IPv4 address, or an IPv6 address without brackets. */
  readonly host: string;
  /** Of the door. */
  readonly port: number;
  /** SHA-256 of the root's SubjectPublicKeyInfo. */
  readonly realm: Sha256;
  readonly code: string;
}

/** 128 bits: nobody guesses it. */
export const CODE_BYTES = 16;
const CODE = /^[A-Za-z0-9_-]{22}$/;
const FINGERPRINT = /^[A-Za-z0-9_-]{43}$/;
const LINE = /^chat:\/\/(\[[0-9a-f:.]+\]|[a-z0-9._-]+):(\d{1,5})\/?#([^.]+)\.(.+)$/i;
const LINE_CHARS = 512;

export function isInvitationCode(text: string): boolean {
  return CODE.test(text);
}

export function writeInvitationLine({ host, port, realm, code }: InvitationLine): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return `chat://${name}:${port}/#${bytesOf(realm).toString("base64url")}.${code}`;
}

/** @throws Fault `invitation-malformed` */
export function readInvitationLine(text: string): InvitationLine {
  const line = text.trim();
  const [, host = "", digits = "", fingerprint = "", code = ""] =
    line.length <= LINE_CHARS ? (LINE.exec(line) ?? []) : [];
  const port = Number(digits);
  if (host === "" || port < 1 || port > 65_535) throw malformed("it is not a line chat://host:port/#…");
  if (!FINGERPRINT.test(fingerprint) || !CODE.test(code)) throw malformed("it is cut short, or something was added");
  const realm = Buffer.from(fingerprint, "base64url");
  if (realm.length !== HASH_BYTES || realm.toString("base64url") !== fingerprint)
    throw malformed("the fingerprint in it is not whole");
  return { host: host.replaceAll(/^\[|\]$/g, "").toLowerCase(), port, realm: hexOf(realm) as Sha256, code };
}

function malformed(why: string): Fault {
  return new Fault("invitation-malformed", `this is not an invitation: ${why}`, {
    hint: "copy the whole line that the other side was given, and put it in quotes: it has a # in it",
  });
}
