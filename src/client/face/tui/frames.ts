// One frame after the other: looks at the model, lays the screen out, draws it, gives the bytes. Keeps what is made once for many.
import type { ScreenView } from "../../port/screens.ts";
import { Cells, type Spot } from "./ground/cells.ts";
import { Painter } from "./ground/painter.ts";
import type { Depth } from "./ground/style.ts";
import { type TerminalWidths, Ruler } from "./ground/text.ts";
import { type Theme, themeOf } from "./ground/theme.ts";
import type { Bindings } from "./scene/bindings.ts";
import { followed } from "./scene/following.ts";
import type { Stage, Ui } from "./scene/state.ts";
import { drawScene, layoutFor, spaceOf } from "./view/draw.ts";
import type { Layout } from "./view/layout.ts";
import type { Look } from "./view/look.ts";
import { Timeline } from "./view/timeline.ts";
import { sayIn } from "./words/say.ts";

export interface FramesWorld {
  readonly depth: Depth;
  readonly isDark: boolean;
  readonly bindings: Bindings;
  readonly now: () => number;
  readonly size: () => { readonly width: number; readonly height: number };
}

const SIZE_LEAST = { width: 20, height: 6 };

export class Frames {
  readonly #world: FramesWorld;
  readonly #painter: Painter;
  #ruler = new Ruler();
  #isDark: boolean;
  #theme: Theme | undefined;
  #wish = "";
  #cells: Cells | undefined;
  #timeline: Timeline | undefined;
  #day = "";

  constructor(world: FramesWorld) {
    this.#world = world;
    this.#isDark = world.isDark;
    this.#painter = new Painter(world.depth);
  }

  get ruler(): Ruler {
    return this.#ruler;
  }

  /** The terminal has said how wide it draws, or what lies behind everything. */
  learn({ widths, isDark }: { readonly widths?: TerminalWidths | undefined; readonly isDark?: boolean }): void {
    if (isDark !== undefined) this.#isDark = isDark;
    if (widths === undefined || JSON.stringify(widths) === JSON.stringify(this.#ruler.terminal)) return;
    this.#ruler = new Ruler(widths);
    this.#cells = undefined;
    this.#timeline = undefined;
  }

  /** All of it is drawn anew. */
  forget(): void {
    this.#painter.forget();
  }

  /** What a step may look at, as it would be drawn now. */
  stage(ui: Ui, view: ScreenView): Stage {
    const look = this.#look(view);
    const layout = layoutFor({ ui, view, look }, this.#size());
    return this.#staged(ui, { view, look, layout });
  }

  /** The part of the person as the model has changed it, and what is to be written; empty: nothing. */
  next(before: Ui, view: ScreenView): { readonly ui: Ui; readonly bytes: string } {
    const ui = followed(before, this.stage(before, view));
    const look = this.#look(view);
    const size = this.#size();
    const layout = layoutFor({ ui, view, look }, size);
    const timeline = this.#timelineFor(layout.timeline.width, { look, view });
    if (this.#cells?.width !== size.width || this.#cells.height !== size.height)
      this.#cells = new Cells(size, this.#ruler);
    const scene = { ui, view, look, bindings: this.#world.bindings };
    const cursor: Spot | undefined = drawScene(this.#cells, layout, { scene, timeline });
    return { ui, bytes: this.#painter.paint(this.#cells, cursor) };
  }

  #staged(ui: Ui, { view, look, layout }: { view: ScreenView; look: Look; layout: Layout }): Stage {
    const timeline = this.#timelineFor(layout.timeline.width, { look, view });
    const { bindings } = this.#world;
    const space = spaceOf(layout, timeline, { ui, view, look, bindings });
    return { view, ruler: this.#ruler, bindings, now: look.now, say: look.say, space };
  }

  #size(): { readonly width: number; readonly height: number } {
    const { width, height } = this.#world.size();
    return { width: Math.max(SIZE_LEAST.width, width), height: Math.max(SIZE_LEAST.height, height) };
  }

  #look(view: ScreenView): Look {
    const { theme, language } = view.settings;
    const isDark = theme === "system" ? this.#isDark : theme === "dark";
    const wish = `${theme} ${isDark}`;
    if (this.#theme === undefined || wish !== this.#wish)
      this.#theme = themeOf({ depth: this.#world.depth, isDark, isChosen: theme !== "system" });
    this.#wish = wish;
    return { theme: this.#theme, ruler: this.#ruler, now: this.#world.now(), say: sayIn(language) };
  }

  /** Kept until the width, the colours, the language, the day or this user is another one. */
  #timelineFor(width: number, { look, view }: { look: Look; view: ScreenView }): Timeline {
    const day = `${new Date(look.now).toDateString()} ${view.self.user} ${look.say.language}`;
    const known = this.#timeline;
    if (known !== undefined && known.width === width && known.look.theme === look.theme && day === this.#day) {
      known.see(view);
      return known;
    }
    this.#day = day;
    this.#timeline = new Timeline(width, look, view);
    return this.#timeline;
  }
}
