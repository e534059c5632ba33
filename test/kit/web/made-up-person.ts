// What is known of a person that there is not, for the tests and pictures of the web face.
import type { PersonCard } from "../../../src/client/port/screens.ts";
import type { DeviceId } from "../../../src/model/ids.ts";
import { DAY, id, NAMES, NOON } from "./made-up.ts";

/** A picture as `qr` draws one for a terminal: two rows in each line. */
const QR = ["█▀▀▀█ ▄█", "█ ▀ █▄▀ ", "▀▀▀▀▀ ▀▄"];

export function personCard(user: string): PersonCard {
  const name = NAMES[user] ?? user;
  const safetyNumber = Array.from({ length: 12 }, (_, at) => String(10_007 + at * 7_013).slice(-5)).join(" ");
  return {
    user,
    name,
    online: user === "elena",
    verify: { user, name, safetyNumber, verified: false, qr: QR },
    devices: [
      {
        device: id("d", user) as DeviceId,
        name,
        user,
        added: NOON - 30 * DAY,
        until: NOON + 60 * DAY,
        how: "invitation",
        label: "laptop",
        verified: true,
        current: user === "ada",
      },
      {
        device: id("e", user) as DeviceId,
        name,
        user,
        added: NOON - 3 * DAY,
        until: NOON + 87 * DAY,
        how: "pairing",
        verified: true,
        current: false,
      },
    ],
  };
}
