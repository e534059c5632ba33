// The parts of an open vault, joined over one database and one vault key; and its transactions.
import type { DatabaseSync } from "node:sqlite";
import { Blocks } from "./blocks.ts";
import { Cells } from "./cells.ts";
import { History } from "./history.ts";
import { Ledger } from "./ledger.ts";
import { RowKeys } from "./row-keys.ts";
import { Seals } from "./seals.ts";
import { Search } from "./search.ts";

export interface Parts {
  readonly db: DatabaseSync;
  readonly seals: Seals;
  readonly ledger: Ledger;
  readonly rowKeys: RowKeys;
  readonly cells: Cells;
  readonly history: History;
  readonly search: Search;
  /** All of it or nothing. `durable`: it survives a power cut when it returns. */
  readonly transact: (durable: boolean, run: () => void) => void;
}

/** The schema must be there. */
export function partsOf(db: DatabaseSync, vaultKey: Uint8Array): Parts {
  const seals = new Seals(vaultKey);
  const ledger = new Ledger(db, seals);
  const rowKeys = new RowKeys(db, seals);
  const cells = new Cells(db, { seals, ledger, rowKeys });
  const blocks = new Blocks(db, seals, ledger);
  const history = new History({ db, seals, ledger, blocks });
  const search = new Search(blocks, seals);
  return { db, seals, ledger, rowKeys, cells, history, search, transact: transactions(db, ledger, history) };
}

function transactions(db: DatabaseSync, ledger: Ledger, history: History): Parts["transact"] {
  let isDurable = true;
  return (durable, run) => {
    if (durable !== isDurable) db.exec(`PRAGMA synchronous = ${durable ? "FULL" : "NORMAL"}`);
    isDurable = durable;
    db.exec("BEGIN IMMEDIATE");
    try {
      run();
      history.seal();
      ledger.save();
      db.exec("COMMIT");
    } catch (error) {
      // SQLite may have rolled back by itself (disk full): then there is nothing left to undo.
      if (db.isTransaction) db.exec("ROLLBACK");
      history.forget();
      ledger.load();
      throw error;
    }
  };
}
