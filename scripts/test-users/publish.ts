// One public key sent to a key server (draft-gallagher-openpgp-hkp §5: POST to /pks/add).

import { Fault, reason } from "../../src/model/fault.ts";

const TIMEOUT_MS = 30_000;

/** @throws Fault `publish-failed` */
export async function publish(server: URL, armored: string): Promise<void> {
  const why = await send(new URL("/pks/add", server), armored);
  if (why === undefined) return;
  throw new Fault("publish-failed", `${server.href} did not take the key: ${why}`, {
    hint: "check that a key server listens there; the users are made, so run it again",
  });
}

async function send(url: URL, armored: string): Promise<string | undefined> {
  const body = new URLSearchParams({ keytext: armored });
  try {
    const { status } = await fetch(url, {
      method: "POST",
      body,
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return status >= 200 && status < 300 ? undefined : `it answered with status ${status}`;
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    return reason(cause ?? error);
  }
}
