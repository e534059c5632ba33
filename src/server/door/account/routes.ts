// The places of the door for accounts: JSON in, JSON out, over POST. What is wrong is said in the same words for every user.
import { Fault } from "../../../model/fault.ts";
import type { Handle } from "../../../model/ids.ts";
import { VAULT_BYTES_MOST } from "../../../password/identity-vault.ts";
import { RECOVERY_KEY_BYTES, RECOVERY_SIGNATURE_BYTES } from "../../../password/recovery-key.ts";
import {
  BODY_BYTES,
  type DoorAnswer,
  type DoorHead,
  type DoorRequest,
  faultAnswer,
  jsonAnswer,
  statusOf,
} from "../http.ts";
import type { RealmStore } from "../../port/realm-store.ts";
import type { AccountEnrolment, NewPassword } from "../../service/realm/account-enrolment.ts";
import type { Accounts } from "./accounts.ts";
import { Fields } from "../fields.ts";
import type { FirstPasswords } from "./first-passwords.ts";
import type { Begun, In } from "./steps.ts";

export interface AccountPlaces {
  readonly accounts: Accounts;
  readonly first: FirstPasswords;
  readonly enrolment: AccountEnrolment;
  readonly realm: Pick<RealmStore, "identityVault">;
  /** Whose certificate it is, if they may come in with it. @throws Fault `certificate-*`, `account-disabled`, `lease-over` */
  readonly userOf: (chain: readonly Uint8Array[]) => Promise<Handle>;
}

const PREFIX = "/mutual/v1/";
const VAULT = "/mutual/v1/vault";
const KEEP = "/mutual/v1/password/finish";
/** A vault in base64, and the rest. */
const VAULT_BODY_BYTES = Math.ceil(VAULT_BYTES_MOST / 3) * 4 + 8 * 1024;
const REQUEST_BYTES = 8 * 1024;
/** A first one has no archive in it: nobody has proved anything yet who brings it. */
const FIRST_VAULT_BYTES = 32 * 1024;
const MAC_BYTES = 32;
const ONE_KEY = { least: RECOVERY_KEY_BYTES, most: RECOVERY_KEY_BYTES } as const;
/** Guesses: their answers wait, and they are refused with the same status. */
const GUESSES = new Set(["login-refused", "recovery-refused", "invitation-refused"]);

type Handler = (places: AccountPlaces, request: DoorRequest) => Promise<object | Begun>;

const HANDLERS: Readonly<Record<string, Handler>> = {
  "POST register/invited": invited,
  "POST register/start": startRegister,
  "POST register/finish": finishRegister,
  "POST login/start": startLogin,
  "POST login/finish": finishLogin,
  "POST recovery/start": startRecovery,
  "POST recovery/finish": finishRecovery,
  "POST password/start": startChange,
  "POST password/finish": finishChange,
  "GET password": showPassword,
  "POST password/first/start": startFirst,
  "POST password/first/finish": finishFirst,
  "GET vault": readVault,
  "POST vault": replaceVault,
};

/** Undefined: none of these. */
export function accountRoute(places: AccountPlaces, request: DoorRequest): Promise<DoorAnswer> | undefined {
  const { method, path } = request;
  const name = `${method} ${path.slice(PREFIX.length)}`;
  const handler = path.startsWith(PREFIX) && Object.hasOwn(HANDLERS, name) ? HANDLERS[name] : undefined;
  return handler && answered(handler, places, request);
}

/** How long a body may be: a whole vault only from whoever has proved something before. */
export async function accountBodyBytes(places: AccountPlaces, { path, basic, chain }: DoorHead): Promise<number> {
  if (path === KEEP && basic !== undefined && places.accounts.mayKeep(basic.secret)) return VAULT_BODY_BYTES;
  if (path === VAULT && chain.length > 0 && (await isLetIn(places, chain))) return VAULT_BODY_BYTES;
  return BODY_BYTES;
}

async function isLetIn({ userOf }: AccountPlaces, chain: readonly Uint8Array[]): Promise<boolean> {
  try {
    await userOf(chain);
    return true;
  } catch (error) {
    // What is wrong with it is said when it is asked.
    if (error instanceof Fault) return false;
    throw error;
  }
}

async function answered(handler: Handler, places: AccountPlaces, request: DoorRequest): Promise<DoorAnswer> {
  try {
    const { waitMs = 0, ...answer } = (await handler(places, request)) as Partial<Begun>;
    return { ...jsonAnswer(200, answer), waitMs };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const isGuess = GUESSES.has(error.code);
    return { ...faultAnswer(isGuess ? 401 : statusOf(error), error, true), wrong: isGuess };
  }
}

/** Whom a good code is for, where it is for somebody. */
async function invited({ enrolment }: AccountPlaces, { body }: DoorRequest): Promise<object> {
  const fields = new Fields(body);
  const code = fields.text("code");
  fields.end();
  return { user: await enrolment.invited(code) };
}

function startRegister({ accounts }: AccountPlaces, { body, address }: DoorRequest): Promise<Begun> {
  const fields = new Fields(body);
  const asked = { user: fields.user(), code: fields.maybeText("code"), request: fields.text("request") };
  fields.end();
  return accounts.startRegister(address, asked);
}

