// Whether this terminal shows pictures, which only it can say; and a picture made ready for it. What is decoded here is decoded in a thread of its own.
import type { MessageId } from "../../../../model/ids.ts";
import { Fault } from "../../../../model/fault.ts";
import type { Clock } from "../../../port/clock.ts";
import type { Area } from "../ground/cells.ts";
import type { Said } from "../ground/sequences.ts";
import type { Cell, ShowsPictures } from "./cell.ts";
import { GRAPHICS_QUERY } from "./kitty.ts";

/** A picture that can be drawn anywhere. */
export interface ReadyPicture {
  readonly shows: ShowsPictures;
  /** In points. */
  readonly width: number;
  readonly height: number;
  readonly draw: (room: Area) => string;
}

export interface DeskWorld {
  readonly clock: Clock;
  /** The terminal is asked; the last question is one that every terminal answers. */
  readonly ask: (questions: string) => void;
  /** The file of a message, whole. @throws Fault */
  readonly load: (message: MessageId) => Promise<Uint8Array>;
}

/** Who has not answered by then shows none. */
const ANSWER_MS = 1_000;
/** DA1: what a terminal with sixels has among its attributes. */
const SIXEL = 4;

export class PictureDesk {
  readonly #world: DeskWorld;
  #hasSixel = false;
  #kitty: boolean | undefined;
  #cell: Cell | undefined;
  #isDark = true;
  #awaited: (() => void) | undefined;

  constructor(world: DeskWorld) {
    this.#world = world;
  }

  /** `isLast`: everything that was asked has been answered. */
  hear(said: Said, isLast: boolean): void {
    if (said.said === "background") this.#isDark = said.light < 0.5;
    if (said.said === "cell") this.#cell = said;
    if (said.said === "graphics") this.#kitty = said.isGood;
    if (said.said === "attributes") this.#hasSixel = said.codes.slice(1).includes(SIXEL);
    if (said.said === "graphics" || (said.said === "attributes" && isLast)) this.#awaited?.();
  }

  /** @throws Fault `no-pictures`, `not-a-picture`, `picture-*`, and of the file */
  async ready(message: MessageId): Promise<ReadyPicture> {
    const shows = await this.#shows();
    if (shows === undefined)
      throw new Fault("no-pictures", "this terminal shows no pictures", {
        hint: "/save M saves it; kitty, Ghostty, WezTerm, foot and others show them",
      });
    const bytes = await this.#world.load(message);
    const { pictureOf, placed } = await import("./pictures.ts");
    const picture = await pictureOf(bytes, { shows, isDark: this.#isDark });
    const { width, height } = picture.head;
    return { shows, width, height, draw: (room) => placed(picture, room, this.#cell) };
  }

  async #shows(): Promise<ShowsPictures | undefined> {
    if (this.#kitty === undefined) await this.#answered();
    this.#kitty ??= false;
    if (this.#kitty) return "kitty";
    return this.#hasSixel ? "sixel" : undefined;
  }

  #answered(): Promise<void> {
    const { clock, ask } = this.#world;
    return new Promise((resolve) => {
      const cancel = clock.after(ANSWER_MS, resolve);
      this.#awaited = () => {
        cancel();
        resolve();
      };
      ask(GRAPHICS_QUERY);
    });
  }
}
