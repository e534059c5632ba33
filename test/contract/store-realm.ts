// The realm's part of the store's contract: changes that are whole or not at all, codes that are used up, the log's order.
import { describe, expect, test } from "vitest";
import type { Handle } from "../../src/model/ids.ts";
import type {
  CertificateRecord,
  InvitationRecord,
  NewPasswordRecord,
  RealmChange,
} from "../../src/server/port/realm-store.ts";
import { deviceOf, recordOf, sha256Of, type StoreUnderTest } from "./store-harness.ts";

const NOW = 1_000_000;
const ALL = { maxCount: 1_000, maxBytes: 1_000_000 };

function invitationOf(name: string, over: Partial<InvitationRecord> = {}): InvitationRecord {
  return {
    id: sha256Of(`id ${name}`).slice(0, 8),
    hash: sha256Of(`code ${name}`),
    user: undefined,
    name: undefined,
    email: undefined,
    openpgp: undefined,
    role: "member",
    uses: 1,
    expiresAt: NOW + 1_000,
    leaseUntil: undefined,
    by: "@console",
    createdAt: NOW,
    ...over,
  };
}

function certificateOf(name: string, over: Partial<CertificateRecord> = {}): CertificateRecord {
  return {
    serial: sha256Of(`serial ${name}`).slice(0, 32),
    user: name as Handle,
    device: deviceOf(name),
    fingerprint: sha256Of(`certificate ${name}`),
    key: sha256Of(`key ${name}`),
    issuedAt: NOW,
    expiresAt: NOW + 10_000,
    leaseUntil: undefined,
    revokedAt: undefined,
    certificates: [Buffer.from(`der of ${name}`), Buffer.from("issuing")],
    ...over,
  };
}

const entry = (text: string): Uint8Array => Buffer.from(text);
const plain = (bytes: readonly Uint8Array[]): readonly string[] => bytes.map((one) => Buffer.from(one).toString());

export function realmContract(current: StoreUnderTest): void {
  const change = (over: Partial<RealmChange>, logSize: number) =>
    current.store.realm.change({ logSize, entries: [], ...over });

  describe("the realm", () => {
    test("a change is whole: log, accounts, certificates, settings; and it survives a restart", async () => {
      const account = {
        user: "ann" as Handle,
        role: "owner" as const,
        disabled: false,
        name: "Ann",
        email: "ann@example.org",
        openpgp: undefined,
        createdAt: NOW,
      };
      const certificate = certificateOf("ann");
      const settings = [{ name: "motd", value: "hello" }];
      expect(
        await change(
          { entries: [entry("a"), entry("b")], accounts: [account], certificates: [certificate], settings },
          0,
        ),
      ).toBe("ok");
      await current.reopen();
      const { realm } = current.store;
      expect(await realm.logSize()).toBe(2);
      expect(plain(await realm.logEntries(0, ALL))).toEqual(["a", "b"]);
      expect(await realm.account("ann" as Handle)).toEqual(account);
      expect(await realm.certificates({ user: "ann" as Handle }, 10)).toEqual([
        { ...certificate, certificates: certificate.certificates.map((der) => Uint8Array.from(der)) },
      ]);
      expect(await realm.setting("motd")).toBe("hello");
      expect(await change({ settings: [{ name: "motd", value: undefined }] }, 2)).toBe("ok");
      expect(await realm.setting("motd")).toBeUndefined();
    });

    test("a change thought out for another log is moved, and nothing of it is done", async () => {
      await change({ entries: [entry("a")] }, 0);
      expect(await change({ entries: [entry("x")], invitations: [invitationOf("x")] }, 0)).toBe("moved");
      expect(await change({ entries: [entry("x")] }, 2)).toBe("moved");
      expect(plain(await current.store.realm.logEntries(0, ALL))).toEqual(["a"]);
      expect(await current.store.realm.invitations(NOW)).toEqual([]);
    });

    test("of many changes at once one wins", async () => {
      const results = await Promise.all(Array.from({ length: 20 }, (_, n) => change({ entries: [entry(`${n}`)] }, 0)));
      expect(results.filter((one) => one === "ok")).toHaveLength(1);
      expect(await current.store.realm.logSize()).toBe(1);
    });

    test("pages of the log are limited in count and bytes, and always bring something", async () => {
      await change({ entries: ["aaaa", "bbbb", "cccc"].map(entry) }, 0);
      const { realm } = current.store;
      expect(plain(await realm.logEntries(1, { maxCount: 1, maxBytes: 100 }))).toEqual(["bbbb"]);
      expect(plain(await realm.logEntries(0, { maxCount: 10, maxBytes: 8 }))).toEqual(["aaaa", "bbbb"]);
      expect(plain(await realm.logEntries(2, { maxCount: 10, maxBytes: 1 }))).toEqual(["cccc"]);
      expect(await realm.logEntries(3, ALL)).toEqual([]);
    });

    invitationTests(current, change);
    certificateTests(current, change);
    passwordTests(current, change);
  });
}

