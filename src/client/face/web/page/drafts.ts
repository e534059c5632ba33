// Tells the model what is being written: the draft after a short rest, and that somebody is typing, now and then.
import type { Line } from "./line.ts";

const REST_MS = 400;
/** Others see it for a while after each word of it. */
const TYPING_MS = 4_000;

export class DraftKeeper {
  readonly #line: Line;
  #waiting: { readonly text: string; readonly timer: ReturnType<typeof setTimeout> } | undefined;
  #typedAt = 0;

  constructor(line: Line) {
    this.#line = line;
  }

  written(conversation: string, text: string): void {
    if (this.#waiting !== undefined) clearTimeout(this.#waiting.timer);
    this.#waiting = { text, timer: setTimeout(() => this.flush(), REST_MS) };
    if (text !== "" && Date.now() - this.#typedAt > TYPING_MS) {
      this.#typedAt = Date.now();
      this.#tell(conversation, true);
    }
  }

  sent(conversation: string): void {
    if (this.#waiting !== undefined) clearTimeout(this.#waiting.timer);
    this.#waiting = undefined;
    if (this.#typedAt !== 0) this.#tell(conversation, false);
    this.#typedAt = 0;
  }

  /** Before another conversation is drawn. */
  flush(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    clearTimeout(waiting.timer);
    this.#waiting = undefined;
    void this.#line.do({ want: "draft", text: waiting.text }).catch(() => undefined);
  }

  #tell(to: string, on: boolean): void {
    void this.#line.ask({ do: "typing", to, on }).catch(() => undefined);
  }
}
