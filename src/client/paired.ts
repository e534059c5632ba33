// This machine as another device of somebody who is in: it has seen the line that a device of theirs has shown.
import type { KeyObject } from "node:crypto";
import { Fault } from "../model/fault.ts";
import { keyFingerprint } from "../pki/realm.ts";
import { pairingCode, pairingMac } from "../wire/pairing-secret.ts";
import { Answer } from "./account-door.ts";
import { askDoor, type DoorPlace } from "./link/door.ts";

interface PairedWish {
  /** Of the line. */
  readonly secret: string;
  readonly publicKey: KeyObject;
  /** PKCS#10, DER. */
  readonly request: Uint8Array;
}

/** DER, leaf first, once that device has vouched for this one. @throws Fault `invitation-refused`, `device-away`, `pairing-unanswered`, and of the door */
export async function pairedWith(
  place: DoorPlace,
  { secret, publicKey, request }: PairedWish,
): Promise<readonly Buffer[]> {
  const key = keyFingerprint(publicKey.export({ format: "der", type: "spki" }));
  const mac = pairingMac(secret, key).toString("base64");
  const asked = askDoor(place, {
    method: "POST",
    path: "/mutual/v1/device",
    type: "application/json",
    body: JSON.stringify({ request: Buffer.from(request).toString("base64"), mac }),
    basic: { user: "", secret: pairingCode(secret) },
  });
  const { body } = await asked.catch((error: unknown) => {
    throw isRefused(error) ? refused(error) : error;
  });
  return new Answer(body).certificates();
}

function isRefused(error: unknown): error is Fault {
  return error instanceof Fault && error.code === "invitation-refused";
}

/** The door says one thing of all that is not good. */
function refused(cause: Fault): Fault {
  return new Fault(cause.code, "this line is not good", {
    hint: "it may be used, too old, or not copied whole: let your other device show a new one, with chat-client devices add",
    cause,
  });
}
