// `chat-client p12`: what it writes is taken by OpenSSL, GnuTLS and NSS, and what NSS gives back is taken by chat-client. Debian:
// openssl, gnutls-bin, libnss3-tools.
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadClientFiles } from "../../src/pki/load-client.ts";
import { CLIENT, run } from "../kit/executables.ts";
import { openssl } from "../kit/openssl.ts";
import { OwnRealm } from "../kit/own-realm.ts";
import { makeRealm, type TestRealm } from "../kit/realm.ts";

const PASSPHRASE = "five words chosen by chance";

let own: OwnRealm;
/** Its certificates are P-256 ones. */
let other: TestRealm;
let pass: string;
beforeAll(async () => {
  own = await OwnRealm.init();
  await own.start();
  await own.join(own.line, "home", "--user", "ann");
  other = await makeRealm({ keyType: "p256" });
  pass = own.file("pass.txt");
  writeFileSync(pass, `${PASSPHRASE}\n`);
});
afterAll(async () => {
  other.remove();
  await own[Symbol.asyncDispose]();
});

const ofProfile = (): readonly string[] => ["--home", own.file("home")];
const ofFiles = (): readonly string[] => ["--certs", other.dir, "--as", "alice", "--home", own.file("files")];

/** Writes it and gives back its path. */
async function exported(name: string, flags: readonly string[]): Promise<string> {
  const file = own.file(name);
  const { code, stderr } = await run(CLIENT, ["p12", file, "--passphrase-file", pass, ...flags]);
  expect([code, stderr]).toEqual([0, ""]);
  return file;
}

describe.each([
  ["Ed25519, of a profile", "ed25519", () => ofProfile()],
  ["P-256, of files", "p256", () => ofFiles()],
])("%s", (_what, name, flags) => {
  it("OpenSSL reads certificate, issuing CA, root and key, and nobody else may read the file", async () => {
    const file = await exported(`${name}.p12`, flags());
    expect(statSync(file).mode & 0o077).toBe(0);
    const certificates = openssl(["pkcs12", "-in", file, "-passin", `file:${pass}`, "-nokeys"]);
    expect(certificates.match(/BEGIN CERTIFICATE/g)).toHaveLength(3);
    expect(certificates).toContain(name === "p256" ? "friendlyName: @alice" : "friendlyName: @ann");
    expect(openssl(["pkcs12", "-in", file, "-passin", `file:${pass}`, "-nocerts", "-nodes"])).toContain(
      "BEGIN PRIVATE KEY",
    );
  });

  it("GnuTLS reads it", async () => {
    const file = await exported(`${name}-gnutls.p12`, flags());
    const args = ["--p12-info", "--inder", "--infile", file, "--password", PASSPHRASE];
    const { code, stdout, stderr } = await run("/usr/bin/certtool", args);
    expect([code, stderr.replaceAll("\n", "")]).toEqual([0, expect.not.stringMatching(/error/i)]);
    expect(stdout.match(/Type: Certificate/g)).toHaveLength(3);
    expect(stdout).toMatch(/Type: (?:PKCS #8 Encrypted|Encrypted|PKCS #8) key|Type: PKCS #8/i);
  });

  it("comes back with the same certificates", async () => {
    const file = await exported(`${name}-back.p12`, flags());
    const back = await loadClientFiles({ now: new Date(), p12: file, passphrase: PASSPHRASE });
    expect([back.peer.user, back.peer.certificates.length]).toEqual([name === "p256" ? "alice" : "ann", 2]);
    expect(back.realm.fingerprint).toBe(name === "p256" ? other.fingerprint : own.made["realm"]);
  });
});

it("the packaged client starts with what it has written", async () => {
  const file = await exported("start.p12", ofProfile());
  const flags = ["--p12", file, "--passphrase-file", pass, "--home", own.file("start-home"), "-p", String(own.port)];
  const { code, stdout } = await run(CLIENT, ["--json", ...flags], { input: '{"do":"whoami","id":1}\n' });
  expect([code, stdout]).toEqual([0, expect.stringContaining('"user":"ann"')]);
});

describe("NSS", () => {
  // Ed25519 keys are taken from version 3.131 on (release notes, bug 1993638).
  it("takes a P-256 one, shows whose it is, and gives it back", async () => {
    const store = own.file("nssdb");
    mkdirSync(store);
    const nss = async (program: string, ...args: readonly string[]): Promise<string> => {
      const { code, stdout, stderr } = await run(`/usr/bin/${program}`, [...args, "-d", `sql:${store}`]);
      expect([program, args[0], code, stderr.replace(/^certutil: Checking token.*$/m, "")]).toEqual([
        program,
        args[0],
        0,
        "",
      ]);
      return stdout;
    };
    const file = await exported("nss.p12", ofFiles());
    await nss("certutil", "-N", "--empty-password");
    expect(await nss("pk12util", "-i", file, "-w", pass, "-K", "")).toContain("IMPORT SUCCESSFUL");
    expect(await nss("certutil", "-L")).toMatch(/^@alice +u,u,u/m);
    expect(await nss("certutil", "-K")).toContain("@alice");
    // Its root is trusted once somebody says so; then the whole chain holds.
    await nss("certutil", "-M", "-n", "Mutual root CA - Mutual", "-t", "CT,,");
    expect(await nss("certutil", "-V", "-n", "@alice", "-u", "C")).toContain("certificate is valid");
    const back = own.file("from-nss.p12");
    expect(await nss("pk12util", "-o", back, "-n", "@alice", "-w", pass, "-K", "")).toContain("EXPORT SUCCESSFUL");
    // It has no root in it.
    const source = { now: new Date(), p12: back, passphrase: PASSPHRASE, ca: other.file("ca.crt") };
    expect((await loadClientFiles(source)).peer.user).toBe("alice");
  });
});

it.each([
  { what: "a folder that is not there", name: "nowhere/me.p12", secret: true, error: /cannot write/ },
  { what: "nobody to ask", name: "me.p12", secret: false, error: /nobody to ask for the passphrase/ },
])("$what: exit 3, and nothing is written", async ({ name, secret, error }) => {
  const file = join(own.folder, name);
  const flags = secret ? ["--passphrase-file", pass] : [];
  const { code, stdout, stderr } = await run(CLIENT, ["p12", file, ...flags, ...ofProfile()]);
  expect([code, stdout, stderr]).toEqual([3, "", expect.stringMatching(error)]);
  expect(() => statSync(file)).toThrow("ENOENT");
});

it("a file that is there already stays, but with --force", async () => {
  const file = own.file("menu.p12");
  writeFileSync(file, "soup\n");
  const args = ["p12", file, "--passphrase-file", pass, ...ofProfile()];
  const { code, stderr } = await run(CLIENT, args);
  expect([code, stderr]).toEqual([3, expect.stringMatching(/there is a .* already\nhint: .*--force/)]);
  expect(statSync(file).size).toBe(5);
  expect((await run(CLIENT, [...args, "--force"])).code).toBe(0);
  expect(statSync(file).size).toBeGreaterThan(1_000);
});
