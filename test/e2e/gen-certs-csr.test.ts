// scripts/gen-certs.ts --csr: requests made by the real openssl elsewhere, as the README says; the key never comes here.

import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadClientFiles } from "../../src/pki/load-client.ts";
import { startGenCerts, type GenCerts } from "../kit/gen-certs.ts";
import { openssl } from "../kit/openssl.ts";

const CNF = resolve(import.meta.dirname, "../../certs");

let kit: GenCerts;
beforeEach(() => {
  kit = startGenCerts();
});
afterEach(() => kit.remove());

function newKey(name: string, algorithm: readonly string[] = ["ED25519"]): string {
  const path = join(kit.base, `${name}.key`);
  openssl(["genpkey", "-algorithm", ...algorithm, "-out", path]);
  return path;
}

/** With the names of a device in it. */
function request(name: string, env: Record<string, string>): string {
  const csr = join(kit.base, `${name}.csr`);
  const config = ["-config", join(CNF, "client.cnf"), "-reqexts", "client_ext_request"];
  openssl(["req", "-new", ...config, "-key", newKey(name), "-out", csr], { env });
  return csr;
}

/** With nothing but a common name. */
function plainRequest(name: string, commonName: string): string {
  const csr = join(kit.base, `${name}.csr`);
  openssl(["req", "-new", "-key", newKey(name), "-subj", `/CN=${commonName}`, "-utf8", "-out", csr]);
  return csr;
}

function refused(args: readonly string[]): string {
  const { status, err, out } = kit.run(["--certs", kit.dir, ...args]);
  expect({ status, out }).toEqual({ status: 1, out: "" });
  expect(err).toMatch(/^error: .+\nhint: .+\n$/);
  return err;
}

function device(name: string): string | undefined {
  return kit.leafOf(`clients/${name}.crt`).altNames.find(({ value }) => value.includes(":device:"))?.value;
}

test("signs a request made elsewhere; the key never comes here", async () => {
  kit.ok(["--clients", "alice"]);
  const csr = request("dave", { CHAT_HANDLE: "dave", CHAT_DEVICE: "d".repeat(32), CHAT_NAME: "Dave D." });
  expect(kit.ok(["--csr", csr])).toMatch(/clients\/dave\.crt\s+made .*dave \(Dave D\.\)/);
  expect(readdirSync(kit.file("clients"))).not.toContain("dave.key");
  const own = await loadClientFiles({
    cert: kit.file("clients/dave.crt"),
    key: join(kit.base, "dave.key"),
    certs: kit.dir,
    now: new Date(),
  });
  expect(own.peer).toMatchObject({ user: "dave", device: "d".repeat(32), name: "Dave D." });
  expect(kit.ok(["--csr", csr, "--as", "dave"])).toMatch(/clients\/dave\.crt\s+renewed/);
  expect(kit.ok(["--clients", "alice"])).toMatch(/clients\/dave\.crt\s+kept/);
  expect(refused(["--csr", csr, "--as", "erin"])).toContain("the request is for dave, not for erin");
  const twin = request("twin", { CHAT_HANDLE: "twin", CHAT_DEVICE: "d".repeat(32) });
  expect(refused(["--csr", twin])).toContain("belongs to dave");
  const upper = request("upper", { CHAT_HANDLE: "Upper", CHAT_DEVICE: "e".repeat(32) });
  expect(refused(["--csr", upper])).toContain("not a valid handle");
});

test("the way of the README: a key, a request with a common name, and the files in a folder of their own", async () => {
  kit.ok(["--clients", "alice"]);
  const csr = plainRequest("carol", "Carol Öst");
  expect(refused(["--csr", csr])).toContain("hint: say who it is for with --as NAME");
  expect(kit.ok(["--csr", csr, "--as", "carol"])).toContain("carol (Carol Öst)");
  const hers = join(kit.base, "hers");
  mkdirSync(hers);
  for (const path of [kit.file("ca.crt"), kit.file("clients/carol.crt"), join(kit.base, "carol.key")])
    cpSync(path, join(hers, path.slice(path.lastIndexOf("/"))));
  const own = await loadClientFiles({ certs: hers, now: new Date() });
  expect(own.peer).toMatchObject({ user: "carol", name: "Carol Öst" });
});

