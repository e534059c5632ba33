// A backup becomes a vault: built beside, read once more, and only then put in its place.
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { Fault, reason } from "../../model/fault.ts";
import { isDeviceId, isSha256 } from "../../model/ids.ts";
import type { Cost } from "../../sealing/passphrase.ts";
import { corrupt } from "../../sealing/sealed-file.ts";
import { type About, type Taken, takeBackup } from "./backup.ts";
import { syncFolder } from "./durable-file.ts";
import { vaultFault } from "./faults.ts";
import { replacedBy, settle, vaultPath } from "./home.ts";
import { writeVaultKey, stretchedNow } from "./key-file.ts";
import { closeParts, FILE, lockDatabase, openParts, type OpenVault } from "./open.ts";

export interface RestoreWish {
  readonly file: string;
  /** Of the backup; it protects the restored vault too, where the one that was backed up had a passphrase. */
  readonly passphrase: string;
  readonly cost?: Cost | undefined;
  readonly home: string;
  /** In place of a vault that is there. */
  readonly force: boolean;
  /** Looks at what came out before anything is replaced; throws if it must not be. */
  readonly check: (taken: Taken) => void;
}

/** @throws Fault `backup-*`, `wrong-passphrase`, `vault-exists`, `vault-locked`, `vault-*`; then everything is as it was */
export function restoreBackup(wish: RestoreWish): Taken & { readonly folder: string } {
  let built: OpenVault | undefined;
  let target = "";
  try {
    const taken = takeBackup(wish, (about) => {
      target = targetOf(wish, about);
      built = build(target);
      return built.parts;
    });
    if (built === undefined) throw corrupt("there is nothing in it");
    closeParts(built.parts, built.line);
    verify(building(target), taken);
    if (taken.about.guard === "passphrase")
      writeVaultKey(building(target), built.held.key, stretchedNow(wish.passphrase, wish.cost));
    wish.check(taken);
    replace(target);
    return { ...taken, folder: target };
  } catch (error) {
    if (built?.parts.db.isOpen === true) built.parts.db.close();
    if (target !== "") rmSync(building(target), { recursive: true, force: true });
    throw vaultFault(error, target);
  }
}

function building(target: string): string {
  return `${target}.restoring`;
}

function targetOf({ home, force }: RestoreWish, { realm, device }: About): string {
  if (!isSha256(realm) || !isDeviceId(device)) throw corrupt("it does not say whose it is");
  const target = vaultPath(home, realm, device);
  settle(target);
  if (!force && existsSync(join(target, FILE)))
    throw new Fault("vault-exists", "there is a vault of this identity already", {
      hint: `--force replaces it by the backup; it is ${target}`,
    });
  return target;
}

function build(target: string): OpenVault {
  try {
    rmSync(building(target), { recursive: true, force: true });
    mkdirSync(building(target), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new Fault("vault-failed", `cannot make the folder ${building(target)}: ${reason(error)}`, {
      hint: "choose another place with --home DIR",
      cause: error,
    });
  }
  return openParts(building(target), {});
}

/** As the next start will read it: everything. */
function verify(folder: string, { counts }: Taken): void {
  const { parts, line } = openParts(folder, {});
  try {
    let entries = 0;
    for (const some of parts.history.all()) entries += some.length;
    if (entries !== counts.entries) throw new Error("not everything of the backup is in the vault");
  } finally {
    closeParts(parts, line);
  }
}

/** Two renames; a kill between them is put right by the next start (home.ts). */
function replace(target: string): void {
  checkFree(join(target, FILE));
  if (existsSync(target)) renameSync(target, replacedBy(target));
  renameSync(building(target), target);
  syncFolder(dirname(target));
  settle(target);
}

/** Nobody must have the old one open. What is damaged cannot be in use. @throws Fault `vault-locked` */
function checkFree(file: string): void {
  if (!existsSync(file)) return;
  // Closed again before the renames: SQLite removes its journal by the name of the file, which would be the new one's.
  const db = lockDatabase(file);
  try {
    db.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    const fault = vaultFault(error, file);
    if (fault.code === "vault-locked") throw fault;
  } finally {
    db.close();
  }
}
