// The password of an account is lost, the paper with its recovery phrase is not: what both faces do with the words that were typed.
import type { RecoverRequest } from "../client/face/web/protocol/first-run.ts";
import type { Profile } from "../client/vault/profiles.ts";
import { readPhrase } from "../password/phrase.ts";
import { checkedRealmLine } from "./client-account.ts";
import { checkedPassword } from "./client-account-words.ts";
import type { Registering } from "./client-first-register.ts";
import { ACCOUNT_FLAGS } from "./client-flags.ts";
import { checkedHandle } from "./client-handle.ts";
import { recover } from "./client-login.ts";
import { quietly } from "./client-quiet.ts";
import { usualValues } from "./flags.ts";

/** @throws Fault `realm-line`, `handle-invalid`, `password-short`, `phrase-malformed`, and as `recover` */
export async function recovered(place: Registering, request: RecoverRequest): Promise<Profile> {
  const { line, user, words, password, passphrase } = request;
  const { home, profile } = place;
  const whole = checkedRealmLine(line);
  const values = { ...usualValues(ACCOUNT_FLAGS), home, profile, user: checkedHandle(user) };
  const chosen = { password: checkedPassword(password), entropy: readPhrase(words) };
  return recover(whole, { ...quietly(place), values, passphrase, chosen });
}
