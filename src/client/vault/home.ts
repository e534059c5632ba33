// Where vaults live: the platform's data folder, below it one folder for each realm and device. Private to the user.
import { mkdirSync, chmodSync } from "node:fs";
import { join } from "node:path";
import { Fault, reason } from "../../model/fault.ts";
import type { DeviceId, Sha256 } from "../../model/ids.ts";

export interface Platform {
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homedir: string;
}

const NAME = "mutual-chat";
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

/** Makes the folder of one device, 0700, and returns it. */
export function vaultFolder(home: string, realm: Sha256, device: DeviceId): string {
  const folder = join(home, realm.slice(0, REALM_DIGITS), device);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // The folder may be older than this program, and the umask may have been kind to others.
    chmodSync(folder, 0o700);
  } catch (error) {
    throw new Fault("vault-failed", `cannot make the folder ${folder}: ${reason(error)}`, {
      hint: "choose another place with --home DIR",
      cause: error,
    });
  }
  return folder;
}
