// The first run in a terminal: nobody has come in on this machine yet. Says what there is to do, and does it.
import { strengthOf } from "../client/face/strength.ts";
import { told } from "../client/face/words/faults.ts";
import { firstSay } from "../client/face/words/first-steps.ts";
import type { Platform } from "../client/vault/home.ts";
import type { Profile } from "../client/vault/profiles.ts";
import { Fault } from "../model/fault.ts";
import { JOIN_FLAGS } from "./client-flags.ts";
import { join } from "./client-join.ts";
import { systemLanguage } from "./client-language.ts";
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

const TRIES = 3;

/** Undefined: they leave. @throws Fault of what stands in the way */
export async function firstSteps(world: FirstSteps): Promise<{ profile: Profile; passphrase?: string } | undefined> {
  const { person, platform, say } = world;
  const words = firstSay(systemLanguage(platform.env));
  person.output.write(words("welcome"));
  for (let left = TRIES; ; left -= 1) {
    const line = (await askOrLeave(person, words("line"))) ?? "";
    if (line === "") return undefined;
    try {
      return await comesIn(world, line.replace(/^chat-client +join +/, "").replaceAll(/^['"]|['"]$/g, ""));
    } catch (error) {
      // What is wrong with the line can be mended here; what is wrong elsewhere ends it.
      if (!(error instanceof Fault) || !error.code.startsWith("invitation-") || left === 1) throw error;
      const { message, hint } = told(error, words.language);
      say(hint === undefined ? message : `${message}: ${hint}`);
    }
  }
}

async function comesIn(world: FirstSteps, line: string): Promise<{ profile: Profile; passphrase?: string }> {
  const { home, person, platform, input, say } = world;
  readRealmLine(line);
  const passphrase = await newPassphrase(person, firstSay(systemLanguage(platform.env)));
  const values = { ...usualValues(JOIN_FLAGS), home };
  const profile = await join(line, { values, platform, person, input, say, passphrase });
  return passphrase === undefined ? { profile } : { profile, passphrase };
}

/** Asked once, and once more to be sure; nothing is an answer, too. @throws Fault `passphrase-differs`, `no-passphrase` */
async function newPassphrase(person: Person, words: ReturnType<typeof firstSay>): Promise<string | undefined> {
  const typed = await askSecret(person, words("passphrase"));
  if (typed === "") return undefined;
  person.output.write(`${words(strengthOf(typed).verdict)}\n`);
  return confirmed(person, typed, words("again"));
}
