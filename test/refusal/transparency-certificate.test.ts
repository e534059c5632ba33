// Certificates that are not the log's of this realm, each with its code.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Extension } from "../../src/pki/extension-values.ts";
import { issueSelfSigned, issueUnder, validFor, type Validity } from "../../src/pki/issue.ts";
import { newKeyPair } from "../../src/pki/keys.ts";
import { CLIENT_AUTH, LOG_SIGNING, SERVER_AUTH } from "../../src/pki/path.ts";
import { checkDevice, checkServer, newPathCache } from "../../src/pki/peer.ts";
import type { KeyType } from "../../src/pki/algorithms.ts";
import type { Authority } from "../../src/pki/authority.ts";
import type { AltName } from "../../src/pki/alt-name.ts";
import type { Realm } from "../../src/pki/realm.ts";
import { issueLogCertificate } from "../../src/transparency/log-issue.ts";
import { checkLogCertificate, LOG_URI } from "../../src/transparency/log-key.ts";
import { DAY_MS, makeRealm, strangeAuthority, type TestRealm } from "../kit/realm.ts";
import { codeOf } from "../unit/transparency/a-log.ts";

let kit: TestRealm;
let realm: Realm;
const now = new Date();
beforeAll(async () => {
  kit = await makeRealm({ clients: ["alice"] });
  realm = await kit.load();
});
afterAll(() => kit.remove());

const LOG_NAME: AltName = { kind: "uri", value: LOG_URI };

type Forgery = {
  readonly names?: readonly AltName[];
  readonly purposes?: readonly string[];
  readonly uses?: Extract<Extension, { kind: "keyUsage" }>["uses"];
  readonly ca?: boolean;
  readonly keyType?: KeyType;
  readonly validity?: Validity;
  readonly authority?: Authority;
};

/** Really issued by the CA, without the check that the room makes of its own. */
function forged(forgery: Forgery = {}): Buffer[] {
  const { issuing } = forgery.authority ?? kit.authority;
  const extensions: Extension[] = [
    { kind: "basicConstraints", critical: true, ca: forgery.ca ?? false, pathLength: undefined },
    { kind: "keyUsage", critical: true, uses: forgery.uses ?? ["digitalSignature"] },
    { kind: "extendedKeyUsage", critical: true, purposes: forgery.purposes ?? [LOG_SIGNING] },
    { kind: "subjectAltName", critical: false, names: forgery.names ?? [LOG_NAME] },
  ];
  const leaf = issueUnder(issuing, {
    subject: [{ type: "CN", value: "transparency log" }],
    extensions,
    publicKey: newKeyPair(forgery.keyType ?? "ed25519").publicKey,
    validity: forgery.validity ?? validFor(30, now),
  });
  return [leaf.der, issuing.certificate.der];
}

const check = (chain: readonly Uint8Array[], at = now): string =>
  codeOf(() => checkLogCertificate(chain, realm, { now: at }));

test("the forging itself is accepted, so the refusals below are for what was changed", () => {
  expect(check(forged())).toBe("accepted");
});

describe("names", () => {
  const uri = (value: string): AltName => ({ kind: "uri", value });
  test.each<[string, AltName[]]>([
    ["none", []],
    ["another", [uri("urn:mutual-chat:logs")]],
    ["in capitals", [uri("urn:mutual-chat:LOG")]],
    ["in capitals in front", [uri("URN:mutual-chat:log")]],
    ["with more behind it", [uri("urn:mutual-chat:log:1")]],
    ["twice", [LOG_NAME, LOG_NAME]],
    ["of another kind", [{ kind: "dns", value: LOG_URI }]],
    ["with a host beside it", [LOG_NAME, { kind: "dns", value: "localhost" }]],
    ["of a device too", [LOG_NAME, uri("urn:mutual-chat:user:eve"), uri(`urn:mutual-chat:device:${"0".repeat(32)}`)]],
  ])("%s", (_, names) => {
    expect(check(forged({ names }))).toBe("certificate-identity");
  });
});

