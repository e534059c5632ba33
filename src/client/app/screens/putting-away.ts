// Conversations that were put away: what others say there from then on brings them back, unless they are muted.
import type { Seq } from "../../../model/ids.ts";
import type { Kept } from "./kept.ts";
import { isMuted, type Row } from "./rows.ts";

export interface PuttingAwayWorld {
  readonly self: string;
  readonly kept: Pick<Kept, "archived" | "touched">;
  readonly now: () => number;
}

/** Nobody has said yet how far it goes: it is put away up to its end. */
const UP_TO_ITS_END: Seq = Number.MAX_SAFE_INTEGER;

export function putAway({ kept }: PuttingAwayWorld, place: string, row: Row | undefined): void {
  kept.archived.set(place, row?.counted ?? UP_TO_ITS_END);
  kept.touched("list");
}

export function takeBack({ kept }: PuttingAwayWorld, place: string): void {
  if (kept.archived.delete(place)) kept.touched("list");
}

/** After something came there, or when it is known how far it goes. True: it is back. */
export function lookForNews(world: PuttingAwayWorld, { place, view, counted, last }: Row): boolean {
  const { kept, self, now } = world;
  const put = kept.archived.get(place);
  if (put === undefined) return false;
  const end = Math.max(counted, view.lastSeq);
  // A server that was restored gives the places behind its end anew.
  if (put > end) {
    kept.archived.set(place, end);
    kept.touched("list");
    return false;
  }
  const isNew = last !== undefined && last.seq > put && last.from.user !== self && last.placeholder !== "expired";
  const isBack = isNew && !isMuted(view, now());
  if (isBack) takeBack(world, place);
  return isBack;
}
