// Realms made by the real openssl from certs/*.cnf, alone and mixed with ours: our checks take them as they are.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
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

const CNF = resolve(import.meta.dirname, "../../certs");
const DEVICE = "0123456789abcdef0123456789abcdef";
const TYPES: readonly KeyType[] = ["ed25519", "p256", "rsa"];

/** A whole realm by openssl alone, from the shipped configuration files: what certs/README.md says. */
function opensslRealm(dir: string, type: KeyType): void {
  const file = (name: string) => join(dir, name);
  const algorithm = {
    ed25519: ["ED25519"],
    p256: ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
    rsa: ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
  }[type];
  for (const name of ["ca", "issuing", "server", "alice"])
    openssl(["genpkey", "-algorithm", ...algorithm, "-out", file(`${name}.key`)]);
  const env = {
    CHAT_REALM: "Choir",
    CHAT_HANDLE: "alice",
    CHAT_DEVICE: DEVICE,
    CHAT_NAME: "Zoë A.",
    CHAT_EMAIL: "alice@example.org",
  };
  const sign = (name: string, by: string, section: [string, string]) =>
    openssl(
      [
        "x509",
        "-req",
        "-in",
        file(`${name}.csr`),
        "-CA",
        file(`${by}.crt`),
        "-CAkey",
        file(`${by}.key`),
        "-CAcreateserial",
        "-days",
        "30",
        "-extfile",
        join(CNF, section[0]),
        "-extensions",
        section[1],
        "-out",
        file(`${name}.crt`),
      ],
      { env },
    );
  const request = (name: string, config: string, more: string[] = []) =>
    openssl(
      ["req", "-new", "-config", join(CNF, config), ...more, "-key", file(`${name}.key`), "-out", file(`${name}.csr`)],
      { env },
    );
  openssl(
    [
      "req",
      "-x509",
      "-new",
      "-config",
      join(CNF, "ca.cnf"),
      "-key",
      file("ca.key"),
      "-days",
      "30",
      "-out",
      file("ca.crt"),
    ],
    { env },
  );
  request("issuing", "ca.cnf", ["-section", "issuing"]);
  sign("issuing", "ca", ["ca.cnf", "issuing_ext"]);
  request("server", "server.cnf");
  sign("server", "issuing", ["server.cnf", "server_ext"]);
  request("alice", "client.cnf");
  sign("alice", "issuing", ["client.cnf", "client_ext_email"]);
  list(dir, "ca", "root_ca");
  list(dir, "issuing", "issuing_ca");
}

function list(dir: string, ca: string, section: string): void {
  for (const name of ["index.txt", "crlnumber.txt"])
    writeFileSync(join(dir, `${ca}-${name}`), name === "crlnumber.txt" ? "01\n" : "");
  writeFileSync(
    join(dir, "here.cnf"),
    readFileSync(join(CNF, "ca.cnf"), "utf8").replaceAll(`= ${ca}-`, `= ${dir}/${ca}-`),
  );
  const files = ["-cert", join(dir, `${ca}.crt`), "-keyfile", join(dir, `${ca}.key`), "-out", join(dir, `${ca}.crl`)];
  openssl(["ca", "-gencrl", "-config", join(dir, "here.cnf"), "-name", section, ...files]);
}

describe.each(TYPES)("a realm of %s made by openssl from our configuration", (type) => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), "mutual-openssl-"));
    opensslRealm(dir, type);
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  test("our server and client take it as it is", async () => {
    const now = new Date();
    const server = await loadServerFiles(dir, { now });
    expect(server.realm.crls.size).toBe(2);
    expect(server.leaf.x509.subject).toContain("Choir server");
    writeFileSync(
      join(dir, "alice.pem"),
      readFileSync(join(dir, "alice.crt"), "utf8") + readFileSync(join(dir, "issuing.crt"), "utf8"),
    );
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
  list(dir, "issuing", "issuing_ca");
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
