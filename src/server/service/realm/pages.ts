// Lists of administration come in pages: so many, after this one.
import type { Wish } from "./wish.ts";

const COUNT = 100;
/** Of the longest rows as many fit into one frame. */
const COUNT_MOST = 500;
const AFTER_CHARS = 100;

export interface Page {
  readonly after: string;
  readonly count: number;
}

/** @throws Fault `bad-field` */
export function pageIn(wish: Wish): Page {
  return {
    after: wish.maybeText("after", AFTER_CHARS) ?? "",
    count: wish.maybeCount("count", { least: 1, most: COUNT_MOST }) ?? COUNT,
  };
}
