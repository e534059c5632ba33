// The full terminal at work: keys in, steps, what they want done, frames out. Knows neither the process nor who wrote the model.
import { Fault, reason } from "../../../model/fault.ts";
import type { MessageId } from "../../../model/ids.ts";
import type { Clock } from "../../port/clock.ts";
import type { Ring, Screens } from "../../port/screens.ts";
import { ANSWER_MS, AskedTerminal } from "./asked-terminal.ts";
import { type Doable, Errands } from "./errands.ts";
import { Dismissing } from "./dismissing.ts";
import { type Outward, outward } from "./ground/outward.ts";
import type { Said } from "./ground/sequences.ts";
import { PictureDesk } from "./pictures/desk.ts";
import type { InFolder } from "./scene/paths.ts";
import { undone } from "./scene/undone.ts";
import { heard } from "./scene/said.ts";
import { complains, type Effect, type Exporting, says, type Stage, START, type Step, type Ui } from "./scene/state.ts";
import { Mishaps } from "./mishaps.ts";
import { Outside } from "./outside.ts";
import { Presence } from "./presence.ts";
import type { FrameMaker } from "./scenery.ts";
import { TimedKeys } from "./timed-keys.ts";
import { type Say, sayIn } from "./words/say.ts";

export interface ProgramWorld {
  readonly frames: FrameMaker;
  readonly screens: Screens;
  readonly clock: Clock;
  readonly write: (bytes: string) => void;
  /** The terminal has not taken what was written: a frame more would only wait behind it. */
  readonly isBehind: () => boolean;
  /** The file of a message, to be looked at. @throws Fault */
  readonly pictures: (message: MessageId) => Promise<Uint8Array>;
  readonly exports: (wish: Exporting) => Promise<void>;
  readonly folder: (path: string) => Promise<readonly InFolder[]>;
  readonly onQuit: () => void;
  readonly onSuspend: () => void;
  /** A defect of this face from which it does not recover. */
  readonly onFailure: (error: unknown) => void;
  /** What a developer asks for; nothing that was said or typed is in it. */
  readonly note?: (sentence: string) => void;
}

const FRAME_MS = 1_000 / 30;
const SECOND_MS = 1_000;

export class Program {
  readonly #world: ProgramWorld;
  readonly #frames: FrameMaker;
  readonly #keys: TimedKeys;
  readonly #ends: (() => void)[] = [];
  #ui: Ui = START;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #draws: (() => void) | undefined;
  #ticks: (() => void) | undefined;
  readonly #outside = new Outside();
  readonly #presence: Presence;
  readonly #mishaps: Mishaps;
  /** As the last frame was laid out. */
  #stage: Stage | undefined;
  readonly #dismissing: Dismissing;
  readonly #asked: AskedTerminal;
  readonly #pictures: PictureDesk;
  readonly #errands: Errands;
  #isOver = false;

