// How long a search over everything takes: `node test/bench/search.ts [quick|full]` (a hundred thousand messages, a million). Beside it, in the same run, what it would take
// to open and read every message.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NewEntry, SearchQuery, Vault } from "../../src/client/port/vault.ts";
import { fold } from "../../src/client/vault/fold.ts";
import { openVault } from "../../src/client/vault/sqlite.ts";
import { type DeviceId, hexOf, type LogId, type MessageId } from "../../src/model/ids.ts";
import { median, printTable, spread } from "./table.ts";

const MESSAGES = process.argv[2] === "full" ? 1_000_000 : 100_000;
const BATCH = 100;
const ROUNDS = 15;
const LOGS = Array.from({ length: 20 }, (_, at) => `0003${at.toString(16).padStart(28, "0")}` as LogId);
const SENDERS = Array.from({ length: 50 }, () => hexOf(randomBytes(16)) as DeviceId);
/** As in a chat: a few words are said all the time, most of them hardly ever. */
const WORDS = Array.from({ length: 5_000 }, (_, at) => hexOf(randomBytes(2 + (at % 4))));
const START = 1.7e12;

function textOf(): string {
  const count = 4 + Math.floor(Math.random() * 20);
  return Array.from({ length: count }, () => WORDS[Math.floor(WORDS.length * Math.random() ** 3)]).join(" ");
}

function fill(vault: Vault): void {
  vault.commit(
    LOGS.map((log) => ({ put: "log", log, kind: "room", epoch: 0 }) as const),
    { durable: true },
  );
  const seqs = new Map(LOGS.map((log) => [log, 0]));
  for (let at = 0; at < MESSAGES; at += BATCH) {
    const log = LOGS[(at / BATCH) % LOGS.length] ?? ("" as LogId);
    const seq = seqs.get(log) ?? 0;
    const entries = Array.from({ length: BATCH }, (_, n): NewEntry => {
      const text = at + n === Math.floor(MESSAGES / 3) ? "the Needle in the haystack" : textOf();
      const sender = SENDERS[Math.floor(SENDERS.length * Math.random())] ?? ("" as DeviceId);
      const base = {
        log,
        seq: seq + n + 1,
        at: START + (at + n) * 1_000,
        sender,
        kind: "app",
        epoch: 1,
        quiet: false,
      } as const;
      const mid = hexOf(randomBytes(16)) as MessageId;
      return { ...base, mid, payload: JSON.stringify({ kind: "text", text }), text, chain: randomBytes(32) };
    });
    vault.commit([{ put: "entries", log, entries, own: [] }], { durable: false });
    seqs.set(log, seq + BATCH);
  }
}

function timed(run: () => unknown): number {
  const started = performance.now();
  run();
  return performance.now() - started;
}

/** Opens every message and looks into it. */
function naive(vault: Vault, text: string): number {
  const wanted = fold(text);
  let found = 0;
  for (let row = 0; ;) {
    const entries = vault.after(row, 1_000);
    for (const { payload } of entries)
      if (fold((JSON.parse(payload) as { text: string }).text).includes(wanted)) found += 1;
    if (entries.length < 1_000) return found;
    row = entries.at(-1)?.row ?? 0;
  }
}

const folder = mkdtempSync(join(tmpdir(), "mutual-bench-search-"));
const vault = openVault(folder);
const fillMs = timed(() => fill(vault));
vault.close();
const megabytes = (statSync(join(folder, "vault.db")).size / 1e6).toFixed(0);
console.log(`${MESSAGES} messages, ${megabytes} MB, put in ${(fillMs / 1_000).toFixed(1)} s\n`);

const common = WORDS[0] ?? "";
const QUERIES: readonly (readonly [what: string, query: Partial<SearchQuery>])[] = [
  ["one message of all", { texts: ["NEEDLE IN"] }],
  ["in no message", { texts: ["no such words"] }],
  ["in very many", { texts: [common] }],
  ["two words, from somebody", { texts: [common, "a"], from: SENDERS.slice(0, 1) }],
  ["one letter", { texts: ["e"] }],
  ["in one room, in a week long ago", { logs: LOGS.slice(0, 1), after: START, before: START + 7 * 86_400_000 }],
  ["everything of one room", { logs: LOGS.slice(3, 4) }],
];
/** `first`: without anything in memory, as after a start. */
function measured(query: SearchQuery): { readonly hits: number; readonly first: number; readonly again: number } {
  const opened = openVault(folder);
  let hits = 0;
  const search = (): void => {
    hits = opened.search(query).length;
  };
  const [first, again] = [timed(search), timed(search)];
  opened.close();
  return { hits, first, again };
}

const rows = QUERIES.map(([what, query]) => {
  const runs = Array.from({ length: ROUNDS }, () => measured({ texts: [], limit: 50, ...query }));
  const [firsts, laters] = [runs.map(({ first }) => first), runs.map(({ again }) => again)];
  const cell = (times: readonly number[]): string => `${median(times).toFixed(1)} ${spread(times)}`;
  return [what, String(runs[0]?.hits), cell(firsts), cell(laters)];
});
const scanned = openVault(folder);
const scans = Array.from({ length: 3 }, () => timed(() => naive(scanned, "needle in")));
scanned.close();
rows.push(["open every message", "1", `${median(scans).toFixed(0)} ${spread(scans)}`, ""]);
printTable(["search", "found", "first, ms", "again, ms"], rows);
rmSync(folder, { recursive: true });