type Change = (over: Partial<RealmChange>, logSize: number) => Promise<"ok" | "moved" | "refused">;

function invitationTests(current: StoreUnderTest, change: Change): void {
  test("a code is good until its time and its uses are over", async () => {
    const [one, two] = [
      invitationOf("one"),
      invitationOf("two", { uses: 2, createdAt: NOW + 1, user: "bob" as Handle }),
    ];
    await change({ invitations: [one, two] }, 0);
    const { realm } = current.store;
    expect(await realm.invitations(NOW)).toEqual([one, two]);
    expect(await realm.invitation(two.hash, NOW)).toEqual(two);
    expect(await realm.invitation(two.hash, two.expiresAt)).toBeUndefined();
    expect(await realm.invitation(sha256Of("nothing"), NOW)).toBeUndefined();
    const take = (hash: InvitationRecord["hash"], now = NOW) =>
      change({ redeemed: { hash, key: sha256Of("k"), now }, entries: [] }, 0);
    expect(await take(one.hash)).toBe("ok");
    expect(await take(one.hash)).toBe("refused");
    expect(await take(two.hash, two.expiresAt)).toBe("refused");
    expect(await take(two.hash)).toBe("ok");
    expect(await realm.invitations(NOW)).toEqual([{ ...two, uses: 1 }]);
    expect(await change({ withdrawn: [two.id] }, 0)).toBe("ok");
    expect(await take(two.hash)).toBe("refused");
  });

  test("a refused redemption leaves nothing of its change", async () => {
    const refused = await change(
      {
        redeemed: { hash: sha256Of("none"), key: sha256Of("k"), now: NOW },
        entries: [entry("a")],
        certificates: [certificateOf("ann")],
      },
      0,
    );
    expect(refused).toBe("refused");
    expect(await current.store.realm.logSize()).toBe(0);
    expect(await current.store.realm.certificates({}, 10)).toEqual([]);
  });

  test("who lost the answer finds the certificate again, and nobody else does", async () => {
    const invitation = invitationOf("one");
    const certificate = certificateOf("ann");
    await change({ invitations: [invitation] }, 0);
    const redeemed = { hash: invitation.hash, key: certificate.key, now: NOW };
    expect(await change({ redeemed, certificates: [certificate], entries: [entry("a")] }, 0)).toBe("ok");
    const { realm } = current.store;
    expect((await realm.redemption(invitation.hash, certificate.key))?.serial).toBe(certificate.serial);
    expect(await realm.redemption(invitation.hash, sha256Of("other"))).toBeUndefined();
    await current.store.tidy(invitation.expiresAt);
    expect(await realm.redemption(invitation.hash, certificate.key)).toBeDefined();
    await current.store.tidy(invitation.expiresAt + 8 * 24 * 3600 * 1000);
    expect(await realm.redemption(invitation.hash, certificate.key)).toBeUndefined();
  });
}

function certificateTests(current: StoreUnderTest, change: Change): void {
  test("certificates are found by user, device, serial and key, the good ones where asked, newest first", async () => {
    const old = certificateOf("ann");
    const newer = certificateOf("ann2", { user: "ann" as Handle, expiresAt: NOW + 20_000 });
    await change({ certificates: [old, newer, certificateOf("bob")] }, 0);
    const serials = async (query: Parameters<typeof current.store.realm.certificates>[0]) =>
      (await current.store.realm.certificates(query, 10)).map(({ serial }) => serial);
    expect(await serials({ user: "ann" as Handle })).toEqual([newer.serial, old.serial]);
    expect(await serials({ device: old.device })).toEqual([old.serial]);
    expect(await serials({ serial: newer.serial })).toEqual([newer.serial]);
    expect(await serials({ key: old.key })).toEqual([old.serial]);
    expect(await serials({ user: "ann" as Handle, goodAt: NOW + 10_000 })).toEqual([newer.serial]);
    await change({ revoked: [{ serial: newer.serial, reason: 1, at: NOW + 5 }] }, 0);
    expect(await serials({ user: "ann" as Handle, goodAt: NOW })).toEqual([old.serial]);
    expect((await current.store.realm.certificates({ serial: newer.serial }, 1))[0]?.revokedAt).toBe(NOW + 5);
    expect((await current.store.revocations(0)).revocations).toEqual([{ serial: newer.serial, reason: 1 }]);
  });

  test("a revocation drops the key packages of the device", async () => {
    const device = recordOf("ann");
    await current.store.enrol(device);
    const certificate = certificateOf("ann", { serial: device.serial });
    await change({ certificates: [certificate] }, 0);
    const packages = [{ suite: 1, package: Buffer.from("kp"), expiresAt: NOW + 1_000 }];
    await current.store.putKeyPackages(device.device, { packages, lastResorts: [], now: NOW });
    await change({ revoked: [{ serial: device.serial, reason: 0, at: NOW }] }, 0);
    expect(await current.store.keyPackageStocks(device.device, NOW)).toEqual([]);
  });

  test("accounts come in the order of their handles, page after page", async () => {
    const account = (user: string) => ({
      user: user as Handle,
      role: "member" as const,
      disabled: user === "cid",
      name: user,
      email: undefined,
      openpgp: undefined,
      createdAt: NOW,
    });
    await change({ accounts: ["cid", "ann", "bob"].map(account) }, 0);
    const { realm } = current.store;
    expect((await realm.accounts("", 2)).map(({ user }) => user)).toEqual(["ann", "bob"]);
    expect((await realm.accounts("bob", 2)).map(({ user, disabled }) => [user, disabled])).toEqual([["cid", true]]);
    await change({ accounts: [{ ...account("ann"), role: "admin" }] }, 0);
    expect((await realm.account("ann" as Handle))?.role).toBe("admin");
    expect(await realm.account("dan" as Handle)).toBeUndefined();
  });
}

