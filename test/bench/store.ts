// How fast the embedded store is: node test/bench/store.ts quick|full [--folder DIR]; full reads pages of a million rows. CPU of the whole process (both threads) per message,
// beside a baseline of the same run: bare inserts of the same rows, without ids, chain, queue or thread.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { parseArgs } from "node:util";
import type { LogId } from "../../src/model/ids.ts";
import type { AppendOp, Store } from "../../src/server/port/store.ts";
import { openSqliteStore } from "../../src/server/store/sqlite/store.ts";
import { appOp, realClock, roomWith } from "../contract/store-harness.ts";

const BODY = Buffer.alloc(256, 1);
const SIZES = [1, 10, 100, 500] as const;
const ROWS = 1_000_000;
const PAGES = 500;

interface Cost {
  readonly cpuUs: number;
  readonly wallUs: number;
}

/** `count`: how many things `run` did. */
async function measure(count: number, run: () => unknown): Promise<Cost> {
  const [cpu, wall] = [process.cpuUsage(), performance.now()];
  await run();
  const used = process.cpuUsage(cpu);
  return { cpuUs: (used.user + used.system) / count, wallUs: ((performance.now() - wall) * 1_000) / count };
}

function say(what: string, cost: Cost, beside = ""): void {
  process.stdout.write(
    `${what.padEnd(34)} ${cost.cpuUs.toFixed(1).padStart(8)} µs CPU ${cost.wallUs.toFixed(1).padStart(8)} µs wall ${beside}\n`,
  );
}

function bareInserts(file: string, size: number, rounds: number): Promise<Cost> {
  const db = new DatabaseSync(file);
  db.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  db.exec(
    "CREATE TABLE log (id INTEGER PRIMARY KEY, conv INTEGER, seq INTEGER, chain BLOB, body BLOB); CREATE UNIQUE INDEX i ON log (conv, seq)",
  );
  const insert = db.prepare("INSERT INTO log (conv, seq, chain, body) VALUES (1, ?, ?, ?)");
  const chain = Buffer.alloc(96);
  let seq = 0;
  return measure(size * rounds, () => {
    for (let round = 0; round < rounds; round += 1) {
      db.exec("BEGIN IMMEDIATE");
      for (let n = 0; n < size; n += 1) insert.run((seq += 1), chain, BODY);
      db.exec("COMMIT");
    }
  }).finally(() => db.close());
}

function batchesOf(log: LogId, { size, rounds, head }: { size: number; rounds: number; head: number }): AppendOp[][] {
  return Array.from({ length: rounds }, (_, round) => {
    const since = head + round * size;
    return Array.from({ length: size }, (_unused, n) => appOp(log, `${since + n}`, { since, body: BODY }));
  });
}

async function appends(store: Store, log: LogId, folder: string): Promise<void> {
  let head = 0;
  for (const size of SIZES) {
    const rounds = Math.min(500, Math.ceil(20_000 / size));
    const batches = batchesOf(log, { size, rounds, head });
    const cost = await measure(size * rounds, async () => {
      for (const batch of batches) await store.append(batch);
    });
    head += size * rounds;
    const bare = await bareInserts(join(folder, `bare-${size}.db`), size, rounds);
    say(
      `append, batches of ${size}`,
      cost,
      `(bare inserts ${bare.cpuUs.toFixed(1)}, ratio ${(cost.cpuUs / bare.cpuUs).toFixed(2)})`,
    );
  }
}

/** Many senders, one message each under way: what group commit makes of it. */
async function senders(store: Store, log: LogId, count: number): Promise<void> {
  const each = 200;
  const start = (await store.heads([log])).get(log)?.head ?? 0;
  const delays: number[] = [];
  const cost = await measure(count * each, () =>
    Promise.all(
      Array.from({ length: count }, async (_, sender) => {
        let since = start;
        for (let n = 0; n < each; n += 1) {
          const began = performance.now();
          const [result] = await store.append([appOp(log, `s ${count} ${sender} ${n}`, { since, body: BODY })]);
          delays.push(performance.now() - began);
          if (result?.result === "ok") since = result.seq;
        }
      }),
    ),
  );
  delays.sort((a, b) => a - b);
  const at = (part: number): string => (delays[Math.floor(delays.length * part)] ?? 0).toFixed(1);
  say(
    `${count} senders in one log`,
    cost,
    `${Math.round(1e6 / cost.wallUs)} messages/s, ack p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(0.9999)} ms`,
  );
}

async function pages(store: Store): Promise<void> {
  const log = await roomWith(store, ["ann"], "large");
  for (let head = 0; head < ROWS; head += 500) {
    await store.append(Array.from({ length: 500 }, (_, n) => appOp(log, head + n, { since: head, body: BODY })));
  }
  const cost = await measure(PAGES, async () => {
    for (let n = 0; n < PAGES; n += 1)
      await store.readFrom(log, (n * 7_919) % (ROWS - 50), { maxCount: 50, maxBytes: 1_000_000 });
  });
  say(`page of 50 of ${ROWS}, anywhere`, cost);
  const again = await measure(PAGES, async () => {
    for (let n = 0; n < PAGES; n += 1) await store.readFrom(log, ROWS - 50, { maxCount: 50, maxBytes: 1_000_000 });
  });
  say("the last page, again and again", again);
  const retry = await measure(20, async () => {
    for (let n = 0; n < 20; n += 1)
      await store.append([appOp(log, `retry ${n}`, { since: ROWS - 16_000, body: BODY })]);
  });
  say("append 16,000 entries behind", retry);
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { folder: { type: "string" } } });
const [mode = "quick"] = positionals;
if (mode !== "quick" && mode !== "full") throw new Error("quick or full?");
const folder = await mkdtemp(join(values.folder ?? tmpdir(), "mutual-bench-"));
const store = await openSqliteStore({
  file: join(folder, "chat.db"),
  clock: realClock,
  onFailed: (fault) => {
    throw fault;
  },
});
const log = await roomWith(store, ["ann"]);
// Not measured: until the code is compiled, it costs twice as much.
await senders(store, await roomWith(store, ["ann"], "warm"), 200);
await appends(store, log, folder);
for (const count of [100, 1_000]) await senders(store, log, count);
if (mode === "full") await pages(store);
await store.close();
await rm(folder, { recursive: true });
