// Where a long list stands: how high its rows are, which of them is held in its place, whether it sticks to its end. It owns the scroll
// position; what stands in the rows it does not know.
import { endSpanOf, GUESS_PX, itemAt, type Places, placesOf, type Span, spanOf } from "./window.ts";

export interface ListContent {
  /** Another one: the list begins anew. */
  readonly conversation: string;
  readonly keys: readonly string[];
  /** To be brought into view, once. */
  readonly focus: string | undefined;
  /** Where reading begins when the list begins anew. */
  readonly unread: string | undefined;
  readonly hasNewer: boolean;
  /** Nobody knows yet what was missed. */
  readonly isComing: boolean;
}

/** What is held: this row, so far below the upper edge. */
interface Anchor {
  readonly key: string;
  readonly top: number;
}

const AT_END_PX = 24;
const NEAR_PX = 600;
const FOCUS_PX = 160;
const UNREAD_PX = 64;
const FIRST_HEIGHT_PX = 800;
/** At the end, so much above what is seen is enough until the next drawing. */
const SLACK_PX = 120;
const KEPT_MOST = 500;

export class ListPlace {
  readonly scroller: { current: HTMLDivElement | null } = { current: null };
  readonly #heights = new Map<string, number>();
  readonly #drawAgain: () => void;
  #content: ListContent | undefined;
  #places: Places | undefined;
  #anchor: Anchor | undefined;
  #isSticking = true;
  /** Where reading begins is not known yet, and nobody has gone anywhere. */
  #isFresh = true;
  /** Where sticking has put it: who is above that has been scrolled by a person. */
  #stuckAt = 0;
  /** Where a row that was looked for has been put: the end may be close, and is not what somebody wants to see now. */
  #soughtAt: number | undefined;
  /** Of the window, as it was told last: to ask costs a layout. */
  #height = FIRST_HEIGHT_PX;
  #drawn: Span = { from: 0, to: 0 };
  #rows: ResizeObserver | undefined;
  readonly #watched = new Set<Element>();

  constructor(drawAgain: () => void) {
    this.#drawAgain = drawAgain;
  }

  get places(): Places | undefined {
    return this.#places;
  }

  get isAtEnd(): boolean {
    return this.#isSticking;
  }

  get isNearTop(): boolean {
    return (this.scroller.current?.scrollTop ?? NEAR_PX) < NEAR_PX;
  }

  get isNearEnd(): boolean {
    return this.#belowPx() < NEAR_PX;
  }

