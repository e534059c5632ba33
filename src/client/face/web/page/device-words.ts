// A device in words: its short id, and how it came to its certificate by the word of the realm's log.
import type { Key } from "./words/en.ts";

const ID_DIGITS = 8;

export function shortId(device: string): string {
  return device.slice(0, ID_DIGITS);
}

const WAYS: Readonly<Record<string, Key>> = {
  invitation: "way-invitation",
  renewal: "way-renewal",
  "late-renewal": "way-renewal",
  password: "way-password",
  phrase: "way-phrase",
  openpgp: "way-openpgp",
  device: "way-device",
  console: "way-console",
  outside: "way-outside",
};

/** Undefined: of a newer realm. */
export function wayOf(how: string): Key | undefined {
  return Object.hasOwn(WAYS, how) ? WAYS[how] : undefined;
}
