// One password for another, and the recovery phrase with it where that is wanted: what a person is asked, and in which order.
import { changeBy, forget, logIn } from "../client/account.ts";
import type { Platform } from "../client/vault/home.ts";
import type { OpenedAccount } from "./client-account.ts";
import { knownPassword, newPassword, newRecoveryPhrase } from "./client-account-words.ts";
import type { PASSWORD_FLAGS } from "./client-flags.ts";
import type { OnceProcess } from "./client-once.ts";
import type { Person } from "./prompt.ts";
import type { Values } from "./flags.ts";

export interface PasswordWorld {
  readonly values: Values<typeof PASSWORD_FLAGS>;
  readonly platform: Platform;
  readonly person: Person | undefined;
  readonly say: (sentence: string) => void;
  /** For an errand at the chat, where the door has to be opened first. */
  readonly errands: () => OnceProcess;
}

/** The key of the identity vault, which is the same as before: secret. @throws Fault `login-*`, `password-*`, `phrase-*`, `connect-*` */
export async function changedPassword(account: OpenedAccount, world: PasswordWorld): Promise<Uint8Array> {
  const { values, say } = world;
  const { user } = account.owner;
  const asking = { file: values["password-file"], flag: "--password-file", question: `password of @${user}: ` };
  const old = await knownPassword(world, asking);
  // Before the person thinks of another one. What comes of it is for a second login: a person takes longer than the server waits.
  const admission = await logIn(account, { password: old, request: undefined });
  const vaultKey = new Uint8Array(admission.opened.key);
  forget(admission);
  const next = await newPassword(world, { file: values["new-password-file"], flag: "--new-password-file" });
  const entropy = values["new-phrase"]
    ? await newRecoveryPhrase(world, { file: values["phrase-file"], skipCheck: values["skip-phrase-check"] })
    : undefined;
  await changeBy(account, () => logIn(account, { password: old, request: undefined }), { password: next, entropy });
  entropy?.fill(0);
  say(`the password of @${user} is changed; this device and all others stay in`);
  if (entropy !== undefined) say("the recovery phrase of before is good for nothing any more");
  return vaultKey;
}
