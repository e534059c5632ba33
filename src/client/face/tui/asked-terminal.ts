// What the terminal was asked and has not answered yet: an answer that comes when this program has gone would be typed into the shell.
import type { Clock } from "../../port/clock.ts";
import { PROBE_COUNT, widthsOf } from "./ground/modes.ts";
import type { Said } from "./ground/sequences.ts";
import type { Learnt } from "./scenery.ts";

export interface Asking {
  readonly clock: Clock;
  readonly write: (bytes: string) => void;
}

/** Who has not answered for so long does not answer. */
export const ANSWER_MS = 100;

export class AskedTerminal {
  readonly #world: Asking;
  #open = 0;
  /** Where the cursor stood behind each sign that terminals disagree about. */
  #columns: readonly number[] = [];
  #askedAt = Number.NEGATIVE_INFINITY;
  #heard: (() => void) | undefined;

  constructor(world: Asking) {
    this.#world = world;
  }

  /** How wide it draws is among the questions. */
  probe(questions: string): void {
    this.#columns = [];
    this.ask(questions);
  }

  /** What is known by this answer. */
  learnt(said: Said): Learnt {
    if (said.said === "background") return { isDark: said.light < 0.5 };
    if (said.said !== "cursor" || this.#columns.length >= PROBE_COUNT) return {};
    this.#columns = [...this.#columns, said.column];
    return { widths: widthsOf(this.#columns) };
  }

  /** `questions` end with the one that every terminal answers: CSI c. */
  ask(questions: string): void {
    this.#open += 1;
    this.#askedAt = this.#world.clock.now();
    this.#world.write(questions);
  }

  get isAnswered(): boolean {
    return this.#open === 0;
  }

  hear(said: Said): void {
    if (said.said !== "attributes") return;
    this.#open = Math.max(0, this.#open - 1);
    if (this.#open === 0) this.#heard?.();
  }

  /** Resolves at once where no answer is awaited, and never later than ANSWER_MS after the last question. */
  async answered(): Promise<void> {
    const { clock } = this.#world;
    const left = this.#askedAt + ANSWER_MS - clock.now();
    if (this.#open === 0 || left <= 0) return;
    await new Promise<void>((resolve) => {
      const cancel = clock.after(left, resolve);
      this.#heard = () => {
        cancel();
        resolve();
      };
    });
  }
}
