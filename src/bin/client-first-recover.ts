// The password of an account is lost, the paper with its recovery phrase is not: what both faces do with the words that were typed.
import type { RecoverRequest } from "../client/face/web/protocol/first-run.ts";
import type { Profile } from "../client/vault/profiles.ts";
import { readPhrase } from "../password/phrase.ts";
import { checkedRealmLine } from "./client-account.ts";
import { checkedPassword } from "./client-account-words.ts";
import { recover } from "./client-login.ts";
import { type Keeping, quietAccount } from "./client-quiet.ts";

/** @throws Fault `realm-line`, `handle-invalid`, `password-short`, `phrase-malformed`, and as `recover` */
export async function recovered(place: Keeping, request: RecoverRequest): Promise<Profile> {
  const { line, user, words, password, passphrase } = request;
  const whole = checkedRealmLine(line);
  const world = quietAccount(place, { user, passphrase });
  const chosen = { password: checkedPassword(password), entropy: readPhrase(words) };
  return recover(whole, { ...world, chosen });
}