test("a name that would move text on a terminal is spelled out there", () => {
  kit.ok(["--clients", "alice"]);
  const csr = plainRequest("eve", "Eve\u202Eecila");
  expect(kit.ok(["--csr", csr, "--as", "eve"])).toContain("eve (Eve\\u{202e}ecila)");
});

test("another key for a name: only after a revocation, as another device, and no key of the old one is left beside it", () => {
  kit.ok(["--clients", "carol"]);
  const old = device("carol");
  const csr = plainRequest("mine", "Carol");
  const before = kit.snapshot();
  const thief = refused(["--csr", csr, "--as", "carol"]);
  expect(thief).toContain("exists and is for another key");
  expect(thief).toContain("--revoke carol, then remove carol.key and carol.p12 from clients/, then sign again");
  expect(thief).not.toContain("--force");
  expect(kit.snapshot()).toEqual(before);
  kit.ok(["--revoke", "carol"]);
  expect(refused(["--csr", csr, "--as", "carol"])).toContain("hint: remove carol.key and carol.p12 from clients/");
  for (const name of ["key", "p12"]) rmSync(kit.file(`clients/carol.${name}`));
  kit.ok(["--csr", csr, "--as", "carol"]);
  expect(device("carol")).not.toBe(old);
  // The next run has nothing to complain of, and the revoked key stays out.
  expect(kit.ok()).toMatch(/clients\/carol\.crt\s+kept/);
  kit.ok(["--revoke", "carol"]);
  expect(refused(["--csr", csr, "--as", "carol"])).toContain("the key of this request was revoked");
});

test("only the names of a request count, not the CA flag it asks for", () => {
  kit.ok(["--clients", "alice"]);
  const key = newKey("plain", ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"]);
  const config = join(kit.base, "plain.cnf");
  writeFileSync(
    config,
    "[req]\ndistinguished_name=dn\nprompt=no\nreq_extensions=e\n[dn]\nCN=Root of all\n[e]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\n",
  );
  openssl(["req", "-new", "-config", config, "-key", key, "-out", join(kit.base, "plain.csr")]);
  kit.ok(["--csr", join(kit.base, "plain.csr"), "--as", "erin"]);
  expect(kit.leafOf("clients/erin.crt")).toMatchObject({ ca: false, commonNames: ["Root of all"] });
  expect([...(kit.leafOf("clients/erin.crt").uses ?? [])]).toEqual(["digitalSignature"]);
});

test("a file that is no request is named once, with what to do", () => {
  kit.ok(["--clients", "alice"]);
  const before = kit.snapshot();
  const given = (name: string, content: string | Buffer): string => {
    writeFileSync(join(kit.base, name), content);
    return refused(["--csr", name, "--as", "carol"]);
  };
  const missing = refused(["--csr", "nothere.csr", "--as", "carol"]);
  expect(missing).toMatch(/^error: cannot read \/.*\/nothere\.csr: there is no such file\nhint: /);
  expect(missing.split("nothere.csr")).toHaveLength(2);
  expect(refused(["--csr", kit.dir, "--as", "carol"])).toMatch(
    /^error: cannot read \/.*\/certs: it is a folder\nhint: /,
  );
  const MAKE = "hint: the owner of the key makes one with `openssl req -new";
  for (const err of [
    given("empty.csr", ""),
    given("random.csr", Buffer.from(Array.from({ length: 500 }, (_, index) => (index * 149) % 256))),
    given("text.csr", "-----BEGIN CERTIFICATE REQUEST-----\nhello\n-----END CERTIFICATE REQUEST-----\n"),
    refused(["--csr", kit.file("ca.crt"), "--as", "carol"]),
  ]) {
    expect(err).toContain(": not a certificate request: ");
    expect(err).toContain(MAKE);
  }
  expect(given("cut.csr", Buffer.from([0x30, 0x82, 0x01, 0x00, 0x30]))).toContain(
    "cut.csr: the certificate request cannot be read",
  );
  expect(kit.snapshot()).toEqual(before);
});
