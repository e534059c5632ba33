// How a device came to its certificate, by the word of the realm's log.
import type { Key } from "./words/en.ts";

export const WAYS: Readonly<Record<string, Key>> = {
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