describe("uses", () => {
  test.each<[string, Forgery]>([
    ["a device's", { purposes: [CLIENT_AUTH] }],
    ["a server's", { purposes: [SERVER_AUTH] }],
    ["any", { purposes: ["2.5.29.37.0"] }],
    ["the log's and a device's", { purposes: [LOG_SIGNING, CLIENT_AUTH] }],
    ["the log's and a server's", { purposes: [LOG_SIGNING, SERVER_AUTH] }],
    ["the log's and any", { purposes: [LOG_SIGNING, "2.5.29.37.0"] }],
    ["a CA", { ca: true }],
    ["no signature", { uses: ["keyAgreement"] }],
    ["a signature of more", { uses: ["digitalSignature", "keyCertSign"] }],
    ["a P-256 key", { keyType: "p256" }],
  ])("%s", (_, forgery) => {
    expect(check(forged(forgery))).toBe("certificate-usage");
  });

  test("a key that heads are not signed with is not certified in the first place", () => {
    const { publicKey } = newKeyPair("p256");
    expect(codeOf(() => issueLogCertificate(kit.authority, { publicKey, terms: { now } }))).toBe("certificate-usage");
  });

  test("devices and servers are no logs, and a log is neither of them", () => {
    expect(check(kit.client("alice").chain)).toBe("certificate-usage");
    expect(check(kit.server().chain)).toBe("certificate-usage");
    const cache = newPathCache();
    const chain = forged();
    expect(codeOf(() => checkLogCertificate(chain, realm, { now, cache }))).toBe("accepted");
    expect(codeOf(() => checkDevice(chain, realm, { now, cache }))).toBe("certificate-usage");
    expect(codeOf(() => checkServer(chain, realm, { now, cache }))).toBe("certificate-usage");
  });
});

describe("origin and time", () => {
  test("another CA of the same names", () => {
    const authority = strangeAuthority();
    expect(check(forged({ authority }))).toBe("certificate-untrusted");
    const chain = [issueLogCertificate(authority, { publicKey: newKeyPair("ed25519").publicKey, terms: { now } }).der];
    expect(check(chain)).toBe("certificate-untrusted");
  });

  test("its own key", () => {
    const { publicKey, privateKey } = newKeyPair("ed25519");
    const extensions: Extension[] = [
      { kind: "keyUsage", critical: true, uses: ["digitalSignature"] },
      { kind: "extendedKeyUsage", critical: true, purposes: [LOG_SIGNING] },
      { kind: "subjectAltName", critical: false, names: [LOG_NAME] },
    ];
    const subject = [{ type: "CN", value: "transparency log" }];
    const own = issueSelfSigned({ subject, extensions, publicKey, validity: validFor(1, now) }, privateKey);
    expect(check([own.der])).toBe("certificate-untrusted");
  });

  test("a device that issues one", () => {
    const alice = kit.client("alice");
    const authority = { ...kit.authority, issuing: { certificate: alice.leaf, key: alice.key } };
    const [leaf = Buffer.of()] = forged({ authority });
    expect(check([leaf, ...alice.chain])).toBe("certificate-untrusted");
  });

  test("nothing, or something else", () => {
    expect(check([])).toBe("certificate-required");
    expect(check([Buffer.from("certificate")])).toBe("certificate-malformed");
  });

  test("ended, or not begun", () => {
    const soon = forged({ validity: validFor(10, now) });
    expect(check(soon, new Date(now.getTime() + 9 * DAY_MS))).toBe("accepted");
    expect(check(soon, new Date(now.getTime() + 11 * DAY_MS))).toBe("certificate-expired");
    expect(check(soon, new Date(now.getTime() - DAY_MS))).toBe("certificate-not-yet-valid");
  });

  test("revoked", async () => {
    using own = await makeRealm({ clients: ["alice"] });
    const leaf = issueLogCertificate(own.authority, { publicKey: newKeyPair("ed25519").publicKey, terms: { now } });
    const checked = async (): Promise<string> => {
      const loaded = await own.load();
      return codeOf(() => checkLogCertificate([leaf.der], loaded, { now: new Date() }));
    };
    expect(await checked()).toBe("accepted");
    await own.revoke(leaf.serial);
    expect(await checked()).toBe("certificate-revoked");
  });
});
