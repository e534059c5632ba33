// One frame of the whole screen after the other: looks at the model, lays the screen out, draws it, gives the bytes.
import type { ScreenView } from "../../port/screens.ts";
import { Cells, type Spot } from "./ground/cells.ts";
import { Painter } from "./ground/painter.ts";
import type { Ruler } from "./ground/text.ts";
import { PictureOnScreen } from "./pictures/on-screen.ts";
import { followed } from "./scene/following.ts";
import type { Saying, Stage, Ui } from "./scene/state.ts";
import { type Frame, type FrameMaker, type Learnt, Scenery, type SceneryWorld } from "./scenery.ts";
import { drawScene, layoutFor, pictureIn, spaceOf } from "./view/draw.ts";

export class Frames implements FrameMaker {
  readonly #world: SceneryWorld;
  readonly #scenery: Scenery;
  readonly #painter: Painter;
  readonly #picture = new PictureOnScreen();
  #cells: Cells | undefined;

  constructor(world: SceneryWorld) {
    this.#world = world;
    this.#scenery = new Scenery(world);
    this.#painter = new Painter(world.depth);
  }

  get ruler(): Ruler {
    return this.#scenery.ruler;
  }

  learn(learnt: Learnt): void {
    this.#scenery.learn(learnt);
  }

  hears(): boolean {
    return false;
  }

  forget(): void {
    this.#painter.forget();
  }

  resized(): void {
    this.forget();
  }

  resumed(): void {
    this.forget();
  }

  stage(ui: Ui, view: ScreenView): Stage {
    const look = this.#scenery.look(view);
    const layout = layoutFor({ ui, view, look }, this.#scenery.size());
    const timeline = this.#scenery.timelineFor(layout.timeline.width, { look, view });
    const { bindings, homeFolder } = this.#world;
    const space = spaceOf(layout, timeline, { ui, view, look, bindings });
    return { view, ruler: this.ruler, bindings, now: look.now, say: look.say, space, homeFolder };
  }

  next(before: Ui, view: ScreenView): Frame {
    const ui = followed(before, this.stage(before, view));
    const look = this.#scenery.look(view);
    const size = this.#scenery.size();
    const layout = layoutFor({ ui, view, look }, size);
    const timeline = this.#scenery.timelineFor(layout.timeline.width, { look, view });
    const scene = { ui, view, look, bindings: this.#world.bindings };
    const cells = this.#cellsOf(size);
    const cursor: Spot | undefined = drawScene(cells, layout, { scene, timeline });
    const wanted = pictureIn(scene, layout);
    const { bytes: gone, isOver } = this.#picture.leave(wanted);
    if (isOver) this.#painter.forget();
    const isNew = this.#painter.isUnknown;
    const drawn = this.#painter.paint(cells, cursor);
    const come = this.#picture.come(wanted, { isWritten: drawn !== "", isNew });
    return { ui, bytes: `${gone}${drawn}${come}` };
  }

  bare(saying: Saying): string {
    return `\x1b[?2026l\x1b[0m\x1b[${this.#scenery.size().height};1H\x1b[2K${this.#scenery.bare(saying)}`;
  }

  get farewell(): string {
    return this.#picture.farewell;
  }

  #cellsOf(size: { readonly width: number; readonly height: number }): Cells {
    const known = this.#cells;
    if (known?.width === size.width && known.height === size.height && known.ruler === this.ruler) return known;
    this.#cells = new Cells(size, this.ruler);
    return this.#cells;
  }
}
