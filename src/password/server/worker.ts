// The entry of the server's password thread: the library, and the record that stands for all users who are not there.
// It is loaded from a file in development and from a string in the packaged program, so it reads nothing but messages.
import { randomBytes } from "node:crypto";
import { parentPort } from "node:worker_threads";
import { client, ready, server } from "@serenity-kit/opaque";
import { Fault } from "../../model/fault.ts";
import { MESSAGE_BYTES, secretBytes } from "../messages.ts";
import type { Owner } from "../owner.ts";
import { answerCalls, refusing } from "../thread/answer.ts";
import type { Methods } from "../thread/calls.ts";
import type { LoginFinished, ServerCalls } from "./calls.ts";

const MASKING_KEY_BYTES = 64;

async function methods(): Promise<Methods<ServerCalls>> {
  await ready;
  const decoy = decoyRecord();
  return {
    createSetup: () => server.createSetup(),
    publicKey: ({ setup }) => refusing(() => server.getPublicKey(setup)),
    registrationResponse: ({ setup, user, request }) => {
      const given = { serverSetup: setup, userIdentifier: user, registrationRequest: request };
      return refusing(() => server.createRegistrationResponse(given).registrationResponse);
    },
    checkRecord: ({ setup, owner, record }) => {
      // The library looks into a record only when somebody logs in: so somebody tries to.
      const request = client.startLogin({ password: "-" }).startLoginRequest;
      refusing(() => startLogin({ setup, owner, record, request }));
      return undefined;
    },
    startLogin: ({ record = decoy, ...input }) => refusing(() => startLogin({ ...input, record })),
    finishLogin,
  };
}

/**
 * RFC 9807 §6.3.2.2: a random public key, a random masking key and an envelope of zeros, made once. The library would make one
 * for each call in another time than it takes to read a real one. What tells users apart in an answer, which must not change
 * for one of them, is the OPRF key, and that comes from the setup and the name.
 */
function decoyRecord(): string {
  const publicKey = Buffer.from(server.getPublicKey(server.createSetup()), "base64url");
  const envelope = Buffer.alloc(MESSAGE_BYTES.record - publicKey.length - MASKING_KEY_BYTES);
  return Buffer.concat([publicKey, randomBytes(MASKING_KEY_BYTES), envelope]).toString("base64url");
}

interface Start {
  readonly setup: string;
  readonly owner: Owner;
  readonly record: string;
  readonly request: string;
}

function startLogin({ setup, owner, record, request }: Start): { readonly state: string; readonly response: string } {
  const { serverLoginState, loginResponse } = server.startLogin({
    serverSetup: setup,
    userIdentifier: owner.user,
    registrationRecord: record,
    startLoginRequest: request,
    identifiers: { client: owner.user, server: owner.realm },
  });
  return { state: serverLoginState, response: loginResponse };
}

/** Both texts have the right form, and every text of that form is a state or a MAC: what the library refuses is a wrong one. */
function finishLogin({ state, request }: ServerCalls["finishLogin"]["input"]): LoginFinished | undefined {
  try {
    const finished = refusing(() => server.finishLogin({ serverLoginState: state, finishLoginRequest: request }));
    return { sessionKey: secretBytes(finished.sessionKey) };
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

if (parentPort !== null) answerCalls<ServerCalls>(parentPort, methods());
