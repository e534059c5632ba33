// What the vault keeps for the groups of src/mls: their rows, key packages, and what waits. All of it is secret and can be spent.
import type { LogId } from "../../model/ids.ts";
import type { Change, GroupChange, HeldKeyPackage } from "../port/vault.ts";
import type { Cells } from "./cells.ts";
import type { Parts } from "./parts.ts";

const GROUP_PUTS: ReadonlySet<string> = new Set(["group", "key-package", "pending"]);

export function isGroupChange(change: Change): change is GroupChange {
  return "drop" in change ? change.drop !== "setting" : GROUP_PUTS.has(change.put);
}

/** `groups` is done before, see lineage.ts. */
export function applyGroupChange({ cells }: Parts, change: GroupChange): void {
  if ("drop" in change) return drop(cells, change);
  switch (change.put) {
    case "group": {
      const { put, drop: dropped } = change.rows;
      for (const name of dropped) cells.drop({ kind: "group", owner: change.log, name });
      for (const [name, row] of put) cells.put({ kind: "group", owner: change.log, name }, row);
      return;
    }
    case "key-package":
      cells.put({ kind: "key-package", name: change.keyPackage.ref }, writeKeyPackage(change.keyPackage));
      return;
    case "pending":
      cells.put({ kind: "pending", owner: change.log, name: change.name }, change.value);
  }
}

function drop(cells: Cells, change: Extract<GroupChange, { drop: string }>): void {
  switch (change.drop) {
    case "group":
      for (const kind of ["group", "pending"] as const)
        for (const { name } of cells.list(kind, change.log)) cells.drop({ kind, owner: change.log, name });
      return;
    case "key-package":
      return cells.drop({ kind: "key-package", name: change.ref });
    case "key-packages":
      for (const { ref, expiresAt } of keyPackages(cells))
        if (expiresAt <= change.endedBy) cells.drop({ kind: "key-package", name: ref });
      return;
    case "pending":
      return cells.drop({ kind: "pending", owner: change.log, name: change.name });
    case "groups":
  }
}

/** By name; secret. */
export function rowsOf(cells: Cells, kind: "group" | "pending", log: LogId): ReadonlyMap<string, Uint8Array> {
  return new Map(cells.list(kind, log).map(({ name, value }) => [name, Uint8Array.from(value)]));
}

export function keyPackages(cells: Cells): readonly HeldKeyPackage[] {
  return cells.list("key-package").map(({ name, value }) => readKeyPackage(name, value));
}

export function keyPackage(cells: Cells, ref: string): Uint8Array | undefined {
  const cell = cells.get({ kind: "key-package", name: ref });
  return cell === undefined ? undefined : readKeyPackage(ref, cell.value).secret;
}

/** When it ends, then the secret. */
function writeKeyPackage({ secret, expiresAt }: HeldKeyPackage): Buffer {
  const bytes = Buffer.alloc(8 + secret.length);
  bytes.writeDoubleBE(expiresAt);
  bytes.set(secret, 8);
  return bytes;
}

function readKeyPackage(ref: string, value: Buffer): HeldKeyPackage {
  return { ref, expiresAt: value.readDoubleBE(), secret: Uint8Array.from(value.subarray(8)) };
}