function passwordTests(current: StoreUnderTest, change: Change): void {
  const passwordOf = (user: string, version: number, over: Partial<NewPasswordRecord> = {}): NewPasswordRecord => ({
    user: user as Handle,
    version,
    changedAt: NOW + version,
    record: `record ${version} of ${user}`,
    recoveryKey: Uint8Array.from(Buffer.alloc(32, version)),
    vault: Uint8Array.from(Buffer.from(`vault ${version} of ${user}`)),
    ...over,
  });
  const known = ({ vault: _vault, ...record }: NewPasswordRecord) => record;

  test("a password is kept with its vault, and survives a restart; of who has none there is nothing", async () => {
    const { realm } = current.store;
    expect(await realm.hasPasswords()).toBe(false);
    const ann = passwordOf("ann", 1, { vault: Uint8Array.from(Buffer.alloc(1024 * 1024 + 200, 5)) });
    expect(await change({ entries: [entry("a")], passwords: [ann, passwordOf("bob", 1)] }, 0)).toBe("ok");
    await current.reopen();
    const after = current.store.realm;
    expect(await after.hasPasswords()).toBe(true);
    expect(await after.password(ann.user)).toEqual(known(ann));
    const kept = await after.identityVault(ann.user);
    expect([kept?.version, Buffer.from(kept?.vault ?? []).equals(ann.vault)]).toEqual([1, true]);
    expect(await after.password("cid" as Handle)).toBeUndefined();
    expect(await after.identityVault("cid" as Handle)).toBeUndefined();
  });

  test("a view of a larger buffer is kept as what it shows", async () => {
    const large = Buffer.alloc(4096, 9);
    const vault = large.subarray(100, 120);
    await change({ passwords: [passwordOf("ann", 1, { vault, recoveryKey: large.subarray(0, 32) })] }, 0);
    expect((await current.store.realm.identityVault("ann" as Handle))?.vault).toHaveLength(20);
  });

  test("a change follows on what is there, or nothing of it is done", async () => {
    const { realm } = current.store;
    const refused = [passwordOf("ann", 0), passwordOf("ann", 2)];
    for (const password of refused)
      expect(await change({ passwords: [password], entries: [entry("x")] }, 0)).toBe("refused");
    expect(await realm.logSize()).toBe(0);
    expect(await change({ passwords: [passwordOf("ann", 1)] }, 0)).toBe("ok");
    expect(await change({ passwords: [passwordOf("ann", 1, { record: "of a thief" })] }, 0)).toBe("refused");
    expect(await change({ passwords: [passwordOf("ann", 2)] }, 0)).toBe("ok");
    expect(await realm.password("ann" as Handle)).toEqual(known(passwordOf("ann", 2)));
    expect((await realm.identityVault("ann" as Handle))?.version).toBe(2);
  });

  test("of two changes of the same one wins", async () => {
    await change({ passwords: [passwordOf("ann", 1)] }, 0);
    const results = await Promise.all(
      Array.from({ length: 10 }, () => change({ passwords: [passwordOf("ann", 2)] }, 0)),
    );
    expect(results.filter((one) => one === "ok")).toHaveLength(1);
  });

  test("a refused password takes no use of an invitation, and a used invitation keeps no password", async () => {
    const invitation = invitationOf("one");
    await change({ invitations: [invitation] }, 0);
    const redeemed = { hash: invitation.hash, key: sha256Of("k"), now: NOW };
    expect(await change({ redeemed, passwords: [passwordOf("ann", 2)] }, 0)).toBe("refused");
    expect(await change({ redeemed, passwords: [passwordOf("ann", 1)] }, 0)).toBe("ok");
    expect(await change({ redeemed, passwords: [passwordOf("bob", 1)] }, 0)).toBe("refused");
    expect(await current.store.realm.password("bob" as Handle)).toBeUndefined();
  });

  test("a setting that is made once stays as whoever was first made it", async () => {
    const set = (value: string, once: boolean) => change({ settings: [{ name: "secret", value, once }] }, 0);
    await set("first", true);
    await set("second", true);
    expect(await current.store.realm.setting("secret")).toBe("first");
    await set("third", false);
    expect(await current.store.realm.setting("secret")).toBe("third");
  });
}
