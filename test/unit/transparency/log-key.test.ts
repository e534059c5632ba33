// The certificate of the log's key: what is in it, what OpenSSL says to it, and that checking it stays light.

import { createPublicKey } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Certificate } from "../../../src/pki/certificate.ts";
import { newKeyPair } from "../../../src/pki/keys.ts";
import { LOG_SIGNING } from "../../../src/pki/path.ts";
import { newPathCache } from "../../../src/pki/peer.ts";
import { toPem } from "../../../src/pki/pem.ts";
import type { Realm } from "../../../src/pki/realm.ts";
import { issueLogCertificate } from "../../../src/transparency/log-issue.ts";
import { checkLogCertificate } from "../../../src/transparency/log-key.ts";
import { openssl, tryOpenssl } from "../../kit/openssl.ts";
import { DAY_MS, makeRealm, type TestRealm } from "../../kit/realm.ts";

let kit: TestRealm;
let realm: Realm;
let leaf: Certificate;
const keys = newKeyPair("ed25519");
const now = new Date();

beforeAll(async () => {
  kit = await makeRealm({ clients: ["alice"] });
  realm = await kit.load();
  leaf = issueLogCertificate(kit.authority, { publicKey: keys.publicKey, terms: { now } });
  writeFileSync(kit.file("log.crt"), toPem("CERTIFICATE", leaf.der));
});
afterAll(() => kit.remove());

test("it names the log and may sign heads, nothing else", () => {
  expect(leaf.altNames).toEqual([{ kind: "uri", value: "urn:mutual-chat:log" }]);
  expect([...(leaf.purposes ?? [])]).toEqual([LOG_SIGNING]);
  expect([...(leaf.uses ?? [])]).toEqual(["digitalSignature"]);
  expect([leaf.ca, leaf.unknown]).toEqual([false, []]);
});

test("it is checked with and without the issuing CA, and says its key and its end", () => {
  const cache = newPathCache();
  for (const chain of [[leaf.der, kit.authority.issuing.certificate.der], [leaf.der]]) {
    for (const options of [{ now }, { now, cache }, { now, cache }, { now, revocation: "required" as const }]) {
      const { publicKey, notAfter } = checkLogCertificate(chain, realm, options);
      expect(publicKey.equals(keys.publicKey)).toBe(true);
      expect(notAfter).toEqual(leaf.notAfter);
    }
  }
});

test("it lasts 397 days, or as long as it is told, but never longer than its CA", () => {
  const days = (wish: object): number => {
    const made = issueLogCertificate(kit.authority, { publicKey: keys.publicKey, terms: { now, ...wish } });
    return Math.round((made.notAfter.getTime() - now.getTime()) / DAY_MS);
  };
  expect([days({}), days({ days: 7 })]).toEqual([397, 7]);
  const end = kit.authority.issuing.certificate.notAfter;
  expect(days({ days: 9999 })).toBe(Math.round((end.getTime() - now.getTime()) / DAY_MS));
});

test("openssl verifies it, strictly, and takes it for no server and no client", () => {
  const verify = ["verify", "-x509_strict", "-policy_check", "-CAfile", kit.file("ca.crt")];
  const chain = [...verify, "-untrusted", kit.file("issuing.crt")];
  expect(openssl([...chain, kit.file("log.crt")])).toContain("log.crt: OK");
  for (const purpose of ["sslserver", "sslclient", "smimesign", "timestampsign"])
    expect(tryOpenssl([...chain, "-purpose", purpose, kit.file("log.crt")]).status).not.toBe(0);
  const lists = ["-crl_check_all", "-CRLfile", kit.file("ca.crl"), "-CRLfile", kit.file("issuing.crl")];
  expect(openssl([...chain, ...lists, kit.file("log.crt")])).toContain("log.crt: OK");
  const text = openssl(["x509", "-in", kit.file("log.crt"), "-noout", "-text"]);
  expect(text).toMatch(/Extended Key Usage: critical\s+1\.2\.840\.113556\.1\.8000\.2554\.[\d.]+\s/);
  expect(text).toContain("URI:urn:mutual-chat:log");
  const key = openssl(["x509", "-in", kit.file("log.crt"), "-noout", "-pubkey"]);
  expect(createPublicKey(key).equals(keys.publicKey)).toBe(true);
});

/** Everything that a static import of this file loads. */
function loadedBy(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  if (!path.endsWith(".ts")) return seen;
  const imports = /^(?:import|export) (?!type )[\s\S]*?from "([^"]+)";/gm;
  for (const [, from = ""] of readFileSync(path, "utf8").matchAll(imports))
    loadedBy(from.startsWith(".") ? resolve(dirname(path), from) : from, seen);
  return seen;
}

test("only the file that issues loads what builds certificates", () => {
  const room = resolve(import.meta.dirname, "../../../src/transparency");
  expect([...loadedBy(resolve(room, "log-issue.ts"))]).toContain("node-forge");
  for (const name of ["log-key.ts", "history.ts", "merkle.ts"])
    expect([...loadedBy(resolve(room, name))]).not.toContain("node-forge");
});
