// What one delivery costs the server, beside a relay that does nothing but deliver. Both run at the same time and are measured
// in turns, so that a slow moment of the machine hits both; what counts is the ratio of the same round.
// node test/bench/fanout.ts quick|full [--tree FOLDER ...]   further checkouts to compare; --only NAMES   some of the scenarios
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { Report } from "./load/orders.ts";
import { crowd } from "./load/realm.ts";
import { Generator, Target, type TargetWish } from "./load/remote.ts";
import { median, printTable, spread } from "./table.ts";

interface Mode {
  readonly clients: number;
  readonly rounds: number;
  /** Before anything is measured: until then the compiler's threads take a tenth of the CPU and more. */
  readonly heatMs: number;
  readonly warmMs: number;
  readonly measureMs: number;
  readonly rateMs: number;
  /** Connections made anew in each round. */
  readonly reconnects: number;
}

const MODES: Readonly<Record<string, Mode>> = {
  quick: { clients: 200, rounds: 5, heatMs: 1_500, warmMs: 80, measureMs: 250, rateMs: 400, reconnects: 40 },
  full: { clients: 1000, rounds: 7, heatMs: 4_000, warmMs: 200, measureMs: 700, rateMs: 1000, reconnects: 100 },
};

interface Scenario {
  readonly name: string;
  readonly size: number;
  readonly window: number;
  /** What the figures are counted by. */
  readonly per: "delivery" | "message";
}

interface Contender {
  readonly name: string;
  readonly generator: Generator;
}

function scenariosOf({ clients }: Mode): readonly Scenario[] {
  const rooms = [2, 10, 100].map((size) => ({ name: `rooms of ${size}`, size, window: 4, per: "delivery" as const }));
  const crowded = [10, 100, clients].map((size) => ({
    name: `${size === clients ? "lobby" : `rooms of ${size}`}, W=16`,
    size,
    window: 16,
    per: "delivery" as const,
  }));
  return [
    { name: "1:1, W=1", size: 2, window: 1, per: "message" },
    ...rooms,
    { name: `lobby of ${clients}`, size: clients, window: 4, per: "delivery" },
    ...crowded,
  ];
}

const microseconds = (report: Report, per: Scenario["per"]): number =>
  (report.serverMs * 1000) / (per === "message" ? report.messages : report.deliveries);

class Bench {
  readonly #mode: Mode;
  readonly #contenders: readonly Contender[];
  readonly #sizes: readonly number[];

  constructor(mode: Mode, contenders: readonly Contender[], sizes: readonly number[]) {
    this.#mode = mode;
    this.#contenders = contenders;
    this.#sizes = sizes;
  }

