// A program in a real pseudo-terminal, with as little beside it as there can be: util-linux's `script` passes the bytes on, and a shell,
// which waits until it is told to, becomes the program. What a start costs more than the program itself is one `exec` and that way.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { HOME } from "../../kit/executables.ts";

const WAIT_MS = 60_000;
/** What was drawn long ago is of no interest. */
const KEPT_CHARS = 256 * 1024;
const SHELL = String.raw`stty rows 30 cols 100 -echo; printf '<%d>' $$; read -r go; exec `;

export class Pty implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #heard = new Set<() => void>();
  #text = "";
  #pid = 0;
  #began = 0;

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      this.#text = (this.#text + chunk).slice(-KEPT_CHARS);
      for (const heard of this.#heard) heard();
    });
  }

  /** Resolves when the program is about to start; `go` starts it. */
  static async open(program: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<Pty> {
    const line = [program, ...args].map((word) => `'${word}'`).join(" ");
    const own = { PATH: "/usr/bin:/bin", HOME, LC_ALL: "C.UTF-8", TERM: "xterm-256color", SHELL: "/bin/sh" };
    const env = { ...own, ...more };
    const pty = new Pty(spawn("script", ["-qfec", SHELL + line, "/dev/null"], { env, cwd: "/" }));
    pty.#pid = Number((await pty.#until(/<(\d+)>/))[1]);
    return pty;
  }

  /** Of the program itself: the shell becomes it. */
  get pid(): number {
    return this.#pid;
  }

  go(): this {
    this.#text = "";
    this.#began = performance.now();
    this.#child.stdin.write("\n");
    return this;
  }

  /** Milliseconds since `go`. */
  async shows(wanted: RegExp): Promise<number> {
    await this.#until(wanted);
    return performance.now() - this.#began;
  }

  /** Keys, and Enter. */
  type(line: string): void {
    this.#child.stdin.write(`${line}\r`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const over = once(this.#child, "close");
    if (this.#child.exitCode !== null) return;
    try {
      process.kill(this.#pid, "SIGTERM");
    } catch {
      // It has ended by itself.
    }
    await over;
  }

  async #until(wanted: RegExp): Promise<RegExpExecArray> {
    const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>();
    const look = (): void => {
      const found = wanted.exec(this.#text);
      if (found !== null) resolve(found);
    };
    const fail = (): void => reject(new Error(`it never showed ${String(wanted)}: ${this.#text.slice(-2_000)}`));
    const late = setTimeout(fail, WAIT_MS);
    this.#child.once("close", fail);
    this.#heard.add(look);
    look();
    try {
      return await promise;
    } finally {
      clearTimeout(late);
      this.#child.off("close", fail);
      this.#heard.delete(look);
    }
  }
}
