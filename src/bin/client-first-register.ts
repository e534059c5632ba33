// An account that is made in a window: what was typed stays in memory while the person writes the recovery phrase down, and no longer.
import { randomBytes } from "node:crypto";
import type { PhraseShown, RegisterRequest } from "../client/face/web/protocol/first-run.ts";
import type { Profile } from "../client/vault/profiles.ts";
import { Fault } from "../model/fault.ts";
import { challengeWords, checkChallenge, newPhrase, readPhrase } from "../password/phrase.ts";
import { readInvitationLine, writeInvitationLine } from "../wire/invitation-line.ts";
import type { AccountsWorld } from "./client-account.ts";
import { checkedPassword } from "./client-account-words.ts";
import { type Keeping, quietAccount } from "./client-quiet.ts";
import { isBegun, register } from "./client-register.ts";

interface Begun {
  readonly line: string;
  readonly world: AccountsWorld;
  readonly password: string;
  /** Undefined: the one of before holds. Secret. */
  readonly phrase: string | undefined;
  readonly positions: readonly number[];
}

export interface Registered {
  readonly profile: Profile;
  readonly passphrase: string | undefined;
}

export class Registration {
  readonly #place: Keeping;
  #begun: Begun | undefined;

  constructor(place: Keeping) {
    this.#place = place;
  }

  /** The words are told this one time. @throws Fault `invitation-*`, `password-short`, `user-missing`, `connect-*`, … */
  async begin({ line, user, password, passphrase }: RegisterRequest): Promise<PhraseShown> {
    this.#begun = undefined;
    const world = quietAccount(this.#place, { user, passphrase });
    const whole = writeInvitationLine(readInvitationLine(line));
    checkedPassword(password);
    const phrase = (await isBegun(whole, world)) ? undefined : newPhrase(randomBytes);
    const positions = phrase === undefined ? [] : challengeWords(randomBytes);
    this.#begun = { line: whole, world, password, phrase, positions };
    return { words: phrase?.split(" ") ?? [], asked: positions };
  }

  /** `answers`: from the paper. @throws Fault `phrase-differs`, `registration-expired`, and as `register` */
  async finish(answers: readonly string[]): Promise<Registered> {
    const begun = this.#begun;
    if (begun === undefined) throw over();
    const { line, world, password, phrase, positions } = begun;
    if (phrase !== undefined && !checkChallenge({ phrase, positions, answers }))
      throw new Fault("phrase-differs", "the words that were asked back are not those of the phrase", {
        hint: "look at the paper again",
      });
    const chosen = phrase === undefined ? undefined : { password, entropy: readPhrase(phrase) };
    const profile = await register(line, { ...world, chosen }).catch((error: unknown) => {
      // What was on its way is not known there any more.
      throw error instanceof Fault && error.code === "password-needed" ? over() : error;
    });
    this.#begun = undefined;
    return { profile, passphrase: world.passphrase };
  }
}

function over(): Fault {
  return new Fault("registration-expired", "this took too long", { hint: "begin again" });
}
