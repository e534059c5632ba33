// Every certificate that must be refused, each with its code.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Fault } from "../../../src/model/fault.ts";
import { validFor } from "../../../src/pki/issue.ts";
import { issueUnder } from "../../../src/pki/issue.ts";
import { newKeyPair } from "../../../src/pki/keys.ts";
import { checkDevice, checkServer, newPathCache } from "../../../src/pki/peer.ts";
import { realmOf, type Realm } from "../../../src/pki/realm.ts";
import { issueCrl } from "../../../src/pki/revoke.ts";
import { DAY_MS, makeRealm, strangeAuthority, type TestRealm } from "../../kit/realm.ts";

let kit: TestRealm;
let realm: Realm;

beforeAll(async () => {
  kit = await makeRealm({ clients: ["alice"] });
  realm = await kit.load();
});
afterAll(() => kit.remove());

function refusal(run: () => unknown): Fault {
  try {
    run();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

function refused(chain: readonly Uint8Array[], options: { now?: Date; realm?: Realm } = {}): string {
  const fault = refusal(() => checkDevice(chain, options.realm ?? realm, { now: options.now ?? new Date() }));
  expect(fault.hint).toBeTruthy();
  expect(fault.message).toMatch(/^[^A-Z].*[^.]$/s);
  return fault.code;
}

test("a good device is accepted, with everything it says", () => {
  const alice = kit.client("alice");
  const peer = checkDevice(alice.chain, realm, { now: new Date() });
  expect(peer).toMatchObject({ user: "alice", name: "alice", email: undefined, serial: alice.leaf.serial });
  expect(peer.device).toMatch(/^[0-9a-f]{32}$/);
  expect(peer.certificates.map((der) => der.toString("hex"))).toEqual(alice.chain.map((der) => der.toString("hex")));
  const named = kit.issueClient({ user: "zoe", name: "Zoë Ω", email: "zoe@example.org" });
  expect(checkDevice(named.chain, realm, { now: new Date() })).toMatchObject({
    user: "zoe",
    name: "Zoë Ω",
    email: "zoe@example.org",
  });
});

test("the issuing CA need not be sent where the realm knows it, and may be sent where it does not", () => {
  const { chain } = kit.client("alice");
  expect(checkDevice(chain.slice(0, 1), realm, { now: new Date() }).certificates).toHaveLength(2);
  const bare = realmOf({ root: realm.root.raw });
  expect(checkDevice(chain, bare, { now: new Date(), revocation: "if-known" }).user).toBe("alice");
  expect(refused(chain.slice(0, 1), { realm: bare })).toBe("certificate-untrusted");
});

describe("a device is refused", () => {
  test("without a certificate", () => expect(refused([])).toBe("certificate-required"));
  test("signed by itself", () => expect(refused(kit.selfSigned().chain)).toBe("certificate-untrusted"));
  test("from another CA of the same name", () => expect(refused(kit.otherCa().chain)).toBe("certificate-untrusted"));
  test("from another CA, with that CA's root in the chain", () => {
    const strange = strangeAuthority();
    const { chain } = kit.otherCa();
    expect(refused([...chain, strange.root.der])).toBe("certificate-untrusted");
  });
  test("expired", () => expect(refused(kit.expired().chain)).toBe("certificate-expired"));
  test("not yet valid", () => expect(refused(kit.notYetValid().chain)).toBe("certificate-not-yet-valid"));
  test("made for a server", () => expect(refused(kit.wrongUsage().chain)).toBe("certificate-usage"));
  test("naming nobody", () => expect(refused(kit.noIdentity().chain)).toBe("certificate-identity"));
  test("with the server's certificate", () => expect(refused(kit.server().chain)).toBe("certificate-usage"));
  test("with the issuing CA's or the root's certificate", () => {
    expect(refused([realm.issuers[0]?.raw ?? Buffer.alloc(0)])).toBe("certificate-usage");
    expect(refused([realm.root.raw])).toBe("certificate-usage");
  });
  test("without an extended key usage", () => {
    const { chain } = kit.issueClient({
      extensions: (usual) => usual.filter((one) => one.kind !== "extendedKeyUsage"),
    });
    expect(refused(chain)).toBe("certificate-usage");
  });
  test("with a key that may not sign", () => {
    const { chain } = kit.issueClient({
      extensions: (usual) => usual.map((one) => (one.kind === "keyUsage" ? { ...one, uses: ["keyAgreement"] } : one)),
    });
    expect(refused(chain)).toBe("certificate-usage");
  });
  test("with garbage, or a certificate cut short, or one with a byte more", () => {
    const { chain } = kit.client("alice");
    const leaf = chain[0] ?? Buffer.alloc(0);
    expect(refused([Buffer.from("nonsense")])).toBe("certificate-malformed");
    expect(refused([leaf.subarray(0, -1)])).toBe("certificate-malformed");
    expect(refused([Buffer.concat([leaf, Buffer.of(0)])])).toBe("certificate-malformed");
    expect(refused(Array.from({ length: 9 }, () => leaf))).toBe("certificate-malformed");
  });
  test("with any one bit of its certificate turned", () => {
    const [leaf = Buffer.alloc(0), issuing = Buffer.alloc(0)] = kit.client("alice").chain;
    for (let at = 0; at < leaf.length; at += 3) {
      const bent = Buffer.from(leaf);
      bent[at] = (bent[at] ?? 0) ^ (1 << (at % 8));
      expect(refused([bent, issuing]), `byte ${at}`).toMatch(/^certificate-/);
    }
  });
  test("with an identity of the wrong form", () => {
    const device = "0".repeat(32);
    const bad = [
      { user: "Alice" },
      { user: "-alice" },
      { user: "" },
      { user: "a".repeat(33) },
      { user: "alice bob" },
      { device: device.toUpperCase().replaceAll("0", "A") },
      { device: "0".repeat(31) },
      { device: `${device}0` },
      { device: "" },
    ];
    for (const overrides of bad)
      expect(refused(kit.issueClient({ name: "x", ...overrides }).chain)).toBe("certificate-identity");
  });
  test.each([
    [["urn:mutual-chat:user:alice", "urn:mutual-chat:user:bob", `urn:mutual-chat:device:${"0".repeat(32)}`]],
    [
      [
        "urn:mutual-chat:user:alice",
        `urn:mutual-chat:device:${"0".repeat(32)}`,
        `urn:mutual-chat:device:${"1".repeat(32)}`,
      ],
    ],
    [["urn:mutual-chat:user:alice", "URN:mutual-chat:user:root", `urn:mutual-chat:device:${"0".repeat(32)}`]],
    [["URN:MUTUAL-CHAT:user:alice", `urn:mutual-chat:device:${"0".repeat(32)}`]],
    [["urn:mutual-chat:user:alice"]],
    [[`urn:mutual-chat:device:${"0".repeat(32)}`]],
  ])("naming %j", (uris) => {
    const names = uris.map((value) => ({ kind: "uri", value }) as const);
    const { chain } = kit.issueClient({
      extensions: (usual) => usual.map((one) => (one.kind === "subjectAltName" ? { ...one, names } : one)),
    });
    expect(refused(chain)).toBe("certificate-identity");
  });
});

describe("a CA that is none is refused", () => {
  test("a device that signs another one", () => {
    const alice = kit.client("alice");
    const keys = newKeyPair("ed25519");
    const template = kit.authority.templates.device({
      user: "root" as never,
      device: "0".repeat(32) as never,
      name: "root",
    });
    const forged = issueUnder(
      { certificate: alice.leaf, key: alice.key },
      { ...template, publicKey: keys.publicKey, validity: validFor(1, new Date()) },
    );
    expect(refused([forged.der, ...alice.chain])).toBe("certificate-untrusted");
  });
  test("a further CA below the issuing one (path length 0)", () => {
    const validity = validFor(1, new Date());
    const keys = newKeyPair("ed25519");
    const template = kit.authority.templates.issuing();
    const subject = [{ type: "CN", value: "deeper" }];
    const deeper = issueUnder(kit.authority.issuing, { ...template, subject, publicKey: keys.publicKey, validity });
    const device = kit.authority.templates.device({
      user: "eve" as never,
      device: "0".repeat(32) as never,
      name: "eve",
    });
    const leaf = issueUnder(
      { certificate: deeper, key: keys.privateKey },
      { ...device, publicKey: newKeyPair("ed25519").publicKey, validity },
    );
    expect(refused([leaf.der, deeper.der, ...kit.client("alice").chain.slice(1)])).toBe("certificate-untrusted");
  });
});

describe("the server is refused", () => {
  test("for a host that its certificate does not name", () => {
    const { chain } = kit.server();
    const check = (host: string) => checkServer(chain, realm, { now: new Date(), host });
    for (const host of ["localhost", "127.0.0.1", "::1", "0:0:0:0:0:0:0:1"])
      expect(check(host).names).toContain("localhost");
    for (const host of ["example.org", "127.0.0.2", "localhost.example.org", "Mutual server", ""]) {
      expect(refusal(() => check(host)).code).toBe("certificate-name");
    }
    expect(checkServer(chain, realm, { now: new Date() }).names).toEqual(["localhost", "127.0.0.1", "::1"]);
  });
  test("with a device's certificate", () => {
    expect(refusal(() => checkServer(kit.client("alice").chain, realm, { now: new Date() })).code).toBe(
      "certificate-usage",
    );
  });
});

describe("revocation", () => {
  test("a revoked device is refused, also out of the cache, and with other lists it is not", async () => {
    using own = await makeRealm({ clients: ["alice"] });
    const cache = newPathCache();
    const before = await own.load();
    const { chain } = own.client("alice");
    expect(checkDevice(chain, before, { now: new Date(), cache }).user).toBe("alice");
    await own.revoke("alice");
    const after = await own.load();
    expect(refusal(() => checkDevice(chain, after, { now: new Date(), cache })).code).toBe("certificate-revoked");
    expect(refusal(() => checkDevice(chain, after, { now: new Date(), revocation: "if-known" })).code).toBe(
      "certificate-revoked",
    );
    expect(refusal(() => checkDevice(chain, before, { now: new Date(Date.now() + 500 * DAY_MS), cache })).code).toBe(
      "certificate-expired",
    );
  });

  test("an old list does not undo a revocation, whatever the order", async () => {
    using own = await makeRealm({ clients: ["alice"] });
    const old = await own.load();
    await own.revoke("alice");
    const fresh = await own.load();
    const lists = [...old.crls.values(), ...fresh.crls.values()].map((crl) => crl.der);
    for (const crls of [lists, lists.toReversed()]) {
      const both = realmOf({ root: fresh.root.raw, issuers: fresh.issuers.map((ca) => ca.raw), crls });
      expect(refusal(() => checkDevice(own.client("alice").chain, both, { now: new Date() })).code).toBe(
        "certificate-revoked",
      );
    }
  });

  test.each(["issuing.crl", "ca.crl"] as const)(
    "an ended %s refuses every device where lists are required",
    async (which) => {
      using own = await makeRealm({ clients: ["alice"] });
      own.endList(which);
      const ended = await own.load();
      expect(refused(own.client("alice").chain, { realm: ended })).toBe("crl-expired");
      expect(checkDevice(own.client("alice").chain, ended, { now: new Date(), revocation: "if-known" }).user).toBe(
        "alice",
      );
    },
  );

  test("a missing list refuses every device where lists are required", () => {
    const crls = [...realm.crls.values()].map((crl) => crl.der);
    for (const kept of [[], crls.slice(0, 1), crls.slice(1)]) {
      const poor = realmOf({ root: realm.root.raw, issuers: realm.issuers.map((ca) => ca.raw), crls: kept });
      expect(refused(kit.client("alice").chain, { realm: poor })).toBe("crl-missing");
    }
  });

  test("a list that starts in the future is refused", () => {
    const now = new Date(Date.now() + 30 * DAY_MS);
    const list = issueCrl(kit.authority.issuing, { now, days: 90 });
    const root = issueCrl(kit.rootSigner, { now: new Date(), days: 90 });
    const early = realmOf({
      root: realm.root.raw,
      issuers: realm.issuers.map((ca) => ca.raw),
      crls: [list.der, root.der],
    });
    expect(refused(kit.client("alice").chain, { realm: early })).toBe("crl-not-yet-valid");
  });

  test("a list that the CA did not sign, or damaged, is never taken", () => {
    const forged = issueCrl(strangeAuthority().issuing, { now: new Date(), days: 90 });
    const [good = Buffer.alloc(0)] = [...realm.crls.values()].map((crl) => crl.der);
    const parts = { root: realm.root.raw, issuers: realm.issuers.map((ca) => ca.raw) };
    expect(refusal(() => realmOf({ ...parts, crls: [forged.der] })).code).toBe("crl-untrusted");
    for (let at = 0; at < good.length; at += 1) {
      const bent = Buffer.from(good);
      bent[at] = (bent[at] ?? 0) ^ 1;
      expect(refusal(() => realmOf({ ...parts, crls: [bent] })).code, `byte ${at}`).toBe("crl-untrusted");
    }
  });

  test("a revoked issuing CA takes its devices with it", () => {
    const serial = kit.authority.issuing.certificate.serial;
    const now = new Date();
    const root = issueCrl(kit.rootSigner, { now, days: 90, added: [{ serial, when: now, reason: "keyCompromise" }] });
    const issuing = issueCrl(kit.authority.issuing, { now, days: 90 });
    const fallen = realmOf({
      root: realm.root.raw,
      issuers: realm.issuers.map((ca) => ca.raw),
      crls: [root.der, issuing.der],
    });
    expect(refused(kit.client("alice").chain, { realm: fallen })).toBe("certificate-revoked");
  });
});

describe("a realm is refused", () => {
  test("whose root is not one", () => {
    const [leaf = Buffer.alloc(0), issuing = Buffer.alloc(0)] = kit.client("alice").chain;
    expect(refusal(() => realmOf({ root: issuing })).code).toBe("certificate-untrusted");
    expect(refusal(() => realmOf({ root: leaf })).code).toBe("certificate-untrusted");
    expect(refusal(() => realmOf({ root: kit.selfSigned().leaf.der })).code).toBe("certificate-usage");
  });
});
