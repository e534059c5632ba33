// A device, how it came to its certificate and who vouches for it, in words of the person's language.
import { deviceName, type VouchedView, type Whose } from "../../lines/device-words.ts";
import type { SafeText } from "../../sanitize.ts";
import type { Say } from "../words/say.ts";
import type { Key } from "../words/en.ts";

/** Of some ways it is said whose it was. */
const WAYS: Readonly<Record<string, readonly [their: Key, your: Key]>> = {
  invitation: ["way-invitation", "way-invitation"],
  renewal: ["way-renewal", "way-renewal"],
  "late-renewal": ["way-late-renewal", "way-late-renewal"],
  password: ["way-password", "way-password-your"],
  phrase: ["way-phrase", "way-phrase-your"],
  openpgp: ["way-openpgp", "way-openpgp-your"],
  device: ["way-device", "way-device-your"],
  console: ["way-console", "way-console"],
  outside: ["way-outside", "way-outside"],
};

/** The CA vouches for every device; whether anybody else does is the news. */
export function vouchedWords({ how, cosigned, cosignedLabel }: VouchedView, whose: Whose, say: Say): SafeText {
  const isYours = whose === "your";
  if (cosigned !== undefined) {
    const device = deviceName(cosigned, cosignedLabel);
    return say(isYours ? "vouched-device-your" : "vouched-device", { device });
  }
  return how === undefined ? say("vouched-ca") : say("vouched-way", { way: wayWords(how, isYours, say) });
}

/** Behind "by". */
export function wayWords(how: string, isYours: boolean, say: Say): string {
  const keys = Object.hasOwn(WAYS, how) ? WAYS[how] : undefined;
  return keys === undefined ? how : say(keys[isYours ? 1 : 0]);
}
