// scripts/gen-certs.ts as `make certs` runs it: first run, second run, what is added and renewed, force, revocation.

import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadServerFiles } from "../../src/pki/load.ts";
import { checkDevice } from "../../src/pki/peer.ts";
import { derBlocks } from "../../src/pki/pem.ts";
import { fillFolder } from "../../src/pki/realm-folder.ts";
import { stageLogSigner } from "../../src/transparency/log-work.ts";
import { startGenCerts, type GenCerts } from "../kit/gen-certs.ts";
import { DAY_MS, folderWish } from "../kit/realm.ts";

let kit: GenCerts;
beforeEach(() => {
  kit = startGenCerts();
});
afterEach(() => kit.remove());

test("the first run makes a realm that server and client load; the second keeps every byte", async () => {
  const out = kit.ok(["--hosts", "localhost 10.0.0.1"]);
  expect(out).toMatch(/ca\.crt\s+made\s+20\d\d-/);
  expect(out).toMatch(/clients\/alice\.p12\s+made .*empty passphrase/);
  const server = await loadServerFiles(kit.dir, { now: new Date() });
  expect(out).toContain(`CA fingerprint  ${server.realm.fingerprint}`);
  expect(server.warnings).toEqual([]);
  expect(server.leaf.altNames.map((name) => name.value)).toEqual(["localhost", "10.0.0.1"]);
  expect((await kit.peerOf("alice")).name).toBe("alice");
  for (const name of ["ca.key", "issuing.key", "server.key", "log.key", "clients/alice.key", "clients/alice.p12"]) {
    expect([name, statSync(kit.file(name)).mode & 0o777]).toEqual([name, 0o600]);
  }
  for (const name of ["", "clients"]) expect(statSync(kit.file(name)).mode & 0o777).toBe(0o700);
  expect(readdirSync(kit.dir).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  const before = kit.snapshot();
  const again = kit.ok(["--hosts", "10.0.0.1 LOCALHOST"]);
  expect(again).not.toMatch(/ (made|renewed) /);
  expect(kit.snapshot()).toEqual(before);
});

test("what is missing is added, and other hosts re-issue the server's certificate with the same key", () => {
  kit.ok(["--clients", "alice"], { HOSTS: "localhost" });
  const before = kit.snapshot();
  kit.ok([], { CLIENTS: "alice:Alice A. <alice@example.org>, carol", HOSTS: "localhost chat.example.org" });
  expect(kit.changed(before)).toEqual([
    "clients/alice.crt",
    "clients/alice.p12",
    "clients/carol.crt",
    "clients/carol.key",
    "clients/carol.p12",
    "server.crt",
  ]);
  expect(kit.leafOf("server.crt").altNames.map((name) => name.value)).toEqual(["localhost", "chat.example.org"]);
  expect(kit.leafOf("clients/alice.crt").commonNames).toEqual(["Alice A."]);
  rmSync(kit.file("server.crt"));
  rmSync(kit.file("ca.crl"));
  const key = readFileSync(kit.file("server.key"));
  kit.ok(["--clients", ""], { HOSTS: "localhost chat.example.org" });
  expect(readFileSync(kit.file("server.key"))).toEqual(key);
  expect(kit.snapshot()).toHaveProperty(["ca.crl"]);
});

test("a run that says nothing of hosts and clients keeps both, also with --force; the first one has usual ones", async () => {
  const names = (): string[] => kit.leafOf("server.crt").altNames.map((name) => name.value);
  expect(kit.ok()).toMatch(/clients\/bob\.crt\s+made/);
  expect(names().slice(0, 3)).toEqual(["localhost", "127.0.0.1", "::1"]);
  const out = kit.ok(["--hosts", "chat.example.org 127.0.0.1"]);
  expect(out).toMatch(/server\.crt\s+renewed .* \(added DNS:chat\.example\.org; removed DNS:localhost, IP:::1.*\)/);
  for (const name of ["crt", "key", "p12"]) rmSync(kit.file(`clients/alice.${name}`));
  const before = kit.snapshot();
  expect(kit.ok()).not.toMatch(/ (made|renewed) |added|alice/);
  expect(kit.ok([], { HOSTS: " ", CLIENTS: "" })).not.toContain("alice");
  expect(kit.snapshot()).toEqual(before);
  kit.ok(["--force"]);
  expect(names()).toEqual(["chat.example.org", "127.0.0.1"]);
  expect(readdirSync(kit.file("clients"))).toEqual(["bob.crt", "bob.key", "bob.p12"]);
  await loadServerFiles(kit.dir, { now: new Date() });
});

test("--force does not need the files that it replaces to be whole", () => {
  kit.ok(["--hosts", "chat.example.org"]);
  writeFileSync(kit.file("server.crt"), "damaged");
  writeFileSync(kit.file("ca.crt"), "damaged");
  kit.ok(["--force"]);
  expect(kit.leafOf("server.crt").altNames.map((name) => name.value)).toContain("localhost");
});

test("what a server has to be told is said, and only then", () => {
  const NOTE = "changed: a server that is running reads it after pkill -HUP -x chat-server";
  expect(kit.ok(["--hosts", "localhost"])).not.toContain("chat-server");
  expect(kit.ok(["--clients", "carol"])).not.toContain("chat-server");
  expect(kit.ok(["--hosts", "localhost 127.0.0.1"])).toContain(`note: server.crt ${NOTE}`);
  const revoked = kit.ok(["--revoke", "carol"]);
  expect(revoked).toMatch(/note: now tell the server: pkill -HUP .*; until then the device stays connected\n/);
  expect(revoked).not.toContain(NOTE);
  expect(kit.ok(["--revoke", "carol"])).toContain("until then the device may still be connected");
});

test("a list that is renewed is one of the things that a server has to be told", async () => {
  await fillFolder(folderWish(kit.dir, { clients: [], now: new Date(Date.now() - 70 * DAY_MS) }));
  expect(kit.ok()).toContain("note: ca.crl, issuing.crl changed: a server that is running reads it after");
});

test("what ends soon is renewed with the same keys and device ids; the realm stays the same", async () => {
  const wish = folderWish(kit.dir, { clients: ["alice"], now: new Date(Date.now() - 300 * DAY_MS) });
  const old = await fillFolder(wish, stageLogSigner);
  const before = kit.snapshot();
  const { device, serial } = await kit.peerOf("alice");
  const out = kit.ok(["--clients", "alice", "--hosts", "localhost 127.0.0.1 ::1"]);
  expect(kit.changed(before)).toEqual([
    "ca.crl",
    "clients/alice.crt",
    "clients/alice.p12",
    "issuing.crl",
    "log.crt",
    "server.crt",
  ]);
  expect(out).toMatch(/clients\/alice\.crt\s+renewed/);
  expect(out).toContain(old.fingerprint);
  const fresh = await kit.peerOf("alice");
  expect(fresh.device).toBe(device);
  expect(fresh.serial).not.toBe(serial);
  await loadServerFiles(kit.dir, { now: new Date() });
});

test("an issuing CA and a root are renewed with their keys, and old chains go on working", async () => {
  await fillFolder(folderWish(kit.dir, { clients: ["alice"], now: new Date(Date.now() - 7 * 365 * DAY_MS) }));
  const keys = ["ca.key", "issuing.key", "server.key", "clients/alice.key"].map((name) =>
    readFileSync(kit.file(name), "utf8"),
  );
  const oldChain = derBlocks(readFileSync(kit.file("clients/alice.crt")), ["CERTIFICATE"]);
  const out = kit.ok(["--clients", "alice"]);
  for (const name of ["ca.crt", "issuing.crt", "server.crt", "clients/alice.crt"])
    expect(out).toMatch(new RegExp(`${name}\\s+renewed`));
  expect(
    ["ca.key", "issuing.key", "server.key", "clients/alice.key"].map((name) => readFileSync(kit.file(name), "utf8")),
  ).toEqual(keys);
  const { realm } = await loadServerFiles(kit.dir, { now: new Date() });
  const [, oldIssuing = Buffer.alloc(0)] = oldChain;
  const leaf = kit.leafOf("clients/alice.crt").der;
  expect(checkDevice([leaf, oldIssuing], realm, { now: new Date() }).user).toBe("alice");
});

test("--force makes everything anew", () => {
  kit.ok(["--clients", "alice bob"]);
  const before = kit.snapshot();
  const out = kit.ok(["--clients", "alice", "--force"]);
  expect(kit.changed(before)).toEqual(Object.keys(before).filter((name) => !name.startsWith("clients/bob")));
  expect(out).toContain("bob.crt is of the CA that was replaced");
});

test("--revoke adds to the list, by name and by serial number, and a later run leaves the revoked alone", async () => {
  kit.ok(["--clients", "alice bob"]);
  const before = kit.snapshot();
  const { certificates } = await kit.peerOf("alice");
  expect(kit.ok(["--revoke", "alice"])).toMatch(/clients\/alice\.crt\s+revoked/);
  expect(kit.ok(["--revoke", "alice"])).toContain("was revoked before");
  kit.ok(["--revoke", kit.leafOf("clients/bob.crt").serial.toUpperCase()]);
  expect(kit.changed(before)).toEqual(["issuing.crl"]);
  const { realm } = await loadServerFiles(kit.dir, { now: new Date() });
  const [, issuing] = [...realm.crls.values()];
  expect(issuing?.number).toBe(3n);
  expect(issuing?.revoked.size).toBe(2);
  expect(() => checkDevice(certificates, realm, { now: new Date() })).toThrow(
    expect.objectContaining({ code: "certificate-revoked" }),
  );
  expect(kit.ok(["--clients", "alice"])).toMatch(/clients\/alice\.crt\s+revoked/);
  expect(kit.changed(before)).toEqual(["issuing.crl"]);
  expect(kit.run(["--certs", kit.dir, "--revoke", "nobody"])).toMatchObject({
    status: 1,
    err: expect.stringContaining("there are: alice, bob") as string,
  });
});
