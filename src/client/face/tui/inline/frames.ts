// The terminal as it is, with two rows of ours below what stands there: what is said goes into its own history, above them. The cursor
// rests in the first of the two, so that all of ours is behind it, and one sequence takes it away.
import type { ScreenView } from "../../../port/screens.ts";
import { Cells } from "../ground/cells.ts";
import { Painter } from "../ground/painter.ts";
import type { Ruler } from "../ground/text.ts";
import { followed } from "../scene/following.ts";
import { END } from "../scene/scrolling.ts";
import { NONE, over, type Saying, type Stage, type Ui } from "../scene/state.ts";
import { type Frame, type FrameMaker, type Learnt, Scenery, type SceneryWorld, type Size } from "../scenery.ts";
import type { Look } from "../view/look.ts";
import type { Paper } from "../view/paper.ts";
import { WRONG_MANY } from "../../words/forgotten.ts";
import { paperOf } from "../view/papers.ts";
import { drawRow, type Row } from "../view/rows.ts";
import { columnsFor, drawFooter, FOOTER_ROWS } from "./footer.ts";
import { newsRows, noticesRows, paperRows, placeRows, sayingRows, type Writing } from "./rows.ts";
import { Told } from "./told.ts";
import { Width } from "./width.ts";

const BEGIN = "\x1b[?2026h\x1b[?25l";
const END_FRAME = "\x1b[?25h\x1b[?2026l";
const CLEAR_SCREEN = "\x1b[H\x1b[2J";
const BELOW = "\x1b[J";
const PAPER_COLUMNS = 92;
/** What asks for a key stays in the two rows; everything else is written once, and is history. */
const ASKING: ReadonlySet<string> = new Set([
  "switcher",
  "search",
  "react",
  "confirm",
  "paste",
  "unlock",
  "passphrase",
]);

export class InlineFrames implements FrameMaker {
  readonly #world: SceneryWorld;
  readonly #scenery: Scenery;
  readonly #painter: Painter;
  readonly #told = new Told();
  readonly #width = new Width();
  readonly #notices = new Set<number>();
  #saying: Ui["saying"];
  #shown: unknown;
  /** Who has said what stands last. */
  #last = "";
  #footer = "";
  #wasLocked = false;
  #isToClear = false;

  constructor(world: SceneryWorld) {
    this.#world = world;
    this.#scenery = new Scenery(world);
    this.#painter = new Painter(world.depth, (x) => `\x1b[${x + 1}G`);
  }

  readonly farewell = "";

  get ruler(): Ruler {
    return this.#scenery.ruler;
  }

  learn(learnt: Learnt): void {
    this.#scenery.learn(learnt);
  }

  hears(column: number): boolean {
    return this.#width.hears(column);
  }

  forget(): void {
    this.#isToClear = true;
  }

  resized(): void {
    this.#footer = "";
  }

  resumed(): void {
    this.#footer = "";
    this.#width.rests(0, this.#scenery.size().width);
  }

  bare(saying: Saying): string {
    return `\x1b[?2026l\x1b[0m\r\x1b[J${this.#scenery.bare(saying)}`;
  }

  stage(_: Ui, view: ScreenView): Stage {
    const look = this.#scenery.look(view);
    const { width, height } = this.#scenery.size();
    const rows = height - FOOTER_ROWS;
    const columns = columnsFor(view, look, width - 1);
    // It is written as a whole.
    const paper = (): ReturnType<Stage["space"]["paper"]> => ({ page: rows, last: 0 });
    const space = { width, height, rows, columns, sidebar: 0, column: 0, rowsOf: () => 1, listed: () => -1, paper };
    const { bindings, homeFolder } = this.#world;
    return { view, ruler: this.ruler, bindings, now: look.now, say: look.say, space, homeFolder };
  }

  next(before: Ui, view: ScreenView): Frame {
    const size = this.#scenery.size();
    const look = this.#scenery.look(view);
    const question = this.#width.question(size.width, look.now);
    if (question !== undefined) return { ui: before, bytes: "", question };
    const seen = { ...followed(before, this.stage(before, view)), scroll: END };
    // The last column stays free: nothing of ours makes the terminal begin a row.
    const writing = { view, look, width: size.width - 1 };
    const paper = this.#paperOf(seen, writing);
    const start = this.#startOf(view, size);
    const rows = [
      ...this.#newsOf(writing, size),
      ...this.#saidOf(seen, writing),
      ...this.#shownOf(seen, paper, writing),
    ];
    const ui = this.#isWritten(seen) ? over(seen, NONE) : seen;
    const asked = ui.layer === NONE ? undefined : paper;
    const bytes = this.#bytesOf({ start, rows, writing }, { ui, view, look, paper: asked });
    return { ui, bytes };
  }

