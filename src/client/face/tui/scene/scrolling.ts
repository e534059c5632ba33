// Where a conversation is scrolled to: by the item at the bottom of the screen, so that what comes above or below moves nothing.
// Pure: how many rows an item has is handed in.
import type { TimelineItem } from "../../../port/screens.ts";

/** `end`: whatever comes last is shown. `up`: so many rows of the item are below the screen. */
export type Scroll = { readonly at: "end" } | { readonly at: "item"; readonly key: string; readonly up: number };

export interface Scrolled {
  readonly items: readonly TimelineItem[];
  /** Rows of the screen. */
  readonly height: number;
  readonly rowsOf: (item: TimelineItem) => number;
}

export const END: Scroll = { at: "end" };

interface Bottom {
  readonly index: number;
  readonly up: number;
}

/** Which item is at the bottom, and how much of it is below. */
export function bottomOf(scroll: Scroll, { items, rowsOf }: Scrolled): Bottom {
  const last = { index: items.length - 1, up: 0 };
  if (scroll.at === "end") return last;
  const index = items.findLastIndex(({ key }) => key === scroll.key);
  const item = items[index];
  if (item === undefined) return last;
  return { index, up: Math.min(scroll.up, Math.max(0, rowsOf(item) - 1)) };
}

/** By rows; up is positive. */
export function scrolledBy(scroll: Scroll, rows: number, space: Scrolled): Scroll {
  const { index, up } = bottomOf(scroll, space);
  return placed(index, up + rows, space);
}

/** The item so that it is in the middle. */
export function scrolledTo(key: string, space: Scrolled): Scroll {
  const index = space.items.findLastIndex((item) => item.key === key);
  const rows = heightAt(space.items, index, space.rowsOf);
  return index < 0 ? END : placed(index, -Math.max(0, Math.floor((space.height - rows) / 2)), space);
}

/** The item at the top of the screen, or as far up as what follows fills it. */
export function scrolledToTop(key: string, space: Scrolled): Scroll {
  const index = space.items.findLastIndex((item) => item.key === key);
  return index < 0 ? END : placed(index, heightAt(space.items, index, space.rowsOf) - space.height, space);
}

/** As little as needed, so that all of the item is on the screen. */
export function shownWhole(scroll: Scroll, key: string, space: Scrolled): Scroll {
  const { items, height, rowsOf } = space;
  const index = items.findLastIndex((item) => item.key === key);
  const bottom = bottomOf(scroll, space);
  const item = items[index];
  if (item === undefined) return scroll;
  if (index > bottom.index || (index === bottom.index && bottom.up > 0)) return placed(index, 0, space);
  let above = -bottom.up;
  for (let at = bottom.index; at >= index; at -= 1) above += heightAt(items, at, rowsOf);
  return above <= height
    ? scroll
    : placed(bottom.index, bottom.up + Math.min(above - height, above - rowsOf(item)), space);
}

/** `up` rows above the end of an item; not before the beginning of all, not behind their end. */
function placed(index: number, up: number, space: Scrolled): Scroll {
  const wanted = settled({ index, up }, space);
  const lacking = lackingAbove(wanted, space);
  const bottom = lacking === 0 ? wanted : settled({ index: wanted.index, up: wanted.up - lacking }, space);
  const item = space.items[bottom.index];
  const isEnd = bottom.up === 0 && space.items.slice(bottom.index + 1).every((behind) => space.rowsOf(behind) === 0);
  return item === undefined || isEnd ? END : { at: "item", key: item.key, up: bottom.up };
}

/** The same place, by the item in which it is. */
function settled({ index, up }: Bottom, { items, rowsOf }: Scrolled): Bottom {
  let [at, rest] = [index, up];
  while (at > 0 && rest > 0 && rest >= heightAt(items, at, rowsOf)) {
    rest -= heightAt(items, at, rowsOf);
    at -= 1;
  }
  while (rest < 0 && at < items.length - 1) {
    at += 1;
    rest += heightAt(items, at, rowsOf);
  }
  return { index: at, up: Math.max(0, rest) };
}

/** Rows of the screen that would stay empty above the first item. */
function lackingAbove({ index, up }: Bottom, { items, height, rowsOf }: Scrolled): number {
  let rows = -up;
  for (let at = index; at >= 0 && rows < height; at -= 1) rows += heightAt(items, at, rowsOf);
  return Math.max(0, height - rows);
}

function heightAt(items: readonly TimelineItem[], at: number, rowsOf: Scrolled["rowsOf"]): number {
  const item = items[at];
  return item === undefined ? 0 : rowsOf(item);
}
