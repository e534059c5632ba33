// Enrolment by curl and openssl alone (RFC 7030), and a chat with what came of it: no program of ours makes the key or the request.
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { derBlocks } from "../../src/pki/pem.ts";
import { readCertificate } from "../../src/pki/certificate.ts";
import { openssl, tryOpenssl } from "../kit/openssl.ts";
import { OwnRealm } from "../kit/own-realm.ts";
import { readInvitationLine } from "../../src/wire/invitation-line.ts";

let realm: OwnRealm;
beforeAll(async () => {
  realm = await OwnRealm.init();
  await realm.start();
});
afterAll(() => realm[Symbol.asyncDispose]());

const est = (operation: string): string => `https://127.0.0.1:${realm.door}/.well-known/est/${operation}`;
const ca = (): string => `${realm.data}/realm/ca.crt`;

function curl(...args: readonly string[]): string {
  return execFileSync("curl", ["-sS", "--fail-with-body", "--max-time", "20", "--cacert", ca(), ...args], {
    encoding: "utf8",
  });
}

/** The status and the body of an answer that may be a refusal. */
function curlStatus(...args: readonly string[]): { readonly status: string; readonly body: string } {
  const flags = ["-sS", "--max-time", "20", "--cacert", ca(), "-w", "\n%{http_code}", ...args];
  const { stdout } = spawnSync("curl", flags, { encoding: "utf8" });
  const at = stdout.lastIndexOf("\n");
  return { status: stdout.slice(at + 1), body: stdout.slice(0, at) };
}

/** PEM of the certificates in an answer. */
function unpacked(answer: string, name: string): string {
  writeFileSync(realm.file(`${name}.b64`), answer);
  openssl(["base64", "-d", "-in", realm.file(`${name}.b64`), "-out", realm.file(`${name}.p7`)]);
  openssl([
    "pkcs7",
    "-inform",
    "DER",
    "-in",
    realm.file(`${name}.p7`),
    "-print_certs",
    "-out",
    realm.file(`${name}.crt`),
  ]);
  return realm.file(`${name}.crt`);
}

function request(name: string, ...args: readonly string[]): readonly string[] {
  openssl([
    "req",
    "-new",
    "-key",
    realm.file(`${name}.key`),
    "-subj",
    `/CN=${name}`,
    "-out",
    realm.file(`${name}.csr`),
    ...args,
  ]);
  const base64 = readFileSync(realm.file(`${name}.csr`), "utf8").replaceAll(/-----.*-----\n/g, "");
  writeFileSync(realm.file(`${name}.req`), base64);
  const header = ["-H", "Content-Type: application/pkcs10", "-H", "Content-Transfer-Encoding: base64"];
  return [...header, "--data-binary", `@${realm.file(`${name}.req`)}`, est("simpleenroll")];
}

const codeIn = (line: string): string => readInvitationLine(line).code;

it("cacerts gives root and issuing CA as they lie in the folder of the realm", () => {
  const file = unpacked(curl(est("cacerts")), "cacerts");
  const given = derBlocks(readFileSync(file), ["CERTIFICATE"]).map((der) => der.toString("hex"));
  const lies = ["ca.crt", "issuing.crt"].map((name) =>
    String(derBlocks(readFileSync(`${realm.data}/realm/${name}`), ["CERTIFICATE"])[0]?.toString("hex")),
  );
  expect(given.toSorted()).toEqual(lies.toSorted());
  expect(curl("-I", "-X", "GET", est("cacerts")).toLowerCase()).toMatch(
    /content-type: application\/pkcs7-mime; smime-type=certs-only[\s\S]*content-transfer-encoding: base64/,
  );
});