  constructor(world: ProgramWorld) {
    this.#world = world;
    this.#frames = world.frames;
    this.#asked = new AskedTerminal(world);
    this.#keys = new TimedKeys(world.clock, (late) => this.#guarded(() => this.#hear(late)));
    this.#presence = new Presence(world, (intent) => this.#do({ effect: "do", intent }));
    this.#mishaps = new Mishaps(world);
    const dismiss = (notice: number): void => this.#do({ effect: "do", intent: { want: "dismiss", notice } });
    this.#dismissing = new Dismissing({ ...world, dismiss });
    const ask = (questions: string): void => this.#asked.ask(questions);
    this.#pictures = new PictureDesk({ clock: world.clock, ask, load: world.pictures });
    this.#errands = new Errands({
      ...world,
      pictures: this.#pictures,
      ruler: () => this.#frames.ruler,
      ui: () => this.#ui,
      now: (step) => this.#step(step),
    });
    this.#ends.push(
      world.screens.onChange(() => this.touch()),
      world.screens.onRing((ring) => this.#rings(ring)),
    );
  }

  get #say(): Say {
    return sayIn(this.#world.screens.view.settings.language);
  }

  /** Something is different: it is drawn soon, and not more often than the eye sees. */
  touch(): void {
    if (this.#draws !== undefined || this.#isOver) return;
    const waits = Math.max(0, this.#drawnAt + FRAME_MS - this.#world.clock.now());
    this.#draws = this.#world.clock.after(waits, () => {
      this.#draws = undefined;
      this.#guarded(() => this.#draw());
    });
  }

  resized(): void {
    this.#frames.resized();
    this.touch();
  }

  /** After another program had the terminal. */
  resumed(): void {
    this.#frames.resumed();
    this.touch();
  }

  /** `questions` end with the one that every terminal answers. */
  ask(questions: string): void {
    this.#asked.probe(questions);
  }

  /** What takes from the terminal what is no letters. */
  get farewell(): string {
    return this.#frames.farewell;
  }

  /** When whatever was asked has been answered, or nobody will. */
  answered(): Promise<void> {
    return this.#asked.answered();
  }

  push(bytes: Uint8Array): void {
    const said = this.#keys.push(bytes);
    for (const one of said) {
      this.#asked.hear(one);
      this.#pictures.hear(one, this.#asked.isAnswered);
    }
    this.#guarded(() => {
      this.#hear(said);
      this.#presence.awake();
    });
  }

  /** Nothing is drawn or asked any more. */
  end(): void {
    this.#isOver = true;
    for (const end of this.#ends) end();
    this.#dismissing.end();
    this.#keys.end();
    for (const cancel of [this.#draws, this.#ticks]) cancel?.();
  }

  #hear(all: readonly Said[]): void {
    // What one of them does wrong takes nothing from those behind it.
    for (const said of all)
      this.#guarded(() => {
        this.#learn(said);
        this.#step(heard(this.#ui, said, this.#staged()));
      });
    if (all.length > 0) this.touch();
  }

  #step({ ui, effects }: Step): void {
    this.#ui = ui;
    for (const effect of effects) this.#do(effect);
  }

  /** What cannot be laid out now takes no key from anybody: it is read as the screen was before. */
  #staged(): Stage {
    const { view } = this.#world.screens;
    try {
      this.#stage = this.#frames.stage(this.#ui, view);
      return this.#stage;
    } catch (error) {
      if (this.#stage === undefined) throw error;
      return { ...this.#stage, view };
    }
  }

  #learn(said: Said): void {
    if (said.said === "cursor" && this.#frames.hears(said.column)) return;
    this.#frames.learn(this.#asked.learnt(said));
  }

  #do(effect: Effect): void {
    const { onQuit, onSuspend } = this.#world;
    switch (effect.effect) {
      case "do":
      case "ask":
      case "person":
      case "picture":
      case "export":
      case "paths":
        return void this.#tried(effect).finally(() => this.touch());
      case "outward":
        return this.#out(effect.what);
      case "redraw":
        return this.#frames.forget();
      case "suspend":
        return onSuspend();
      case "quit":
        return onQuit();
    }
  }

  async #tried(effect: Doable): Promise<void> {
    try {
      await this.#errands.run(effect);
    } catch (error) {
      // Why it ended is told at the end.
      if (error instanceof Fault && error.code === "stopped") return;
      const fault = error instanceof Fault ? error : { code: "internal", message: reason(error) };
      const { message, hint } = this.#say.told(fault);
      this.#ui = complains(undone(this.#ui, { effect, error }, this.#frames.ruler), message, hint);
    }
  }

  #out(what: Outward): void {
    const bytes = outward(what);
    if (bytes === "") this.#ui = says(this.#ui, this.#say("too-long-out"));
    else this.#world.write(bytes);
  }

  #draw(): void {
    const { screens, clock, write, isBehind } = this.#world;
    if (isBehind()) return this.#tick(FRAME_MS);
    const { view } = screens;
    const { ui, bytes, question } = this.#frames.next(this.#ui, view);
    this.#ui = ui;
    this.#drawnAt = clock.now();
    if (question !== undefined) {
      if (question !== "") this.#asked.ask(question);
      return this.#tick(ANSWER_MS);
    }
    if (bytes !== "") write(bytes);
    for (const what of this.#outside.titled(view)) this.#out(what);
    this.#presence.look(this.#ui);
    this.#mishaps.drawn();
    this.#dismissing.later();
    // It is said when it is tried again, to the second.
    if (view.link.retryAt !== undefined) this.#tick(SECOND_MS);
  }

  #tick(ms: number): void {
    this.#ticks?.();
    this.#ticks = this.#world.clock.after(ms, () => this.touch());
  }

  #rings(ring: Ring): void {
    if (this.#isOver) return;
    const { view } = this.#world.screens;
    const { isFocused } = this.#ui;
    for (const what of this.#outside.rung(ring, view, { isFocused, say: this.#say })) this.#out(what);
  }

  /** A defect is told, and what is typed and shown goes on. */
  #guarded(work: () => void): void {
    if (this.#isOver) return;
    try {
      work();
    } catch (error) {
      this.#mishap(error);
    }
  }

  #mishap(error: unknown): void {
    const { clock, write, isBehind, onFailure } = this.#world;
    try {
      this.#drawnAt = clock.now();
      this.#ui = this.#mishaps.told(this.#ui, error);
      this.#frames.forget();
      const { saying } = this.#ui;
      if (!this.#mishaps.isLasting || saying === undefined) return this.touch();
      if (!isBehind()) write(this.#frames.bare(saying));
      this.#tick(SECOND_MS);
    } catch (failure) {
      onFailure(failure);
    }
  }
}
