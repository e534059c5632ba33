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
/** Parts kept at once of others, and of own devices: those of a few who answer at the same time. */
const HANDED_MOST = 20;

/** Nothing if there are many already. */
export function keptHanded(
  pending: ReadonlyMap<string, Uint8Array>,
  { log, seq, self }: { readonly log: LogId; readonly seq: Seq; readonly self: Handle },
  part: Handed,
): readonly Change[] {
  const isOwn = part.by === self;
  if (partsIn(pending).filter(({ by }) => (by === self) === isOwn).length >= HANDED_MOST) return [];
  return [{ put: "pending", log, name: ROW + seq, value: Buffer.from(JSON.stringify(part), "utf8") }];
}

/** All parts of one who has given the last one, a device of `self` before all others; undefined: nobody has. */
export function handedIn(pending: ReadonlyMap<string, Uint8Array>, self: Handle): readonly Handed[] | undefined {
  const parts = partsIn(pending);
  const whole = parts.filter(({ more }) => !more);
  const last = whole.find(({ by }) => by === self) ?? whole[0];
  return last && parts.filter(({ device }) => device === last.device);
}

/** `but`: what devices of this user have given stays. */
export function droppedHanded(pending: ReadonlyMap<string, Uint8Array>, log: LogId, but?: Handle): readonly Change[] {
  return rowsIn(pending)
    .filter(([, row]) => but === undefined || readPart(row).by !== but)
    .map(([name]): Change => ({ drop: "pending", log, name }));
}

/** In the order of the log. */
function partsIn(pending: ReadonlyMap<string, Uint8Array>): readonly Handed[] {
  return rowsIn(pending)
    .toSorted(([a], [b]) => seqIn(a) - seqIn(b))
    .map(([, row]) => readPart(row));
}

function readPart(row: Uint8Array): Handed {
  return JSON.parse(Buffer.from(row).toString("utf8")) as Handed;
}

function rowsIn(pending: ReadonlyMap<string, Uint8Array>): readonly (readonly [string, Uint8Array])[] {
  return [...pending].filter(([name]) => name.startsWith(ROW));
}

function seqIn(name: string): Seq {
  return Number(name.slice(ROW.length));
}
