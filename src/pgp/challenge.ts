// The enrolment challenge: its one spelling, what both sides check in it, and the text that the user's key signs. Pure.
// How it is encrypted and proven is in proof.ts.

import { randomBytes } from "node:crypto";
import { Fault } from "../model/fault.ts";
import { isSha256, type Sha256 } from "../model/ids.ts";
import { asciiLower, parseAddress, sameAddress } from "./address.ts";

/** What a challenge is about: who enrols where, with which certificate request. */
export interface Enrolment {
  /** Hex, lower case: the realm that is joined. */
  readonly realm: string;
  /** Host name of the server. */
  readonly server: string;
  readonly email: string;
  /** SHA-256 of the PKCS#10 in DER. */
  readonly request: Sha256;
}

export interface Challenge extends Enrolment {
  /** 32 bytes, base64url. */
  readonly nonce: string;
  /** Milliseconds since 1970. */
  readonly untilMs: number;
}

/** Time to find the smart card and to type its PIN. */
export const CHALLENGE_LIFE_MS = 10 * 60_000;
const NONCE_BYTES = 32;
/** The longest address and host name fit twice. */
const CHALLENGE_CHARS = 2_000;
/** What comes first in the text that is signed: a signature on a letter or a release is never one on this. */
const DOMAIN = "mutual-chat openpgp enrolment v1\n";

const REALM = /^(?:[0-9a-f]{2}){16,64}$/;
const SERVER = /^[a-z0-9.:[\]_-]{1,255}$/;
const NONCE = /^[A-Za-z0-9_-]{43}$/;

/** @throws Fault `pgp-malformed` */
export function newChallenge(about: Enrolment, nowMs: number): Challenge {
  const nonce = randomBytes(NONCE_BYTES).toString("base64url");
  return decodeChallenge(encodeChallenge({ ...about, nonce, untilMs: nowMs + CHALLENGE_LIFE_MS }));
}

/** Canonical: the keys in this order, no spaces. */
export function encodeChallenge({ realm, server, email, request, nonce, untilMs }: Challenge): string {
  return JSON.stringify({ v: 1, realm, server: asciiLower(server), email, request, nonce, until: untilMs });
}

/** Takes the one spelling only. @throws Fault `pgp-malformed` */
export function decodeChallenge(text: string): Challenge {
  const challenge = text.length > CHALLENGE_CHARS ? undefined : fieldsOf(text);
  if (challenge === undefined || encodeChallenge(challenge) !== text) throw notOne();
  return challenge;
}

function fieldsOf(text: string): Challenge | undefined {
  const value = parsed(text);
  if (typeof value !== "object" || value === null) return undefined;
  const { realm, server, email, request, nonce, until } = value as Readonly<Record<string, unknown>>;
  if (!fits(realm, REALM) || !fits(server, SERVER) || !fits(nonce, NONCE)) return undefined;
  if (typeof email !== "string" || typeof request !== "string" || !isSha256(request)) return undefined;
  if (typeof until !== "number" || !Number.isSafeInteger(until) || until < 0) return undefined;
  return { realm, server, email: parseAddress(email).text, request, nonce, untilMs: until };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fits(value: unknown, pattern: RegExp): value is string {
  return typeof value === "string" && pattern.test(value);
}

function notOne(): Fault {
  return new Fault("pgp-malformed", "that is not an enrolment challenge", {
    hint: "server and client may be of different versions",
  });
}

/** The client's check: the challenge is about its own enrolment, and in time. @throws Fault `pgp-challenge` */
export function checkChallenge(challenge: Challenge, own: Enrolment & { readonly nowMs: number }): void {
  if (challenge.realm !== own.realm) throw wrong("it is for another realm");
  if (challenge.server !== asciiLower(own.server)) throw wrong("it is from another server");
  if (!sameAddress(challenge.email, own.email)) throw wrong("it is for another e-mail address");
  if (challenge.request !== own.request) throw wrong("it is for another certificate request");
  if (challenge.untilMs <= own.nowMs) throw wrong("it is too old");
}

function wrong(what: string): Fault {
  return new Fault("pgp-challenge", `the server's challenge is not answered: ${what}`, {
    hint: "start the enrolment again; if it stays so, ask who runs the server, and check the clocks",
  });
}

/** What the user's key signs. */
export function signedText(challenge: Challenge): string {
  return DOMAIN + encodeChallenge(challenge);
}
