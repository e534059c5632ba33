// A certificate from the server's enrolment door, by EST (RFC 7030): PKCS#10 there, PKCS#7 certs-only back.
import { readCertsOnly } from "../../pki/pkcs7-read.ts";
import { askDoor, type DoorAsk, type DoorPlace } from "./door.ts";

const EST = "/.well-known/est";

export interface EnrolmentAsk extends Pick<DoorAsk, "basic"> {
  readonly operation: "simpleenroll" | "simplereenroll";
  /** PKCS#10, DER. */
  readonly request: Uint8Array;
}

/** DER, leaf first. @throws Fault as `askDoor`, `pkcs7-malformed` */
export async function askCertificate(
  place: DoorPlace,
  { operation, request, ...more }: EnrolmentAsk,
): Promise<readonly Buffer[]> {
  const { body } = await askDoor(place, {
    method: "POST",
    path: `${EST}/${operation}`,
    type: "application/pkcs10",
    body: Buffer.from(request).toString("base64"),
    ...more,
  });
  return readCertsOnly(Buffer.from(body.toString("latin1"), "base64"));
}
