// The entry of the client's password thread: the library, and what a guess at a password costs.
// It is loaded from a file in development and from a string in the packaged program, so it reads nothing but messages.
import { parentPort } from "node:worker_threads";
import { client, ready } from "@serenity-kit/opaque";
import { secretBytes } from "../messages.ts";
import type { Owner } from "../owner.ts";
import { answerCalls, refusing } from "../thread/answer.ts";
import type { Methods } from "../thread/calls.ts";
import type { ClientCalls, LoggedIn, Registered } from "./calls.ts";

/**
 * Argon2id as RFC 9106 §4 recommends it second: 64 MiB, three passes, four lanes. It took 0.3 s and 0.1 GB of memory. What RFC 9807
 * §7 recommends (2 GiB, one pass) took 6.4 s and 2.2 GB: more than a small machine has. Only who has stolen the server's setup
 * and records can guess so; all others must ask the server for each guess. Another cost makes all records useless.
 */
const STRETCHING = { "argon2id-custom": { memory: 65_536, iterations: 3, parallelism: 4 } };

async function methods(): Promise<Methods<ClientCalls>> {
  await ready;
  return {
    startRegistration: ({ password }) => {
      const { clientRegistrationState, registrationRequest } = refusing(() => client.startRegistration({ password }));
      return { state: clientRegistrationState, request: registrationRequest };
    },
    finishRegistration,
    startLogin: ({ password }) => {
      const { clientLoginState, startLoginRequest } = refusing(() => client.startLogin({ password }));
      return { state: clientLoginState, request: startLoginRequest };
    },
    finishLogin,
  };
}

function finishRegistration(input: ClientCalls["finishRegistration"]["input"]): Registered {
  const { password, owner, state, response } = input;
  const { registrationRecord, exportKey, serverStaticPublicKey } = refusing(() =>
    client.finishRegistration({
      password,
      clientRegistrationState: state,
      registrationResponse: response,
      identifiers: identifiers(owner),
      keyStretching: STRETCHING,
    }),
  );
  return { record: registrationRecord, exportKey: secretBytes(exportKey), serverKey: serverStaticPublicKey };
}

function finishLogin({ password, owner, state, response }: ClientCalls["finishLogin"]["input"]): LoggedIn | undefined {
  const done = refusing(() =>
    client.finishLogin({
      password,
      clientLoginState: state,
      loginResponse: response,
      identifiers: identifiers(owner),
      keyStretching: STRETCHING,
    }),
  );
  if (done === undefined) return undefined;
  return {
    finish: done.finishLoginRequest,
    sessionKey: secretBytes(done.sessionKey),
    exportKey: secretBytes(done.exportKey),
    serverKey: done.serverStaticPublicKey,
  };
}

/** In the envelope and in the key exchange (RFC 9807 §10.3): a record is for this user of this realm only. */
function identifiers({ realm, user }: Owner): { readonly client: string; readonly server: string } {
  return { client: user, server: realm };
}

if (parentPort !== null) answerCalls<ClientCalls>(parentPort, methods());
