// What is made once for many frames: colours, columns, the rows of what was said. Of the whole screen, and of two rows below the shell's.
import type { ScreenView } from "../../port/screens.ts";
import { sanitizeLine, type SafeText } from "../sanitize.ts";
import type { Depth } from "./ground/style.ts";
import { type TerminalWidths, Ruler, words } from "./ground/text.ts";
import { type Theme, themeOf } from "./ground/theme.ts";
import type { Bindings } from "./scene/bindings.ts";
import type { Saying, Stage, Ui } from "./scene/state.ts";
import type { Look } from "./view/look.ts";
import { Timeline } from "./view/timeline.ts";
import { sayIn } from "./words/say.ts";

export interface SceneryWorld {
  readonly depth: Depth;
  readonly isDark: boolean;
  readonly bindings: Bindings;
  readonly now: () => number;
  readonly size: () => Size;
  readonly homeFolder?: string | undefined;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Learnt {
  readonly widths?: TerminalWidths | undefined;
  readonly isDark?: boolean;
}

export interface Frame {
  /** The part of the person as the model has changed it. */
  readonly ui: Ui;
  /** What is to be written; empty: nothing. */
  readonly bytes: string;
  /** The terminal must be asked this before anything can be drawn; empty: it was, and has not answered. */
  readonly question?: string;
}

/** Makes one frame after the other for one kind of screen. */
export interface FrameMaker {
  readonly ruler: Ruler;
  /** The terminal has said how wide it draws, or what lies behind everything. */
  learn(learnt: Learnt): void;
  /** Where the cursor is, counted from 1. False: this was not asked. */
  hears(column: number): boolean;
  /** All of it is drawn anew. */
  forget(): void;
  /** The terminal has another size. */
  resized(): void;
  /** The terminal was somebody else's for a while. */
  resumed(): void;
  /** Where no frame can be drawn: one row, and nothing of the model. */
  bare(saying: Saying): string;
  /** Taken away when the terminal is given back. */
  readonly farewell: string;
  /** What a step may look at, as it would be drawn now. */
  stage(ui: Ui, view: ScreenView): Stage;
  next(before: Ui, view: ScreenView): Frame;
}

const SIZE_LEAST = { width: 20, height: 6 };

export class Scenery {
  readonly #world: SceneryWorld;
  #ruler = new Ruler();
  #isDark: boolean;
  #theme: Theme | undefined;
  #wish = "";
  #timeline: Timeline | undefined;
  #day = "";

  constructor(world: SceneryWorld) {
    this.#world = world;
    this.#isDark = world.isDark;
  }

  get ruler(): Ruler {
    return this.#ruler;
  }

  learn({ widths, isDark }: Learnt): void {
    if (isDark !== undefined) this.#isDark = isDark;
    if (widths === undefined || JSON.stringify(widths) === JSON.stringify(this.#ruler.terminal)) return;
    this.#ruler = new Ruler(widths);
    this.#timeline = undefined;
  }

  size(): Size {
    const { width, height } = this.#world.size();
    return { width: Math.max(SIZE_LEAST.width, width), height: Math.max(SIZE_LEAST.height, height) };
  }

  /** As much of it as one row holds. */
  bare({ text, hint = "" }: Saying): SafeText {
    return this.ruler.cut(words` ${sanitizeLine(text, 300)}; ${sanitizeLine(hint, 300)}`, this.size().width - 1);
  }

  look(view: ScreenView): Look {
    const { theme, language } = view.settings;
    const isDark = theme === "system" ? this.#isDark : theme === "dark";
    const wish = `${theme} ${isDark}`;
    if (this.#theme === undefined || wish !== this.#wish)
      this.#theme = themeOf({ depth: this.#world.depth, isDark, isChosen: theme !== "system" });
    this.#wish = wish;
    return { theme: this.#theme, ruler: this.#ruler, now: this.#world.now(), say: sayIn(language) };
  }

  /** Kept until the width, the colours, the language, the day or this user is another one. */
  timelineFor(width: number, { look, view }: { look: Look; view: ScreenView }): Timeline {
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
