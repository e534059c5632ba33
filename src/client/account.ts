// Accounts with a password from the client's side (RFC 9807): made, logged in to, recovered, given another password. What is secret
// stays in this process; what leaves it is proved to come from who knows the password or the phrase. Knows no terminal and no disk.
import type { Sha256 } from "../model/ids.ts";
import { Fault } from "../model/fault.ts";
import type { OpaqueClient } from "../password/client.ts";
import {
  type OpenedVault,
  openVaultWithExportKey,
  openVaultWithPhrase,
  rewrapForExportKey,
  rewrapForPhrase,
  sealVault,
} from "../password/identity-vault.ts";
import type { Owner } from "../password/owner.ts";
import { recoveryPublicKey, signRecovery } from "../password/recovery-key.ts";
import { macOfRequest } from "../password/request-mac.ts";
import { type Deed, deedBytes, keepParts } from "../password/session-proof.ts";
import type { AccountDoor, Answer } from "./account-door.ts";

export interface AccountWorld {
  readonly door: Pick<AccountDoor, "post">;
  readonly opaque: OpaqueClient;
  readonly owner: Owner;
  /** The server's key as it is known from before, or as the realm publishes it. */
  readonly serverKey: string;
}

/** Everything that is sent to give a user a first password; kept until it is certain that it was. */
export type FirstBody = Readonly<Record<"state" | "record" | "recoveryKey" | "vault", string>>;

/** Everything that is sent to make an account; kept as that. */
export type RegisterBody = FirstBody &
  Readonly<Record<"user" | "pkcs10", string>> & {
    readonly code?: string;
  };

export interface FirstPassword {
  readonly password: string;
  /** 32 bytes, of the phrase. */
  readonly entropy: Uint8Array;
  readonly contents: Uint8Array;
}

export interface NewAccount extends FirstPassword {
  readonly code: string | undefined;
  /** DER. */
  readonly request: Uint8Array;
}

/** Whom the server has let in. Whoever takes it wipes `opened`. */
export interface Admitted {
  readonly certificates: readonly Buffer[];
  readonly version: number;
  readonly vault: Uint8Array;
  readonly opened: OpenedVault;
  /** For a change of the password, once. */
  readonly session: string;
  readonly prove: (deed: Deed, session: string, parts: readonly (Uint8Array | string)[]) => Uint8Array;
}

/** Nothing is kept at the server before `register`. @throws Fault `password-*`, and of the door */
export async function prepareAccount(
  world: AccountWorld,
  { code, request, ...first }: NewAccount,
): Promise<Prepared<RegisterBody>> {
  const { user } = world.owner;
  const coded = code === undefined ? {} : { code };
  const { body, vaultKey } = await prepared(world, first, (blinded) =>
    world.door.post("register/start", { user, ...coded, request: blinded }),
  );
  return { body: { ...body, user, ...coded, pkcs10: packed(request) }, vaultKey };
}

export interface Prepared<B> {
  readonly body: B;
  /** Secret. */
  readonly vaultKey: Uint8Array;
}

/** For who is in without one: the door knows them by the certificate of their device. @throws Fault `password-exists`, and as `prepareAccount` */
export function preparePassword(world: AccountWorld, first: FirstPassword): Promise<Prepared<FirstBody>> {
  return prepared(world, first, (request) => world.door.post("password/first/start", { request }));
}

/** The same body again is answered again. @throws Fault `registration-expired`, `password-exists`, and of the door */
export async function setPassword(door: AccountWorld["door"], body: FirstBody): Promise<void> {
  await door.post("password/first/finish", body);
}

async function prepared(
  { opaque, owner, serverKey }: AccountWorld,
  { password, entropy, contents }: FirstPassword,
  begin: (request: string) => Promise<Answer>,
): Promise<Prepared<FirstBody>> {
  const started = await opaque.startRegistration(password);
  const begun = await begin(started.request);
  const given = { password, owner, state: started.state, response: begun.text("response"), serverKey };
  const { record, exportKey } = await opaque.finishRegistration(given);
  const vault = sealVault({ owner, exportKey, entropy, contents });
  const { key, contents: again } = openVaultWithExportKey(vault, { owner, exportKey });
  again.fill(0);
  exportKey.fill(0);
  const recoveryKey = packed(recoveryPublicKey(entropy, owner));
  return { body: { state: begun.text("state"), record, recoveryKey, vault: packed(vault) }, vaultKey: key };
}

/** The same body again is answered again. @throws Fault `registration-expired`, and of the door */
export async function register(door: AccountWorld["door"], body: RegisterBody): Promise<readonly Buffer[]> {
  return (await door.post("register/finish", body)).certificates();
}

