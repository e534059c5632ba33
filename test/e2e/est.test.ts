// Enrolment by curl and openssl alone (RFC 7030), and a chat with what came of it: no program of ours makes the key or the request.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { derBlocks } from "../../src/pki/pem.ts";
import { readCertificate } from "../../src/pki/certificate.ts";
import { EstByCurl } from "../kit/est.ts";
import { openssl, tryOpenssl } from "../kit/openssl.ts";
import { OwnRealm } from "../kit/own-realm.ts";
import { readInvitationLine } from "../../src/wire/invitation-line.ts";

let realm: OwnRealm;
let est: EstByCurl;
beforeAll(async () => {
  realm = await OwnRealm.init();
  await realm.start();
  est = new EstByCurl(realm);
});
afterAll(() => realm[Symbol.asyncDispose]());

const codeIn = (line: string): string => readInvitationLine(line).code;

it("cacerts gives root and issuing CA as they lie in the folder of the realm", () => {
  const file = est.unpacked(est.curl(est.url("cacerts")), "cacerts");
  const given = derBlocks(readFileSync(file), ["CERTIFICATE"]).map((der) => der.toString("hex"));
  const lies = ["ca.crt", "issuing.crt"].map((name) =>
    String(derBlocks(readFileSync(`${realm.data}/realm/${name}`), ["CERTIFICATE"])[0]?.toString("hex")),
  );
  expect(given.toSorted()).toEqual(lies.toSorted());
  expect(est.curl("-I", "-X", "GET", est.url("cacerts")).toLowerCase()).toMatch(
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
    est.newKey(name, algorithm);
    const code = await lasts();
    const file = est.unpacked(est.curl("--user", `${name}:${code}`, ...est.request(name)), name);
    const chain = ["-CAfile", est.ca, "-untrusted", file];
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
    const again = est.unpacked(est.curl("--user", `${name}:${code}`, ...est.request(name)), `${name}-again`);
    expect(readFileSync(again).equals(readFileSync(file))).toBe(true);
  });
});

it("what came of it chats: the others read it", async () => {
  const { line } = realm;
  expect(await realm.join(line, "alice", "--user", "alice")).toMatchObject({ code: 0, stderr: "" });
  await using alice = realm.client("alice");
  const files = ["--cert", realm.file("bob-ed25519.crt"), "--key", realm.file("bob-ed25519.key"), "--ca", est.ca];
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
    const { status, body } = est.curlStatus("--user", "bob:AAAAAAAAAAAAAAAAAAAAAA", ...est.request("bob-ed25519"));
    expect([status, body]).toEqual([
      "401",
      "error: this invitation is not good\nhint: it may be used, too old, or not copied whole: ask for a new one\n",
    ]);
  });

  it("no code, and no request", async () => {
    expect(est.curlStatus(...est.request("bob-ed25519"))).toMatchObject({ status: "401" });
    const code = codeIn(await realm.invite("frank"));
    const post = ["--user", `frank:${code}`, "-X", "POST", est.url("simpleenroll")];
    expect(est.curlStatus(...post)).toMatchObject({
      status: "400",
      body: expect.stringContaining("error: ") as string,
    });
  });

  it("a request that names a device of its own is obeyed, one that names another user is not", async () => {
    const device = "0123456789abcdef".repeat(2);
    const names = (user: string): readonly string[] => [
      "-addext",
      `subjectAltName=URI:urn:mutual-chat:user:${user},URI:urn:mutual-chat:device:${device}`,
    ];
    est.newKey("grace");
    const user = ["--user", `grace:${codeIn(await realm.invite("grace"))}`];
    expect(est.curlStatus(...user, ...est.request("grace", ...names("eve")))).toMatchObject({ status: "400" });
    const file = est.unpacked(est.curl(...user, ...est.request("grace", ...names("grace"))), "grace");
    expect(openssl(["x509", "-in", file, "-noout", "-ext", "subjectAltName"])).toContain(device);
  });

  it("TLS 1.2", () => {
    const { status, stderr } = spawnSync("curl", ["-sS", "--tls-max", "1.2", "--cacert", est.ca, est.url("cacerts")], {
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([35, expect.stringMatching(/protocol version/) as string]);
  });
});
