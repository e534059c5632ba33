// What administration says of devices, for people.
import type { Answer } from "./server-admin.ts";

/** One line for each certificate that is out now. */
export function revokedList(answer: Answer): string {
  const all = answer["revoked"] as readonly { user: string; device: string; serial: string }[];
  return all
    .map(({ user, device, serial }) => `@${user}: the device ${device.slice(0, 8)} is out (serial ${serial})`)
    .join("\n");
}