/** `request`: DER of PKCS#10, where a certificate is wanted. @throws Fault `login-refused`, `password-server-key`, and of the door */
export async function logIn(
  { door, opaque, owner, serverKey }: AccountWorld,
  { password, request }: { readonly password: string; readonly request: Uint8Array | undefined },
): Promise<Admitted> {
  const started = await opaque.startLogin(password);
  const begun = await door.post("login/start", { user: owner.user, request: started.request });
  const [state, response] = [begun.text("state"), begun.text("response")];
  const done = await opaque.finishLogin({ password, owner, state: started.state, response, serverKey });
  if (done === undefined) throw refused();
  const { sessionKey, exportKey } = done;
  const prove: Admitted["prove"] = (deed, session, parts) =>
    macOfRequest(sessionKey, { ...owner, request: deedBytes(deed, session, parts) });
  const mac = packed(prove("enrol 1", state, [request ?? ""]));
  const answer = await door.post("login/finish", { state, finish: done.finish, mac, ...asked(request) });
  const vault = answer.bytes("vault");
  try {
    return admitted(answer, { vault, opened: openVaultWithExportKey(vault, { owner, exportKey }), prove });
  } finally {
    exportKey.fill(0);
  }
}

/** @throws Fault `recovery-refused`, and of the door */
export async function recover(
  { door, owner }: Pick<AccountWorld, "door" | "owner">,
  { entropy, request }: { readonly entropy: Uint8Array; readonly request: Uint8Array | undefined },
): Promise<Admitted> {
  const state = (await door.post("recovery/start", { user: owner.user })).text("state");
  const prove: Admitted["prove"] = (deed, session, parts) =>
    signRecovery(entropy, {
      ...owner,
      nonce: Buffer.from(session, "base64url"),
      request: deedBytes(deed, session, parts),
    });
  const signature = packed(prove("enrol 1", state, [request ?? ""]));
  const answer = await door.post("recovery/finish", { state, signature, ...asked(request) });
  const vault = answer.bytes("vault");
  return admitted(answer, { vault, opened: openVaultWithPhrase(vault, { owner, entropy }), prove });
}

/** Other devices may put archive keys into the vault at the same time: then it is done again with the vault as it is then. */
const TRIES = 3;

/** `admit`: proves the password or the phrase, each time anew; nothing of it is kept. @throws Fault as `changePassword`, and of `admit` */
export async function changeBy(
  world: AccountWorld,
  admit: () => Promise<Admitted>,
  next: { readonly password: string; readonly entropy: Uint8Array | undefined },
): Promise<void> {
  for (let left = TRIES; ; left -= 1) {
    const admission = await admit();
    try {
      return await changePassword(world, admission, next);
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== "password-changed" || left === 1) throw error;
    } finally {
      forget(admission);
    }
  }
}

export function forget({ opened }: Admitted): void {
  opened.key.fill(0);
  opened.contents.fill(0);
}

/** The vault stays, with its key, under another password, and under another phrase where there is one. @throws Fault `password-changed`, … */
async function changePassword(
  { door, opaque, owner, serverKey }: AccountWorld,
  admission: Admitted,
  { password, entropy }: { readonly password: string; readonly entropy: Uint8Array | undefined },
): Promise<void> {
  const { prove, opened, version } = admission;
  const { key } = opened;
  const started = await opaque.startRegistration(password);
  const { request } = started;
  const proof = packed(prove("new password 1", admission.session, [request]));
  const begun = await door.post("password/start", { session: admission.session, request, proof });
  const given = { password, owner, state: started.state, response: begun.text("response"), serverKey };
  const { record, exportKey } = await opaque.finishRegistration(given);
  const wrapped = rewrapForExportKey(admission.vault, { owner, key, exportKey });
  exportKey.fill(0);
  const vault = entropy === undefined ? wrapped : rewrapForPhrase(wrapped, { owner, key, entropy });
  const recoveryKey = entropy === undefined ? undefined : recoveryPublicKey(entropy, owner);
  const session = begun.text("state");
  const keep = { record, recoveryKey, vault, version };
  const body = {
    version,
    record,
    ...(recoveryKey === undefined ? {} : { recoveryKey: packed(recoveryKey) }),
    vault: packed(vault),
    proof: packed(prove("keep password 1", session, keepParts(keep))),
  };
  await door.post("password/finish", body, session);
}

/** The key that was seen before counts, and one that is new is the published one. @throws Fault `password-server-key` */
export function checkedServerKey(known: string | undefined, published: string, realm: Sha256): string {
  if (known === undefined || known === published) return published;
  throw new Fault(
    "password-server-key",
    `the server's key for passwords is another one than before in the realm ${realm.slice(0, 16)}…`,
    {
      hint: "ask who runs the server what happened; nothing was sent that could be used against the password",
    },
  );
}

function admitted(answer: Answer, parts: Pick<Admitted, "vault" | "opened" | "prove">): Admitted {
  const [version, session] = [answer.count("version"), answer.text("session")];
  return { ...parts, certificates: answer.certificates(), version, session };
}

function asked(request: Uint8Array | undefined): { readonly pkcs10?: string } {
  return request === undefined ? {} : { pkcs10: packed(request) };
}

function packed(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

/** In the words of the server: who it was that saw it makes no difference. */
function refused(): Fault {
  return new Fault("login-refused", "the name or the password is wrong", {
    hint: "who has lost the password: chat-client recover",
  });
}
