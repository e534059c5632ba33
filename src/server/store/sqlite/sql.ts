// Small words over node:sqlite that every other file here uses: typed rows, one number, a transaction.
import type { DatabaseSync } from "node:sqlite";

/** A pragma that answers with one number. */
export function pragma(db: DatabaseSync, name: string): number {
  return numberOf(db.prepare(`PRAGMA ${name}`).get(), name);
}

type Row = Record<string, unknown> | undefined;

/** A number column of a row that must be there. A wrong type means a damaged database, not a caller's mistake. */
export function numberOf(row: Row, column: string): number {
  const value = row?.[column];
  if (typeof value !== "number") throw new TypeError(`column ${column} is not a number`);
  return value;
}

/** A column that may be empty. */
export function maybeNumber(row: Row, column: string): number | undefined {
  return row?.[column] === null ? undefined : numberOf(row, column);
}

/** A column that may be empty. */
export function maybeText(row: Row, column: string): string | undefined {
  return row?.[column] === null ? undefined : textOf(row, column);
}

export function textOf(row: Row, column: string): string {
  const value = row?.[column];
  if (typeof value !== "string") throw new TypeError(`column ${column} is not text`);
  return value;
}

export function blobOf(row: Row, column: string): Uint8Array {
  const value = row?.[column];
  if (!(value instanceof Uint8Array)) throw new TypeError(`column ${column} is not bytes`);
  return value;
}

/** The note of an entry: most have none. */
export function noteOf(row: Row): Uint8Array | undefined {
  const value = row?.["note"];
  return value === null || value === undefined ? undefined : blobOf(row, "note");
}

/** All or nothing, on stable storage when it returns. Throws what `run` or the commit throws, after a rollback. */
export function transaction<T>(db: DatabaseSync, run: () => T): T {
  db.exec("BEGIN IMMEDIATE");
  try {
    const value = run();
    db.exec("COMMIT");
    return value;
  } catch (error) {
    // A full disk may have rolled back by itself: https://www.sqlite.org/lang_transaction.html
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}
