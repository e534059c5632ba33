// One public key sent to a key server (draft-gallagher-openpgp-hkp §5: POST to /pks/add). No redirect, limited in time; the answer is
// not read.

import { Fault, reason } from "../model/fault.ts";

const TIMEOUT_MS = 30_000;

/** `server`: of `serverOf`. @throws Fault `pgp-publish` */
export async function publish(server: URL, armored: string): Promise<void> {
  const why = await send(new URL("/pks/add", server), armored);
  if (why === undefined) return;
  throw new Fault("pgp-publish", `${server.href} did not take the key: ${why}`, {
    hint: "check that a key server listens there, and run it again",
  });
}

async function send(url: URL, armored: string): Promise<string | undefined> {
  const body = new URLSearchParams({ keytext: armored });
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const { status } = await fetch(url, { method: "POST", body, redirect: "error", signal });
    return status >= 200 && status < 300 ? undefined : `it answered with status ${status}`;
  } catch (error) {
    return reason((error instanceof Error ? error.cause : undefined) ?? error);
  }
}
