// Where vaults live: the platform's data folder, below it one folder for each realm and device. Private to the user.
// And where the part of each is that must not be copied with it (lineage.ts).
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Fault, reason } from "../../model/fault.ts";
import type { DeviceId, Sha256 } from "../../model/ids.ts";
import type { Outside } from "./lineage.ts";

export interface Platform {
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homedir: string;
}

const NAME = "mutual-chat";
const PRIVATE = 0o700;
/** Of the realm's fingerprint: 64 bits tell the realms of one person apart. */
const REALM_DIGITS = 16;

export function defaultHome({ platform, env, homedir }: Platform): string {
  switch (platform) {
    case "win32":
      return join(env["LOCALAPPDATA"] ?? join(homedir, "AppData", "Local"), NAME);
    case "darwin":
      return join(homedir, "Library", "Application Support", NAME);
    default: {
      // XDG Base Directory: a relative path there is to be ignored.
      const data = env["XDG_DATA_HOME"];
      return join(data?.startsWith("/") === true ? data : join(homedir, ".local", "share"), NAME);
    }
  }
}

/** Away from the vaults: who copies a home with vaults in it does not copy this. Undefined where there is no such place. */
export function outsideOf(system: Platform): Outside | undefined {
  const folder = outsideFolder(system);
  if (folder === undefined) return undefined;
  try {
    mkdirSync(folder, { recursive: true, mode: PRIVATE });
  } catch {
    return undefined;
  }
  return { folder, machine: machineOf(system) };
}

function outsideFolder({ platform, env, homedir }: Platform): string | undefined {
  const state = env["XDG_STATE_HOME"];
  if (platform !== "win32" && platform !== "darwin" && state?.startsWith("/") === true)
    return join(state, NAME, "lineage");
  // A user who has no home (a service) is not given one.
  if (!existsSync(homedir)) return undefined;
  switch (platform) {
    case "win32":
      return join(env["LOCALAPPDATA"] ?? join(homedir, "AppData", "Local"), `${NAME}-lineage`);
    case "darwin":
      return join(homedir, "Library", "Application Support", `${NAME}-lineage`);
    default:
      return join(homedir, ".local", "state", NAME, "lineage");
  }
}

/** machine-id(5). Elsewhere there is none that can be read without asking another program. */
function machineOf({ platform }: Platform): string | undefined {
  if (platform !== "linux") return undefined;
  for (const path of ["/etc/machine-id", "/var/lib/dbus/machine-id"]) {
    try {
      const id = readFileSync(path, "utf8").trim();
      if (id !== "") return id;
    } catch {
      // The next one.
    }
  }
  return undefined;
}

/** The folder of one device. */
export function vaultPath(home: string, realm: Sha256, device: DeviceId): string {
  return join(home, realm.slice(0, REALM_DIGITS), device);
}

/** Makes the folder of one device, 0700, and returns it. */
export function vaultFolder(home: string, realm: Sha256, device: DeviceId): string {
  const folder = vaultPath(home, realm, device);
  try {
    settle(folder);
    mkdirSync(folder, { recursive: true, mode: PRIVATE });
    // The folder may be older than this program, and the umask may have been kind to others.
    chmodSync(folder, PRIVATE);
  } catch (error) {
    throw new Fault("vault-failed", `cannot make the folder ${folder}: ${reason(error)}`, {
      hint: "choose another place with --home DIR",
      cause: error,
    });
  }
  return folder;
}

/** Where a vault waits while another takes its place. */
export function replacedBy(folder: string): string {
  return `${folder}.replaced`;
}

/** A restore that was killed in the middle of its two renames: the old vault is back, or away for good. */
export function settle(folder: string): void {
  const old = replacedBy(folder);
  if (!existsSync(old)) return;
  if (existsSync(folder)) rmSync(old, { recursive: true });
  else renameSync(old, folder);
}
