// The packaged executables as child processes: started, spoken to, killed by id. Bounded in time; nothing is left running.
import { type ChildProcessWithoutNullStreams, type SpawnOptions, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { Change } from "./change.ts";

const DIST = join(import.meta.dirname, "../../dist");
export const SERVER = join(DIST, "chat-server");
export const CLIENT = join(DIST, "chat-client");
/** Of every program that is started here. */
export const HOME = "/nonexistent";
const WAIT_MS = 20_000;

export type Json = Readonly<Record<string, unknown>>;

/** A child process whose lines are kept. */
export class Program {
  readonly child: ChildProcessWithoutNullStreams;
  readonly stdout: string[] = [];
  readonly stderr: string[] = [];
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  #isOver = false;
  readonly #news = new Change();

  constructor(
    executable: string,
    args: readonly string[],
    options: Pick<SpawnOptions, "env" | "cwd" | "uid" | "gid"> = {},
  ) {
    if (!existsSync(executable)) throw new Error(`${executable} is not there: make build`);
    this.child = spawn(executable, args, {
      cwd: "/",
      ...options,
      stdio: "pipe",
      env: { PATH: "/usr/bin:/bin", HOME, ...options.env },
    });
    createInterface({ input: this.child.stdout }).on("line", (line) => this.#keep(this.stdout, line));
    createInterface({ input: this.child.stderr }).on("line", (line) => this.#keep(this.stderr, line));
    this.child.stdin.on("error", () => undefined);
    this.exited = new Promise((resolve) => {
      this.child.on("close", (code, signal) => {
        this.#isOver = true;
        this.#news.happened();
        resolve({ code, signal });
      });
    });
  }

  get pid(): number {
    const { pid } = this.child;
    if (pid === undefined) throw new Error("it did not start");
    return pid;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  write(text: string): void {
    this.child.stdin.write(text);
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Waits until `found` gives something; throws with what was printed when it ends or time runs out. */
  async until<T>(found: () => T | undefined, withinMs: number = WAIT_MS): Promise<T> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const value = found();
      if (value !== undefined) return value;
      const leftMs = deadline - Date.now();
      if (leftMs <= 0 || this.#isOver) {
        const last = [...this.stdout.slice(-15), ...this.stderr.slice(-15)].join("\n");
        throw new Error(`${this.#isOver ? "it ended" : "time is up"} before: ${found.toString()}\n${last}`);
      }
      await this.#news.next(leftMs);
    }
  }

  /** Ends it however it can, and waits for it. */
  async end(): Promise<void> {
    this.kill("SIGCONT");
    this.kill("SIGTERM");
    const timer = setTimeout(() => this.kill("SIGKILL"), 5_000);
    await this.exited;
    clearTimeout(timer);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end();
  }

  #keep(lines: string[], line: string): void {
    lines.push(line);
    this.#news.happened();
  }
}

export class ServerProgram extends Program {
  port = 0;

  /** Waits until it listens. */
  static async start(args: readonly string[], port = 0, ip = "127.0.0.1"): Promise<ServerProgram> {
    const server = new ServerProgram(SERVER, ["-ip", ip, "-p", String(port), "--log-format", "json", ...args]);
    const listening = await server.until(() => server.log().find((line) => line["msg"] === "listening"));
    server.port = Number(listening["port"]);
    return server;
  }

  log(): Json[] {
    return this.stdout.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as Json);
  }

  logged(code: string): Promise<Json> {
    return this.until(() => this.log().find((line) => line["code"] === code));
  }
}

/** `chat-client --json`: commands in, replies and events out. */
export class ClientProgram extends Program {
  readonly events: Json[] = [];
  #seen = 0;
  #id = 0;

  static start(args: readonly string[]): ClientProgram {
    return new ClientProgram(CLIENT, ["--json", ...args]);
  }

  /** Everything it has said so far, parsed: replies and events. */
  said(): readonly Json[] {
    for (; this.#seen < this.stdout.length; this.#seen += 1)
      this.events.push(JSON.parse(this.stdout[this.#seen] ?? "") as Json);
    return this.events;
  }

  ready(): Promise<Json> {
    return this.event((line) => line["event"] === "ready");
  }

  event(wanted: (line: Json) => boolean, withinMs?: number): Promise<Json> {
    let from = 0;
    return this.until(() => {
      const said = this.said();
      for (; from < said.length; from += 1) {
        const line = said[from];
        if (line !== undefined && wanted(line)) return line;
      }
      return undefined;
    }, withinMs);
  }

  /** Writes a command and gives back its id. */
  command(command: Json): number {
    this.#id += 1;
    this.write(`${JSON.stringify({ ...command, id: this.#id })}\n`);
    return this.#id;
  }

  reply(id: number, withinMs?: number): Promise<Json> {
    return this.event((line) => line["id"] === id && typeof line["reply"] === "string", withinMs);
  }

  ask(command: Json): Promise<Json> {
    return this.reply(this.command(command));
  }

  send(text: string, to = "#lobby"): number {
    return this.command({ do: "send", to, text });
  }

  /** @throws Error with the reply, where it is a refusal */
  async done(command: Json, withinMs?: number): Promise<Json> {
    const reply = await this.reply(this.command(command), withinMs);
    if (reply["ok"] !== true) throw new Error(JSON.stringify(reply));
    return reply;
  }

  /** Stored by the server when it resolves. */
  says(text: string, to = "#lobby", withinMs?: number): Promise<Json> {
    return this.done({ do: "send", to, text }, withinMs);
  }

  /** The message with this text, given or to come. */
  hears(text: string, withinMs?: number): Promise<Json> {
    return this.event((line) => line["event"] === "message" && line["text"] === text, withinMs);
  }

  /** The newest 500 that it keeps, oldest first. */
  async history(to = "#lobby"): Promise<readonly Json[]> {
    return (await this.done({ do: "history", to, limit: 500 }))["messages"] as readonly Json[];
  }

  messages(): readonly Json[] {
    return this.said().filter((line) => line["event"] === "message");
  }

  texts(): string[] {
    return this.messages().map((line) => String(line["text"]));
  }

  /** Waits for this many messages. */
  async received(count: number, withinMs?: number): Promise<string[]> {
    await this.until(() => (this.messages().length >= count ? true : undefined), withinMs);
    return this.texts();
  }
}

/** Runs to its end, with `input` on its stdin. */
export async function run(
  executable: string,
  args: readonly string[],
  { input = "", ...options }: ConstructorParameters<typeof Program>[2] & { readonly input?: string } = {},
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const program = new Program(executable, args, options);
  program.child.stdin.end(input);
  const timer = setTimeout(() => program.kill("SIGKILL"), WAIT_MS);
  const { code } = await program.exited;
  clearTimeout(timer);
  return { code, stdout: program.stdout.join("\n"), stderr: program.stderr.join("\n") };
}
