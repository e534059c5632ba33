// Lines out: one write for the lines of one tick, a limit on what waits for a slow reader, and a clean end when nobody reads.
import type { Writable } from "node:stream";
import { errno } from "../../../model/fault.ts";

/** What may wait for the reader before messages are held back in the vault. */
const FULL_BYTES = 1024 * 1024;

export class Output {
  readonly #stream: Writable;
  readonly #onBroken: (error: Error) => void;
  #lines: string[] = [];
  #waitingChars = 0;
  #broken = false;
  #drained: PromiseWithResolvers<void> | undefined;

  /** `onBroken`: the reader is gone (EPIPE) or the disk is full; nothing more is written. */
  constructor(stream: Writable, onBroken: (error: Error) => void) {
    this.#stream = stream;
    this.#onBroken = onBroken;
    stream.on("error", (error: Error) => this.#break(error));
    stream.on("drain", () => this.#check());
  }

  get full(): boolean {
    return !this.#broken && this.#waitingChars + this.#stream.writableLength > FULL_BYTES;
  }

  /** Resolves when there is room again, or nobody is there to make any. */
  drained(): Promise<void> {
    if (!this.full) return Promise.resolve();
    this.#drained ??= Promise.withResolvers<void>();
    return this.#drained.promise;
  }

  /** Resolves when every line so far has left this process; never when the reader is gone: then nobody can know. */
  written(): Promise<void> {
    this.#flush();
    return new Promise((resolve) => {
      if (this.#broken) return;
      this.#stream.write("", (error) => {
        if (error === undefined || error === null) resolve();
      });
    });
  }

  line(text: string): void {
    if (this.#broken) return;
    this.#lines.push(text);
    this.#waitingChars += text.length;
    if (this.#lines.length === 1) queueMicrotask(() => this.#flush());
  }

  /** Resolves when everything has left. */
  end(): Promise<void> {
    this.#flush();
    if (this.#broken) return Promise.resolve();
    return new Promise((resolve) => this.#stream.write("", () => resolve()));
  }

  #flush(): void {
    if (this.#lines.length === 0) return;
    const text = `${this.#lines.join("\n")}\n`;
    this.#lines = [];
    this.#waitingChars = 0;
    if (!this.#broken) this.#stream.write(text, () => this.#check());
  }

  #check(): void {
    if (this.full) return;
    this.#drained?.resolve();
    this.#drained = undefined;
  }

  #break(error: Error): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#check();
    this.#onBroken(error);
  }
}

/** The reader closed its end: no failure of ours. */
export function isReaderGone(error: unknown): boolean {
  return errno(error) === "EPIPE" || errno(error) === "ERR_STREAM_DESTROYED";
}
