// The full terminal between a made-up model and a terminal whose cells can be read. Time is turned by hand.
import type { Ending } from "../../../../../src/client/port/client.ts";
import type { ScreenView } from "../../../../../src/client/port/screens.ts";
import type { Depth } from "../../../../../src/client/face/tui/ground/style.ts";
import type { Exporting } from "../../../../../src/client/face/tui/scene/state.ts";
import type { Fault } from "../../../../../src/model/fault.ts";
import { runTui, type TuiLeft } from "../../../../../src/client/face/tui/run.ts";
import { FakeScreens } from "../../../../kit/fake-screens.ts";
import { HandClock } from "../../../../kit/hand-clock.ts";
import { NOON } from "../../../../kit/made-up-screens.ts";
import { ReadTerminal } from "./terminal.ts";

class Ears {
  readonly #listeners = new Map<string, Set<(value: never) => void>>();

  on(event: string, listener: (value: never) => void): void {
    this.#listeners.set(event, (this.#listeners.get(event) ?? new Set()).add(listener));
  }

  off(event: string, listener: (value: never) => void): void {
    this.#listeners.get(event)?.delete(listener);
  }

  listenerCount(event: string): number {
    return this.#listeners.get(event)?.size ?? 0;
  }

  emit(event: string, value?: unknown): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(value as never);
  }
}

class Keyboard extends Ears {
  isRaw = false;

  setRawMode(on: boolean): void {
    this.isRaw = on;
  }

  resume(): void {
    // Events come when a test gives them.
  }

  pause(): void {
    // The same.
  }
}

class Window extends Ears {
  columns: number;
  rows: number;
  writableLength = 0;
  readonly writes: string[] = [];

  constructor(columns: number, rows: number) {
    super();
    this.columns = columns;
    this.rows = rows;
  }

  write(text: string): void {
    this.writes.push(text);
  }
}

export interface Options {
  readonly columns?: number;
  readonly rows?: number;
  readonly depth?: Depth;
  readonly isDark?: boolean;
  readonly keys?: Readonly<Record<string, string>>;
  readonly kind?: "new" | "old";
  readonly withMouse?: boolean;
  /** What it is asked is answered by nobody but the test. */
  readonly isMute?: boolean;
  readonly isInline?: boolean;
  /** Of every message. */
  readonly file?: Uint8Array;
  readonly suspend?: () => Promise<void>;
}

export class Sitting {
  readonly clock = new HandClock(NOON + 60 * 60_000);
  readonly screens: FakeScreens;
  readonly keyboard = new Keyboard();
  readonly window: Window;
  readonly terminal: ReadTerminal;
  readonly stop = new AbortController();
  readonly ended = Promise.withResolvers<Ending>();
  readonly exits = new Set<string>();
  readonly exported: Exporting[] = [];
  readonly lookedAt: string[] = [];
  readonly notes: string[] = [];
  /** Those that were looked into, and what is in each of them. */
  readonly folders: string[] = [];
  inFolder: readonly { readonly name: string; readonly isFolder: boolean }[] = [];
  /** Thrown by what writes or reads a file. */
  refusal: Fault | undefined;
  readonly left: Promise<TuiLeft>;
  #written = 0;

  constructor(view: ScreenView, options: Options = {}) {
    const { columns = 80, rows = 24, depth = 256, isDark = true, keys = {}, kind = "new" } = options;
    this.screens = new FakeScreens(view);
    this.window = new Window(columns, rows);
    this.terminal = new ReadTerminal(columns, rows, { kind, ...(options.isInline === true ? { history: 1_000 } : {}) });
    // It answers what it is asked.
    if (options.isMute !== true) this.terminal.xterm.onData((data) => this.keyboard.emit("data", Buffer.from(data)));
    this.left = runTui({
      screens: this.screens,
      client: { ended: this.ended.promise },
      input: this.keyboard,
      output: this.window,
      clock: this.clock,
      stop: this.stop.signal,
      depth,
      isDark,
      keys,
      homeFolder: "/home/alice",
      ...(options.isInline === undefined ? {} : { isInline: options.isInline }),
      ...(options.withMouse === undefined ? {} : { withMouse: options.withMouse }),
      ...(options.suspend === undefined ? {} : { suspend: options.suspend }),
      exports: async (wish) => {
        this.exported.push(wish);
        if (this.refusal !== undefined) throw this.refusal;
      },
      folder: async (path) => {
        this.folders.push(path);
        return this.inFolder;
      },
      pictures: async (message) => {
        this.lookedAt.push(message);
        if (this.refusal !== undefined) throw this.refusal;
        return options.file ?? new Uint8Array();
      },
      note: (sentence) => void this.notes.push(sentence),
      atExit: (bytes) => {
        this.exits.add(bytes);
        return () => this.exits.delete(bytes);
      },
    });
  }

  /** What was written so far is on the terminal, and what was done is done. */
  async settle(): Promise<void> {
    for (let round = 0; round < 4; round += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      this.clock.pass(50);
      for (; this.#written < this.window.writes.length; this.#written += 1)
        await this.terminal.write(this.window.writes[this.#written] ?? "");
    }
  }

  /** What was written so far is of no interest any more. */
  forget(): void {
    this.window.writes.length = 0;
    this.#written = 0;
  }

  async type(...all: readonly string[]): Promise<void> {
    for (const bytes of all) {
      this.keyboard.emit("data", Buffer.from(bytes, "utf8"));
      this.clock.pass(100);
      await this.settle();
    }
  }

  async resize(columns: number, rows: number): Promise<void> {
    this.window.columns = columns;
    this.window.rows = rows;
    this.terminal.xterm.resize(columns, rows);
    this.window.emit("resize");
    await this.settle();
  }

  rows(): readonly string[] {
    return this.terminal.rows();
  }

  screen(): string {
    return this.terminal.screen();
  }

  /** What was wanted of the model, but for what it is told all the time. */
  wants(): readonly unknown[] {
    return this.screens.done.filter(({ want }) => want !== "look" && want !== "draft" && want !== "awake");
  }
}

export async function sitting(view: ScreenView, options: Options = {}): Promise<Sitting> {
  const one = new Sitting(view, options);
  await one.settle();
  return one;
}

export const KEY = {
  enter: "\r",
  escape: "\x1b",
  up: "\x1b[A",
  down: "\x1b[B",
  altUp: "\x1b[1;3A",
  altDown: "\x1b[1;3B",
  ctrlUp: "\x1b[1;5A",
  home: "\x1b[H",
  end: "\x1b[F",
  pageUp: "\x1b[5~",
  pageDown: "\x1b[6~",
  tab: "\t",
  backspace: "\x7f",
  f1: "\x1bOP",
  f2: "\x1bOQ",
  f3: "\x1bOR",
  f4: "\x1bOS",
  f5: "\x1b[15~",
  f6: "\x1b[17~",
  f8: "\x1b[19~",
} as const;

export function pasted(text: string): string {
  return `\x1b[200~${text}\x1b[201~`;
}
