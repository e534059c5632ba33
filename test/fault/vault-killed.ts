// A child process for the kill -9 tests of the vault: says when it begins, what it has done, and when it came to its end.
import { writeSync } from "node:fs";
import { join } from "node:path";
import type { Vault } from "../../src/client/port/vault.ts";
import { openVault } from "../../src/client/vault/sqlite.ts";
import { restoreBackup } from "../../src/client/vault/restore.ts";
import { entry, LOG } from "../kit/vault.ts";

const PASSPHRASES = ["one passphrase", "the other one"];
const [, , what = "", folder = ""] = process.argv;

/** Spends keys for ever: every commit writes one row over, drops one, and adds an entry that says how far it came. */
function spend(vault: Vault): never {
  vault.commit([{ put: "log", log: LOG, kind: "room", epoch: 0 }], { durable: true });
  for (let seq = (vault.logs()[0]?.seq ?? 0) + 1; ; seq += 1) {
    const put = new Map([
      ["core", Buffer.from(`${seq}`)],
      [`keys/${seq}`, Buffer.alloc(300, seq)],
    ]);
    vault.commit(
      [
        { put: "entries", log: LOG, entries: [entry(seq)], own: [] },
        { put: "group", log: LOG, rows: { put, drop: [`keys/${seq - 1}`] } },
      ],
      { durable: seq % 2 === 0 },
    );
    writeSync(1, `${seq}\n`);
  }
}

/** Changes the passphrase for ever, from one to the other. */
function change(): never {
  for (let round = 0; ; round += 1) {
    const [before, after] = round % 2 === 0 ? PASSPHRASES : PASSPHRASES.toReversed();
    const vault = openVault(folder, { passphrase: before });
    vault.protect(after, { memoryKiB: 64, passes: 1, lanes: 1 });
    vault.close();
    writeSync(1, `${round}\n`);
  }
}

writeSync(1, "begins\n");
switch (what) {
  case "restore":
    restoreBackup({
      file: join(folder, "backup"),
      passphrase: "of the backup",
      home: folder,
      force: true,
      check: () => {},
    });
    break;
  case "change":
    change();
    break;
  case "open":
    openVault(folder).close();
    break;
  case "spend":
    spend(openVault(folder, { outside: { folder: join(folder, "outside"), machine: "m" } }));
}
writeSync(1, "done\n");
