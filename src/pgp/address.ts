// E-mail addresses: the plain ASCII ones that a key can be looked up by, and when two of them are the same.
// Must not know keys or the network.

import { Fault } from "../model/fault.ts";

export interface Address {
  /** As it was written. */
  readonly text: string;
  readonly local: string;
  /** Lower case. */
  readonly domain: string;
}

const LOCAL = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}$/;
const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;
const DOMAIN_CHARS = 253;

/** @throws Fault `pgp-malformed` */
export function parseAddress(text: string): Address {
  const at = text.lastIndexOf("@");
  const local = text.slice(0, Math.max(at, 0));
  const domain = text.slice(at + 1);
  if (!LOCAL.test(local) || !isDomain(domain)) {
    throw new Fault("pgp-malformed", `${JSON.stringify(text.slice(0, 100))} is not an e-mail address`, {
      hint: "an address of plain letters, like ada@example.org",
    });
  }
  return { text, local, domain: asciiLower(domain) };
}

/** The last label of an address of numbers is a number: no such domain exists. */
function isDomain(text: string): boolean {
  const labels = asciiLower(text).split(".");
  return (
    text.length <= DOMAIN_CHARS && labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? "")
  );
}

/** Unicode's lower case would make one address of two (the Kelvin sign becomes a k). */
export function asciiLower(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Whether two spellings are one address. */
export function sameAddress(one: string, other: string): boolean {
  return asciiLower(one) === asciiLower(other);
}
