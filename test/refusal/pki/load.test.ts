// Identities from files: every mistake a person makes with them is told by a code, a sentence with the file, and a hint.

import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Fault } from "../../../src/model/fault.ts";
import { encryptedKeyPem, writeBundle } from "../../../src/pki/bundle.ts";
import { readBundle } from "../../../src/pki/bundle-read.ts";
import { makeRequest, readRequest } from "../../../src/pki/request.ts";
import { newKeyPair, readPrivateKey } from "../../../src/pki/keys.ts";
import { loadServerFiles, reloadLists } from "../../../src/pki/load.ts";
import { listIdentities, loadClientFiles } from "../../../src/pki/load-client.ts";
import { DAY_MS, makeRealm, type TestRealm } from "../../kit/realm.ts";

let kit: TestRealm;
const now = new Date();

beforeEach(async () => {
  kit = await makeRealm({ clients: ["alice", "bob"] });
});
afterEach(() => kit.remove());

async function refused(run: () => Promise<unknown>): Promise<string> {
  const error: unknown = await run().then(
    () => new Error("it was accepted"),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Fault)) throw error;
  expect(error.hint).toBeTruthy();
  return error.code;
}

const server = () => loadServerFiles(kit.dir, { now });
const alice = () => loadClientFiles({ certs: kit.dir, as: "alice", now });

