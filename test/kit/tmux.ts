// A terminal for tests: tmux with a socket and a size of its own, whose screen can be read and whose window can be closed.
import { execFileSync, spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

const WAIT_MS = 20_000;

/** How the names of all of them begin. */
export const TERMINALS = "mutual-test-";
/** A server that is left by a killed test is found by nobody: its name is its process and a number. */
let opened = 0;

export class Terminal implements Disposable {
  readonly #socket: string;

  /** `command` is run by a shell; `env` is all the environment it has. */
  constructor(command: string, options: { columns: number; rows: number; env: NodeJS.ProcessEnv; cwd: string }) {
    const { columns, rows, env, cwd } = options;
    opened += 1;
    this.#socket = `${TERMINALS}${process.pid}-${opened}`;
    const size = ["-x", String(columns), "-y", String(rows)];
    // The window stays when its program has ended, so that the last screen can be read.
    const stay = [";", "set-option", "-g", "remain-on-exit", "on"];
    execFileSync(
      "tmux",
      ["-u", "-L", this.#socket, "-f", "/dev/null", "new-session", "-d", ...size, command, ...stay],
      {
        // One line after the other, unless a test asks for the whole of the terminal.
        env: { CHAT_UI: "line", ...env },
        cwd,
      },
    );
  }

  screen(): string {
    return this.tmux("capture-pane", "-p");
  }

  /** With the sequences of its colours, and with the blanks at the ends of rows. */
  colours(): string {
    return this.tmux("capture-pane", "-p", "-e", "-N");
  }

  lines(): readonly string[] {
    return this.screen().split("\n");
  }

  /** Keys by tmux's names: `C-q`, `M-Left`, `Enter`. */
  press(...keys: readonly string[]): void {
    this.tmux("send-keys", ...keys);
  }

  type(text: string): void {
    this.tmux("send-keys", "-l", "--", text);
    this.press("Enter");
  }

  /** As when its window is made larger or smaller. */
  resize(columns: number, rows: number): void {
    this.tmux("resize-window", "-x", String(columns), "-y", String(rows));
  }

  /** What has left the screen at its top, too. */
  history(): string {
    return this.tmux("capture-pane", "-p", "-S", "-");
  }

  /** A click on a cell, both counted from 1: what a terminal sends for it. */
  click(column: number, row: number): void {
    for (const end of ["M", "m"]) this.tmux("send-keys", "-l", `\u{1b}[<0;${column};${row}${end}`);
  }

  async shows(wanted: RegExp | string, withinMs: number = WAIT_MS): Promise<string> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const screen = this.screen();
      if (typeof wanted === "string" ? screen.includes(wanted) : wanted.test(screen)) return screen;
      if (Date.now() > deadline) throw new Error(`the terminal never showed ${String(wanted)}:\n${screen}`);
      await sleep(50);
    }
  }

  /** As when its window is closed. */
  close(): void {
    spawnSync("tmux", ["-L", this.#socket, "kill-server"], { stdio: "ignore" });
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** A command of tmux, and what it answers. */
  tmux(...args: readonly string[]): string {
    return execFileSync("tmux", ["-L", this.#socket, ...args], { encoding: "utf8" });
  }
}
