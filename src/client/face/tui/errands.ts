// What a step wants done and waits for: of the model, of files. What comes of it is a step again.
import type { MessageId } from "../../../model/ids.ts";
import type { Clock } from "../../port/clock.ts";
import type { Screens } from "../../port/screens.ts";
import type { Ruler } from "./ground/text.ts";
import type { PictureDesk } from "./pictures/desk.ts";
import { answered, personShown } from "./scene/answers.ts";
import { pathsFound } from "./scene/composing.ts";
import { doneTold } from "./scene/done-words.ts";
import type { InFolder } from "./scene/paths.ts";
import { type Effect, type Exporting, NONE, says, type Step, step, type Ui } from "./scene/state.ts";
import { sayIn } from "./words/say.ts";

export interface ErrandsWorld {
  readonly screens: Screens;
  readonly clock: Clock;
  readonly pictures: PictureDesk;
  /** Writes a file, and not in the place of another one. @throws Fault */
  readonly exports: (wish: Exporting) => Promise<void>;
  /** What is in a folder; nothing, where it cannot be read. `~/` is the home folder, empty where the program was started. */
  readonly folder: (path: string) => Promise<readonly InFolder[]>;
  readonly ruler: () => Ruler;
  readonly ui: () => Ui;
  readonly now: (step: Step) => void;
}

export type Doable = Extract<Effect, { readonly effect: "do" | "ask" | "person" | "picture" | "export" | "paths" }>;

export class Errands {
  readonly #world: ErrandsWorld;

  constructor(world: ErrandsWorld) {
    this.#world = world;
  }

  /** What comes of it is taken at once: whatever else has happened meanwhile is in the step. @throws Fault */
  async run(effect: Doable): Promise<void> {
    const { screens, exports, folder, clock, ruler, ui, now } = this.#world;
    switch (effect.effect) {
      case "picture":
        return this.#picture(effect.message);
      case "person": {
        const card = await screens.person(effect.user);
        return now(step(personShown(ui(), card)));
      }
      case "ask": {
        const reply = await screens.ask(effect.command);
        const stage = { view: screens.view, now: clock.now(), say: this.#say };
        return now(step(answered(ui(), { command: effect.command, reply }, stage)));
      }
      case "export": {
        const { to, path } = effect.wish;
        await exports(effect.wish);
        return now(step(says(ui(), this.#say("exported", { to, path }))));
      }
      case "paths": {
        const found = await folder(effect.path.folder);
        return now(pathsFound(ui(), effect, { found, ruler: ruler() }));
      }
      case "do":
        await screens.do(effect.intent);
        return now(step(doneTold(ui(), effect, { view: screens.view, say: this.#say })));
    }
  }

  get #say() {
    return sayIn(this.#world.screens.view.settings.language);
  }

  /** Whoever looks at another thing by now is not disturbed. */
  async #picture(message: MessageId): Promise<void> {
    const { pictures, ui, now } = this.#world;
    const awaited = () => {
      const { layer } = ui();
      return layer.layer === "picture" && layer.message === message ? layer : undefined;
    };
    try {
      const picture = await pictures.ready(message);
      const layer = awaited();
      if (layer !== undefined) now(step({ ...ui(), layer: { ...layer, picture } }));
    } catch (error) {
      if (awaited() !== undefined) now(step({ ...ui(), layer: NONE }));
      throw error;
    }
  }
}