  /** Where ours begins; what was said is not on the screen while it is locked. */
  #startOf(view: ScreenView, { width }: Size): string {
    const isLocking = view.locked && !this.#wasLocked;
    if (view.locked !== this.#wasLocked) this.#told.close();
    this.#wasLocked = view.locked;
    const up = this.#width.rowsAbove(width);
    const clears = this.#isToClear || isLocking;
    return clears ? CLEAR_SCREEN : `${up > 0 ? `\x1b[${up}A` : ""}\r${BELOW}`;
  }

  #newsOf(writing: Writing, { height }: Size): readonly Row[] {
    const { view, look, width } = writing;
    if (view.locked) return [];
    const told = this.#told.next(view.open);
    const timeline = this.#scenery.timelineFor(width, { look, view });
    const isAgain = this.#isToClear;
    this.#isToClear = false;
    if (isAgain) this.#footer = "";
    if (told === undefined) return [];
    const news = isAgain ? this.#told.again(view.open, height - FOOTER_ROWS) : told.news;
    const place = told.isOther || isAgain ? placeRows(writing) : [];
    const { rows, last } = newsRows(news, timeline, { ...writing, before: place.length > 0 ? "" : this.#last });
    this.#last = last;
    return [...place, ...rows];
  }

  /** Once each: what is to be told, and what this face says. */
  #saidOf({ saying }: Ui, writing: Writing): readonly Row[] {
    const { view, look } = writing;
    const fresh = view.notices.filter((notice) => {
      const isSaid = notice.kind === "fault" && look.say.told(notice).message === saying?.text;
      const isTold = this.#notices.has(notice.id) || isSaid;
      this.#notices.add(notice.id);
      return !isTold;
    });
    const says = saying === undefined || saying === this.#saying ? [] : sayingRows(saying, writing);
    this.#saying = saying;
    return [...noticesRows(fresh, writing), ...says];
  }

  #paperOf(ui: Ui, { view, look, width }: Writing): Paper | undefined {
    const room = Math.min(PAPER_COLUMNS, width) - 4;
    return paperOf(ui.layer, { view, look, bindings: this.#world.bindings, room });
  }

  /** A list or a page is written once; of what was looked for, and of a paste, what there is of it. */
  #shownOf({ layer }: Ui, paper: Paper | undefined, writing: Writing): readonly Row[] {
    const { search } = writing.view;
    const found = layer.layer === "search" && search?.isRunning === false ? search.results : undefined;
    const asked = layer.layer === "confirm" && (paper?.rows.length ?? 0) > 1 ? layer.question : undefined;
    const helps = layer.layer === "unlock" && layer.wrong >= WRONG_MANY ? layer.layer : undefined;
    const what = layer.layer === "paste" ? layer.text : (asked ?? helps ?? found);
    const isNew = what !== undefined && what !== this.#shown && what.length > 0;
    this.#shown = what;
    if (paper === undefined || (!isNew && !this.#isWritten({ layer }))) return [];
    return paperRows(paper, writing);
  }

  /** Whose card has not come is waited for. */
  #isWritten({ layer }: Pick<Ui, "layer">): boolean {
    if (layer.layer === "none" || layer.layer === "select" || ASKING.has(layer.layer)) return false;
    if (layer.layer === "picture") return layer.picture !== undefined;
    return layer.layer !== "person" || layer.card !== undefined;
  }

  #bytesOf(
    { start, rows, writing }: { start: string; rows: readonly Row[]; writing: Writing },
    footer: { ui: Ui; view: ScreenView; look: Look; paper: Paper | undefined },
  ): string {
    const { width } = writing;
    const cells = new Cells({ width, height: FOOTER_ROWS }, this.ruler);
    const x = drawFooter(cells, footer);
    const [composer = "", status = ""] = this.#painter.lines(cells);
    const drawn = `${composer}\r\n${status}\x1b[1A\x1b[${x + 1}G`;
    if (rows.length === 0 && drawn === this.#footer) return "";
    this.#footer = drawn;
    this.#width.rests(x, width + 1);
    const history = this.#linesOf(rows, writing).map((line) => `${line}\r\n`);
    return `${BEGIN}${start}${history.join("")}${drawn}${END_FRAME}`;
  }

  #linesOf(rows: readonly Row[], { look, width }: Writing): readonly string[] {
    if (rows.length === 0) return [];
    const cells = new Cells({ width, height: rows.length }, this.ruler);
    cells.clear(look.theme.base);
    for (const [y, row] of rows.entries()) drawRow(cells, { x: 0, y }, { row, most: width });
    return this.#painter.lines(cells);
  }
}
