// An account that is made, or come back to by its recovery phrase, in the first run of a terminal: asks for what the commands of these
// names are told, in the language of the person, and goes on as they do.
import { AccountDoor } from "../client/account-door.ts";
import { lineIn } from "../client/face/line-in.ts";
import type { PhraseShown, RegisterRequest } from "../client/face/web/protocol/first-run.ts";
import { firstSay } from "../client/face/words/first-steps.ts";
import { Fault } from "../model/fault.ts";
import type { Handle } from "../model/ids.ts";
import { readPhrase } from "../password/phrase.ts";
import { readInvitationLine } from "../wire/invitation-line.ts";
import { loginCommand } from "./client-account.ts";
import { checkedPassword, phraseLines } from "./client-account-words.ts";
import {
  type AccountWish,
  type Came,
  cameIn,
  type FirstSteps,
  nameIn,
  newPassphrase,
  saidOf,
  triedAgain,
  twice,
  type Words,
} from "./client-first-asking.ts";
import { whoseAccount } from "./client-first-login.ts";
import { recovered } from "./client-first-recover.ts";
import { type Registered, Registration } from "./client-first-register.ts";
import { systemLanguage } from "./client-language.ts";
import { askOrLeave, askSecret } from "./prompt.ts";
import { systemClock } from "./system-clock.ts";

const USUAL_COLUMNS = 80;

/** By an invitation. Undefined: they would rather come in another way. @throws Fault `invitation-*`, `password-*`, `user-*`, `connect-*`, … */
export async function registers(world: FirstSteps, wish: AccountWish): Promise<Came | undefined> {
  const words = firstSay(systemLanguage(world.platform.env));
  const line = await invitation(world, wish.line, words);
  if (line === undefined) return undefined;
  const password = await newPassword(world, words);
  const passphrase = await newPassphrase(world, words);
  const registration = new Registration(world);
  const request = { line, password, ...(passphrase !== undefined && { passphrase }) };
  const begin = (user: Handle | undefined): Promise<PhraseShown> =>
    registration.begin({ ...request, ...(user !== undefined && { user }) } satisfies RegisterRequest);
  const phrase = await begun(world, words, { begin, user: wish.user });
  if (phrase === undefined) return undefined;
  const registered = await written(world, words, { registration, phrase });
  if (registered === undefined) return undefined;
  const entered = cameIn(world, words, registered);
  const { door, ...place } = registered.profile;
  if (door !== undefined)
    world.say(words("elsewhere", { command: loginCommand({ ...place, port: door }, place.user) }));
  return entered;
}

/** By the paper. Undefined: they would rather come in another way. @throws Fault `realm-line`, `phrase-*`, `recovery-*`, `connect-*`, … */
export async function recovers(world: FirstSteps, wish: AccountWish): Promise<Came | undefined> {
  const words = firstSay(systemLanguage(world.platform.env));
  const whose = await whoseAccount(world, { ...wish, isAsked: true }, words);
  if (whose === undefined) return undefined;
  const phrase = await typedPhrase(world, words);
  const password = await newPassword(world, words);
  const passphrase = await newPassphrase(world, words);
  const request = { ...whose, words: phrase, password, ...(passphrase !== undefined && { passphrase }) };
  const profile = await recovered(world, request);
  world.say(words("recovered"));
  return cameIn(world, words, { profile, passphrase });
}

/** A line that is whole, and a server that it names, come before anything else that is asked for. Undefined: they would rather not. */
async function invitation(world: FirstSteps, said: string, words: Words): Promise<string | undefined> {
  for (let line = said; ; line = "") {
    if (line === "") line = lineIn((await askOrLeave(world.person, words("invitation-line"))) ?? "");
    if (line === "") return undefined;
    try {
      await new AccountDoor({ ...readInvitationLine(line), clock: systemClock }).about();
      return line;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      world.say(saidOf(error, words.language));
    }
  }
}

/** @throws Fault `password-short`, `passphrase-differs`, `no-passphrase` */
function newPassword(world: FirstSteps, words: Words): Promise<string> {
  const { person } = world;
  const ask = async (): Promise<string> => {
    const typed = checkedPassword(await askSecret(person, words("new-password")));
    return twice(person, typed, words);
  };
  return triedAgain(world, words, { wrong: ["password-short", "passphrase-differs"], ask });
}

/** As it was typed, and good in itself. @throws Fault `phrase-malformed`, `no-passphrase` */
function typedPhrase(world: FirstSteps, words: Words): Promise<string> {
  const ask = async (): Promise<string> => {
    const typed = await askSecret(world.person, words("phrase"));
    readPhrase(typed).fill(0);
    return typed;
  };
  return triedAgain(world, words, { wrong: ["phrase-malformed"], ask });
}

interface Beginning {
  readonly begin: (user: Handle | undefined) => Promise<PhraseShown>;
  readonly user: Handle | undefined;
}

/** Who it is for the invitation may say; else they do. Undefined: they would not. */
async function begun(world: FirstSteps, words: Words, { begin, user }: Beginning): Promise<PhraseShown | undefined> {
  try {
    return await begin(user);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "user-missing") throw error;
  }
  const wanted = await nameIn(world, words, words("user-wanted"));
  return wanted === undefined ? undefined : begin(wanted);
}

interface Writing {
  readonly registration: Registration;
  readonly phrase: PhraseShown;
}

/** Shown once, and some of it asked back. Undefined: they leave. @throws Fault `phrase-differs`, and as Registration.finish */
async function written(world: FirstSteps, words: Words, writing: Writing): Promise<Registered | undefined> {
  const { registration, phrase } = writing;
  if (phrase.words.length === 0) world.say(words("begun-before"));
  else if (!(await shownOnce(world, phrase.words, words))) return undefined;
  const ask = async (): Promise<Registered | undefined> => {
    const answers: string[] = [];
    for (const position of phrase.asked) {
      const answer = await askOrLeave(world.person, words("phrase-word", { n: position }));
      if (answer === undefined) return undefined;
      answers.push(answer);
    }
    return registration.finish(answers);
  };
  return triedAgain(world, words, { wrong: ["phrase-differs"], ask });
}

/** Until they are on paper; then they are taken off the screen. False: they leave. */
async function shownOnce({ person, platform }: FirstSteps, phrase: readonly string[], words: Words): Promise<boolean> {
  const question = words("phrase-written");
  const text = `${words("phrase-shown")}${phraseLines(phrase)}\n\n`;
  person.output.write(text);
  const isWritten = (await askOrLeave(person, question)) !== undefined;
  if (platform.env["TERM"] !== "dumb") person.output.write(takenBack(`${text}${question}`, person.output));
  return isWritten;
}

/** As many rows up as it has taken, with the Enter behind it, and nothing below. */
function takenBack(text: string, output: FirstSteps["person"]["output"]): string {
  const columns = "columns" in output && typeof output.columns === "number" ? output.columns : USUAL_COLUMNS;
  const rows = text.split("\n").map((line) => Math.max(1, Math.ceil(line.length / columns)));
  return `\u{1b}[${rows.reduce((sum, count) => sum + count, 0)}A\r\u{1b}[J`;
}
