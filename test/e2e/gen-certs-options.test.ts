// The options of scripts/gen-certs.ts: passphrases, an offline root, own configuration, the help, and mistakes.

import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { OPTIONS } from "../../scripts/gen-certs/flags.ts";
import { loadServerFiles } from "../../src/pki/load.ts";
import { loadClientFiles } from "../../src/pki/load-client.ts";
import { startGenCerts, type GenCerts } from "../kit/gen-certs.ts";
import { DAY_MS } from "../kit/realm.ts";

const CNF = resolve(import.meta.dirname, "../../certs");

let kit: GenCerts;
beforeEach(() => {
  kit = startGenCerts();
});
afterEach(() => kit.remove());

test("--passphrase-file protects the keys of CAs and clients, and the bundles; the server still starts alone", async () => {
  writeFileSync(join(kit.base, "secret"), "pässword\n");
  kit.ok(["--clients", "alice", "--passphrase-file", join(kit.base, "secret")]);
  for (const name of ["ca.key", "issuing.key", "clients/alice.key"])
    expect(readFileSync(kit.file(name), "utf8")).toContain("ENCRYPTED PRIVATE KEY");
  await loadServerFiles(kit.dir, { now: new Date() });
  expect((await kit.peerOf("alice", "pässword")).user).toBe("alice");
  expect(
    (await loadClientFiles({ p12: kit.file("clients/alice.p12"), passphrase: "pässword", now: new Date() })).peer.user,
  ).toBe("alice");
  const before = kit.snapshot();
  kit.ok(["--clients", "alice"]);
  const needed = kit.run(["--certs", kit.dir, "--clients", "alice bob"]);
  expect(needed).toMatchObject({
    status: 1,
    err: expect.stringContaining("issuing.key: the private key is protected by a passphrase\nhint: ") as string,
  });
  writeFileSync(join(kit.base, "wrong"), "x\n");
  expect(kit.run(["--certs", kit.dir, "--passphrase-file", join(kit.base, "wrong")])).toMatchObject({
    status: 1,
    err: expect.stringContaining("does not open") as string,
  });
  expect(kit.snapshot()).toEqual(before);
});

test("a root key that is elsewhere is not missed until it is needed", () => {
  kit.ok(["--clients", "alice"]);
  rmSync(kit.file("ca.key"));
  expect(kit.ok(["--clients", "alice bob"])).toMatch(/clients\/bob\.crt\s+made/);
  rmSync(kit.file("ca.crl"));
  expect(kit.run(["--certs", kit.dir])).toMatchObject({
    status: 1,
    err: expect.stringContaining("ca.key is needed to sign") as string,
  });
});

test("--key-type and --days", () => {
  const out = kit.ok(["--clients", "alice", "--key-type", "rsa", "--days", "7"]);
  expect(out).toContain("cannot be a leaf of an encrypted (MLS) group");
  const leaf = kit.leafOf("clients/alice.crt");
  expect(leaf.x509.publicKey.asymmetricKeyType).toBe("rsa");
  expect(Math.round((leaf.notAfter.getTime() - Date.now()) / DAY_MS)).toBe(7);
});

test("configuration in the folder is used instead of the shipped one, and one that makes bad certificates is refused", () => {
  mkdirSync(kit.dir);
  for (const name of ["ca.cnf", "server.cnf", "client.cnf"]) cpSync(join(CNF, name), kit.file(name));
  const edit = (name: string, from: string, to: string) =>
    writeFileSync(kit.file(name), readFileSync(join(CNF, name), "utf8").replaceAll(from, to));
  edit("client.cnf", "= clientAuth", "= serverAuth");
  expect(kit.run(["--certs", kit.dir])).toMatchObject({
    status: 1,
    err: expect.stringContaining("would be refused: the certificate") as string,
  });
  edit("client.cnf", "= clientAuth", "= clientauth");
  expect(kit.run(["--certs", kit.dir]).err).toMatch(
    /client\.cnf:\d+: extendedKeyUsage: "clientauth" is not supported\nhint: /,
  );
  expect(readdirSync(kit.dir)).toEqual(["ca.cnf", "client.cnf", "server.cnf"]);
  edit("client.cnf", "x", "x");
  edit("ca.cnf", "$ENV::CHAT_REALM root CA", "Our own root");
  kit.ok();
  expect(kit.leafOf("ca.crt").commonNames).toEqual(["Our own root"]);
});

test("--help fits 80 columns and names every option; nothing is made", () => {
  const { status, out, err } = kit.run(["--certs", kit.dir, "--help"]);
  expect({ status, err }).toEqual({ status: 0, err: "" });
  expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
  expect(OPTIONS.filter((option) => !out.includes(`\n  --${option} `))).toEqual([]);
  expect(readdirSync(kit.base)).toEqual([]);
});

describe("mistakes", () => {
  test.each([
    [["--clients", "Alice"], "is not a valid client name"],
    [["--hosts", "a b_c"], "is not a host name"],
    [["--days", "0"], "is not a number of days"],
    [["--key-type", "dsa"], "is not a type of key"],
    [["--nonsense"], "nonsense"],
    [["--as", "alice"], "--as belongs to --csr"],
    [["--csr", "a", "--revoke", "b"], "do not go together"],
    [["--csr", "a", "--force"], "makes a new realm"],
    [["--revoke", "a", "--force"], "makes a new realm"],
    [["--clients"], ""],
  ])("%j is a usage error, and nothing is written", (args, words) => {
    const { status, err, out } = kit.run(["--certs", kit.dir, ...args]);
    expect(status).toBe(2);
    expect(out).toBe("");
    expect(err).toMatch(/^error: .+\nhint: .+\n$/);
    expect(err).toContain(words);
    expect(readdirSync(kit.base)).toEqual([]);
  });

  test("a folder that cannot be written, and a missing realm, fail with 1", () => {
    writeFileSync(join(kit.base, "plain"), "");
    expect(kit.run(["--certs", join(kit.base, "plain", "certs")])).toMatchObject({
      status: 1,
      err: expect.stringMatching(/^error: .* is not a folder\nhint: /) as string,
    });
    expect(kit.run(["--certs", kit.dir, "--revoke", "alice"])).toMatchObject({
      status: 1,
      err: expect.stringContaining("hint: make the realm first") as string,
    });
    expect(readdirSync(kit.base)).toEqual(["plain"]);
  });
});
