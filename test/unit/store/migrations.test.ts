// Every older version opens, a newer one is refused, a step that fails leaves the version before it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bytesOf } from "../../../src/model/ids.ts";
import { Engine } from "../../../src/server/store/sqlite/engine.ts";
import { MIGRATIONS, migrate } from "../../../src/server/store/sqlite/migrations.ts";
import { pragma } from "../../../src/server/store/sqlite/sql.ts";
import { deviceOf, recordOf, roomOf } from "../../contract/store-harness.ts";

const state = { folder: "" };
const file = (): string => join(state.folder, "chat.db");

beforeEach(() => {
  state.folder = mkdtempSync(join(tmpdir(), "mutual-migrate-"));
});
afterEach(() => rmSync(state.folder, { recursive: true }));

test.each(Array.from({ length: MIGRATIONS.length + 1 }, (_, version) => version))(
  "a database of version %i opens and works",
  (version) => {
    const old = new DatabaseSync(file());
    migrate(old, MIGRATIONS.slice(0, version));
    old.close();
    const engine = new Engine(file(), 0);
    expect(engine.report.fromVersion).toBe(version);
    expect(pragma(engine.db, "user_version")).toBe(MIGRATIONS.length);
    expect(engine.enrol(recordOf("ann"))).toBe("added");
    expect(engine.createLog(roomOf("room"), [deviceOf("ann")])).toBe(true);
    engine.close();
  },
);

test("a later step runs once, on top of the data there is", () => {
  const first = new Engine(file(), 0);
  first.enrol(recordOf("ann"));
  first.close();
  const db = new DatabaseSync(file());
  const steps = [...MIGRATIONS, "ALTER TABLE device ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'"];
  expect(migrate(db, steps)).toBe(MIGRATIONS.length);
  expect(migrate(db, steps)).toBe(steps.length);
  expect(db.prepare("SELECT handle, colour FROM device").get()).toMatchObject({ handle: "ann", colour: "red" });
  db.close();
  expect(() => new Engine(file(), 0)).toThrow(expect.objectContaining({ code: "store-too-new" }));
});

test("key packages of before are those of X-Wing, the last-resort one too", () => {
  const old = new DatabaseSync(file());
  migrate(old, MIGRATIONS.slice(0, 2));
  const ann = bytesOf(deviceOf("ann"));
  const enrol = "INSERT INTO device (device, handle, name, serial, certificates) VALUES (?, 'ann', 'Ann', '1', x'')";
  old.prepare(enrol).run(ann);
  const single = "INSERT INTO key_package (device, digest, body, expires_at) VALUES (?, x'01', x'0a', 9)";
  old.prepare(single).run(ann);
  old.prepare("INSERT INTO last_resort (device, body, expires_at) VALUES (?, x'0b', 9)").run(ann);
  old.close();
  const engine = new Engine(file(), 0);
  expect(engine.keyPackageStocks(deviceOf("ann"), 8)).toEqual([{ suite: 0xf00d, count: 1, lastResort: true }]);
  expect(engine.keyPackageStocks(deviceOf("ann"), 9)).toEqual([]);
  const claim = () => engine.claimKeyPackages([deviceOf("ann")], 0xf00d, 8);
  expect([...claim(), ...claim()]).toEqual([
    { package: Uint8Array.of(0x0a), lastResort: false },
    { package: Uint8Array.of(0x0b), lastResort: true },
  ]);
  engine.close();
});

test("a step that fails in its middle leaves the version before it, whole", () => {
  const db = new DatabaseSync(file());
  expect(() => migrate(db, [...MIGRATIONS, "CREATE TABLE extra (a); INSERT INTO nowhere VALUES (1)"])).toThrow(
    "nowhere",
  );
  expect(pragma(db, "user_version")).toBe(MIGRATIONS.length);
  expect(db.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'extra'").get()).toMatchObject({ n: 0 });
  db.close();
});

test("a commit is synced to the disk and nobody else may open the file (kill -9 cannot show the sync, so the settings are)", () => {
  const engine = new Engine(file(), 0);
  const text = (name: string): unknown => Object.values(engine.db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  expect(["synchronous", "journal_mode", "locking_mode", "foreign_keys"].map(text)).toEqual([2, "wal", "exclusive", 1]);
  engine.close();
});
