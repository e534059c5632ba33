// An account with a password in the first run of a terminal: asks for what `chat-client login` is told, and goes on as it does.
import { told } from "../client/face/words/faults.ts";
import { firstSay } from "../client/face/words/first-steps.ts";
import { Fault } from "../model/fault.ts";
import type { Handle } from "../model/ids.ts";
import { readRealmLine } from "../wire/invitation-line.ts";
import { checkedRealmLine } from "./client-account.ts";
import {
  type AccountWish,
  type Came,
  cameIn,
  type FirstSteps,
  nameIn,
  newPassphrase,
  TRIES,
  type Words,
} from "./client-first-asking.ts";
import { systemLanguage } from "./client-language.ts";
import { lettingIn, login } from "./client-login.ts";
import { quietAccount } from "./client-quiet.ts";
import { askOrLeave, askSecret } from "./prompt.ts";

export interface LoginWish extends AccountWish {
  /** Else nothing but the line says that this is a login. */
  readonly isAsked: boolean;
}

/** Whose account, and where. */
export interface Whose {
  readonly line: string;
  readonly user: Handle;
}

interface Account extends Pick<Whose, "user"> {
  readonly password: string;
}

/** Undefined: they would rather come in another way. @throws Fault `realm-line`, `login-*`, `connect-*`, … */
export async function logsIn(world: FirstSteps, wish: LoginWish): Promise<Came | undefined> {
  const { person, platform } = world;
  const words = firstSay(systemLanguage(platform.env));
  const whose = await whoseAccount(world, wish, words);
  if (whose === undefined) return undefined;
  const { line, user } = whose;
  const password = await askSecret(person, words("password", { user }));
  if (password === "") return undefined;
  const account = { user, password };
  const passphrase = await newPassphrase(world, words);
  return tried(world, { line, account, passphrase, words });
}

/** Undefined: they would rather come in another way. @throws Fault `realm-line`, `connect-*`, `no-accounts`, … */
export async function whoseAccount(world: FirstSteps, wish: LoginWish, words: Words): Promise<Whose | undefined> {
  const typed = wish.line === "" ? await askOrLeave(world.person, words("realm-line")) : wish.line;
  if (typed === undefined || typed === "") return undefined;
  const line = checkedRealmLine(typed);
  if (!wish.isAsked) world.say(words("no-code"));
  // The server that it names is there before anything else is asked for.
  await lettingIn(readRealmLine(line));
  const user = wish.user ?? (await nameIn(world, words, words("user")));
  return user === undefined ? undefined : { line, user };
}

interface Trying {
  readonly line: string;
  readonly account: Account;
  /** For what is kept here. */
  readonly passphrase: string | undefined;
  readonly words: Words;
}

/** A wrong password, or a wrong name, is asked for again. @throws Fault as `login` */
async function tried(world: FirstSteps, { line, passphrase, words, ...first }: Trying): Promise<Came> {
  const { say } = world;
  let { account } = first;
  for (let left = TRIES; ; left -= 1) {
    const { user, password } = account;
    try {
      const profile = await login(line, { ...quietAccount(world, { user, passphrase }), password });
      return cameIn(world, words, { profile, passphrase });
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== "login-refused" || left === 1) throw error;
      say(told(error, words.language).message);
      account = await again(world, user, words);
      say(words("asking-realm"));
    }
  }
}

/** Which of the two was wrong nobody is told. */
async function again(world: FirstSteps, before: Handle, words: Words): Promise<Account> {
  const user = (await nameIn(world, words, words("user-again", { user: before }))) ?? before;
  return { user, password: await askSecret(world.person, words("password", { user })) };
}
