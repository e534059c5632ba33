// A person's terminal in line mode: node:readline for typing, and lines that come in do not destroy what is being typed.
import { createInterface, cursorTo, clearScreenDown, type Interface, moveCursor } from "node:readline";
import type { Readable, Writable } from "node:stream";

export interface TerminalWorld {
  readonly input: Readable;
  readonly output: Writable & { readonly columns?: number };
  readonly prompt: string;
}

export class Terminal {
  readonly #readline: Interface;
  readonly #output: Writable;
  #open = true;

  constructor({ input, output, prompt }: TerminalWorld) {
    this.#output = output;
    this.#readline = createInterface({ input, output, prompt, terminal: true, historySize: 200 });
    this.#readline.on("close", () => {
      // Ctrl+D leaves the prompt where it stands.
      if (this.#open) output.write("\n");
      this.#open = false;
    });
  }

  /** Lines as typed, as buffers with their end, until Ctrl+D. `onInterrupt`: Ctrl+C. */
  async *lines(onInterrupt: () => void): AsyncGenerator<Buffer> {
    this.#readline.on("SIGINT", onInterrupt);
    this.#readline.prompt();
    for await (const line of this.#readline) {
      yield Buffer.from(`${line}\n`, "utf8");
      if (this.#open) this.#readline.prompt();
    }
  }

  /** From now on this stands before what is typed, also before what is being typed. */
  prompt(text: string): void {
    this.#readline.setPrompt(text);
    if (this.#open) this.#readline.prompt(true);
  }

  /** Above what is being typed. */
  print(line: string): void {
    if (!this.#open) {
      this.#output.write(`${line}\n`);
      return;
    }
    const { rows } = this.#readline.getCursorPos();
    moveCursor(this.#output, 0, -rows);
    cursorTo(this.#output, 0);
    clearScreenDown(this.#output);
    this.#output.write(`${line}\n`);
    this.#readline.prompt(true);
  }

  close(): void {
    if (!this.#open) return;
    // The prompt of a line that will not be typed any more.
    cursorTo(this.#output, 0);
    clearScreenDown(this.#output);
    this.#open = false;
    this.#readline.close();
  }
}
