// The demonstration without a terminal: two clients in JSON mode hold a short conversation, printed as it arrives.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { endNoted, note, runningWith } from "./processes.ts";
import {
  clientCommand,
  clientEnv,
  end,
  prepareRealm,
  type Realm,
  serverCommand,
  serverFault,
  type User,
} from "./realm.ts";

const START_MS = 15_000;
const STEP_MS = 15_000;
const PREFIX = "scripted-";

type Line = Readonly<Record<string, unknown>>;

/** In a folder of its own, which goes with it. Throws when a step fails or takes longer than it may. */
export async function playInFolder(parent: string, stop: AbortSignal): Promise<void> {
  mkdirSync(parent, { recursive: true });
  await sweep(parent);
  const folder = mkdtempSync(join(parent, `${PREFIX}${process.pid}-`));
  try {
    await playScript(await prepareRealm(folder, stop), stop);
  } finally {
    await endNoted(folder);
    rmSync(folder, { recursive: true });
  }
}

/** What was left by demonstrations that were killed. */
async function sweep(parent: string): Promise<void> {
  for (const name of readdirSync(parent).filter((each) => each.startsWith(PREFIX))) {
    const owner = Number(name.slice(PREFIX.length).split("-", 1)[0]);
    if (owner > 0 && runningWith([owner], "demo.ts").length > 0) continue;
    await endNoted(join(parent, name));
    rmSync(join(parent, name), { recursive: true, force: true });
  }
}

async function playScript(realm: Realm, stop: AbortSignal): Promise<void> {
  await using server = await startServer(realm, stop);
  console.log(`\nserver  listens on port ${realm.port}, log in ${server.log}`);
  await using alice = new Client(realm, "alice", stop);
  await using bob = new Client(realm, "bob", stop);
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

/** Its log in a file; waits until it listens. */
async function startServer(realm: Realm, stop: AbortSignal): Promise<AsyncDisposable & { readonly log: string }> {
  const log = join(realm.folder, "server.log");
  const out = openSync(log, "w", 0o600);
  const [program, ...args] = serverCommand(realm, "json");
  const child = spawn(program, args, { stdio: ["ignore", out, out] });
  note(realm.folder, child.pid === undefined ? [] : [child.pid]);
  for (let waitedMs = 0; waitedMs < START_MS && child.exitCode === null && !stop.aborted; waitedMs += 50) {
    if (readFileSync(log, "utf8").includes("listening")) {
      return { log, [Symbol.asyncDispose]: () => end(child) };
    }
    await sleep(50);
  }
  await end(child);
  throw serverFault(readFileSync(log, "utf8"));
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
  readonly #stop: AbortSignal;
  readonly #seen: Line[] = [];
  #stderr = "";
  #wake: () => void = () => undefined;
  #asked = 0;

  constructor(realm: Realm, user: User, stop: AbortSignal) {
    this.user = user;
    this.#stop = stop;
    const [program, ...args] = clientCommand(realm, user);
    this.#child = spawn(program, [...args, "--json"], {
      stdio: ["pipe", "pipe", "pipe"],
      env: clientEnv(realm.folder),
    });
    const { pid } = this.#child;
    if (pid !== undefined) note(realm.folder, [pid]);
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
    const late = AbortSignal.any([AbortSignal.timeout(STEP_MS), this.#stop]);
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