  /** What is drawn now. Called while drawing: touches no element. */
  take(content: ListContent): void {
    const before = this.#content;
    this.#content = content;
    if (before?.conversation !== content.conversation) this.#beginAnew();
    if (this.#isFresh) this.#begin(content);
    if (content.focus !== undefined && content.focus !== before?.focus) this.#seek(content.focus);
    if (before?.keys !== content.keys) this.#forget(content.keys);
    if (before?.keys !== content.keys || this.#places === undefined)
      this.#places = placesOf(content.keys, this.#heights, this.#guess());
  }

  /** What is drawn now. Called while drawing. */
  draw(): Span {
    this.#drawn = this.#span();
    return this.#drawn;
  }

  #span(): Span {
    const places = this.#places ?? { tops: [0] };
    if (this.#isSticking) return endSpanOf(places, this.#height);
    return spanOf(places, this.#top(places), this.#height);
  }

  /** Heights of what is not in the list any more, now and then. */
  #forget(keys: readonly string[]): void {
    if (this.#heights.size < 2 * keys.length + KEPT_MOST) return;
    const here = new Set(keys);
    for (const key of this.#heights.keys()) if (!here.has(key)) this.#heights.delete(key);
  }

  /** What is new is about as high as the others are. Whole pixels: a window cannot stand between two. */
  #guess(): number {
    if (this.#heights.size === 0) return GUESS_PX;
    let sum = 0;
    for (const height of this.#heights.values()) sum += height;
    return Math.round(sum / this.#heights.size);
  }

  /** After drawing: rows are measured, and what is held is put back into its place. */
  settle(): void {
    const { current: scroller } = this.scroller;
    if (scroller === null) return;
    this.#observe(scroller);
    if (this.#isSticking) {
      scroller.scrollTop = scroller.scrollHeight;
      this.#stuckAt = scroller.scrollTop;
      return;
    }
    this.#putBack(scroller);
    if (this.#soughtAt !== undefined) this.#soughtAt = scroller.scrollTop;
    // What fits into the window is all in sight, and nothing will ever be scrolled there.
    const isEnd = this.#belowPx() <= AT_END_PX && this.#content?.hasNewer === false;
    const isWhole = this.#soughtAt === undefined || scroller.scrollHeight <= scroller.clientHeight;
    if (isEnd && scroller.scrollTop === 0 && isWhole) this.stick();
  }

  #putBack(scroller: HTMLElement): void {
    const anchor = this.#anchor;
    const row = anchor && this.#rowOf(anchor.key);
    if (anchor === undefined || row === undefined) return;
    const off = row.getBoundingClientRect().top - scroller.getBoundingClientRect().top - anchor.top;
    if (Math.abs(off) >= 1) scroller.scrollTop += off;
  }

  /** A person has scrolled, or we have. */
  scrolled(): void {
    const { current: scroller } = this.scroller;
    if (scroller === null || this.#places === undefined) return;
    // Told of a moment ago; what has grown at the end since then is not measured yet.
    const isOurs = this.#isSticking && scroller.scrollTop >= this.#stuckAt - 1;
    if (isOurs && this.#content?.hasNewer !== true) return this.settle();
    if (this.#soughtAt !== undefined && Math.abs(scroller.scrollTop - this.#soughtAt) < 1) return;
    this.#soughtAt = undefined;
    const before = this.#drawn;
    const wasSticking = this.#isSticking;
    this.#isSticking = this.#belowPx() <= AT_END_PX && this.#content?.hasNewer !== true;
    if (!this.#isSticking) this.#isFresh = false;
    const at = itemAt(this.#places, scroller.scrollTop);
    const key = this.#content?.keys[at];
    if (key !== undefined) this.#anchor = { key, top: this.#topOfRow(key, at) };
    const after = this.#span();
    if (before.from !== after.from || before.to !== after.to || wasSticking !== this.#isSticking) this.#drawAgain();
  }

  /** At its end, as somebody wants it. */
  stick(): void {
    this.#isSticking = true;
    this.#isFresh = false;
    this.#soughtAt = undefined;
    this.#drawAgain();
  }

  /** Returns what ends it. */
  watch(): () => void {
    const rows = new ResizeObserver((entries) => this.#measured(entries));
    this.#rows = rows;
    const { current: scroller } = this.scroller;
    if (scroller !== null) {
      this.#height = scroller.clientHeight;
      // A window that becomes smaller keeps its end in sight.
      rows.observe(scroller);
      this.#observe(scroller);
    }
    return () => rows.disconnect();
  }

  #beginAnew(): void {
    this.#heights.clear();
    this.#places = undefined;
    this.#anchor = undefined;
    this.#isSticking = true;
    this.#isFresh = true;
    this.#soughtAt = undefined;
  }

  /** With the first that was not read, also where it comes after what was kept here. */
  #begin({ unread, isComing }: ListContent): void {
    if (unread !== undefined) this.#hold(unread, UNREAD_PX);
    else if (!isComing) this.#isFresh = false;
  }

  #seek(key: string): void {
    this.#hold(key, FOCUS_PX);
    this.#soughtAt = this.scroller.current?.scrollTop ?? 0;
  }

  #hold(key: string, top: number): void {
    this.#isSticking = false;
    this.#isFresh = false;
    this.#anchor = { key, top };
  }

  #top(places: Places): number {
    const at = this.#anchor === undefined ? -1 : this.#indexOf(this.#anchor.key);
    if (at < 0) return this.scroller.current?.scrollTop ?? 0;
    return (places.tops[at] ?? 0) - (this.#anchor?.top ?? 0);
  }

  #indexOf(key: string): number {
    return this.#content?.keys.indexOf(key) ?? -1;
  }

  #belowPx(): number {
    const { current: scroller } = this.scroller;
    return scroller === null ? 0 : scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
  }

  #rowOf(key: string): Element | undefined {
    return this.scroller.current?.querySelector(`[data-key="${CSS.escape(key)}"]`) ?? undefined;
  }

  #topOfRow(key: string, at: number): number {
    const { current: scroller } = this.scroller;
    const row = this.#rowOf(key);
    if (scroller === null || row === undefined) return (this.#places?.tops[at] ?? 0) - (scroller?.scrollTop ?? 0);
    return row.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
  }

  #observe(scroller: HTMLElement): void {
    for (const row of this.#watched) {
      if (row.isConnected) continue;
      this.#rows?.unobserve(row);
      this.#watched.delete(row);
    }
    if (this.#rows === undefined) return;
    for (const row of scroller.querySelectorAll("[data-key]")) {
      if (this.#watched.has(row)) continue;
      this.#watched.add(row);
      this.#rows.observe(row);
    }
  }

  #measured(entries: readonly ResizeObserverEntry[]): void {
    let [isOther, isMoved] = [false, false];
    for (const { target, borderBoxSize, contentRect } of entries) {
      if (target === this.scroller.current) {
        isMoved ||= this.#height !== contentRect.height;
        this.#height = contentRect.height;
      }
      const key = target instanceof HTMLElement ? target.dataset["key"] : undefined;
      const height = borderBoxSize[0]?.blockSize;
      if (key === undefined || height === undefined || !target.isConnected) continue;
      const before = this.#heights.get(key);
      if (before === height) continue;
      this.#heights.set(key, height);
      isOther = true;
      // What was just drawn was put into its place then.
      isMoved ||= before !== undefined;
    }
    if (!isOther && !isMoved) return;
    if (this.#content !== undefined) this.#places = placesOf(this.#content.keys, this.#heights, this.#guess());
    if (isMoved || !this.#isSticking || this.#isBare()) {
      this.#drawAgain();
      // Before the next paint, so that nothing is seen to jump.
      this.settle();
    }
  }

  /** Less is drawn at the end than is seen there. */
  #isBare(): boolean {
    const { tops } = this.#places ?? { tops: [0] };
    const drawn = (tops.at(-1) ?? 0) - (tops[this.#drawn.from] ?? 0);
    return this.#drawn.from > 0 && drawn < this.#height + SLACK_PX;
  }
}
