// Where receipts are of use: between two, and among those who know each other. Each of them is an entry of the log for everybody.
import type { LogKind } from "../../../model/ids.ts";

/** Users of a room: with more of them they are sent where the user wants it. */
const USUAL_MOST = 20;
/** In larger rooms nobody sends or keeps any: what all of them write would be answered by all. */
const WANTED_MOST = 100;

export interface ReceiptsPlace {
  readonly kind: LogKind | undefined;
  readonly users: number;
  /** What the user said, if anything. */
  readonly wish: boolean | undefined;
}

export function receiptsOn({ kind, users, wish }: ReceiptsPlace): boolean {
  if ((kind !== "direct" && kind !== "room") || users > WANTED_MOST) return false;
  return wish ?? users <= USUAL_MOST;
}
