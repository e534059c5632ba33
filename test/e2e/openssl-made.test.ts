// Realms made by the real openssl from certs/*.cnf, alone and mixed with ours: our checks take them as they are.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KeyType } from "../../src/pki/algorithms.ts";
import { identityOf } from "../../src/pki/alt-name.ts";
import { newKeyPair, plainKeyPem, readPrivateKey } from "../../src/pki/keys.ts";
import { loadServerFiles } from "../../src/pki/load.ts";
import { loadClientFiles } from "../../src/pki/load-client.ts";
import { checkDevice, checkServer } from "../../src/pki/peer.ts";
import { derBlocks, toPem } from "../../src/pki/pem.ts";
import { signRequest } from "../../src/pki/realm-folder.ts";
import { makeRequest, readRequest } from "../../src/pki/request.ts";
import { readCrl } from "../../src/pki/crl.ts";
import { deviceNames } from "../../src/pki/templates.ts";
import { folderWish, makeRealm } from "../kit/realm.ts";
import { openssl } from "../kit/openssl.ts";
import { CNF, makeList, OpensslRealm } from "../kit/openssl-realm.ts";

const DEVICE = "0123456789abcdef0123456789abcdef";
const TYPES: readonly KeyType[] = ["ed25519", "p256", "rsa"];

describe.each(TYPES)("a realm of %s made by openssl from our configuration", (type) => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), "mutual-openssl-"));
    const realm = OpensslRealm.make(dir, type);
    realm.device({ user: "alice", device: DEVICE, name: "Zoë A.", email: "alice@example.org" });
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  test("our server and client take it as it is", async () => {
    const now = new Date();
    const server = await loadServerFiles(dir, { now });
    expect(server.realm.crls.size).toBe(2);
    expect(server.leaf.x509.subject).toContain("Choir server");
    const own = await loadClientFiles({
      cert: join(dir, "alice.pem"),
      key: join(dir, "alice.key"),
      ca: join(dir, "ca.crt"),
      now,
    });
    expect(own.peer).toMatchObject({ user: "alice", device: DEVICE, name: "Zoë A.", email: "alice@example.org" });
    const peer = checkDevice(own.peer.certificates, server.realm, { now });
    expect(peer.serial).toBe(own.peer.serial);
    expect(checkServer([server.leaf.der], server.realm, { now, host: "localhost" }).names).toEqual([
      "localhost",
      "127.0.0.1",
      "::1",
    ]);
  });

  test("we open openssl's bundles, new and old", async () => {
    const p12 = join(dir, "alice.p12");
    const files = [
      "-inkey",
      join(dir, "alice.key"),
      "-in",
      join(dir, "alice.crt"),
      "-certfile",
      join(dir, "all.crt"),
      "-out",
      p12,
    ];
    writeFileSync(
      join(dir, "all.crt"),
      readFileSync(join(dir, "issuing.crt"), "utf8") + readFileSync(join(dir, "ca.crt"), "utf8"),
    );
    for (const passphrase of ["pässword", ""]) {
      openssl(["pkcs12", "-export", ...files, "-passout", `pass:${passphrase}`]);
      expect((await loadClientFiles({ p12, passphrase, now: new Date() })).peer.user).toBe("alice");
    }
    openssl([
      "pkcs12",
      "-export",
      "-keypbe",
      "PBE-SHA1-3DES",
      "-certpbe",
      "PBE-SHA1-3DES",
      "-macalg",
      "sha1",
      ...files,
      "-passout",
      "pass:secret",
    ]);
    expect((await loadClientFiles({ p12, passphrase: "secret", now: new Date() })).peer.user).toBe("alice");
    await expect(loadClientFiles({ p12, passphrase: "wrong", now: new Date() })).rejects.toThrow("does not open");
  });

  test("we read openssl's keys in their old and their protected forms", () => {
    const path = join(dir, "alice.key");
    const plain = plainKeyPem(readPrivateKey(readFileSync(path)));
    const forms = [["pkcs8", "-topk8", "-v2", "aes-256-cbc", "-passout", "pass:secret", "-in", path]];
    if (type !== "ed25519") forms.push(["pkey", "-traditional", "-aes256", "-passout", "pass:secret", "-in", path]);
    for (const args of forms) {
      const sealed = Buffer.from(openssl(args));
      expect(plainKeyPem(readPrivateKey(sealed, "secret"))).toBe(plain);
      expect(() => readPrivateKey(sealed)).toThrow(expect.objectContaining({ code: "passphrase-needed" }));
      expect(() => readPrivateKey(sealed, "wrong")).toThrow(expect.objectContaining({ code: "passphrase-wrong" }));
    }
  });

  test("a request by openssl is read by us, and ours by openssl", () => {
    const [der = Buffer.alloc(0)] = derBlocks(readFileSync(join(dir, "alice.csr")), ["CERTIFICATE REQUEST"]);
    const request = readRequest(der);
    expect(request.commonName).toBe("Zoë A.");
    expect(identityOf(request.altNames)).toEqual({ user: "alice", device: DEVICE });
    const names = deviceNames({ user: "bob" as never, device: DEVICE as never, email: "bob@example.org" });
    const mine = makeRequest(
      { subject: [{ type: "CN", value: "Bob" }], altNames: names },
      newKeyPair(type === "rsa" ? "p256" : type),
    );
    const text = openssl(["req", "-verify", "-noout", "-text"], { input: toPem("CERTIFICATE REQUEST", mine) });
    expect(text).toMatch(/verif(y|ied)? ?OK|verify OK/i);
    expect(text).toContain(`URI:urn:mutual-chat:device:${DEVICE}, email:bob@example.org`);
  });
});

