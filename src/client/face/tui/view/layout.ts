// Which part of the screen is for what, from 60 columns and 15 rows up; below that the conversation and what is written come first.
import { COLUMN_LEAST } from "../ground/breadths.ts";
import type { Area } from "../ground/cells.ts";

export interface Layout {
  /** Undefined: folded away. */
  readonly sidebar: Area | undefined;
  /** Members; undefined: not beside the conversation. */
  readonly column: Area | undefined;
  readonly header: Area;
  readonly timeline: Area;
  readonly notices: Area;
  /** Who is writing, and what is below. */
  readonly rule: Area;
  /** What is answered or edited. */
  readonly about: Area;
  readonly composer: Area;
  readonly status: Area;
}

export interface Wanted {
  readonly width: number;
  readonly height: number;
  /** Undefined: as the width says. */
  readonly hasSidebar: boolean | undefined;
  readonly hasColumn: boolean | undefined;
  /** Rows of each. */
  readonly notices: number;
  readonly about: number;
  readonly composer: number;
}

const SIDEBAR_FROM = 72;
const SIDEBAR_LEAST = 20;
const SIDEBAR_MOST = 32;
/** From here on members stand beside the conversation by themselves; where there is less room, on demand. */
const COLUMN_FROM = 132;
const COLUMN = 24;
const TIMELINE_LEAST = 3;
/** Of the composer: the sign before what is written. */
export const PROMPT_COLUMNS = 2;

export function layoutOf({ width, height, hasSidebar, hasColumn, ...wanted }: Wanted): Layout {
  const isOpen = hasSidebar ?? width >= SIDEBAR_FROM;
  const sidebarWidth = isOpen ? Math.min(SIDEBAR_MOST, Math.max(SIDEBAR_LEAST, Math.floor(width / 4)), width - 24) : 0;
  const x = sidebarWidth > 0 ? sidebarWidth + 1 : 0;
  const isWide = width >= COLUMN_LEAST && (hasColumn ?? width >= COLUMN_FROM);
  const body = { x, width: width - x - (isWide ? COLUMN + 1 : 0) };
  // From below: status, composer, what it is about, rule, notices; the timeline has the rest.
  let free = height - 2 - TIMELINE_LEAST;
  const take = (rows: number): number => {
    const taken = Math.max(0, Math.min(rows, free));
    free -= taken;
    return taken;
  };
  const composer = Math.max(1, take(1 + Math.min(wanted.composer - 1, Math.floor(height / 4))));
  const [rule, about, notices] = [take(1), take(wanted.about), take(wanted.notices)];
  const timeline = Math.max(0, height - 2 - composer - rule - about - notices);
  let y = 1;
  const next = (rows: number): Area => {
    const area = { ...body, y, height: rows };
    y += rows;
    return area;
  };
  return {
    sidebar: sidebarWidth > 0 ? { x: 0, y: 0, width: sidebarWidth, height: height - 1 } : undefined,
    column: isWide ? { x: width - COLUMN, y: 0, width: COLUMN, height: height - 1 } : undefined,
    header: { ...body, y: 0, height: 1 },
    timeline: next(timeline),
    notices: next(notices),
    rule: next(rule),
    about: next(about),
    composer: next(composer),
    status: { x: 0, y: height - 1, width, height: 1 },
  };
}

/** So many rows of composer are worth showing. */
export const COMPOSER_MOST = 8;
