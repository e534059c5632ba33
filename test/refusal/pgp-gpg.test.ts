// What a client must not believe of a program that calls itself gpg, nor wait for.

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { encodeChallenge } from "../../src/pgp/challenge.ts";
import { parseFingerprint, type SecretKey } from "../../src/pgp/keys.ts";
import { openGpg } from "../../src/pgp/signers/gpg.ts";
import { runGpg, statusOf } from "../../src/pgp/signers/gpg-run.ts";
import { ABOUT, challengeFor, newServerKey } from "../kit/pgp/enrolment.ts";
import { goodKey, type TestKey } from "../kit/pgp/keys.ts";
import { faultOf } from "../kit/pgp/refusal.ts";

let folder = "";
let serverKey: SecretKey;
let ada: TestKey;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "mutual-not-gpg-"));
  serverKey = await newServerKey();
  ada = await goodKey(ABOUT.email);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A shell script in place of gpg. */
function program(script: string): string {
  const path = join(folder, `gpg-${Math.random().toString(36).slice(2)}`);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o700);
  return path;
}

async function codeOf(gpg: Parameters<typeof runGpg>[0]): Promise<string> {
  return (await faultOf(runGpg(gpg, []))).code;
}

test("a program that is not there, hangs, or floods", async () => {
  expect(await codeOf({ program: join(folder, "nothing") })).toBe("pgp-gpg-missing");
  expect(await codeOf({ program: program("exec sleep 600"), timeoutMs: 200 })).toBe("pgp-gpg-timeout");
  expect(await codeOf({ program: program("exec cat /dev/zero") })).toBe("pgp-gpg-failed");
  expect(await codeOf({ program: program("exec cat /dev/zero >&2") })).toBe("pgp-gpg-failed");
});

test("a run that is stopped ends with the reason", async () => {
  const reason = new Error("enough");
  const stop = new AbortController();
  const running = runGpg({ program: program("exec sleep 600"), signal: stop.signal }, []);
  stop.abort(reason);
  await expect(running).rejects.toBe(reason);
  await expect(runGpg({ signal: AbortSignal.abort(reason) }, [])).rejects.toBe(reason);
});

test("only lines that begin as a status line are one", () => {
  const text = "[GNUPG:] GOODSIG AB a [GNUPG:] VALIDSIG\ngpg: [GNUPG:] VALIDSIG CD\r\n[GNUPG:] END\r\n [GNUPG:] X\n";
  expect(statusOf(text)).toEqual([
    { word: "GOODSIG", fields: ["AB", "a", "[GNUPG:]", "VALIDSIG"] },
    { word: "END", fields: [] },
  ]);
});

/** Decrypts "somehow"; about the signature it says these status lines. */
async function opening(status: readonly string[], decrypted = "DECRYPTION_OKAY"): Promise<unknown> {
  const text = encodeChallenge((await challengeFor(ada.key, serverKey)).challenge);
  writeFileSync(join(folder, "key"), ada.key.bytes);
  writeFileSync(join(folder, "text"), text);
  writeFileSync(join(folder, "status"), status.map((line) => `[GNUPG:] ${line}\n`).join(""));
  const pretended = program(`
case "$*" in
  *--export*) cat ${folder}/key ;;
  *--unwrap*) echo "[GNUPG:] ${decrypted}" >&2; echo inner ;;
  *--decrypt*) cat ${folder}/status >&2; cat ${folder}/text ;;
esac`);
  const fingerprint = parseFingerprint(ada.fingerprint);
  const signer = await openGpg({ program: pretended, email: ABOUT.email, fingerprint, now: Date.now });
  const sealed = "-----BEGIN PGP MESSAGE-----";
  return signer.openChallenge(sealed, { serverKey: serverKey.key });
}

function said(fingerprint: string, type = "00"): string[] {
  const valid = `VALIDSIG ${fingerprint} 2026-01-01 1767225600 0 4 0 22 10 ${type} ${fingerprint}`;
  return ["NEWSIG", `GOODSIG ${fingerprint.slice(-16)} chat`, valid];
}

test("what gpg must say about the server's signature, every word of it", async () => {
  const { fingerprint } = serverKey.key;
  const good = said(fingerprint);
  expect(await opening(good)).toMatchObject({ email: ABOUT.email });
  expect(await opening(said(fingerprint, "01"))).toMatchObject({ email: ABOUT.email });
  const lacking = good.map((_, index) => good.filter((_line, other) => other !== index));
  const wrong = [
    ...lacking,
    said(ada.fingerprint),
    said(fingerprint, "02"),
    said(fingerprint, "10"),
    [...good, ...said(ada.fingerprint)],
    [...good, ...good],
    ...["BADSIG", "ERRSIG", "EXPSIG", "EXPKEYSIG", "REVKEYSIG", "NO_PUBKEY"].map((word) => [
      ...good,
      `${word} AB chat`,
    ]),
  ];
  for (const status of wrong) expect((await faultOf(opening(status))).code).toBe("pgp-signature");
  expect((await faultOf(opening(good, "DECRYPTION_FAILED"))).code).toBe("pgp-decrypt");
});
