// Why protobufjs: CPU time and strictness of five ways to encode our hot messages, measured side by side in one process.
// node test/bench/codec.ts [folder of another src/wire to compare with ours]
import { join } from "node:path";
import { type Case, casesOf, wireCases } from "./codecs/cases.ts";
import { installCodecs } from "./codecs/install.ts";
import { rivals } from "./codecs/rivals.ts";
import { verdicts } from "./codecs/strict.ts";
import { median, printTable, spread } from "./table.ts";

const ROUNDS = 41;
const SLICE_MS = 6;
const WIRE = join(import.meta.dirname, "../../src/wire");

interface Column {
  readonly name: string;
  readonly cases: readonly Case[];
}

interface Timing {
  readonly calls: number;
  readonly nanos: number[];
}

let sink: unknown;

/** CPU nanoseconds a call, of the whole process: the garbage collector's threads are in it. */
function time(run: () => unknown, calls: number): number {
  const before = process.cpuUsage();
  for (let call = 0; call < calls; call += 1) sink = run();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / calls;
}

/** How many calls fill a slice; also the warm-up. */
function calibrate(run: () => unknown): number {
  let calls = 64;
  while (time(run, calls) * calls < SLICE_MS * 1e6) calls *= 2;
  return calls;
}

function measure(columns: readonly Column[]): ReadonlyMap<Case, Timing> {
  const timings = new Map<Case, Timing>();
  for (const one of columns.flatMap(({ cases }) => cases)) timings.set(one, { calls: calibrate(one.run), nanos: [] });
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [{ run }, { calls, nanos }] of timings) nanos.push(time(run, calls));
  return timings;
}

function printTimes(columns: readonly Column[]): void {
  const timings = measure(columns);
  const [base] = columns;
  if (base === undefined) throw new Error("nothing to measure");
  const rows = base.cases.map((first, row) => {
    const basis = timings.get(first)?.nanos ?? [];
    const cells = columns.map(({ cases }) => {
      const one = cases[row];
      const nanos = (one === undefined ? undefined : timings.get(one)?.nanos) ?? [];
      const ratio = median(nanos.map((value, round) => value / (basis[round] ?? Number.NaN)));
      return `${median(nanos).toFixed(0)} ${spread(nanos)} x${ratio.toFixed(2)}`;
    });
    return [first.what, ...cells];
  });
  printTable(["CPU ns, spread, ratio", ...columns.map(({ name }) => name)], rows);
}

installCodecs();
const codecs = await rivals();
const other = process.argv[2];
const full = await wireCases(WIRE);
const { decodeClientFrame } = await import("../../src/wire/codec.ts");

console.log(
  `${ROUNDS} interleaved rounds of ${SLICE_MS} ms each, median of CPU time, ratio to the first column of the same round\n`,
);
printTimes([
  ...codecs.map((codec) => ({ name: codec.name, cases: casesOf(codec) })),
  { name: "src/wire, all checks", cases: full },
]);
if (other !== undefined)
  printTimes([
    { name: "src/wire", cases: full },
    { name: other, cases: await wireCases(other) },
  ]);

const judged = [...codecs, { name: "src/wire", decodeClient: decodeClientFrame }];
const answers = judged.map((codec) => verdicts(codec));
const probes = answers[0] ?? [];
printTable(
  ["bytes that no honest peer sends", ...judged.map(({ name }) => name)],
  probes.map(({ probe }, row) => [probe, ...answers.map((column) => column[row]?.answer ?? "")]),
);
if (sink === undefined) throw new Error("nothing was run");
