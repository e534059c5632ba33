// Enrolment over Secure Transport (RFC 7030) for the certificate part, so that ordinary tools can enrol: cacerts, simpleenroll with
// the code of an invitation as the password of HTTP Basic, simplereenroll with the certificate that is to be renewed.
import { Fault, reason } from "../../model/fault.ts";
import { derBlocks } from "../../pki/pem.ts";
import type { Enrolment } from "../service/realm/enrolment.ts";
import { type DoorAnswer, type DoorRequest, faultAnswer, statusOf } from "./http.ts";

export interface EstWorld {
  readonly enrolment: Pick<Enrolment, "enrol">;
  /** DER of root and issuing CA, as PKCS#7. */
  readonly cas: () => Promise<Uint8Array>;
  /** For who comes with a certificate that is to be renewed: DER, leaf first, as TLS has it. @throws Fault */
  readonly renew: (chain: readonly Uint8Array[], request: Uint8Array) => Promise<readonly Uint8Array[]>;
  readonly bag: (certificates: readonly Uint8Array[]) => Promise<Uint8Array>;
}

const PREFIX = "/.well-known/est/";
// RFC 7030 §4.1.3, §4.2.3
const CERTS_ONLY = "application/pkcs7-mime; smime-type=certs-only";
/** RFC 7030 §4.2.1; without a type a tool has not said it. */
const REQUEST_TYPES = new Set(["application/pkcs10", ""]);
const REQUEST_LABELS = ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"];
const CHALLENGE = { "www-authenticate": 'Basic realm="enrolment", charset="UTF-8"' };

/** Undefined: not of EST. */
export function estRoute(world: EstWorld, request: DoorRequest): Promise<DoorAnswer> | DoorAnswer | undefined {
  if (!request.path.startsWith(PREFIX)) return undefined;
  const operation = request.path.slice(PREFIX.length);
  switch (`${request.method} ${operation}`) {
    case "GET cacerts":
      return world.cas().then((bag) => certificates(bag));
    case "POST simpleenroll":
      return simpleEnroll(world, request);
    case "POST simplereenroll":
      return simpleReenroll(world, request);
    default:
      return notHere(request);
  }
}

async function simpleEnroll(world: EstWorld, request: DoorRequest): Promise<DoorAnswer> {
  const { basic, json } = request;
  if (basic === undefined) {
    const fault = new Fault("invitation-missing", "the code of an invitation is needed", {
      hint: "give it as the password of HTTP Basic, with the name you want as the user name",
    });
    return { ...faultAnswer(401, fault, json), headers: CHALLENGE };
  }
  try {
    const enrolled = await world.enrolment.enrol({
      code: basic.secret,
      request: requestIn(request),
      user: basic.user === "" ? undefined : basic.user,
    });
    return certificates(await world.bag(enrolled.certificates));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.code === "invitation-refused")
      return { ...faultAnswer(401, error, json), headers: CHALLENGE, wrong: true };
    return faultAnswer(statusOf(error), error, json);
  }
}

/** RFC 7030 §4.2.2. The certificate of the connection says who it is for, also some time after it has ended. */
async function simpleReenroll(world: EstWorld, request: DoorRequest): Promise<DoorAnswer> {
  try {
    return certificates(await world.bag(await world.renew(request.chain, requestIn(request))));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    // What this server cannot do now is no fault of who asks.
    if (statusOf(error) >= 500) return faultAnswer(statusOf(error), error, request.json);
    const isRequest = error.code.startsWith("request-") || error.code.startsWith("key-");
    // Whose certificate is no good learns only why.
    return { ...faultAnswer(isRequest ? 400 : 403, error, request.json), wrong: !isRequest };
  }
}

/** Base64 as RFC 7030 §4.2.1 wants it, PEM or DER. @throws Fault `request-malformed` */
function requestIn({ body, type }: DoorRequest): Buffer {
  if (!REQUEST_TYPES.has(type)) throw malformed(`its type is ${JSON.stringify(type.slice(0, 100))}`);
  try {
    if (body.length === 0) throw new Error("it is empty");
    if (body[0] === 0x30 || body.includes("-----BEGIN")) return onlyOne(derBlocks(body, REQUEST_LABELS));
    const packed = body.toString("latin1").replaceAll(/\s+/g, "");
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(packed)) throw new Error("it is not base64");
    return Buffer.from(packed, "base64");
  } catch (error) {
    throw malformed(reason(error));
  }
}

function onlyOne([request, another]: readonly Buffer[]): Buffer {
  if (request === undefined || another !== undefined) throw new Error("it is not exactly one");
  return request;
}

function malformed(why: string): Fault {
  return new Fault("request-malformed", `the certificate request cannot be read: ${why}`, {
    hint: "send PKCS#10 as base64 with the type application/pkcs10",
  });
}

function certificates(bag: Uint8Array): DoorAnswer {
  const lines =
    Buffer.from(bag)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return {
    status: 200,
    type: CERTS_ONLY,
    body: `${lines.join("\r\n")}\r\n`,
    headers: { "content-transfer-encoding": "base64" },
  };
}

function notHere({ method, path, json }: DoorRequest): DoorAnswer {
  return faultAnswer(404, new Fault("not-here", `there is nothing for ${method} ${path.slice(0, 100)} here`), json);
}
