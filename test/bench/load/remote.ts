// The benchmark's hold on other processes: servers on one core, generators on the other. Ends only what it started.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { MembersOrder, MembersReport, MembersSetup } from "./member-orders.ts";
import type { Answer, Kind, Order, Report, Setup } from "./orders.ts";

const BENCH = dirname(import.meta.dirname);
const ROOT = join(BENCH, "../..");
const SERVER_CORE = "0";
const GENERATOR_CORE = "1";
const START_MS = 15_000;
const STOP_MS = 8_000;

export interface TargetWish {
  readonly name: string;
  readonly kind: Kind;
  /** A checkout to run from its sources, or a bundled script (.cjs), and flags for Node behind it. Without it the packaged server. */
  readonly tree?: string;
  /** With an enrolment door. */
  readonly door?: boolean;
  /** Its clock, as `faketime` takes it: -4m. */
  readonly behind?: string;
}

export interface Place {
  /** Certificates. */
  readonly certs: string;
  /** A folder of its own for what the server writes. */
  readonly scratch: string;
}

/** A server with its port. */
export class Target implements AsyncDisposable {
  readonly wish: TargetWish;
  readonly port: number;
  /** The folder of the server's data. */
  readonly data: string;
  readonly #child: ChildProcess;

  private constructor(wish: TargetWish, child: ChildProcess, { port, data }: { port: number; data: string }) {
    this.wish = wish;
    this.data = data;
    this.port = port;
    this.#child = child;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  static async start(wish: TargetWish, place: Place): Promise<Target> {
    const folder = join(place.scratch, wish.name.replaceAll(/\W+/g, "-"));
    mkdirSync(folder, { recursive: true });
    const out = join(folder, "out.log");
    const clock = wish.behind === undefined ? [] : ["faketime", "-f", wish.behind];
    const [program = "", ...args] = [...clock, ...command(wish, place.certs, folder)];
    const child = spawn("taskset", ["-c", SERVER_CORE, program, ...args], {
      stdio: ["ignore", openSync(out, "w"), openSync(join(folder, "err.log"), "w")],
      // Timers go by the true clock.
      env: { PATH: process.env["PATH"], FAKETIME_DONT_FAKE_MONOTONIC: "1" },
    });
    // Also where the benchmark fails, or is ended.
    process.once("exit", () => child.kill());
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => process.exit(1));
    for (let waitedMs = 0; waitedMs < START_MS && child.exitCode === null; waitedMs += 20) {
      const line = readFileSync(out, "utf8")
        .split("\n")
        .find((text) => text.includes('"listening"'));
      const { port } = JSON.parse(line ?? "{}") as { port?: number };
      if (port !== undefined) return new Target(wish, child, { port, data: join(folder, "data") });
      await sleep(20);
    }
    child.kill();
    throw new Error(`${wish.name} did not start:\n${readFileSync(join(folder, "err.log"), "utf8")}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await end(this.#child, "SIGTERM");
  }
}

function command({ kind, tree, door = false }: TargetWish, certs: string, folder: string): string[] {
  // For a look inside: --cpu-prof, --max-semi-space-size and the like, for every server that is not packaged.
  const flags = (process.env["BENCH_NODE_FLAGS"] ?? "").split(" ").filter((flag) => flag !== "");
  if (kind === "relay") return [process.execPath, ...flags, join(BENCH, "baseline-relay.ts"), certs];
  const data = join(folder, "data");
  mkdirSync(data, { mode: 0o700 });
  const limits = [
    "--max-connections",
    "20000",
    "--max-per-address",
    "20000",
    "--message-rate",
    "0",
    "--byte-rate",
    "0",
    "--idle-ms",
    "3600000",
  ];
  const args = ["--certs", certs, "--data", data, "--port", "0", "--handshake-ms", "60000", ...limits];
  if (door) args.push("--door-port", "0");
  const packaged = join(ROOT, "dist/chat-server");
  if (tree === undefined && existsSync(packaged) && flags.length === 0) return [packaged, ...args];
  const [from = ROOT, ...own] = tree?.split(" ") ?? [];
  return [
    process.execPath,
    ...flags,
    ...own,
    from.endsWith(".cjs") ? from : join(from, "src/bin/chat-server.ts"),
    ...args,
  ];
}

/** A process that does what it is told, one order after the other. */
class Obedient<O, R> implements AsyncDisposable {
  readonly #child: ChildProcess;

  constructor(script: string, setup: unknown, cores: string) {
    const program = [process.execPath, "--max-semi-space-size=32", join(BENCH, "load", script)];
    const args = ["-c", cores, ...program, JSON.stringify(setup)];
    this.#child = spawn("taskset", args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  }

  /** @throws Error with what went wrong there */
  async obey(order: O): Promise<R> {
    const answer = await new Promise<Answer<R>>((resolve) => {
      this.#child.once("message", (value) => resolve(value as Answer<R>));
      this.#child.once("exit", (code) => resolve({ error: `the process ended with code ${code ?? "?"}` }));
      this.#child.send(order as object);
    });
    this.#child.removeAllListeners("exit");
    if ("error" in answer) throw new Error(answer.error);
    return answer.report;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await end(this.#child, "SIGKILL");
  }
}

/** A generator process for one target. */
export class Generator extends Obedient<Order, Report> {
  constructor(setup: Setup) {
    super("generator.ts", setup, GENERATOR_CORE);
  }
}

/** A process full of members. They are more than enough for both cores. */
export class MemberProcess extends Obedient<MembersOrder, MembersReport> {
  constructor(setup: MembersSetup) {
    super("members.ts", setup, `${SERVER_CORE},${GENERATOR_CORE}`);
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill(signal);
  const late = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  await ended;
  clearTimeout(late);
}
