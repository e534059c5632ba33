// The options of scripts/gen-certs.ts: requests made elsewhere, passphrases, an offline root, own configuration, and mistakes.

import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadClientFiles, loadServerFiles } from "../../src/pki/load.ts";
import { startGenCerts, type GenCerts } from "../kit/gen-certs.ts";
import { openssl } from "../kit/openssl.ts";
import { DAY_MS } from "../kit/realm.ts";

const CNF = resolve(import.meta.dirname, "../../certs");

let kit: GenCerts;
beforeEach(() => {
  kit = startGenCerts();
});
afterEach(() => kit.remove());

describe("--csr", () => {
  const request = (name: string, env: Record<string, string>, section = "client_ext_request") => {
    openssl(["genpkey", "-algorithm", "ED25519", "-out", join(kit.base, `${name}.key`)]);
    const config = ["-config", join(CNF, "client.cnf"), "-reqexts", section];
    openssl(["req", "-new", ...config, "-key", join(kit.base, `${name}.key`), "-out", join(kit.base, `${name}.csr`)], {
      env,
    });
    return join(kit.base, `${name}.csr`);
  };

  test("signs a request made elsewhere; the key never comes here", async () => {
    kit.ok(["--clients", "alice"]);
    const csr = request("dave", { CHAT_HANDLE: "dave", CHAT_DEVICE: "d".repeat(32), CHAT_NAME: "Dave D." });
    expect(kit.ok(["--csr", csr])).toMatch(/clients\/dave\.crt\s+made/);
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
    const refused = (args: string[]) => {
      const { status, err } = kit.run(["--certs", kit.dir, ...args]);
      expect(status).toBe(1);
      return err;
    };
    expect(refused(["--csr", csr, "--as", "erin"])).toContain("the request is for dave, not for erin");
    const thief = request("thief", { CHAT_HANDLE: "dave", CHAT_DEVICE: "d".repeat(32) });
    expect(refused(["--csr", thief])).toContain("exists and is for another key");
    const twin = request("twin", { CHAT_HANDLE: "twin", CHAT_DEVICE: "d".repeat(32) });
    expect(refused(["--csr", twin])).toContain("belongs to dave");
    const upper = request("upper", { CHAT_HANDLE: "Upper", CHAT_DEVICE: "e".repeat(32) });
    expect(refused(["--csr", upper])).toContain("not a valid handle");
    expect(refused(["--csr", kit.file("ca.crt")])).toContain("there is no CERTIFICATE REQUEST");
  });

  test("takes the name from --as where the request says none, and asks for no CA flag", async () => {
    kit.ok(["--clients", "alice"]);
    openssl([
      "genpkey",
      "-algorithm",
      "EC",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-out",
      join(kit.base, "plain.key"),
    ]);
    const config = join(kit.base, "plain.cnf");
    writeFileSync(
      config,
      "[req]\ndistinguished_name=dn\nprompt=no\nreq_extensions=e\n[dn]\nCN=Root of all\n[e]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\n",
    );
    openssl([
      "req",
      "-new",
      "-config",
      config,
      "-key",
      join(kit.base, "plain.key"),
      "-out",
      join(kit.base, "plain.csr"),
    ]);
    expect(kit.run(["--certs", kit.dir, "--csr", join(kit.base, "plain.csr")]).err).toContain(
      "hint: say who it is for with --as NAME",
    );
    kit.ok(["--csr", join(kit.base, "plain.csr"), "--as", "erin"]);
    expect(kit.leafOf("clients/erin.crt")).toMatchObject({ ca: false, commonNames: ["Root of all"] });
    expect([...(kit.leafOf("clients/erin.crt").uses ?? [])]).toEqual(["digitalSignature"]);
  });
});

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

describe("mistakes", () => {
  test.each([
    [["--clients", "Alice"], "is not a valid client name"],
    [["--hosts", "a b_c"], "is not a host name"],
    [["--days", "0"], "is not a number of days"],
    [["--key-type", "dsa"], ""],
    [["--nonsense"], "nonsense"],
    [["--as", "alice"], "--as belongs to --csr"],
    [["--csr", "a", "--revoke", "b"], "do not go together"],
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
      err: expect.stringMatching(/^error: cannot .*\nhint: /) as string,
    });
    expect(kit.run(["--certs", kit.dir, "--revoke", "alice"])).toMatchObject({
      status: 1,
      err: expect.stringContaining("hint: make the realm first") as string,
    });
  });
});
