// chat-client as a process of its own, from its source: argv, streams, signals, exit codes.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

const PROGRAM = join(import.meta.dirname, "../../src/bin/chat-client.ts");
const WAIT_MS = 15_000;

export type Reply = Readonly<Record<string, unknown>>;

export class ClientProcess {
  readonly child: ChildProcessWithoutNullStreams;
  readonly lines: string[] = [];
  errors = "";
  readonly exit: Promise<number | null>;
  readonly #watchers = new Set<() => void>();

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.child = spawn(process.execPath, [PROGRAM, ...args], { env: { PATH: process.env["PATH"] ?? "", ...env } });
    this.exit = new Promise((resolve) => {
      this.child.on("close", resolve);
    });
    this.child.stderr.on("data", (chunk: Buffer) => (this.errors += chunk.toString()));
    this.child.stdin.on("error", () => {});
    createInterface({ input: this.child.stdout }).on("line", (line) => {
      this.lines.push(line);
      for (const watcher of this.#watchers) watcher();
    });
  }

  say(...objects: readonly (object | string)[]): void {
    for (const one of objects) this.child.stdin.write(`${typeof one === "string" ? one : JSON.stringify(one)}\n`);
  }

  get objects(): Reply[] {
    return this.lines.map((line) => JSON.parse(line) as Reply);
  }

  of(event: string): Reply[] {
    return this.objects.filter((one) => one["event"] === event);
  }

  async until(done: (client: ClientProcess) => boolean, what: string, withinMs = WAIT_MS): Promise<void> {
    const deadline = Date.now() + withinMs;
    while (!done(this)) {
      if (Date.now() > deadline)
        throw new Error(`waited in vain: ${what}; ${this.lines.slice(-3).join(" ")} ${this.errors}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 50);
        this.#watchers.add(() => (clearTimeout(timer), resolve()));
      });
      this.#watchers.clear();
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}
