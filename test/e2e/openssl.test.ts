// Our certificates against the real openssl, and the real openssl's against our checks; mutual TLS over real sockets.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { once } from "node:events";
import { connect, createServer, type TLSSocket } from "node:tls";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KeyType } from "../../src/pki/algorithms.ts";
import { encryptedKeyPem, writeBundle } from "../../src/pki/bundle.ts";
import { plainKeyPem } from "../../src/pki/keys.ts";
import { loadClientFiles } from "../../src/pki/load-client.ts";
import { chainOf, checkDevice, checkServer } from "../../src/pki/peer.ts";
import { makeRealm, type TestRealm } from "../kit/realm.ts";
import { openssl, tryOpenssl } from "../kit/openssl.ts";

const TYPES: readonly KeyType[] = ["ed25519", "p256", "rsa"];

describe.each(TYPES)("a realm of %s made by us", (keyType) => {
  let kit: TestRealm;
  beforeAll(async () => {
    kit = await makeRealm({ clients: ["alice"], keyType });
  });
  afterAll(() => kit.remove());
  const ca = () => ["-CAfile", kit.file("ca.crt"), "-untrusted", kit.file("issuing.crt")];

  test("openssl verifies every certificate, strictly and for its purpose", () => {
    const strict = ["verify", "-x509_strict", "-check_ss_sig", "-policy_check"];
    expect(openssl([...strict, "-CAfile", kit.file("ca.crt"), kit.file("ca.crt"), kit.file("issuing.crt")])).toContain(
      "issuing.crt: OK",
    );
    const named = ["-verify_hostname", "localhost", "-verify_ip", "::1"];
    expect(openssl([...strict, ...ca(), "-purpose", "sslserver", ...named, kit.file("server.crt")])).toContain(": OK");
    expect(openssl([...strict, ...ca(), "-purpose", "sslclient", kit.file("clients/alice.crt")])).toContain(": OK");
    expect(tryOpenssl([...strict, ...ca(), "-purpose", "sslserver", kit.file("clients/alice.crt")]).status).not.toBe(0);
    expect(tryOpenssl([...strict, ...ca(), "-purpose", "sslclient", kit.file("server.crt")]).status).not.toBe(0);
  });

  test("openssl reads our lists, and obeys them", async () => {
    using own = await makeRealm({ clients: ["alice"], keyType: keyType === "rsa" ? "p256" : keyType });
    const lists = ["-CRLfile", own.file("ca.crl"), "-CRLfile", own.file("issuing.crl")];
    const all = [
      "verify",
      "-x509_strict",
      "-crl_check_all",
      "-CAfile",
      own.file("ca.crt"),
      "-untrusted",
      own.file("issuing.crt"),
      ...lists,
    ];
    expect(
      openssl(["crl", "-in", own.file("issuing.crl"), "-CAfile", own.file("issuing.crt"), "-noout", "-crlnumber"]),
    ).toMatch(/verify OK[\s\S]*|crlNumber=0x0?1/);
    expect(openssl([...all, own.file("clients/alice.crt")])).toContain(": OK");
    await own.revoke("alice");
    await own.revoke("ff".repeat(16));
    const text = openssl([
      "crl",
      "-in",
      own.file("issuing.crl"),
      "-CAfile",
      own.file("issuing.crt"),
      "-noout",
      "-text",
    ]);
    expect(text).toContain("verify OK");
    expect(text).toMatch(/X509v3 CRL Number:\s+3/);
    expect(text).toContain(`Serial Number: ${own.client("alice").leaf.serial.toUpperCase()}`);
    expect(text).toContain(`Serial Number: ${"FF".repeat(16)}`);
    expect(tryOpenssl([...all, own.file("clients/alice.crt")]).stderr).toContain("certificate revoked");
    expect(openssl([...all, own.file("server.crt")])).toContain(": OK");
  });

  test("openssl opens our bundles and keys", () => {
    const show = openssl(["pkcs12", "-in", kit.file("clients/alice.p12"), "-passin", "pass:", "-noenc", "-info"]);
    expect(show.match(/BEGIN CERTIFICATE/g)).toHaveLength(3);
    expect(show).toContain("MAC: sha256");
    expect(show).toContain("PBES2, PBKDF2, AES-256-CBC");
    expect(show).toContain("friendlyName: alice");
    const { key, leaf } = kit.client("alice");
    const sealed = join(kit.dir, "sealed.p12");
    writeFileSync(sealed, writeBundle({ key, certificates: [leaf], friendlyName: "Zoë Ω", passphrase: "pässword" }));
    expect(openssl(["pkcs12", "-in", sealed, "-passin", "pass:pässword", "-noenc"])).toContain("BEGIN PRIVATE KEY");
    expect(tryOpenssl(["pkcs12", "-in", sealed, "-passin", "pass:x", "-noenc"]).status).not.toBe(0);
    writeFileSync(join(kit.dir, "sealed.key"), encryptedKeyPem(key, "pässword"));
    expect(openssl(["pkey", "-in", join(kit.dir, "sealed.key"), "-passin", "pass:pässword"]).trim()).toBe(
      plainKeyPem(key).trim(),
    );
  });

  test("mutual TLS: both sides are who they say, a stranger is turned away", async () => {
    const realm = await kit.load();
    const server = kit.server();
    const own = await loadClientFiles({ certs: kit.dir, as: "alice", now: new Date() });
    const listener = createServer({
      cert: server.certPem,
      key: server.keyPem,
      ca: kit.caPem(),
      crl: kit.crlPems(),
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: "TLSv1.3",
      ALPNProtocols: ["mutual-chat/1"],
    });
    let served = 0;
    listener.on("secureConnection", (socket) => {
      served += 1;
      const peer = checkDevice(chainOf(socket.getPeerX509Certificate()), realm, { now: new Date() });
      socket.end(`hello ${peer.user} ${peer.device}`);
    });
    listener.listen(0, "127.0.0.1");
    await once(listener, "listening");
    const { port } = listener.address() as AddressInfo;
    const dial = (cert: string, key: string): TLSSocket =>
      connect({
        port,
        host: "127.0.0.1",
        cert,
        key,
        ca: kit.caPem(),
        minVersion: "TLSv1.3",
        ALPNProtocols: ["mutual-chat/1"],
      });
    try {
      const socket = dial(own.certificatePem, own.keyPem);
      await once(socket, "secureConnect");
      expect(socket.getProtocol()).toBe("TLSv1.3");
      const chain = chainOf(socket.getPeerX509Certificate());
      expect(checkServer(chain, own.realm, { now: new Date(), host: "127.0.0.1" }).names).toContain("localhost");
      expect(String(Buffer.concat(await socket.toArray()))).toBe(`hello alice ${own.peer.device}`);
      for (const bad of [kit.otherCa(), kit.selfSigned(), kit.expired()]) {
        const stranger = dial(bad.certPem, bad.keyPem);
        // TLS 1.3 tells a client late: it sees an alert, a reset or a silent end, but never a byte of ours.
        expect(await stranger.toArray().catch(() => [])).toEqual([]);
      }
      expect(served).toBe(1);
    } finally {
      listener.close();
    }
  });
});
