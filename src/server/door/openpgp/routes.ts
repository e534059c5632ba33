// The places of the door for OpenPGP: start, look, finish; JSON in, JSON out. Fields are read strictly.
import { Fault } from "../../../model/fault.ts";
import { Fields } from "../fields.ts";
import { type DoorAnswer, type DoorRequest, faultAnswer, jsonAnswer, statusOf } from "../http.ts";
import type { Joining } from "./joining.ts";

export interface OpenpgpPlaces {
  readonly joining: Pick<Joining, "start" | "look" | "finish">;
  /** The realm's public key, armored. */
  readonly serverKey: () => Promise<string | undefined>;
}

const PREFIX = "/mutual/v1/openpgp/";
/** A look waits for news so long. */
const WAIT_MS = 5_000;
const SEEN_MOST = 1_000;
const REQUEST_BYTES = 8 * 1024;
const EMAIL_CHARS = 254;
const HOST_CHARS = 255;
/** Of a code, a ticket, a name. */
const WORD_CHARS = 64;
/** Armored. */
const PGP_CHARS = 48_000;
/** Guesses, at a code, an address, a ticket or a key. */
const WRONG = new Set(["invitation-refused", "openpgp-refused", "openpgp-ticket", "pgp-proof"]);

/** Undefined: not of OpenPGP. */
export function openpgpRoute(places: OpenpgpPlaces, request: DoorRequest): Promise<DoorAnswer> | undefined {
  if (!request.path.startsWith(PREFIX) || request.method !== "POST") return undefined;
  switch (request.path.slice(PREFIX.length)) {
    case "start":
      return answered(request, (fields) => start(places, request.address, fields));
    case "look":
      return answered(request, (fields) => look(places, fields));
    case "finish":
      return answered(request, (fields) => finish(places, fields));
    default:
      return undefined;
  }
}

async function answered(request: DoorRequest, run: (fields: Fields) => Promise<object>): Promise<DoorAnswer> {
  try {
    return jsonAnswer(200, await run(fieldsIn(request)));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.code === "too-many-requests")
      return { ...faultAnswer(429, error, request.json), headers: { "retry-after": "60" } };
    const answer = faultAnswer(WRONG.has(error.code) ? 403 : statusOf(error), error, request.json);
    return WRONG.has(error.code) ? { ...answer, wrong: true } : answer;
  }
}

async function start({ joining }: OpenpgpPlaces, address: string, fields: Fields): Promise<object> {
  const asked = {
    address,
    email: fields.text("email", EMAIL_CHARS),
    server: fields.text("server", HOST_CHARS),
    request: fields.bytes("request", { most: REQUEST_BYTES }),
    code: fields.maybeText("code", WORD_CHARS),
    key: fields.maybeText("key", PGP_CHARS),
  };
  fields.end();
  const { id, untilMs } = await joining.start(asked);
  return { ticket: id, until: untilMs };
}

async function look({ joining, serverKey }: OpenpgpPlaces, fields: Fields): Promise<object> {
  const [ticket, seen] = [fields.text("ticket", WORD_CHARS), fields.maybeCount("seen", SEEN_MOST) ?? 0];
  fields.end();
  const progress = await joining.look(ticket, seen, WAIT_MS);
  if (progress.is === "looking") return { state: "looking", lines: progress.lines };
  return { state: "sealed", sealed: progress.made.sealed, serverKey: await serverKey() };
}

async function finish({ joining }: OpenpgpPlaces, fields: Fields): Promise<object> {
  const asked = {
    ticket: fields.text("ticket", WORD_CHARS),
    answer: fields.text("answer", PGP_CHARS),
    user: fields.maybeText("user", WORD_CHARS),
  };
  fields.end();
  const { user, device, certificates } = await joining.finish(asked);
  return { user, device, certificates: certificates.map((der) => Buffer.from(der).toString("base64")) };
}

/** @throws Fault `bad-request` */
function fieldsIn({ body, type }: DoorRequest): Fields {
  if (type === "application/json") return new Fields(body);
  throw new Fault("bad-request", "a request is one JSON object, of the type application/json");
}
