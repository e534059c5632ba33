// One run of the full terminal, from the other screen to the one that was there before: whatever ends it, the terminal is given back.
import type { MessageId } from "../../../model/ids.ts";
import type { Client, Ending } from "../../port/client.ts";
import type { Clock } from "../../port/clock.ts";
import type { Screens } from "../../port/screens.ts";
import type { Depth } from "./ground/style.ts";
import { Frames } from "./frames.ts";
import { entering, ENTERING_INLINE, LEAVING, LEAVING_INLINE, PROBING, PROBING_HERE } from "./ground/modes.ts";
import { outward } from "./ground/outward.ts";
import { InlineFrames } from "./inline/frames.ts";
import { Program } from "./program.ts";
import { bindingsWith } from "./scene/bindings.ts";
import type { InFolder } from "./scene/paths.ts";
import type { Exporting } from "./scene/state.ts";
import type { Size } from "./scenery.ts";

/** The streams of a terminal, as node:tty has them. */
export interface TerminalInput {
  on(event: "data", listener: (bytes: Buffer) => void): unknown;
  on(event: "end" | "error", listener: () => void): unknown;
  off(event: "data", listener: (bytes: Buffer) => void): unknown;
  off(event: "end" | "error", listener: () => void): unknown;
  resume(): unknown;
  pause(): unknown;
  setRawMode(on: boolean): unknown;
}

export interface TerminalOutput {
  write(text: string): unknown;
  on(event: "resize" | "error", listener: () => void): unknown;
  off(event: "resize" | "error", listener: () => void): unknown;
  readonly columns: number;
  readonly rows: number;
  readonly writableLength: number;
}

export interface TuiWorld {
  readonly screens: Screens;
  readonly client: Pick<Client, "ended">;
  readonly input: TerminalInput;
  readonly output: TerminalOutput;
  readonly clock: Clock;
  /** Ends the run from outside: a signal. */
  readonly stop: AbortSignal;
  /** 0 where NO_COLOR is set. */
  readonly depth: Depth;
  /** As long as the terminal has not said so itself. */
  readonly isDark: boolean;
  /** Below what is on the terminal already, in two rows; what is said goes into its own history. */
  readonly isInline?: boolean;
  readonly withMouse?: boolean;
  /** `~` in a path that is typed. */
  readonly homeFolder?: string;
  /** Keys that do something else than usual. */
  readonly keys?: Readonly<Record<string, string>>;
  /** See ProgramWorld. */
  readonly exports: (wish: Exporting) => Promise<void>;
  /** See ErrandsWorld. */
  readonly folder: (path: string) => Promise<readonly InFolder[]>;
  readonly pictures: (message: MessageId) => Promise<Uint8Array>;
  /** See ProgramWorld. */
  readonly note?: (sentence: string) => void;
  /** Bytes that must reach the terminal whenever the process ends, however that comes. Returns what takes it back. */
  readonly atExit: (bytes: string) => () => void;
  /** Stops this process until it is continued; where that is possible. */
  readonly suspend?: () => Promise<void>;
}

export type TuiLeft = { readonly how: "done" } | { readonly how: "stopped" } | Ending;

/** A terminal that has more than this before it shows nothing of now. */
const BEHIND_BYTES = 64 * 1024;

/** Resolves with why it is over; the terminal is as it was then. The client is not stopped here. @throws Fault `bad-key` */
export async function runTui(world: TuiWorld): Promise<TuiLeft> {
  const bindings = bindingsWith(world.keys ?? {});
  const { output, isInline = false } = world;
  const size = (): Size => ({ width: output.columns, height: output.rows });
  const scenery = { ...world, bindings, size, now: () => world.clock.now() };
  const over = Promise.withResolvers<TuiLeft>();
  const onFailure = (error: unknown): void => over.resolve({ how: "failed", error });
  const terminal = new HeldTerminal(world);
  const program = new Program({
    ...world,
    frames: isInline ? new InlineFrames(scenery) : new Frames(scenery),
    write: (bytes) => void output.write(bytes),
    isBehind: () => output.writableLength > BEHIND_BYTES,
    onQuit: () => over.resolve({ how: "done" }),
    onSuspend: () => void suspended(world, { terminal, program }).catch(onFailure),
    onFailure,
  });
  void world.client.ended.then((ending) => over.resolve(ending));
  let release: (() => void) | undefined;
  try {
    terminal.take();
    program.ask(isInline ? PROBING_HERE : PROBING);
    release = listening(world, program, over.resolve);
    program.touch();
    return await over.promise;
  } finally {
    program.end();
    await terminal.give(program);
    release?.();
  }
}

/** Returns what ends it. */
function listening({ input, output, stop }: TuiWorld, program: Program, leave: (left: TuiLeft) => void): () => void {
  const onData = (bytes: Buffer): void => program.push(bytes);
  const onEnd = (): void => leave({ how: "done" });
  const onStop = (): void => leave({ how: "stopped" });
  const onResize = (): void => program.resized();
  input.on("data", onData);
  input.on("end", onEnd);
  // The window is gone: so is the person.
  input.on("error", onStop);
  output.on("error", onStop);
  output.on("resize", onResize);
  stop.addEventListener("abort", onStop, { once: true });
  if (stop.aborted) onStop();
  input.resume();
  return () => {
    input.off("data", onData);
    input.off("end", onEnd);
    output.off("resize", onResize);
    stop.removeEventListener("abort", onStop);
    input.pause();
  };
}

/** The terminal, while it is ours. */
class HeldTerminal {
  readonly #world: TuiWorld;
  #forget: (() => void) | undefined;

  constructor(world: TuiWorld) {
    this.#world = world;
  }

  take(): void {
    const { input, output, atExit, withMouse = false, isInline = false } = this.#world;
    this.#forget = atExit(isInline ? LEAVING_INLINE : LEAVING);
    input.setRawMode(true);
    output.write(isInline ? ENTERING_INLINE : entering(withMouse));
  }

  /** What still comes from the terminal is taken until then, so that the shell does not take it for typed. */
  async give(program: Pick<Program, "answered" | "farewell">): Promise<void> {
    const forget = this.#forget;
    if (forget === undefined) return;
    this.#forget = undefined;
    const { input, output, isInline = false } = this.#world;
    output.write(`${program.farewell}${outward({ out: "title", title: "" })}${isInline ? LEAVING_INLINE : LEAVING}`);
    await program.answered();
    input.setRawMode(false);
    forget();
  }
}

async function suspended(
  { suspend, isInline = false }: TuiWorld,
  { terminal, program }: { terminal: HeldTerminal; program: Program },
): Promise<void> {
  if (suspend === undefined) return;
  await terminal.give(program);
  await suspend();
  terminal.take();
  program.ask(isInline ? PROBING_HERE : PROBING);
  program.resumed();
}
