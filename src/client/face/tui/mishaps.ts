// A defect that shows when a frame is drawn or a key is taken: what is said of it, and what goes on without it.
import type { Screens } from "../../port/screens.ts";
import { complains, NONE, over, type Ui } from "./scene/state.ts";
import { END } from "./scene/scrolling.ts";
import { type Say, sayIn } from "./words/say.ts";

export interface MishapsWorld {
  readonly screens: Pick<Screens, "view">;
  readonly note?: (sentence: string) => void;
}

/** One after the other: the first frames of it say where it comes from. */
const NOTES_MOST = 10;
const FRAMES = 3;

export class Mishaps {
  readonly #world: MishapsWorld;
  #inRow = 0;
  #notes = 0;

  constructor(world: MishapsWorld) {
    this.#world = world;
  }

  /** The next frame was no better. */
  get isLasting(): boolean {
    return this.#inRow > 1;
  }

  drawn(): void {
    this.#inRow = 0;
  }

  /** What is being written stays. What lies over the conversation may be what cannot be drawn: it goes the second time, but for a lock. */
  told(ui: Ui, error: unknown): Ui {
    this.#inRow += 1;
    this.#noted(error);
    const kept = this.isLasting && ui.layer.layer !== "unlock" ? { ...over(ui, NONE), scroll: END } : ui;
    const say = this.#say();
    return complains(kept, say("not-drawn", { kind: kindOf(error) }), say("not-drawn-hint"));
  }

  #say(): Say {
    try {
      return sayIn(this.#world.screens.view.settings.language);
    } catch {
      return sayIn("en");
    }
  }

  /** Not its message, which may quote what was said. */
  #noted(error: unknown): void {
    this.#notes += 1;
    if (this.#notes > NOTES_MOST) return;
    const stack = error instanceof Error ? (error.stack ?? "") : "";
    const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
    const where = frames.slice(0, FRAMES).map((line) => line.trim());
    this.#world.note?.(["not-drawn: a key or a frame failed:", kindOf(error), ...where].join(" "));
  }
}

function kindOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
