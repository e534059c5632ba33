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
      cells.put(cellOf(change.keyPackage), writeKeyPackage(change.keyPackage));
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
      return use(cells, change.ref);
    case "key-packages":
      for (const one of keyPackages(cells)) if (one.expiresAt <= change.endedBy) cells.drop(cellOf(one));
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
  return found(cells, ref)?.secret;
}

function use(cells: Cells, ref: string): void {
  const used = found(cells, ref);
  if (used === undefined || used.lastResort === "used") return;
  cells.drop(cellOf(used));
  if (used.lastResort === "unused") cells.put(cellOf({ ref, lastResort: "used" }), writeKeyPackage(used));
}

function found(cells: Cells, ref: string): HeldKeyPackage | undefined {
  for (const lastResort of [undefined, "unused", "used"] as const) {
    const cell = cells.get(cellOf(lastResort === undefined ? { ref } : { ref, lastResort }));
    if (cell !== undefined) return readKeyPackage(cell.name, cell.value);
  }
  return undefined;
}

/** Last resorts have a name that says so. */
function cellOf({ ref, lastResort }: Pick<HeldKeyPackage, "ref" | "lastResort">): KeyPackageCell {
  return { kind: "key-package", name: lastResort === undefined ? ref : `${lastResort}/${ref}` };
}

interface KeyPackageCell {
  readonly kind: "key-package";
  readonly name: string;
}

/** When it ends, then the secret. */
function writeKeyPackage({ secret, expiresAt }: HeldKeyPackage): Buffer {
  const bytes = Buffer.alloc(8 + secret.length);
  bytes.writeDoubleBE(expiresAt);
  bytes.set(secret, 8);
  return bytes;
}

function readKeyPackage(name: string, value: Buffer): HeldKeyPackage {
  const [ref = name, lastResort] = name.split("/").toReversed();
  const held = { ref, expiresAt: value.readDoubleBE(), secret: Uint8Array.from(value.subarray(8)) };
  return lastResort === "unused" || lastResort === "used" ? { ...held, lastResort } : held;
}
