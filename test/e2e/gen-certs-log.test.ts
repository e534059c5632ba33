// The key of the realm's log as `make certs` makes and keeps it, and what a server does with it that has no key of a CA.

import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadServerFiles } from "../../src/pki/load.ts";
import { fillFolder } from "../../src/pki/realm-folder.ts";
import { loadLogSigner, type LogSigner } from "../../src/transparency/log-folder.ts";
import { stageLogSigner } from "../../src/transparency/log-work.ts";
import { freePorts } from "../kit/free-ports.ts";
import { run, SERVER, ServerProgram } from "../kit/executables.ts";
import { startGenCerts, type GenCerts } from "../kit/gen-certs.ts";
import { DAY_MS, folderWish } from "../kit/realm.ts";

const LOG = ["log.crt", "log.key"];
const OF_SERVER = ["ca.crt", "issuing.crt", "server.crt", "server.key", "ca.crl", "issuing.crl"];
const NOTE = "note: log.key and log.crt belong beside server.key: a server reads them when it starts\n";

let kit: GenCerts;
beforeEach(() => {
  kit = startGenCerts();
});
afterEach(() => kit.remove());

/** As a server does. */
async function signer(): Promise<LogSigner> {
  const now = new Date();
  return loadLogSigner(kit.dir, (await loadServerFiles(kit.dir, { now })).realm, now);
}

function without(...names: readonly string[]): void {
  for (const name of names) rmSync(kit.file(name));
}

test("it is made with the realm, without a word to a server that is not there, and kept", async () => {
  const out = kit.ok(["--clients", "alice"]);
  expect(out).toMatch(/log\.crt\s+made .* the log of the realm\n/);
  expect(out).not.toContain(NOTE);
  expect((await signer()).key.asymmetricKeyType).toBe("ed25519");
  const before = kit.snapshot();
  expect(kit.ok()).toMatch(/log\.crt\s+kept /);
  expect(kit.changed(before)).toEqual([]);
});

test("a realm of before gets one, and whoever runs the server is told; what is half there is made whole", async () => {
  await fillFolder(folderWish(kit.dir, { clients: ["alice"] }));
  const before = kit.snapshot();
  expect(kit.ok()).toContain(NOTE);
  expect(kit.changed(before)).toEqual(LOG);
  const key = readFileSync(kit.file("log.key"));
  without("log.crt");
  kit.ok();
  expect(readFileSync(kit.file("log.key"))).toEqual(key);
  without("log.key");
  kit.ok();
  await signer();
});

test("in the last third of its life it is renewed with the same key", async () => {
  await fillFolder(folderWish(kit.dir, { now: new Date(Date.now() - 300 * DAY_MS) }), stageLogSigner);
  const key = readFileSync(kit.file("log.key"));
  const out = kit.ok();
  expect(out).toMatch(/log\.crt\s+renewed /);
  expect(out).toContain(NOTE);
  expect(readFileSync(kit.file("log.key"))).toEqual(key);
  expect((await signer()).notAfter.getTime()).toBeGreaterThan(Date.now() + 390 * DAY_MS);
});

test("one that a CA of before has signed, of the same name, is signed by the one of now", async () => {
  kit.ok();
  for (const name of LOG) copyFileSync(kit.file(name), join(kit.base, name));
  kit.ok(["--force"]);
  for (const name of LOG) copyFileSync(join(kit.base, name), kit.file(name));
  await expect(signer()).rejects.toMatchObject({ code: "certificate-untrusted" });
  expect(kit.ok()).toMatch(/log\.crt\s+made /);
  await signer();
});

test("with the CA's key elsewhere it is said, all else is done; a passphrase is asked for only where something is signed", () => {
  kit.ok();
  without("issuing.key", ...LOG);
  const missing = kit.ok();
  expect(missing).toMatch(
    /note: there is no key for the log of the realm \(log\.key, log\.crt\), .*bring .*issuing\.key/,
  );
  expect(missing).not.toMatch(/^log\.crt/m);
  const file = join(kit.base, "passphrase.txt");
  writeFileSync(file, "five words chosen by chance\n");
  kit.ok(["--force", "--passphrase-file", file]);
  expect(kit.ok()).toMatch(/log\.crt\s+kept /);
  expect(readFileSync(kit.file("log.key"), "utf8")).not.toContain("ENCRYPTED");
  without(...LOG);
  const before = kit.snapshot();
  expect(kit.run(["--certs", kit.dir])).toMatchObject({
    status: 1,
    err: expect.stringContaining("passphrase") as string,
  });
  expect(kit.changed(before)).toEqual([]);
  kit.ok(["--passphrase-file", file]);
});

test("one that is due, with the CA's key elsewhere: said, and left as it is", async () => {
  kit.ok(["--clients", "alice"]);
  const later = folderWish(kit.dir, { clients: ["alice"], now: new Date(Date.now() + 300 * DAY_MS) });
  await fillFolder(later);
  without("issuing.key");
  const { rows, notes } = await fillFolder(later, stageLogSigner);
  expect(rows.find(({ file }) => file === "log.crt")?.what).toBe("due");
  expect(notes.join("\n")).toMatch(/log\.crt is due, .*bring .*issuing\.key/);
});

test("a server that has it and no key of a CA keeps a log; without it, it says what is missing, and so does the doctor", async () => {
  kit.ok(["--hosts", "localhost 127.0.0.1"]);
  const [certs, data] = [join(kit.base, "server"), join(kit.base, "data")];
  mkdirSync(certs, { mode: 0o700 });
  for (const name of [...OF_SERVER, ...LOG]) copyFileSync(kit.file(name), join(certs, name));
  const [port = 0] = await freePorts(1);
  const flags = ["--data", data, "--certs", certs];
  const said = async (): Promise<unknown> => {
    const server = await ServerProgram.start(flags, port);
    await server.end();
    return server.log().find(({ msg }) => msg === "the log of this realm cannot be signed");
  };
  /** Without its line breaks. */
  const doctor = async (): Promise<string> =>
    (await run(SERVER, ["doctor", ...flags, "-p", `${port}`])).stdout.replaceAll(/\s+/g, " ");
  expect(await said()).toBeUndefined();
  expect(await doctor()).toContain("the certificate of the realm's log ends in 396 days");
  rmSync(join(certs, "log.key"));
  const hint = expect.stringMatching(/`make certs` where the CA's key is.*beside server\.key/) as string;
  expect(await said()).toMatchObject({ reason: `the realm's log has no key: log.key is not in ${certs}`, hint });
  expect(await doctor()).toMatch(
    /warn certificates the realm's log has no key: log\.key is not in \S+ → run `make certs`/,
  );
  rmSync(join(certs, "log.crt"));
  expect(await said()).toMatchObject({ reason: `the realm's log has no key: log.key and log.crt are not in ${certs}` });
  copyFileSync(kit.file("log.crt"), join(certs, "log.crt"));
  copyFileSync(kit.file("server.key"), join(certs, "log.key"));
  expect(await said()).toMatchObject({
    reason: expect.stringContaining("log.crt: it is for another key than") as string,
  });
  expect(await doctor()).toMatch(/FAIL certificates \S+log\.crt: it is for another key than/);
});
