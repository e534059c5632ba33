// The demonstration without a terminal: two clients in JSON mode hold a short conversation, printed as it arrives.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { clientCommand, end, type Realm, startServer, type User } from "./realm.ts";

const STEP_MS = 15_000;

type Line = Readonly<Record<string, unknown>>;

/** Throws when a step fails or takes longer than it may. */
export async function playScript(realm: Realm): Promise<void> {
  await using server = await startServer(realm, "json");
  console.log(`\nserver  listens on port ${realm.port}, log in ${server.log}`);
  await using alice = new Client(realm, "alice");
  await using bob = new Client(realm, "bob");
  for (const client of [alice, bob]) {
    await client.until("to be ready", ({ event }) => event === "ready");
    console.log(`${client.user.padEnd(6)}  is connected`);
  }
  await say(alice, bob, ["#lobby", "Hello Bob, can you hear me?"]);
  await say(bob, alice, ["#lobby", "Hello Alice, loud and clear."]);
  await say(alice, bob, ["#lobby", "Lunch at noon?"]);
  await say(bob, alice, ["#lobby", "Gladly. 🥗"]);
  for (const client of [alice, bob]) await client.quit();
  console.log("\nall messages arrived");
}

async function say(from: Client, to: Client, [conversation, text]: readonly [string, string]): Promise<void> {
  const sent = await from.ask({ do: "send", to: conversation, text });
  if (sent["ok"] !== true) throw new Error(`${from.user} could not send: ${JSON.stringify(sent["error"])}`);
  await to.until(`to get "${text}"`, ({ event, text: got }) => event === "message" && got === text);
  console.log(`${from.user.padEnd(6)}  ${conversation.padEnd(7)} ${text}   (${to.user} got it)`);
}

class Client implements AsyncDisposable {
  readonly user: User;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #seen: Line[] = [];
  #stderr = "";
  #wake: () => void = () => undefined;
  #asked = 0;

  constructor(realm: Realm, user: User) {
    this.user = user;
    const [program, ...args] = clientCommand(realm, user);
    this.#child = spawn(program, [...args, "--json"], { stdio: ["pipe", "pipe", "pipe"] });
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      this.#seen.push(JSON.parse(line) as Line);
      this.#wake();
    });
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => (this.#stderr += text));
    this.#child.stdin.on("error", () => undefined);
    this.#child.on("exit", () => this.#wake());
  }

  async ask(command: Line): Promise<Line> {
    this.#asked += 1;
    const id = this.#asked;
    this.#child.stdin.write(`${JSON.stringify({ ...command, id })}\n`);
    return this.until(`an answer to ${String(command["do"])}`, (line) => "reply" in line && line["id"] === id);
  }

  /** The first line, now or later, that fits. */
  async until(what: string, fits: (line: Line) => boolean): Promise<Line> {
    const late = AbortSignal.timeout(STEP_MS);
    for (;;) {
      const found = this.#seen.find((line) => fits(line));
      if (found !== undefined) return found;
      if (late.aborted || this.#child.exitCode !== null) {
        throw new Error(`waited in vain for ${this.user} ${what}\n${this.#stderr}`);
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        late.addEventListener("abort", () => resolve(), { once: true });
      });
    }
  }

  async quit(): Promise<void> {
    await this.ask({ do: "quit" });
    await this[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await end(this.#child);
  }
}
