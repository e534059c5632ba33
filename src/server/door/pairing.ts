// The place of the door for another machine of somebody who is in: it says the code of the line that a device has shown, and waits until
// that device has vouched for it.
import { Fault } from "../../model/fault.ts";
import type { Pairings } from "../service/realm/pairings.ts";
import { type DoorAnswer, type DoorRequest, faultAnswer, jsonAnswer, statusOf } from "./http.ts";
import { Fields } from "./fields.ts";

const PATH = "/mutual/v1/device";
const REQUEST_BYTES = 8 * 1024;
const MAC_BYTES = 32;

/** Undefined: another place. */
export function pairingRoute(pairings: Pairings, request: DoorRequest): Promise<DoorAnswer> | undefined {
  return request.path === PATH && request.method === "POST" ? paired(pairings, request) : undefined;
}

async function paired(pairings: Pairings, request: DoorRequest): Promise<DoorAnswer> {
  try {
    const fields = new Fields(request.body);
    const asked = {
      code: request.basic?.secret ?? "",
      request: fields.bytes("request", { most: REQUEST_BYTES }),
      mac: fields.bytes("mac", { least: MAC_BYTES, most: MAC_BYTES }),
    };
    fields.end();
    const { certificates } = await pairings.ask(asked);
    return jsonAnswer(200, { certificates: certificates.map((der) => Buffer.from(der).toString("base64")) });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const isGuess = error.code === "invitation-refused";
    return { ...faultAnswer(isGuess ? 401 : statusOf(error), error, true), wrong: isGuess };
  }
}
