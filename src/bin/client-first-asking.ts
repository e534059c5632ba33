// What the ways in of a terminal's first run have in common.
import { strengthOf } from "../client/face/strength.ts";
import type { firstSay } from "../client/face/words/first-steps.ts";
import type { Platform } from "../client/vault/home.ts";
import type { Profile } from "../client/vault/profiles.ts";
import { askSecret, confirmed, type Person } from "./prompt.ts";

export interface FirstSteps {
  readonly home: string | undefined;
  readonly person: Person;
  readonly platform: Platform;
  readonly input: NodeJS.ReadableStream;
  readonly now: Date;
  readonly say: (sentence: string) => void;
}

export interface Came {
  readonly profile: Profile;
  readonly passphrase?: string;
}

export function came(profile: Profile, passphrase: string | undefined): Came {
  return passphrase === undefined ? { profile } : { profile, passphrase };
}

/** Asked once, and once more to be sure; nothing is an answer, too. @throws Fault `passphrase-differs`, `no-passphrase` */
export async function newPassphrase(person: Person, words: ReturnType<typeof firstSay>): Promise<string | undefined> {
  const typed = await askSecret(person, words("passphrase"));
  if (typed === "") return undefined;
  person.output.write(`${words(strengthOf(typed).verdict)}\n`);
  return confirmed(person, typed, words("again"));
}
