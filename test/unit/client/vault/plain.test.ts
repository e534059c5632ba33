// A vault of the version that sealed nothing: sealed where it lies, with everything in it, and nothing of it left in the clear.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openVault } from "../../../../src/client/vault/sqlite.ts";
import { BOB, chain, fillPlain, foundIn, LOG, ME, mid, plainVault } from "../../../kit/vault.ts";

const TEXTS = Array.from({ length: 1_500 }, (_, at) => `the ${at + 1}. secret of the plains`);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mutual-vault-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ["closed", false],
  ["with a journal that was not put into the file", true],
])("a plain vault, %s", (_what, isKilled) => {
  const old = plainVault(folder);
  if (isKilled) old.exec("PRAGMA wal_autocheckpoint = 0");
  fillPlain(old, TEXTS);
  // What was deleted in the clear lies about in the file, too.
  old.exec(
    "DELETE FROM outgoing WHERE payload = 'nothing'; INSERT INTO outgoing (mid, log, since, payload) VALUES (x'00', '', 0, 'a deleted secret'); DELETE FROM outgoing WHERE mid = x'00'",
  );
  old.exec("PRAGMA user_version = 1");
  if (!isKilled) old.close();
  expect(foundIn(folder, ["secret of the plains"]).length).toBeGreaterThan(0);
  if (isKilled) old.close();
  const vault = openVault(folder);
  const leaks = ["secret of the plains", "Bob of the Plains", "waiting secretly", "a deleted secret", LOG, BOB];
  expect(foundIn(folder, leaks), "while it is open").toEqual([]);
  const held = vault.after(0, 10_000);
  expect(held.map(({ payload }) => JSON.parse(payload) as unknown)).toEqual(
    TEXTS.map((text) => ({ kind: "text", text })),
  );
  expect(held[2]).toMatchObject({ row: 6, seq: 3, at: 1003, log: LOG, sender: BOB, mid: mid(3), chain: chain(3) });
  expect(vault.logs()).toMatchObject([{ log: LOG, kind: "lobby", seq: 1_500, epoch: 2, read: 3, members: 5 }]);
  expect(vault.outgoing()).toMatchObject([{ log: LOG, payload: "waiting secretly", since: 1, storedAt: undefined }]);
  expect(vault.devices()).toEqual([{ device: BOB, user: "bob", name: "Bob of the Plains", problem: "" }]);
  expect([vault.shown(), vault.server(), vault.unread(LOG, ME)]).toEqual([
    2,
    { storeId: "cd".repeat(16), generation: 4 },
    1_497,
  ]);
  vault.close();
  expect(foundIn(folder, leaks), "when it is closed").toEqual([]);
  const again = openVault(folder);
  expect(again.after(0, 10_000)).toEqual(held);
  again.close();
});
