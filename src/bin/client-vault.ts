// Opening what is kept on this machine: where it is, and its passphrase from a file or from the person at the terminal.
import { firstSay } from "../client/face/words/first-steps.ts";
import { forgottenLines, WRONG_MANY } from "../client/face/words/forgotten.ts";
import { defaultHome, outsideOf, type Platform, vaultFolder } from "../client/vault/home.ts";
import { type LocalVault, openVaultAside } from "../client/vault/sqlite.ts";
import { Fault } from "../model/fault.ts";
import type { DeviceId, Sha256 } from "../model/ids.ts";
import { systemLanguage } from "./client-language.ts";
import { askSecret, type Person } from "./prompt.ts";
import type { SELF_FLAGS } from "./client-self-flags.ts";
import type { Values } from "./flags.ts";
import { passphraseOf } from "./passphrase.ts";

export interface VaultWorld {
  readonly values: Values<typeof SELF_FLAGS>;
  readonly platform: Platform;
  /** Undefined: nobody can be asked. */
  readonly person: Person | undefined;
  /** Typed elsewhere. */
  readonly passphrase?: string | undefined;
}

/** All that is needed to open one. */
export interface OpeningWorld extends Pick<VaultWorld, "platform" | "person" | "passphrase"> {
  readonly values: Pick<VaultWorld["values"], "home" | "vault-passphrase-file" | "passphrase-file">;
}

/** @throws Fault `vault-*`, `no-passphrase`, `wrong-passphrase`, `passphrase-unreadable` */
export async function openClientVault(
  { values, platform, person, passphrase: typed }: OpeningWorld,
  whose: { readonly realm: Sha256; readonly device: DeviceId },
): Promise<LocalVault> {
  const home = values.home ?? defaultHome(platform);
  const folder = vaultFolder(home, whose.realm, whose.device);
  const outside = outsideOf(platform);
  const file = values["vault-passphrase-file"] ?? values["passphrase-file"];
  const open = (passphrase: string | undefined): Promise<LocalVault> => openVaultAside(folder, { passphrase, outside });
  try {
    return await open(typed ?? (await passphraseOf(file)));
  } catch (error) {
    // A file that is there for the key of the identity may not be the one of the vault.
    const isAsked = values["vault-passphrase-file"] === undefined && isAboutPassphrase(error);
    if (person === undefined || !isAsked) throw error;
    return askUntilOpen({ person, platform }, open);
  }
}

async function askUntilOpen(
  { person, platform }: { person: Person; platform: Platform },
  open: (passphrase: string) => Promise<LocalVault>,
): Promise<LocalVault> {
  const words = firstSay(systemLanguage(platform.env));
  for (let wrong = 1; ; wrong += 1) {
    const passphrase = await askSecret(person, words("vault"));
    try {
      return await open(passphrase);
    } catch (error) {
      if (!isAboutPassphrase(error)) throw error;
      if (wrong === WRONG_MANY) {
        person.output.write(`${forgottenLines(words.language).join("\n")}\n`);
        throw error;
      }
      person.output.write(`${words("other")}\n`);
    }
  }
}

function isAboutPassphrase(error: unknown): boolean {
  return error instanceof Fault && (error.code === "no-passphrase" || error.code === "wrong-passphrase");
}
