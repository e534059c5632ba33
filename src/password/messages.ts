// The messages of OPAQUE (RFC 9807, ristretto255-SHA512) as text: base64url of a known length each. Knows no library.
import { Fault } from "../model/fault.ts";

/** Bytes of each, before the encoding (RFC 9807 §5.1, §6.1; Nh = 64, Nn = Npk = Nsk = Noe = 32). */
export const MESSAGE_BYTES = {
  /** What a server keeps for ever: seed, secret key, and the key that fake answers are made with. */
  setup: 128,
  /** The server's public key. */
  serverKey: 32,
  registrationRequest: 32,
  registrationResponse: 64,
  /** What a server keeps of a user: public key, masking key, envelope. */
  record: 192,
  /** KE1 */
  loginRequest: 96,
  /** KE2 */
  loginResponse: 320,
  /** KE3 */
  loginFinish: 64,
  serverLoginState: 128,
  clientRegistrationState: 64,
  clientLoginState: 192,
} as const;
export type MessageKind = keyof typeof MESSAGE_BYTES;

/** The text as it came, if it is the one way to write so many bytes. @throws Fault `password-malformed` */
export function checkedMessage(kind: MessageKind, text: unknown): string {
  const bytes = MESSAGE_BYTES[kind];
  if (typeof text !== "string" || text.length !== Math.ceil((bytes * 8) / 6)) throw malformed(NAMES[kind]);
  // Node skips what is not of the alphabet and the bits that are left over at the end: only what comes out again the same was right.
  if (Buffer.from(text, "base64url").toString("base64url") !== text) throw malformed(NAMES[kind]);
  return text;
}

/** A secret of the library's: bytes that can be wiped, which its text cannot. */
export function secretBytes(text: string): Uint8Array<ArrayBuffer> {
  const decoded = Buffer.from(text, "base64url");
  const bytes = new Uint8Array(decoded);
  // It may lie in a pool that others use.
  decoded.fill(0);
  return bytes;
}

export function malformed(what: string): Fault {
  return new Fault("password-malformed", `${what} of the password protocol is malformed`);
}

const NAMES: Readonly<Record<MessageKind, string>> = {
  setup: "the server's setup",
  serverKey: "the server's key",
  registrationRequest: "the registration request",
  registrationResponse: "the registration response",
  record: "the record of a user",
  loginRequest: "the login request",
  loginResponse: "the login response",
  loginFinish: "the end of the login",
  serverLoginState: "the server's login state",
  clientRegistrationState: "the client's registration state",
  clientLoginState: "the client's login state",
};
