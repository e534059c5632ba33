// A device, how it came to its certificate and who vouches for it, in words.
import type { DeviceId } from "../../../model/ids.ts";
import { safe } from "./safe.ts";

export type Whose = "your" | "their";

/** Eight digits; and before them what its user calls it, where that is known. */
export function deviceName(device: DeviceId, label?: string): string {
  const which = device.slice(0, 8);
  return label === undefined ? which : safe`${label} (${which})`;
}

/** Behind "by". */
export function wayWords(how: string, whose: Whose): string {
  switch (how) {
    case "invitation":
      return "an invitation";
    case "renewal":
      return "renewing an older one";
    case "late-renewal":
      return "renewing one that had ended";
    case "password":
      return `${whose} password`;
    case "phrase":
      return `${whose} recovery phrase`;
    case "openpgp":
      return `${whose} OpenPGP key`;
    case "device":
      return `another device of ${whose === "your" ? "yours" : "theirs"}`;
    case "console":
      return "the hand of an administrator";
    case "outside":
      return "files that the administrator made";
    default:
      return how;
  }
}

/** What to do about a device of one's own that is somebody else's. */
export function notYours(device: DeviceId, interactive: boolean): string {
  return `if it is not yours: ${interactive ? "/revoke" : "chat-client devices remove"} ${device.slice(0, 8)}`;
}

export interface VouchedView {
  readonly how?: string;
  readonly cosigned?: DeviceId;
  readonly cosignedLabel?: string;
}

/** The CA vouches for every device; whether anybody else does is the news. */
export function vouchedWords({ how, cosigned, cosignedLabel }: VouchedView, whose: Whose): string {
  if (cosigned !== undefined) return `co-signed by ${whose} device ${deviceName(cosigned, cosignedLabel)}`;
  const way = how === undefined ? "" : safe`by ${wayWords(how, whose)}: `;
  return `${way}only the CA vouches for it`;
}
