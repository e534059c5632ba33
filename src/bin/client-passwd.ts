// `chat-client passwd`: sets, changes or removes the passphrase of the vault. The vault key stays the same, only its wrapping changes.
import type { LocalVault } from "../client/vault/sqlite.ts";
import { Fault } from "../model/fault.ts";
import type { CLIENT_FLAGS } from "./client-flags.ts";
import { askSecret, askWord, confirmed, type Person } from "./prompt.ts";
import { checkedPassphrase, strengthOf } from "../client/face/strength.ts";
import type { VaultWorld } from "./client-vault.ts";
import type { Values } from "./flags.ts";
import { passphraseOf } from "./passphrase.ts";

type Wish = VaultWorld & { readonly values: Values<typeof CLIENT_FLAGS>; readonly say: (sentence: string) => void };

/** `opened`: closed when it is done. @throws Fault `passphrase-*`, `no-passphrase`, `wrong-passphrase`, `vault-*` */
export async function passwd(wish: Wish, opened: Promise<LocalVault>): Promise<void> {
  const { values, say } = wish;
  const vault = await opened;
  try {
    const next = await newPassphrase(wish, vault);
    const before = vault.guard;
    vault.protect(next);
    if (next !== undefined)
      say(`the passphrase is ${before === "passphrase" ? "changed" : "set"}: ${strengthOf(next).advice}`);
    else if (before === "passphrase")
      say("the passphrase is removed: whoever can read your files can read your messages");
    else say("there is no passphrase, as before");
    if (next !== undefined && values["new-passphrase-file"] === undefined)
      say("nobody can tell it to you when it is forgotten");
  } finally {
    vault.close();
  }
}

async function newPassphrase({ values, person }: Wish, vault: LocalVault): Promise<string | undefined> {
  if (values["remove-passphrase"]) return undefined;
  const given = await passphraseOf(values["new-passphrase-file"]);
  if (given !== undefined) return checkedPassphrase(given);
  if (person === undefined)
    throw new Fault("passphrase-needed", "there is nobody to ask for the new passphrase", {
      hint: "start it on a terminal, or give --new-passphrase-file or --remove-passphrase",
    });
  return askForNew(person, vault);
}

async function askForNew(person: Person, vault: LocalVault): Promise<string | undefined> {
  const typed = await askSecret(person, "new passphrase (empty: none): ");
  if (typed === "") return confirmNone(person, vault);
  return confirmed(person, checkedPassphrase(typed));
}

async function confirmNone(person: Person, vault: LocalVault): Promise<undefined> {
  if (vault.guard === "permissions") return;
  const answer = await askWord(
    person,
    "without one, whoever can read your files can read your messages; type yes to remove it: ",
  );
  if (answer !== "yes")
    throw new Fault("passphrase-kept", "the passphrase was not removed", { hint: "nothing was changed" });
}
