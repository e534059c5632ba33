// What the store tells administrators: how large things are, how devices came, whose files are whose.
import { describe, expect, test } from "vitest";
import type { Handle } from "../../src/model/ids.ts";
import type { AccountRecord, BlobClaim } from "../../src/server/port/realm-store.ts";
import { encodeEntry } from "../../src/transparency/entry.ts";
import { appOp, recordOf, roomOf, roomWith, sha256Of, type StoreUnderTest } from "./store-harness.ts";

const NOW = 1_000_000;
const WEEKS_MS = 15 * 24 * 3600 * 1000;

function accountOf(user: string, over: Partial<AccountRecord> = {}): AccountRecord {
  const plain = { role: "member", disabled: false, email: undefined, openpgp: undefined, createdAt: NOW } as const;
  return { ...plain, user: user as Handle, name: user, ...over };
}

function claimOf(name: string, over: Partial<BlobClaim> = {}): BlobClaim {
  return { id: sha256Of(name), user: "ann" as Handle, bytes: 600, most: 1_000, at: NOW, ...over };
}

export function administrationContract(current: StoreUnderTest): void {
  describe("sizes", () => {
    test("of conversations, without inboxes, in pages", async () => {
      const body = Buffer.alloc(100);
      for (const room of ["one", "two", "three"]) await roomWith(current.store, ["ann", "bob"], room);
      const log = roomOf("two");
      await current.store.append([appOp(log, 1, { body }), appOp(log, 2, { body, since: 1 })]);
      const all = await current.store.conversations(undefined, 10);
      expect(all.map((one) => one.log)).toEqual(["one", "two", "three"].map((name) => roomOf(name)).toSorted());
      const found = all.find((one) => one.log === log);
      expect(found).toMatchObject({ kind: "room", members: 2, entries: 2, bytes: 200, epoch: 0, closed: false });
      expect(found?.newestAt).toBeGreaterThan(0);
      expect(all.filter((one) => one.log !== log).every((one) => one.newestAt === undefined)).toBe(true);
      expect(await current.store.conversations(all[0]?.log, 1)).toEqual(all.slice(1, 2));
      expect(await current.store.conversations(all.at(-1)?.log, 1)).toEqual([]);
    });

    test("of a log that is longer than what is looked at in one turn", async () => {
      const log = await roomWith(current.store, ["ann"]);
      const body = Buffer.alloc(10);
      await current.store.append(Array.from({ length: 6_000 }, (_, mid) => appOp(log, mid, { body })));
      expect(await current.store.conversations(undefined, 1)).toMatchObject([{ entries: 6_000, bytes: 60_000 }]);
    });

    test("of the whole", async () => {
      expect(await current.store.sizes()).toMatchObject({ accounts: 0, devices: 0, conversations: 0, entries: 0 });
      const log = await roomWith(current.store, ["ann", "bob"]);
      await current.store.append([appOp(log, 1)]);
      const sizes = await current.store.sizes();
      expect(sizes).toMatchObject({ devices: 2, conversations: 1, entries: 1, realmLog: 0, blobs: 0, blobBytes: 0 });
      expect(sizes.databaseBytes).toBeGreaterThan(10_000);
    });
  });

  describe("people", () => {
    test("owners who may come in are counted", async () => {
      const accounts = [
        accountOf("ann", { role: "owner" }),
        accountOf("bob", { role: "owner", disabled: true }),
        accountOf("cid", { role: "admin" }),
      ];
      expect(await current.store.realm.owners()).toBe(0);
      await current.store.realm.change({ logSize: 0, entries: [], accounts });
      expect(await current.store.realm.owners()).toBe(1);
    });

    test("how certificates were come by is read from the log", async () => {
      const issued = (user: string, how: "invitation" | "renewal") => {
        const { device, serial } = recordOf(user);
        const facts = { user: user as Handle, device, serial, cert: sha256Of(user), until: NOW + 1 };
        return encodeEntry({ kind: "issued", at: NOW, ...facts, how });
      };
      const act = encodeEntry({ kind: "act", at: NOW, by: "@console", act: "motd" });
      const entries = [issued("ann", "invitation"), act, issued("bob", "renewal")];
      await current.store.realm.change({ logSize: 0, entries });
      const [ann, bob] = [recordOf("ann").serial, recordOf("bob").serial];
      expect(await current.store.realm.ways(undefined)).toEqual(
        new Map([
          [ann, "invitation"],
          [bob, "renewal"],
        ]),
      );
      expect(await current.store.realm.ways("bob" as Handle)).toEqual(new Map([[bob, "renewal"]]));
    });
  });

  describe("whose files are whose", () => {
    const claim = (name: string, over: Partial<BlobClaim> = {}) => current.store.realm.claimBlob(claimOf(name, over));

    test("what is over the limit is not claimed; what was begun may go on", async () => {
      expect([await claim("one"), await claim("two"), await claim("one")]).toEqual(["ok", "over", "ok"]);
      expect(await claim("two", { user: "bob" as Handle })).toBe("ok");
      // It is his: it costs her nothing.
      expect(await claim("two")).toBe("ok");
      expect(await current.store.realm.blobBytes("ann" as Handle)).toBe(600);
      expect(await claim("three", { bytes: 400 })).toBe("ok");
      expect(await claim("four", { bytes: 1 })).toBe("over");
      expect(await claim("four", { bytes: 1_000_000, most: 0 })).toBe("ok");
    });

    test("what nobody finished counts no longer after two weeks; what is whole always", async () => {
      await claim("whole", { bytes: 1 });
      await current.store.realm.keepBlob(sha256Of("whole"));
      await claim("begun", { bytes: 2 });
      await claim("gone on with", { bytes: 4 });
      await claim("gone on with", { bytes: 4, at: NOW + WEEKS_MS });
      await current.store.tidy(NOW + WEEKS_MS);
      await current.reopen();
      expect(await current.store.realm.blobBytes("ann" as Handle)).toBe(5);
      expect(await current.store.sizes()).toMatchObject({ blobs: 1, blobBytes: 1 });
    });
  });

  describe("a copy that is opened", () => {
    test("says of when it is, until somebody has said so; the original says nothing", async () => {
      const path = current.harness.path("copy.db");
      const before = Date.now();
      await current.store.backup(path);
      const restored = await current.harness.openBackup(path);
      const at = Number(await restored.realm.setting("restored"));
      expect(at).toBeGreaterThanOrEqual(before - 1_000);
      expect(at).toBeLessThanOrEqual(Date.now() + 1_000);
      await restored.close();
      expect(await current.store.realm.setting("restored")).toBeUndefined();
    });
  });
}