  /** Everybody comes in and makes the rooms and the lobby: not measured, a server has this once. */
  async prepare(): Promise<void> {
    for (const { name, generator } of this.#contenders) {
      const came = await generator.obey({ do: "connect", from: 0, to: this.#mode.clients, resume: false });
      const rooms = await generator.obey({ do: "rooms", sizes: this.#sizes });
      console.log(
        `${name}: ${this.#mode.clients} clients came for the first time in ${seconds(came)}, rooms made in ${seconds(rooms)}`,
      );
      await generator.obey({ do: "loop", size: 2, window: 4, warmMs: 0, measureMs: this.#mode.heatMs });
      await generator.obey({ do: "loop", size: 10, window: 4, warmMs: 0, measureMs: this.#mode.heatMs });
    }
    console.log();
  }

  async fanOut(scenarios: readonly Scenario[]): Promise<void> {
    const reports = new Map<Scenario, Report[][]>(scenarios.map((scenario) => [scenario, []]));
    // The first round warms the servers up and is not shown.
    for (let round = 0; round <= this.#mode.rounds; round += 1)
      for (const [scenario, rounds] of reports) {
        const row = await this.#turn(round, (generator) =>
          generator.obey({
            do: "loop",
            size: scenario.size,
            window: scenario.window,
            warmMs: this.#mode.warmMs,
            measureMs: this.#mode.measureMs,
          }),
        );
        if (round > 0) rounds.push(row);
      }
    const head = this.#contenders.flatMap(({ name }, at) => [
      `${name} µs`,
      "",
      ...(at === 0 ? [] : ["ratio", ""]),
      "1/s",
      "cores s+g",
    ]);
    printTable(
      ["server CPU per", ...head],
      [...reports].map(([scenario, rounds]) => [
        `${scenario.name}, ${scenario.per}`,
        ...this.#fanOutCells(scenario, rounds),
      ]),
    );
  }

  #fanOutCells({ per }: Scenario, rounds: readonly (readonly Report[])[]): string[] {
    const basis = rounds.map(([first]) => (first === undefined ? Number.NaN : microseconds(first, per)));
    return this.#contenders.flatMap((_, at) => {
      const own = rounds.flatMap((row) => row[at] ?? []);
      const micros = own.map((report) => microseconds(report, per));
      const ratios = micros.map((value, round) => value / (basis[round] ?? Number.NaN));
      const rate = median(
        own.map((report) => ((per === "message" ? report.messages : report.deliveries) * 1000) / report.wallMs),
      );
      const busy = `${share(own, "serverMs")}+${share(own, "generatorMs")}`;
      return [
        median(micros).toFixed(1),
        spread(micros),
        ...(at === 0 ? [] : [`x${median(ratios).toFixed(2)}`, spread(ratios)]),
        rate.toFixed(0),
        busy,
      ];
    });
  }

  /** 2,000 deliveries a second: far from the limit. */
  async latency(): Promise<void> {
    const rounds: Report[][] = [];
    for (let round = 0; round < Math.min(3, this.#mode.rounds); round += 1)
      rounds.push(
        await this.#turn(round, (generator) =>
          generator.obey({ do: "rate", size: 10, perSecond: 2000, measureMs: this.#mode.rateMs }),
        ),
      );
    printTable(
      ["latency ms at 2,000 deliveries/s, rooms of 10", "p50", "p99", "server CPU µs per delivery"],
      this.#contenders.map(({ name }, at) => {
        const own = rounds.flatMap((row) => row[at] ?? []);
        const cells = [
          median(own.map(({ latencyMs }) => latencyMs.p50)),
          median(own.map(({ latencyMs }) => latencyMs.p99)),
          median(own.map((report) => microseconds(report, "delivery"))),
        ];
        return [name, ...cells.map((value) => value.toFixed(2))];
      }),
    );
  }

  /** Clients that were here before come again: full handshakes, then resumed ones, up to the greeting. */
  async handshakes(): Promise<void> {
    const rows: string[][] = [];
    for (const resume of [false, true]) {
      const rounds: Report[][] = [];
      for (let round = 0; round < this.#mode.rounds; round += 1)
        rounds.push(
          await this.#turn(round, async (generator) => {
            const range = { from: 0, to: this.#mode.reconnects };
            await generator.obey({ do: "close", ...range });
            await sleep(150);
            return generator.obey({ do: "connect", ...range, resume });
          }),
        );
      rows.push([`${resume ? "resumed" : "full"} connect`, ...this.#handshakeCells(rounds)]);
    }
    printTable(
      [
        "server CPU per",
        ...this.#contenders.flatMap(({ name }, at) => [
          `${name} ms`,
          "",
          ...(at === 0 ? [] : ["ratio"]),
          "1/s",
          "resumed",
        ]),
      ],
      rows,
    );
  }

  #handshakeCells(rounds: readonly (readonly Report[])[]): string[] {
    const count = this.#mode.reconnects;
    return this.#contenders.flatMap((_, at) => {
      const own = rounds.flatMap((row) => row[at] ?? []);
      const millis = own.map(({ serverMs }) => serverMs / count);
      const ratios = rounds.map((row) => (row[at]?.serverMs ?? Number.NaN) / (row[0]?.serverMs ?? Number.NaN));
      const resumed = median(own.map((report) => report.resumed / count));
      return [
        median(millis).toFixed(2),
        spread(millis),
        ...(at === 0 ? [] : [`x${median(ratios).toFixed(2)}`]),
        median(own.map(({ wallMs }) => (count * 1000) / wallMs)).toFixed(0),
        `${(100 * resumed).toFixed(0)}%`,
      ];
    });
  }

  /** One measurement of each, in an order that turns round by round. */
  async #turn(round: number, measure: (generator: Generator) => Promise<Report>): Promise<Report[]> {
    const row: Report[] = [];
    for (let step = 0; step < this.#contenders.length; step += 1) {
      const at = (step + round) % this.#contenders.length;
      const contender = this.#contenders[at];
      if (contender === undefined) continue;
      const report = await measure(contender.generator);
      if (report.bad > 0)
        console.log(`${contender.name}: ${report.bad} refusals or lost connections: this figure is spoilt`);
      row[at] = report;
    }
    return row;
  }
}

function share(reports: readonly Report[], field: "serverMs" | "generatorMs"): string {
  return median(reports.map((report) => report[field] / report.wallMs)).toFixed(2);
}

function seconds({ wallMs, serverMs }: Report): string {
  return `${(wallMs / 1000).toFixed(1)} s (server CPU ${(serverMs / 1000).toFixed(1)} s)`;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { tree: { type: "string", multiple: true, default: [] }, only: { type: "string" } },
});
const mode = MODES[positionals[0] ?? "quick"];
if (mode === undefined) throw new Error("quick or full?");
const started = performance.now();
const scenarios = scenariosOf(mode).filter(
  ({ name }) => values.only === undefined || new RegExp(values.only).test(name),
);
const { realm, file: identities } = await crowd(mode.clients);
const scratch = mkdtempSync(join(tmpdir(), "mutual-bench-"));
try {
  const wishes: readonly TargetWish[] = [
    { name: "relay", kind: "relay" },
    { name: "chat-server", kind: "chat" },
    ...values.tree.map((tree) => ({ name: tree, kind: "chat" as const, tree })),
  ];
  await using stack = new AsyncDisposableStack();
  const contenders: Contender[] = [];
  const sizes = [2, 10, 100, mode.clients];
  for (const wish of wishes) {
    const target = stack.use(await Target.start(wish, { certs: realm.dir, scratch }));
    contenders.push({
      name: wish.name,
      generator: stack.use(new Generator({ kind: wish.kind, port: target.port, pid: target.pid, identities, sizes })),
    });
  }
  const bench = new Bench(mode, contenders, sizes);
  await bench.prepare();
  if (scenarios.length > 0) await bench.fanOut(scenarios);
  if (values.only === undefined || values.only.includes("latency")) await bench.latency();
  if (values.only === undefined || values.only.includes("connect")) await bench.handshakes();
  console.log(`took ${((performance.now() - started) / 1000).toFixed(0)} s`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
  realm.remove();
}