test("a server's folder loads; its identity is a whole chain and an open key", async () => {
  const loaded = await server();
  expect(loaded.warnings).toEqual([]);
  expect(loaded.certificatePem.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  expect(loaded.realm.fingerprint).toBe(kit.fingerprint);
  expect(loaded.realm.crls.size).toBe(2);
});

test("a leaf alone in server.crt is completed with issuing.crt", async () => {
  writeFileSync(kit.file("server.crt"), kit.server().leaf.x509.toString());
  expect((await server()).certificatePem.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
});

test.each(["ca.crt", "server.crt", "server.key"])("a missing %s", async (name) => {
  rmSync(kit.file(name));
  expect(await refused(server)).toBe("certs-missing");
});

test.each(["ca.crl", "issuing.crl"])("a missing %s", async (name) => {
  rmSync(kit.file(name));
  expect(await refused(server)).toBe("crl-missing");
});

test.each([
  ["ca.crt", "pem-malformed"],
  ["issuing.crt", "pem-malformed"],
  ["server.crt", "pem-malformed"],
  ["server.key", "key-malformed"],
  ["ca.crl", "pem-malformed"],
  ["issuing.crl", "pem-malformed"],
])("garbage in %s is %s", async (name, code) => {
  for (const bytes of [Buffer.from(""), Buffer.from("hello"), readFileSync(kit.file(name)).subarray(0, 100)]) {
    writeFileSync(kit.file(name), bytes);
    expect(await refused(server)).toBe(code);
  }
});

test("a folder where a file should be", async () => {
  rmSync(kit.file("server.key"));
  mkdirSync(kit.file("server.key"));
  expect(await refused(server)).toBe("file-unreadable");
});

test("the key of somebody else", async () => {
  copyFileSync(kit.file("clients/alice.key"), kit.file("server.key"));
  expect(await refused(server)).toBe("key-mismatch");
  copyFileSync(kit.file("clients/bob.key"), kit.file("clients/alice.key"));
  expect(await refused(alice)).toBe("key-mismatch");
});

test("a client's certificate as the server's, and the other way round", async () => {
  copyFileSync(kit.file("clients/alice.crt"), kit.file("server.crt"));
  copyFileSync(kit.file("clients/alice.key"), kit.file("server.key"));
  expect(await refused(server)).toBe("certificate-usage");
});

test("another CA's ca.crt", async () => {
  using other = await makeRealm({ clients: ["alice"] });
  copyFileSync(other.file("ca.crt"), kit.file("ca.crt"));
  expect(await refused(server)).toBe("crl-untrusted");
  expect(await refused(alice)).toBe("certificate-untrusted");
});

test("an expired server and an expired client", async () => {
  const later = new Date(now.getTime() + 500 * DAY_MS);
  expect(await refused(() => loadServerFiles(kit.dir, { now: later }))).toBe("certificate-expired");
  expect(await refused(() => loadClientFiles({ certs: kit.dir, as: "alice", now: later }))).toBe("certificate-expired");
});

test("a key that others can read, and a list or a certificate that ends, are warnings", async () => {
  chmodSync(kit.file("server.key"), 0o640);
  expect((await server()).warnings).toEqual([expect.stringContaining("chmod 600")]);
  const soon = await loadServerFiles(kit.dir, { now: new Date(now.getTime() + 80 * DAY_MS) });
  expect(soon.warnings).toHaveLength(3);
  const later = await loadServerFiles(kit.dir, { now: new Date(now.getTime() + 390 * DAY_MS) });
  expect(
    later.warnings.filter((warning) => warning.startsWith('the certificate "Mutual server" ends on')),
  ).toHaveLength(1);
});

test("lists are read again without the rest", async () => {
  const { realm } = await server();
  await kit.revoke("alice");
  const fresh = await reloadLists(kit.dir, realm);
  const revoked = [...fresh.crls.values()].flatMap((crl) => [...crl.revoked.keys()]);
  expect(revoked).toEqual([kit.client("alice").leaf.serial]);
});

test("identities by name, from the realm's folder and from a folder handed to one person", async () => {
  expect(await listIdentities(kit.dir)).toEqual(["alice", "bob"]);
  expect((await alice()).peer.user).toBe("alice");
  expect(await refused(() => loadClientFiles({ certs: kit.dir, now }))).toBe("identity-choice");
  expect(await refused(() => loadClientFiles({ certs: kit.dir, as: "../ca", now }))).toBe("identity-choice");
  expect(await refused(() => loadClientFiles({ certs: join(kit.dir, "none"), now }))).toBe("certs-missing");
  expect(await refused(() => loadClientFiles({ now }))).toBe("certs-missing");
  const own = join(kit.dir, "for-bob");
  mkdirSync(own);
  for (const name of ["bob.crt", "bob.key"]) copyFileSync(kit.file(`clients/${name}`), join(own, name));
  copyFileSync(kit.file("ca.crt"), join(own, "ca.crt"));
  expect((await loadClientFiles({ certs: own, now })).peer.user).toBe("bob");
  expect((await loadClientFiles({ certs: kit.file("clients"), as: "bob", now })).peer.user).toBe("bob");
});

test("files named one by one", async () => {
  const [cert, key, ca] = [kit.file("clients/bob.crt"), kit.file("clients/bob.key"), kit.file("ca.crt")];
  expect((await loadClientFiles({ cert, key, ca, now })).peer.user).toBe("bob");
  expect((await loadClientFiles({ cert, certs: kit.dir, now })).peer.user).toBe("bob");
  expect(await refused(() => loadClientFiles({ cert, key, now }))).toBe("certs-missing");
});

test("a protected key asks for its passphrase", async () => {
  writeFileSync(kit.file("clients/alice.key"), encryptedKeyPem(kit.client("alice").key, "pässword"), { mode: 0o600 });
  expect(await refused(alice)).toBe("passphrase-needed");
  expect(await refused(() => loadClientFiles({ certs: kit.dir, as: "alice", passphrase: "wrong", now }))).toBe(
    "passphrase-wrong",
  );
  expect((await loadClientFiles({ certs: kit.dir, as: "alice", passphrase: "pässword", now })).peer.user).toBe("alice");
});

test("a bundle holds everything, root and all", async () => {
  const p12 = kit.file("clients/alice.p12");
  const loaded = await loadClientFiles({ p12, now });
  expect(loaded.peer.user).toBe("alice");
  expect(loaded.realm.fingerprint).toBe(kit.fingerprint);
  const { leaf, key } = kit.client("alice");
  const certificates = [leaf, kit.authority.issuing.certificate, kit.authority.root];
  const sealed = (list: typeof certificates, owner = key) =>
    writeFileSync(
      p12,
      writeBundle({ key: owner, certificates: list, friendlyName: "Alice Ω", passphrase: "pässword" }),
    );
  sealed(certificates);
  expect(await refused(() => loadClientFiles({ p12, now }))).toBe("passphrase-needed");
  expect(await refused(() => loadClientFiles({ p12, passphrase: "wrong", now }))).toBe("passphrase-wrong");
  expect((await loadClientFiles({ p12, passphrase: "pässword", now })).peer.user).toBe("alice");
  sealed([leaf, kit.authority.issuing.certificate]);
  expect(await refused(() => loadClientFiles({ p12, passphrase: "pässword", now }))).toBe("certs-missing");
  expect((await loadClientFiles({ p12, passphrase: "pässword", ca: kit.file("ca.crt"), now })).peer.user).toBe("alice");
  sealed(certificates, kit.client("bob").key);
  expect(await refused(() => loadClientFiles({ p12, passphrase: "pässword", now }))).toBe("key-mismatch");
});

test("a bundle damaged anywhere is refused with a fault", async () => {
  const bytes = readFileSync(kit.file("clients/alice.p12"));
  for (let at = 0; at < bytes.length; at += 11) {
    const bent = Buffer.from(bytes);
    bent[at] = (bent[at] ?? 0) ^ 1;
    await expect(readBundle(bent, ""), `byte ${at}`).rejects.toThrow(Fault);
  }
});

test("keys that are not accepted", () => {
  const weak = newKeyPair("p256").privateKey.export({ type: "sec1", format: "pem" });
  expect(readPrivateKey(Buffer.from(weak)).asymmetricKeyType).toBe("ec");
  expect(() => readPrivateKey(Buffer.from(weak.replace("EC PRIVATE", "EC PUBLIC")))).toThrow(
    expect.objectContaining({ code: "key-malformed" }),
  );
});

test("a request is believed only with the proof that the asker has the key", () => {
  const keys = newKeyPair("ed25519");
  const wish = { subject: [{ type: "CN", value: "eve" }], altNames: [] };
  const good = makeRequest(wish, keys);
  expect(readRequest(good)).toMatchObject({ commonName: "eve", altNames: [] });
  const stolen = makeRequest(wish, { publicKey: kit.client("alice").leaf.x509.publicKey, privateKey: keys.privateKey });
  expect(() => readRequest(stolen)).toThrow(expect.objectContaining({ code: "request-proof" }));
  for (let at = 0; at < good.length; at += 1) {
    const bent = Buffer.from(good);
    bent[at] = (bent[at] ?? 0) ^ 4;
    expect(() => readRequest(bent), `byte ${at}`).toThrow(Fault);
  }
});
