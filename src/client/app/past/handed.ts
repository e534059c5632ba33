// Archive keys that came, kept with the entry that brought them until the group has taken them: a crash between the two loses none.
import type { DeviceId, Handle, LogId, Seq, Sha256 } from "../../../model/ids.ts";
import type { Change } from "../../port/vault.ts";

/** One part of a grant. */
export interface Handed {
  readonly device: DeviceId;
  readonly by: Handle;
  readonly chain: Sha256;
  readonly more: boolean;
  /** base64url */
  readonly sealed: string;
}

const ROW = "past/grant/";
/** Parts kept at once: those of a few who answer at the same time. */
const HANDED_MOST = 20;

/** Nothing if there are many already. */
export function keptHanded(
  pending: ReadonlyMap<string, Uint8Array>,
  { log, seq }: { readonly log: LogId; readonly seq: Seq },
  part: Handed,
): readonly Change[] {
  if (rowsIn(pending).length >= HANDED_MOST) return [];
  return [{ put: "pending", log, name: ROW + seq, value: Buffer.from(JSON.stringify(part), "utf8") }];
}

/** All parts of one who has given the last one; undefined: nobody has. */
export function handedIn(pending: ReadonlyMap<string, Uint8Array>): readonly Handed[] | undefined {
  const parts = rowsIn(pending)
    .toSorted(([a], [b]) => seqIn(a) - seqIn(b))
    .map(([, row]) => JSON.parse(Buffer.from(row).toString("utf8")) as Handed);
  const last = parts.find(({ more }) => !more);
  return last && parts.filter(({ device }) => device === last.device);
}

export function droppedHanded(pending: ReadonlyMap<string, Uint8Array>, log: LogId): readonly Change[] {
  return rowsIn(pending).map(([name]): Change => ({ drop: "pending", log, name }));
}

function rowsIn(pending: ReadonlyMap<string, Uint8Array>): readonly (readonly [string, Uint8Array])[] {
  return [...pending].filter(([name]) => name.startsWith(ROW));
}

function seqIn(name: string): Seq {
  return Number(name.slice(ROW.length));
}
