// Whether this is the vault that was here the last time, or a copy of it, or an older one that was put back. What must not be used
// twice (the keys of groups) can only be opened with a secret that is kept outside of the vault and changes.
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { hexOf, ID_BYTES } from "../../model/ids.ts";
import type { Lineage } from "../port/vault.ts";
import { readIfThere, writeDurably } from "./durable-file.ts";
import type { Parts } from "./parts.ts";
import { KEY_BYTES } from "./seals.ts";

/** Where the outside part is kept, and on which machine. */
export interface Outside {
  readonly folder: string;
  /** Undefined: this system does not say. */
  readonly machine: string | undefined;
}

/** So many spent keys may wait for the next change of the secret. */
const SPENT_MOST = 512;
const VERSION = 1;

interface Generation {
  readonly number: number;
  readonly secret: string;
}

/** The outside part. Two generations while one takes the place of the other. */
interface State {
  readonly version: number;
  readonly generations: readonly Generation[];
  /** No version of the vault is below it. */
  readonly least: number;
  /** A hash: which machine it is does not stand there. */
  readonly machine: string;
}

export class Line {
  readonly #parts: Parts;
  readonly #outside: Outside;
  #lineage: Lineage;
  /** The secret was changed since the vault was opened. */
  #isRenewed = false;

  /** After the ledger is loaded. */
  constructor(parts: Parts, outside: Outside) {
    this.#parts = parts;
    this.#outside = outside;
    const state = parts.ledger.generation === 0 ? undefined : this.#read();
    this.#lineage = this.#judge(state);
    if (this.#lineage === "same") parts.rowKeys.use(this.#secretIn(state));
  }

  get lineage(): Lineage {
    return this.#lineage;
  }

  /** Before a commit that changes rows of groups. Each run changes the secret before it spends the first key. */
  prepare(): void {
    if (this.#lineage === "same" && (!this.#isRenewed || this.#parts.rowKeys.spent >= SPENT_MOST)) this.renew();
  }

  wipe(): void {
    if (this.#lineage === "same" && this.#parts.rowKeys.spent > 0) this.renew();
  }

  /** What was spent before is out of reach when it returns. After kill -9 at any point the vault opens with one of both secrets. */
  renew(): void {
    const { ledger, rowKeys, db, transact } = this.#parts;
    const secret = randomBytes(KEY_BYTES);
    const next = { number: ledger.generation + 1, secret: hexOf(secret) };
    const held = ledger.generation === 0 ? undefined : this.#read();
    this.#write([...(held?.generations ?? []).filter(({ number }) => number === ledger.generation), next]);
    transact(true, () => {
      rowKeys.rewrap(secret);
      ledger.setGeneration(next.number, ledger.instance);
    });
    rowKeys.renewed(secret);
    this.#isRenewed = true;
    // The journal holds rows as they were.
    db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    this.#write([next]);
  }

  /** Drops everything that must not be used twice, and begins anew; the history stays. */
  startAnew(): void {
    const { ledger, rowKeys, cells, db, transact } = this.#parts;
    const secret = randomBytes(KEY_BYTES);
    const next = { number: ledger.generation + 1, secret: hexOf(secret) };
    const instance = this.#lineage === "same" ? ledger.instance : randomBytes(ID_BYTES);
    this.#write([next], instance);
    transact(true, () => {
      cells.dropSecrets();
      ledger.setGeneration(next.number, instance);
    });
    rowKeys.renewed(secret);
    this.#lineage = "same";
    this.#isRenewed = true;
    db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  /** From now on a copy that was made while it was open is noticed, too. */
  close(): void {
    const { rowKeys, db } = this.#parts;
    if (!this.#isRenewed) return;
    if (rowKeys.spent > 0) return this.renew();
    // What the outside part knows of must not be lost with the power.
    db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    const held = this.#read();
    if (held !== undefined) this.#write(held.generations);
  }

  #judge(state: State | undefined): Lineage {
    const { generation, version } = this.#parts.ledger;
    if (generation === 0) return "same";
    if (state === undefined || state.machine !== this.#machine(this.#parts.ledger.instance)) return "copied";
    if (this.#secretIn(state) !== undefined) return version >= state.least ? "same" : "older";
    return state.generations.every(({ number }) => number > generation) ? "older" : "copied";
  }

  #secretIn(state: State | undefined): Uint8Array | undefined {
    const found = state?.generations.find(({ number }) => number === this.#parts.ledger.generation);
    return found === undefined ? undefined : Buffer.from(found.secret, "hex");
  }

  #machine(instance: Uint8Array): string {
    const { machine } = this.#outside;
    if (machine === undefined) return "";
    return createHash("sha256").update(instance).update(machine).digest("hex");
  }

  #path(instance: Uint8Array): string {
    return join(this.#outside.folder, `${hexOf(instance)}.json`);
  }

  /** What cannot be read is as if it were not there: the groups are joined anew, and nothing is used twice. */
  #read(): State | undefined {
    const file = readIfThere(this.#path(this.#parts.ledger.instance));
    try {
      const state = JSON.parse(file?.toString() ?? "") as State;
      return state.version === VERSION && Array.isArray(state.generations) ? state : undefined;
    } catch {
      return undefined;
    }
  }

  #write(generations: readonly Generation[], instance = this.#parts.ledger.instance): void {
    const state: State = {
      version: VERSION,
      generations,
      least: this.#parts.ledger.version,
      machine: this.#machine(instance),
    };
    mkdirSync(this.#outside.folder, { recursive: true, mode: 0o700 });
    writeDurably(this.#path(instance), Buffer.from(`${JSON.stringify(state)}\n`));
  }
}
