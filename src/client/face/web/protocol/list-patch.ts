// How a list became another one, as little data: what fell off its front, one stretch that is another one, items that changed in place.
// Pure. Items are told apart by key, and are the same when they are the same object.

export interface ListPatch<T> {
  /** Items that fell off the front. */
  readonly drop: number;
  /** Counted after that: from here so many go, and these come. */
  readonly at: number;
  readonly remove: number;
  readonly insert: readonly T[];
  /** Afterwards: these places hold another object of the same key. */
  readonly changed: readonly (readonly [place: number, item: T])[];
}

/** Undefined: it is the same. */
export function listPatchOf<T>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (item: T) => string,
): ListPatch<T> | undefined {
  if (before === after) return undefined;
  const drop = dropped(before, after, keyOf);
  const old = before.slice(drop);
  const same = (a: T | undefined, b: T | undefined): boolean =>
    a !== undefined && b !== undefined && keyOf(a) === keyOf(b);
  const most = Math.min(old.length, after.length);
  let at = 0;
  while (at < most && same(old[at], after[at])) at += 1;
  let tail = 0;
  while (tail < most - at && same(old.at(-1 - tail), after.at(-1 - tail))) tail += 1;
  const insert = after.slice(at, after.length - tail);
  const remove = old.length - at - tail;
  const changed: (readonly [number, T])[] = [];
  for (const [place, item] of after.entries()) {
    if (place >= at && place < at + insert.length) continue;
    if (old[place < at ? place : place - insert.length + remove] !== item) changed.push([place, item]);
  }
  if (drop + remove + insert.length + changed.length === 0) return undefined;
  return { drop, at, remove, insert, changed };
}

/** A window that moves on loses its oldest items: what is first now was further down. */
function dropped<T>(before: readonly T[], after: readonly T[], keyOf: (item: T) => string): number {
  const [first] = after;
  if (first === undefined) return 0;
  const key = keyOf(first);
  return Math.max(
    0,
    before.findIndex((item) => keyOf(item) === key),
  );
}

export function patchedList<T>(before: readonly T[], patch: ListPatch<T>): readonly T[] {
  const list = before.slice(patch.drop);
  list.splice(patch.at, patch.remove, ...patch.insert);
  for (const [place, item] of patch.changed) list[place] = item;
  return list;
}