describe.each([
  ["ed25519", ["-algorithm", "ed25519"]],
  ["p256", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]],
])("a key of %s", (type, algorithm) => {
  const name = `bob-${type}`;
  const lasts = async (): Promise<string> => codeIn(await realm.invite(name, "--name", "Bob"));

  it("is certified, and openssl finds nothing wrong with it", async () => {
    openssl(["genpkey", ...algorithm, "-out", realm.file(`${name}.key`)]);
    const code = await lasts();
    const file = unpacked(curl("--user", `${name}:${code}`, ...request(name)), name);
    const chain = ["-CAfile", ca(), "-untrusted", file];
    const strict = ["verify", "-x509_strict", "-check_ss_sig", "-policy_check"];
    expect(openssl([...strict, ...chain, "-purpose", "sslclient", file])).toContain(": OK");
    expect(tryOpenssl([...strict, ...chain, "-purpose", "sslserver", file]).status).not.toBe(0);
    const [leaf, issuing, more] = derBlocks(readFileSync(file), ["CERTIFICATE"]).map(readCertificate);
    expect([leaf?.commonNames, issuing?.ca, more]).toEqual([["Bob"], true, undefined]);
    expect(leaf?.altNames.map(({ value }) => value)).toContain(`urn:mutual-chat:user:${name}`);
    expect(openssl(["x509", "-in", file, "-noout", "-pubkey"]).trim()).toBe(
      openssl(["pkey", "-in", realm.file(`${name}.key`), "-pubout"]).trim(),
    );
    // Nothing is given twice for the code, but the same again.
    const again = unpacked(curl("--user", `${name}:${code}`, ...request(name)), `${name}-again`);
    expect(readFileSync(again).equals(readFileSync(file))).toBe(true);
  });
});

it("what came of it chats: the others read it", async () => {
  const { line } = realm;
  expect(await realm.join(line, "alice", "--user", "alice")).toMatchObject({ code: 0, stderr: "" });
  await using alice = realm.client("alice");
  const files = ["--cert", realm.file("bob-ed25519.crt"), "--key", realm.file("bob-ed25519.key"), "--ca", ca()];
  await using bob = realm.client("bob", ...files, "-ip", "127.0.0.1", "-p", `${realm.port}`);
  expect(await bob.ready()).toMatchObject({ event: "ready" });
  await alice.ready();
  expect(await bob.reply(bob.send("made by openssl"))).toMatchObject({ ok: true });
  expect(await alice.event(({ event }) => event === "message")).toMatchObject({
    text: "made by openssl",
    conversation: "#lobby",
    from: { user: "bob-ed25519", name: "Bob" },
  });
});

describe("refused as a tool sees it", () => {
  it("a wrong code: 401, a challenge, two lines of text", () => {
    const { status, body } = curlStatus("--user", "bob:AAAAAAAAAAAAAAAAAAAAAA", ...request("bob-ed25519"));
    expect([status, body]).toEqual([
      "401",
      "error: this invitation is not good\nhint: it may be used, too old, or not copied whole: ask for a new one\n",
    ]);
  });

  it("no code, and no request", async () => {
    expect(curlStatus(...request("bob-ed25519"))).toMatchObject({ status: "401" });
    const code = codeIn(await realm.invite("frank"));
    const post = ["--user", `frank:${code}`, "-X", "POST", est("simpleenroll")];
    expect(curlStatus(...post)).toMatchObject({ status: "400", body: expect.stringContaining("error: ") as string });
  });

  it("a request that names a device of its own is obeyed, one that names another user is not", async () => {
    const device = "0123456789abcdef".repeat(2);
    const names = (user: string): readonly string[] => [
      "-addext",
      `subjectAltName=URI:urn:mutual-chat:user:${user},URI:urn:mutual-chat:device:${device}`,
    ];
    openssl(["genpkey", "-algorithm", "ed25519", "-out", realm.file("grace.key")]);
    const user = ["--user", `grace:${codeIn(await realm.invite("grace"))}`];
    expect(curlStatus(...user, ...request("grace", ...names("eve")))).toMatchObject({ status: "400" });
    const file = unpacked(curl(...user, ...request("grace", ...names("grace"))), "grace");
    expect(openssl(["x509", "-in", file, "-noout", "-ext", "subjectAltName"])).toContain(device);
  });

  it("TLS 1.2", () => {
    const { status, stderr } = spawnSync("curl", ["-sS", "--tls-max", "1.2", "--cacert", ca(), est("cacerts")], {
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([35, expect.stringMatching(/protocol version/) as string]);
  });
});
