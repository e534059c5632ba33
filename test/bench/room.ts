// A room of 200 devices, all but its founder online: how long until the last of them has processed a commit and has it in its vault,
// beside a text message in the same room. The server is the executable of this checkout, the members are real clients over real TLS on this
// machine, and have its cores to share: the one with a process of its own shows what a member waits for, the last what all of them cost.
// node test/bench/room.ts quick|full
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { CLASSIC, HYBRID, type SuiteName } from "../../src/mls/suite.ts";
import type { Committer, Done } from "./load/committer.ts";
import { gather } from "./load/gathering.ts";
import { cpuMs } from "./load/process.ts";
import { crowd, type Identities } from "./load/realm.ts";
import { MemberProcess, Target } from "./load/remote.ts";
import { median, printTable } from "./table.ts";

/** No round is begun when so much time is over. */
const MODES: Readonly<
  Record<string, { readonly rounds: number; readonly mostMs: number; readonly suites: readonly SuiteName[] }>
> = {
  quick: { rounds: 3, mostMs: 45_000, suites: [HYBRID] },
  full: { rounds: 7, mostMs: 300_000, suites: [HYBRID, CLASSIC] },
};
/** With the one that is added 200: the most that X-Wing is for. */
const DEVICES = 199;
/** All but the founder, who has gone. */
const CLIENTS = DEVICES - 1;
const PROCESSES = availableParallelism();

const mode = MODES[process.argv[2] ?? "quick"];
if (mode === undefined) throw new Error("quick or full?");
const { rounds: most, mostMs, suites } = mode;

interface Measured {
  readonly madeMs: number;
  /** From when the committer had made it. One member has a process of its own. */
  readonly aloneMs: number;
  readonly medianMs: number;
  readonly lastMs: number;
  /** Of one member. */
  readonly memberCpuMs: number;
  readonly serverCpuMs: number;
  readonly bytes: number;
}

interface Party {
  readonly server: Target;
  readonly committer: Committer;
  /** The first holds one member, the others hold the rest. */
  readonly members: readonly MemberProcess[];
}

/** What the committer does, and what it looks like to the others. */
interface Deed {
  readonly name: string;
  readonly act: (committer: Committer) => Promise<Done>;
}

async function measured({ server, committer, members }: Party, { name, act }: Deed): Promise<Measured> {
  const watching = members.map((one) => one.obey({ do: "watch", name }));
  const before = cpuMs(server.pid);
  const [{ startedAt, madeAt }, reports] = await Promise.all([act(committer), Promise.all(watching)]);
  const after = reports.flatMap(({ seen }) => seen.map((at) => at - madeAt));
  return {
    madeMs: madeAt - startedAt,
    aloneMs: after[0] ?? Number.NaN,
    medianMs: median(after),
    lastMs: Math.max(...after),
    memberCpuMs: reports.reduce((sum, report) => sum + report.cpuMs, 0) / after.length,
    serverCpuMs: cpuMs(server.pid) - before,
    bytes: committer.bytes,
  };
}

/** Each deed once in a round, so that a slow moment of the machine hits all. */
async function inRounds(party: Party, newcomer: string): Promise<Map<string, Measured[]>> {
  const rows = new Map<string, Measured[]>();
  const end = performance.now() + mostMs;
  for (let round = 0; round < most && performance.now() < end; round += 1) {
    const role = round % 2 === 0 ? "admin" : "member";
    const deeds: readonly (readonly [string, Deed])[] = [
      ["text", { name: `message ${round}`, act: (one) => one.does({ do: "send", text: `${round}` }) }],
      ["new keys", { name: `role u1 ${role}`, act: (one) => one.does({ do: "role", user: "u1", role }) }],
      ["add", { name: `added ${newcomer}`, act: (one) => one.does({ do: "add", user: newcomer }) }],
      ["remove", { name: `removed ${newcomer}`, act: (one) => one.does({ do: "remove", user: newcomer }) }],
    ];
    for (const [what, deed] of deeds) rows.set(what, [...(rows.get(what) ?? []), await measured(party, deed)]);
  }
  return rows;
}

function cells(all: readonly Measured[], base: readonly Measured[]): readonly string[] {
  const each = (pick: (one: Measured) => number, digits = 0): string => {
    const values = all.map(pick);
    return `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)})`;
  };
  const ratios = all.map(({ lastMs }, round) => lastMs / (base[round]?.lastMs ?? Number.NaN));
  return [
    each(({ madeMs }) => madeMs),
    each(({ aloneMs }) => aloneMs),
    each(({ medianMs }) => medianMs),
    each(({ lastMs }) => lastMs),
    `x${median(ratios).toFixed(0)}`,
    each(({ memberCpuMs }) => memberCpuMs, 1),
    each(({ serverCpuMs }) => serverCpuMs),
    (median(all.map(({ bytes }) => bytes)) / 1000).toFixed(1),
  ];
}

async function run(suite: SuiteName): Promise<void> {
  // One more is added and removed.
  const { realm, file } = await crowd(CLIENTS + 1);
  const scratch = mkdtempSync(join(tmpdir(), "mutual-bench-"));
  const start = performance.now();
  await using stack = new AsyncDisposableStack();
  stack.defer(() => {
    rmSync(scratch, { recursive: true, force: true });
    realm.remove();
  });
  const server = stack.use(await Target.start({ name: "chat-server", kind: "chat" }, { certs: realm.dir, scratch }));
  const identities = JSON.parse(readFileSync(file, "utf8")) as Identities;
  const place = { port: server.port, identities: file, suite, homes: join(scratch, "homes") };
  // u0 commits, u1 is alone.
  const bounds = Array.from({ length: PROCESSES + 1 }, (_, at) => 2 + Math.round((at * (CLIENTS - 2)) / PROCESSES));
  const members = [1, ...bounds].slice(0, -1).map((from, at) => {
    return stack.use(new MemberProcess({ ...place, from, to: bounds[at] ?? CLIENTS }));
  });
  await Promise.all(members.map((one) => one.obey({ do: "connect" })));
  const gathering = { realm, identities: identities.clients, suite, port: server.port, homes: place.homes };
  const { committer, newcomer } = await gather(gathering);
  stack.use(committer);
  stack.use(newcomer);
  const party = { server, committer, members };
  // Who has seen this is in, and in step.
  await measured(party, { name: "message first", act: (one) => one.does({ do: "send", text: "first" }) });
  const name = suite === HYBRID ? "X-Wing" : "suite 1";
  console.log(`${name}: ${DEVICES} devices in after ${((performance.now() - start) / 1000).toFixed(0)} s`);
  const rows = await inRounds(party, `u${CLIENTS}`);
  const base = rows.get("text") ?? [];
  console.log(`${base.length} rounds, median (least–most)`);
  printTable(
    ["ms", "made", "alone", "median", "last member", "to text", "CPU of a member", "server CPU", "kB to each"],
    [...rows].map(([what, all]) => [what, ...cells(all, base)]),
  );
}

console.log(
  `${DEVICES} devices, ${CLIENTS} of them clients in ${PROCESSES + 1} processes, the packaged server beside them.\n` +
    "Nobody has renewed keys since the room was made: the largest commits that such a room has.\n",
);
for (const suite of suites) await run(suite);
