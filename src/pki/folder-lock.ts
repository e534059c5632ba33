// One run at a time in a realm folder. Who wants in puts down a file with its process number in the name and then looks for others:
// of two that come together at least one sees the other. Files of processes that are gone do not count. Knows no certificates.

import { randomBytes, randomInt } from "node:crypto";
import { readdir, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { errno, Fault } from "../model/fault.ts";
import { makePrivateFolders, removeLeftovers, unwritable } from "./files.ts";

const CLAIM = /^\.gen-certs\.(\d{1,10})\.[0-9a-f]{12}\.lock$/;
/** Between two looks, by chance: two that saw each other do not meet again. */
const PAUSE_MS = { least: 10, most: 100 } as const;

/** Who wants the folder. Handed in: this room does not know the process. */
export type Claimant = {
  readonly pid: number;
  isAlive(pid: number): boolean;
  /** How long another run is waited for. */
  readonly waitMs: number;
};

/**
 * Takes the folder, which is made if it is not there, and removes what a killed run left half-written in it. Giving it back removes
 * a folder that was made and stayed empty. Holds among the processes of one machine. @throws Fault `certs-locked`, `file-unwritable`
 */
export async function lockFolder(folder: string, claimant: Claimant): Promise<AsyncDisposable> {
  let made: string | undefined;
  try {
    made = makePrivateFolders(folder);
    const claim = await take(folder, claimant);
    for (const each of [folder, join(folder, "clients")]) await removeLeftovers(each);
    return {
      [Symbol.asyncDispose]: async () => {
        await rm(claim, { force: true });
        await removeEmpty(folder, made);
      },
    };
  } catch (error) {
    await removeEmpty(folder, made);
    throw error instanceof Fault ? error : unwritable(error);
  }
}

/** The path of our claim. */
async function take(folder: string, claimant: Claimant): Promise<string> {
  const own = join(folder, `.gen-certs.${claimant.pid}.${randomBytes(6).toString("hex")}.lock`);
  for (let waitedMs = 0; ;) {
    let other = await otherClaim(folder, claimant);
    if (other === undefined) {
      await place(own);
      other = await otherClaim(folder, claimant, own);
      if (other === undefined) return own;
      await rm(own, { force: true });
    }
    if (waitedMs >= claimant.waitMs) throw locked(folder, other);
    const pauseMs = randomInt(PAUSE_MS.least, PAUSE_MS.most);
    await sleep(pauseMs);
    waitedMs += pauseMs;
  }
}

async function place(own: string): Promise<void> {
  try {
    await writeFile(own, "", { flag: "wx" });
  } catch (error) {
    // Another run made the folder, failed, and removed it just now.
    if (errno(error) !== "ENOENT") throw error;
    makePrivateFolders(dirname(own));
    await writeFile(own, "", { flag: "wx" });
  }
}

type Claim = { readonly path: string; readonly pid: number };

/** The claim of another living process. Our own number is of a process before us: in a container all runs may have the same. */
async function otherClaim(folder: string, claimant: Claimant, own?: string): Promise<Claim | undefined> {
  for (const name of await namesIn(folder)) {
    const path = join(folder, name);
    const [, number] = CLAIM.exec(name) ?? [];
    if (number === undefined || path === own) continue;
    const pid = Number(number);
    if (pid !== claimant.pid && claimant.isAlive(pid)) return { path, pid };
    await rm(path, { force: true });
  }
  return undefined;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errno(error) === "ENOENT") return [];
    throw error;
  }
}

function locked(folder: string, { path, pid }: Claim): Fault {
  return new Fault("certs-locked", `another run is at work in ${folder} (process ${pid})`, {
    hint: `wait until it has ended; if process ${pid} is something else, remove ${path}`,
  });
}

/** From the folder up to the first one that was made, as far as they are empty. */
async function removeEmpty(folder: string, made: string | undefined): Promise<void> {
  if (made === undefined) return;
  for (let path = folder; path.startsWith(made); path = dirname(path)) {
    const isRemoved = await rmdir(path).then(
      () => true,
      () => false,
    );
    if (!isRemoved) return;
  }
}
