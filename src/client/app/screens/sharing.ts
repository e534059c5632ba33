// Snapshots that share what did not change: a part that is equal to the one before is the one before. Plain data only.

/** `after`, with everything in it that is equal to `before` taken from there. */
export function shared<T>(before: unknown, after: T): T {
  if (Object.is(before, after)) return after;
  if (!isObject(before) || !isObject(after)) return after;
  if (Array.isArray(before) !== Array.isArray(after)) return after;
  return Array.isArray(before) && Array.isArray(after)
    ? (sharedList(before, after) as T)
    : (sharedFields(before, after) as T);
}

/** The same list or object where all in it is the same; what is in it was shared before, by what it is and not by where it stands. */
export function same<T extends object>(before: T, after: T): T {
  const names = Object.keys(after) as (keyof T)[];
  const isSame =
    Object.keys(before).length === names.length && names.every((name) => Object.is(before[name], after[name]));
  return isSame && names.every((name) => name in before) ? before : after;
}

function sharedList(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  const next = after.map((item, at) => shared(before[at], item));
  return next.length === before.length && next.every((item, at) => Object.is(item, before[at])) ? before : next;
}

type Fields = Readonly<Record<string, unknown>>;

function sharedFields(before: Fields, after: Fields): Fields {
  const names = Object.keys(after);
  const next = Object.fromEntries(names.map((name) => [name, shared(before[name], after[name])]));
  const isSame =
    Object.keys(before).length === names.length && names.every((name) => Object.is(next[name], before[name]));
  return isSame && names.every((name) => name in before) ? before : next;
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}
