// Opens the browser on the page. The address has the token in it, and arguments of programs can be read by everybody on the machine: so the
// browser is told a file that only this user can read, which leads on and is removed when the token is used, or can no longer be.
import { spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { browserEnv, browserFor, type BrowserSystem } from "./browsers.ts";
import type { Web } from "./start.ts";

export interface OpeningPlace {
  /** Private to the user. */
  readonly folder: string;
  readonly system: BrowserSystem;
  readonly random: (bytes: number) => Uint8Array;
}

/** `printed`: there is no browser that could be started, so a person must be shown the address. */
export type Opened =
  | { readonly how: "window"; readonly browser: string }
  | { readonly how: "printed"; readonly url: string };

const NAME_BYTES = 16;

export async function openPage(web: Pick<Web, "address">, place: OpeningPlace): Promise<Opened> {
  const { folder, system } = place;
  const path = join(folder, "open", `${Buffer.from(place.random(NAME_BYTES)).toString("hex")}.html`);
  const profile = join(folder, "browser");
  const call = browserFor(system, { path, url: pathToFileURL(path).href, profile });
  if (call === undefined) return { how: "printed", url: web.address() };
  mkdirSync(join(folder, "open"), { recursive: true, mode: 0o700 });
  const remove = (): void => rmSync(path, { force: true });
  writeFileSync(path, redirectTo(web.address(remove)), { mode: 0o600, flag: "wx" });
  const started = await start(call.file, call.args, { env: browserEnv(system.env, system.platform), cwd: folder });
  if (started) return { how: "window", browser: call.file };
  remove();
  return { how: "printed", url: web.address() };
}

function redirectTo(url: string): string {
  return `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0;url=${url}"><title>Mutual</title>\n`;
}

interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Private, so that nothing is planted there either. */
  readonly cwd: string;
}

/** False: it could not be started. It lives on when this program ends. */
function start(file: string, args: readonly string[], { env, cwd }: Surroundings): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { env: { ...env }, cwd, detached: true, stdio: "ignore", shell: false });
    child.once("error", () => resolve(false));
    child.once("spawn", () => {
      child.unref();
      resolve(true);
    });
  });
}
