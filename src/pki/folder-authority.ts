// The CA of a realm folder for a program that signs: its issuing CA with the key, where the key is there. A server whose CA is
// elsewhere has none, and enrols nobody.

import { join } from "node:path";
import type { Authority } from "./authority.ts";
import { readIfThere } from "./files.ts";
import { existingCa } from "./folder-ca.ts";
import { newWork, type FolderWish } from "./folder-work.ts";
import { builtInTemplates } from "./templates.ts";

export type RealmFolder = {
  readonly folder: string;
  readonly now: Date;
  /** Of the keys of the CAs, if they have one. */
  readonly passphrase?: string | undefined;
};

/** For what is done to a folder by a program and not by `make certs`: nothing is made that was not asked for. */
export function wishFor({ folder, now, passphrase }: RealmFolder, over: Partial<FolderWish> = {}): FolderWish {
  return {
    folder,
    templates: builtInTemplates(),
    now,
    clients: [],
    hosts: undefined,
    usual: { clients: [], hosts: [] },
    keyType: "ed25519",
    passphrase,
    force: false,
    ...over,
  };
}

/** @throws Fault `certs-*`, `key-*`, `passphrase-*` */
export async function loadAuthority(realm: RealmFolder): Promise<Authority | undefined> {
  if ((await readIfThere(join(realm.folder, "issuing.key"))) === undefined) return undefined;
  const ca = await existingCa(newWork(wishFor(realm)));
  return ca.authority();
}