test("the root that openssl makes from ca.cnf is ours, field by field", async () => {
  using kit = await makeRealm({ clients: [] });
  const path = kit.file("theirs.crt");
  openssl([
    "req",
    "-x509",
    "-new",
    "-config",
    join(CNF, "ca.cnf"),
    "-key",
    kit.file("ca.key"),
    "-days",
    "3652",
    "-out",
    path,
  ]);
  const show = (file: string) =>
    openssl([
      "x509",
      "-in",
      file,
      "-noout",
      "-subject",
      "-issuer",
      "-ext",
      "basicConstraints,keyUsage,subjectKeyIdentifier,authorityKeyIdentifier",
    ]);
  expect(show(path)).toBe(show(kit.file("ca.crt")));
});

test("openssl signs under our issuing CA, and revokes with a list that we obey", async () => {
  using kit = await makeRealm({ clients: ["alice"] });
  const { dir } = kit;
  openssl(["genpkey", "-algorithm", "ED25519", "-out", join(dir, "eve.key")]);
  const env = { CHAT_HANDLE: "eve", CHAT_DEVICE: DEVICE };
  openssl(
    ["req", "-new", "-config", join(CNF, "client.cnf"), "-key", join(dir, "eve.key"), "-out", join(dir, "eve.csr")],
    { env },
  );
  await signRequest(folderWish(dir), { bytes: readFileSync(join(dir, "eve.csr")), file: "eve.csr" });
  const chain = derBlocks(readFileSync(kit.file("clients/eve.crt")), ["CERTIFICATE"]);
  expect(checkDevice(chain, await kit.load(), { now: new Date() })).toMatchObject({
    user: "eve",
    name: "eve",
    device: DEVICE,
  });
  makeList(dir, "issuing", "issuing_ca");
  const config = [
    "-config",
    join(dir, "here.cnf"),
    "-name",
    "issuing_ca",
    "-cert",
    kit.file("issuing.crt"),
    "-keyfile",
    kit.file("issuing.key"),
  ];
  openssl(["ca", "-revoke", kit.file("clients/eve.crt"), "-crl_reason", "keyCompromise", ...config]);
  openssl(["ca", "-gencrl", "-out", kit.file("issuing.crl"), ...config]);
  const realm = await kit.load();
  expect(() => checkDevice(chain, realm, { now: new Date() })).toThrow(
    expect.objectContaining({ code: "certificate-revoked" }),
  );
  await kit.revoke("alice");
  const text = openssl(["crl", "-in", kit.file("issuing.crl"), "-noout", "-text"]);
  expect(text).toContain("Key Compromise");
  expect([
    ...readCrl(derBlocks(readFileSync(kit.file("issuing.crl")), ["X509 CRL"])[0] ?? Buffer.alloc(0)).revoked.keys(),
  ]).toHaveLength(2);
});
