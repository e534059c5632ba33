// A database that nobody has open, looked at without changing it: a copy that is about to be used, or the store of a server that does not
// run. Its lock is respected: one that is in use is not looked at.
import { existsSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { Fault } from "../../../model/fault.ts";
import type { StoreId } from "../../../model/ids.ts";
import { hexOf } from "../../../model/ids.ts";
import type { StoreReport, StoreSizes } from "../../port/records.ts";
import { examine } from "./care.ts";
import { corruptFault, storeFault } from "./faults.ts";
import { APPLICATION_ID, refuseNewer } from "./migrations.ts";
import { storeSizes } from "./sizes.ts";
import { blobOf, numberOf, pragma } from "./sql.ts";

export interface ExaminedFile extends StoreReport {
  readonly storeId: StoreId;
  readonly generation: number;
  readonly sizes: StoreSizes;
  /** It is a copy: its first opening raises the generation. */
  readonly isCopy: boolean;
  /** Of the newest entry of any log; undefined: there is none. */
  readonly newestAt: number | undefined;
}

/** SQLite's own check, and every log from its first entry to its head. @throws Fault `store-locked`, `store-corrupt`, `store-too-new` */
export function examineFile(file: string): Promise<ExaminedFile> {
  return looking(file, async (db) => {
    if (pragma(db, "application_id") !== APPLICATION_ID)
      throw corruptFault(file, "it is a database of another program");
    refuseNewer(pragma(db, "user_version"));
    const report = await examine(db);
    const meta = db.prepare("SELECT store_id, generation, copied FROM meta").get();
    const newest = db.prepare("SELECT max(at) AS at FROM (SELECT at FROM log ORDER BY id DESC LIMIT 1000)").get();
    return {
      ...report,
      storeId: hexOf(blobOf(meta, "store_id")) as StoreId,
      generation: numberOf(meta, "generation"),
      isCopy: numberOf(meta, "copied") !== 0,
      sizes: storeSizes(db),
      newestAt: newest?.["at"] === null ? undefined : numberOf(newest, "at"),
    };
  });
}

/** @throws Fault `store-locked`: a program has it open */
export async function checkUnused(file: string): Promise<void> {
  if (!existsSync(file)) return;
  await looking(file, (db) => db.prepare("SELECT count(*) FROM sqlite_schema").get()).catch((error: unknown) => {
    if (error instanceof Fault && error.code === "store-locked") throw error;
  });
}

/** A read-only connection leaves an index of the WAL behind, which no writer of ours uses; the WAL itself is never touched. */
async function looking<T>(file: string, look: (db: DatabaseSync) => T | Promise<T>): Promise<T> {
  const index = `${file}-shm`;
  const hadIndex = existsSync(index);
  try {
    using db = new DatabaseSync(file, { readOnly: true, timeout: 0 });
    return await look(db);
  } catch (error) {
    throw storeFault(error, file);
  } finally {
    if (!hadIndex) rmSync(index, { force: true });
  }
}
