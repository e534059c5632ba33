// The first run in a terminal: nobody has come in on this machine yet. Says what there is to do, and does it.
import { strengthOf } from "../client/face/strength.ts";
import type { Platform } from "../client/vault/home.ts";
import type { Profile } from "../client/vault/profiles.ts";
import { Fault } from "../model/fault.ts";
import { JOIN_FLAGS } from "./client-flags.ts";
import { join } from "./client-join.ts";
import { readRealmLine } from "../wire/invitation-line.ts";
import { usualValues } from "./flags.ts";
import { askOrLeave, askSecret, confirmed, type Person } from "./prompt.ts";

export interface FirstSteps {
  readonly home: string | undefined;
  readonly person: Person;
  readonly platform: Platform;
  readonly input: NodeJS.ReadableStream;
  readonly say: (sentence: string) => void;
}

const WELCOME = `
Nobody has come in on this machine yet. There are three ways:

  an invitation      paste its line here: chat://…
  certificate files  chat-client --certs DIR, or --p12 NAME.p12, with -ip and -p
  your own realm     on any machine that is always on: chat-server init, then
                     chat-server; init prints an invitation for you

`;
const QUESTION = "the line of the invitation (Enter: not now): ";
const TRIES = 3;

/** Undefined: they leave. @throws Fault of what stands in the way */
export async function firstSteps(world: FirstSteps): Promise<{ profile: Profile; passphrase?: string } | undefined> {
  const { person, say } = world;
  person.output.write(WELCOME);
  for (let left = TRIES; ; left -= 1) {
    const line = (await askOrLeave(person, QUESTION)) ?? "";
    if (line === "") return undefined;
    try {
      return await comesIn(world, line.replace(/^chat-client +join +/, "").replaceAll(/^['"]|['"]$/g, ""));
    } catch (error) {
      // What is wrong with the line can be mended here; what is wrong elsewhere ends it.
      if (!(error instanceof Fault) || !error.code.startsWith("invitation-") || left === 1) throw error;
      say(error.hint === undefined ? error.message : `${error.message}: ${error.hint}`);
    }
  }
}

async function comesIn(world: FirstSteps, line: string): Promise<{ profile: Profile; passphrase?: string }> {
  const { home, person, platform, input, say } = world;
  readRealmLine(line);
  const passphrase = await newPassphrase(person);
  const values = { ...usualValues(JOIN_FLAGS), home };
  const profile = await join(line, { values, platform, person, input, say, passphrase });
  return passphrase === undefined ? { profile } : { profile, passphrase };
}

/** Asked once, and once more to be sure; nothing is an answer, too. @throws Fault `passphrase-differs`, `no-passphrase` */
async function newPassphrase(person: Person): Promise<string | undefined> {
  const typed = await askSecret(person, "a passphrase for what is kept on this machine (Enter: none): ");
  if (typed === "") return undefined;
  person.output.write(`* it is ${strengthOf(typed).advice}\n`);
  return confirmed(person, typed);
}
