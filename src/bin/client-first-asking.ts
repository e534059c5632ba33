// What the ways in of a terminal's first run have in common.
import { strengthOf } from "../client/face/strength.ts";
import { type Tellable, told } from "../client/face/words/faults.ts";
import type { firstSay } from "../client/face/words/first-steps.ts";
import type { Language } from "../client/face/words/say.ts";
import type { Platform } from "../client/vault/home.ts";
import type { Profile } from "../client/vault/profiles.ts";
import { Fault } from "../model/fault.ts";
import { type Handle, isHandle } from "../model/ids.ts";
import { askOrLeave, askSecret, confirmed, type Person } from "./prompt.ts";

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

interface Entered {
  readonly profile: Profile;
  readonly passphrase: string | undefined;
}

/** Says so. */
export function cameIn({ say }: FirstSteps, words: Words, { profile, passphrase }: Entered): Came {
  say(words("came-in", { user: profile.user, realm: profile.realm.slice(0, 16) }));
  return came(profile, passphrase);
}

export type Words = ReturnType<typeof firstSay>;

/** What was typed behind a command, or instead of one. */
export interface AccountWish {
  /** Empty: it is to be asked for. */
  readonly line: string;
  readonly user: Handle | undefined;
}

export const TRIES = 3;

/** One sentence, in the language of the person. */
export function saidOf(fault: Tellable, language: Language): string {
  const { message, hint } = told(fault, language);
  return hint === undefined ? message : `${message}: ${hint}`;
}

export interface Trying<T> {
  /** Of what was typed, and can be typed again. */
  readonly wrong: readonly string[];
  readonly ask: () => Promise<T>;
}

/** @throws Fault of the last try */
export async function triedAgain<T>({ say }: FirstSteps, words: Words, { wrong, ask }: Trying<T>): Promise<T> {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Fault) || !wrong.includes(error.code) || left === 1) throw error;
      say(saidOf(error, words.language));
    }
  }
}

/** Asked until it is one. Undefined: nothing was typed. */
export async function nameIn({ person, say }: FirstSteps, words: Words, question: string): Promise<Handle | undefined> {
  for (;;) {
    const typed = (await askOrLeave(person, question))?.replace(/^@/, "") ?? "";
    if (typed === "") return undefined;
    if (isHandle(typed)) return typed;
    say(words("no-name"));
  }
}

/** Asked once, and once more to be sure; nothing is an answer, too. @throws Fault `passphrase-differs`, `no-passphrase` */
export function newPassphrase(world: FirstSteps, words: Words): Promise<string | undefined> {
  const { person } = world;
  const ask = async (): Promise<string | undefined> => {
    const typed = await askSecret(person, words("passphrase"));
    return typed === "" ? undefined : twice(person, typed, words);
  };
  return triedAgain(world, words, { wrong: ["passphrase-differs"], ask });
}

/** How good it is, and the same again. @throws Fault `passphrase-differs`, `no-passphrase` */
export function twice(person: Person, typed: string, words: Words): Promise<string> {
  person.output.write(`${words(strengthOf(typed).verdict)}\n`);
  return confirmed(person, typed, words("again"));
}
