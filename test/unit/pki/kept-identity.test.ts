// An identity as one piece of bytes: what was kept comes back as files would, and what is damaged is refused with a code.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Fault } from "../../../src/model/fault.ts";
import { filesOf, type KeptIdentity, readIdentity, writeIdentity } from "../../../src/pki/kept-identity.ts";
import { loadClientFiles } from "../../../src/pki/load-client.ts";
import { DAY_MS, deviceOf, makeRealm, type TestIdentity, type TestRealm } from "../../kit/realm.ts";

let realm: TestRealm;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice"] });
});
afterAll(() => realm.remove());

const now = new Date();

function kept({ keyPem, chain }: TestIdentity, over: Partial<KeptIdentity> = {}): KeptIdentity {
  return { keyPem, certificates: chain, root: realm.authority.root.der, crls: [], ...over };
}

/** Through bytes and back. */
function opened(identity: KeptIdentity, options?: Parameters<typeof filesOf>[1]) {
  return filesOf(readIdentity(writeIdentity(identity)), options ?? { now });
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
  return "none";
}

describe("what is kept", () => {
  test("is the same as what lies in files", async () => {
    const files = await loadClientFiles({ certs: realm.dir, as: "alice", now });
    const mine = opened(kept(realm.client("alice")));
    expect(mine.peer).toEqual(files.peer);
    expect(mine.realm.fingerprint).toBe(files.realm.fingerprint);
    expect([mine.certificatePem, mine.keyPem, mine.warnings]).toEqual([files.certificatePem, files.keyPem, []]);
    expect(mine.leaf.der.equals(files.leaf.der)).toBe(true);
  });

  test("comes back byte for byte, lists and all", async () => {
    const { crls } = await realm.load();
    const lists = [...crls.values()].map(({ der }) => der);
    expect(lists).toHaveLength(2);
    const more = { since: 5, former: [realm.issueClient().keyPem], next: realm.issueClient().keyPem };
    const identity = kept(realm.client("alice"), { crls: lists, ...more });
    expect(readIdentity(writeIdentity(identity))).toEqual(identity);
    expect(opened(identity).realm.crls.size).toBe(2);
  });

  test("a device whose time is over is told by its code, and opened for whoever renews it", () => {
    const old = realm.expired();
    expect(codeOf(() => opened(kept(old)))).toBe("certificate-expired");
    expect(opened(kept(old), { now, ended: true }).peer.device).toBe(deviceOf(old));
    const later = { now: new Date(now.getTime() + 400 * DAY_MS) };
    expect(codeOf(() => opened(kept(realm.issueClient()), later))).toBe("certificate-expired");
  });

  test("a list that is kept is obeyed", async () => {
    using own = await makeRealm({ clients: ["alice"] });
    await own.revoke("alice");
    const { crls } = await own.load();
    const identity = {
      ...kept(own.client("alice")),
      root: own.authority.root.der,
      crls: [...crls.values()].map(({ der }) => der),
    };
    expect(codeOf(() => opened(identity))).toBe("certificate-revoked");
  });
});

describe("what does not belong together", () => {
  test.each<readonly [string, string, () => KeptIdentity]>([
    ["the key of another", "key-mismatch", () => kept(realm.client("alice"), { keyPem: realm.issueClient().keyPem })],
    ["a certificate of another realm", "certificate-untrusted", () => kept(realm.otherCa())],
    ["a server's certificate", "certificate-usage", () => kept(realm.server())],
    ["a certificate that names nobody", "certificate-identity", () => kept(realm.noIdentity())],
    ["no certificate", "certificate-malformed", () => kept(realm.client("alice"), { certificates: [] })],
    ["a root that is none", "certificate-malformed", () => kept(realm.client("alice"), { root: Buffer.from("no") })],
    [
      "an issuing CA for a root",
      "certificate-untrusted",
      () => kept(realm.client("alice"), { root: realm.authority.issuing.certificate.der }),
    ],
    ["a key that is none", "key-malformed", () => kept(realm.client("alice"), { keyPem: "no" })],
  ])("%s: %s", (_what, code, identity) => {
    expect(codeOf(() => opened(identity()))).toBe(code);
  });
});

describe("bytes that are damaged", () => {
  const whole = () => JSON.parse(String(writeIdentity(kept(realm.client("alice"))))) as Record<string, unknown>;
  test.each<readonly [string, (parts: Record<string, unknown>) => unknown]>([
    ["not an object", () => 5],
    ["nothing", () => null],
    ["a list", () => []],
    ["without a key", (parts) => ({ ...parts, keyPem: undefined })],
    ["without certificates", (parts) => ({ ...parts, certificates: undefined })],
    ["without a root", (parts) => ({ ...parts, root: undefined })],
    ["without lists", (parts) => ({ ...parts, crls: undefined })],
    ["a number for a key", (parts) => ({ ...parts, keyPem: 5 })],
    ["a text for the certificates", (parts) => ({ ...parts, certificates: "abc" })],
    ["a number among the certificates", (parts) => ({ ...parts, certificates: [5] })],
    ["a number among the former keys", (parts) => ({ ...parts, former: [5] })],
    ["a number for the next key", (parts) => ({ ...parts, next: 5 })],
    ["nothing for the next key", (parts) => ({ ...parts, next: null })],
    ["a text for the time", (parts) => ({ ...parts, since: "5" })],
    ["a time before all times", (parts) => ({ ...parts, since: -1 })],
    ["nothing for the time", (parts) => ({ ...parts, since: null })],
    ["a list for a root", (parts) => ({ ...parts, root: [1, 2] })],
  ])("%s", (_what, bend) => {
    expect(codeOf(() => readIdentity(Buffer.from(JSON.stringify(bend(whole())))))).toBe("identity-damaged");
  });

  test.each([[""], ["{"], ["\u{0}"], ["nonsense"]])("%j", (text) => {
    expect(codeOf(() => readIdentity(Buffer.from(text)))).toBe("identity-damaged");
  });

  test("the fault says nothing of the key", () => {
    const { keyPem } = realm.client("alice");
    let told: string | undefined;
    try {
      readIdentity(Buffer.from(JSON.stringify({ keyPem })));
    } catch (error) {
      told = error instanceof Fault ? `${error.message} ${error.hint ?? ""}` : keyPem;
    }
    expect(told).toMatch(/^the identity/);
    expect(told).not.toContain(keyPem.split("\n")[1]);
  });
});