async function finishRegister({ accounts }: AccountPlaces, { body, address }: DoorRequest): Promise<object> {
  const fields = new Fields(body);
  const asked = {
    state: fields.text("state"),
    user: fields.user(),
    code: fields.maybeText("code"),
    request: fields.bytes("pkcs10", { most: REQUEST_BYTES }),
    password: firstPasswordIn(fields),
  };
  fields.end();
  return { certificates: (await accounts.finishRegister(address, asked)).map(packed) };
}

function startLogin({ accounts }: AccountPlaces, { body, address }: DoorRequest): Promise<Begun> {
  const fields = new Fields(body);
  const asked = { user: fields.user(), request: fields.text("request") };
  fields.end();
  return accounts.startLogin(address, asked);
}

async function finishLogin({ accounts }: AccountPlaces, { body, address }: DoorRequest): Promise<object> {
  const fields = new Fields(body);
  const asked = {
    state: fields.text("state"),
    finish: fields.text("finish"),
    mac: fields.bytes("mac", { least: MAC_BYTES, most: MAC_BYTES }),
    request: fields.maybeBytes("pkcs10", { most: REQUEST_BYTES }),
  };
  fields.end();
  return inAnswer(await accounts.finishLogin(address, asked));
}

async function startRecovery({ accounts }: AccountPlaces, { body, address }: DoorRequest): Promise<Begun> {
  const fields = new Fields(body);
  const asked = { user: fields.user() };
  fields.end();
  return accounts.startRecovery(address, asked);
}

async function finishRecovery({ accounts }: AccountPlaces, { body, address }: DoorRequest): Promise<object> {
  const fields = new Fields(body);
  const asked = {
    state: fields.text("state"),
    signature: fields.bytes("signature", { least: RECOVERY_SIGNATURE_BYTES, most: RECOVERY_SIGNATURE_BYTES }),
    request: fields.maybeBytes("pkcs10", { most: REQUEST_BYTES }),
  };
  fields.end();
  return inAnswer(await accounts.finishRecovery(address, asked));
}

function startChange({ accounts }: AccountPlaces, { body, address }: DoorRequest): Promise<Begun> {
  const fields = new Fields(body);
  const asked = { session: fields.text("session"), request: fields.text("request"), proof: proofIn(fields) };
  fields.end();
  return accounts.startChange(address, asked);
}

/** The session stands where a body's length is decided: in the header. */
async function finishChange({ accounts }: AccountPlaces, { body, address, basic }: DoorRequest): Promise<object> {
  const fields = new Fields(body);
  const asked = {
    session: basic?.secret ?? "",
    password: {
      version: fields.count("version"),
      record: fields.text("record"),
      recoveryKey: fields.maybeBytes("recoveryKey", ONE_KEY),
      vault: fields.bytes("vault", { most: VAULT_BYTES_MOST }),
    },
    proof: proofIn(fields),
  };
  fields.end();
  return { version: await accounts.finishChange(address, asked) };
}

// ---- by a device of this realm: its certificate says whose

/** Whether there is one. */
async function showPassword({ enrolment, userOf }: AccountPlaces, { chain }: DoorRequest): Promise<object> {
  return { version: await enrolment.version(await userOf(chain)) };
}

async function startFirst({ first, userOf }: AccountPlaces, { body, address, chain }: DoorRequest): Promise<Begun> {
  const user = await userOf(chain);
  const fields = new Fields(body);
  const request = fields.text("request");
  fields.end();
  return first.start(address, { user, request });
}

async function finishFirst({ first, userOf }: AccountPlaces, { body, address, chain }: DoorRequest): Promise<object> {
  const user = await userOf(chain);
  const fields = new Fields(body);
  const asked = { user, state: fields.text("state"), password: firstPasswordIn(fields) };
  fields.end();
  return { version: await first.finish(address, asked) };
}

async function readVault({ realm, userOf }: AccountPlaces, { chain }: DoorRequest): Promise<object> {
  const kept = await realm.identityVault(await userOf(chain));
  if (kept === undefined) throw new Fault("no-password", "this user has no password here");
  return { version: kept.version, vault: packed(kept.vault) };
}

async function replaceVault({ enrolment, userOf }: AccountPlaces, { body, chain }: DoorRequest): Promise<object> {
  const user = await userOf(chain);
  const fields = new Fields(body);
  const asked = { version: fields.count("version"), vault: fields.bytes("vault", { most: VAULT_BYTES_MOST }) };
  fields.end();
  return { version: await enrolment.replaceVault(user, asked) };
}

// ---- parts

/** With the first contents of its vault. */
function firstPasswordIn(fields: Fields): NewPassword {
  return {
    record: fields.text("record"),
    recoveryKey: fields.bytes("recoveryKey", ONE_KEY),
    vault: fields.bytes("vault", { most: FIRST_VAULT_BYTES }),
  };
}

/** A MAC or a signature. */
function proofIn(fields: Fields): Buffer {
  return fields.bytes("proof", { least: MAC_BYTES, most: RECOVERY_SIGNATURE_BYTES });
}

function inAnswer({ session, version, vault, certificates }: In): object {
  return { session, version, vault: packed(vault), certificates: certificates.map(packed) };
}

function packed(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
