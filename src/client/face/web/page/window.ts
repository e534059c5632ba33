// Which items of a long list are worth an element now, and how far down each stands. Pure: heights in, places out.

/** Before it was measured: about two lines. @internal */
export const GUESS_PX = 56;
/** Above and below what is seen, so that a quick hand finds something there. */
const MARGIN_PX = 900;
/** At the end, where new ones come and go all the time: each that is there costs something. */
const END_MARGIN_PX = 400;

export interface Places {
  /** Where each item begins, and at last where the list ends. */
  readonly tops: readonly number[];
}

export interface Span {
  readonly from: number;
  /** The first that is not in it. */
  readonly to: number;
}

/** `guess`: of those that were not measured. */
export function placesOf(keys: readonly string[], heights: ReadonlyMap<string, number>, guess = GUESS_PX): Places {
  const tops = [0];
  let top = 0;
  for (const key of keys) {
    top += heights.get(key) ?? guess;
    tops.push(top);
  }
  return { tops };
}

/** The last item that begins at or above `px`; 0 in an empty list. */
export function itemAt({ tops }: Places, px: number): number {
  let [low, high] = [0, Math.max(0, tops.length - 2)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((tops[middle] ?? 0) <= px) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** What is worth an element where the end is in sight. */
export function endSpanOf(places: Places, height: number): Span {
  const to = places.tops.length - 1;
  const top = (places.tops.at(-1) ?? 0) - height - END_MARGIN_PX;
  return to === 0 ? { from: 0, to } : { from: itemAt(places, top), to };
}

export function spanOf(places: Places, top: number, height: number): Span {
  const count = places.tops.length - 1;
  if (count === 0) return { from: 0, to: 0 };
  return { from: itemAt(places, top - MARGIN_PX), to: Math.min(count, itemAt(places, top + height + MARGIN_PX) + 1) };
}
