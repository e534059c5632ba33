// Memory of the server: idle, for each connected client that says nothing, and with readers that do not read.
// node test/bench/memory.ts quick|full [--tree FOLDER]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type Memory, memory } from "./load/process.ts";
import { crowd } from "./load/realm.ts";
import { Generator, Target, type TargetWish } from "./load/remote.ts";
import { printTable } from "./table.ts";

const MODES: Readonly<Record<string, { readonly clients: number; readonly slow: number; readonly floodMs: number }>> = {
  quick: { clients: 300, slow: 20, floodMs: 3_000 },
  full: { clients: 1000, slow: 50, floodMs: 10_000 },
};
const IDLE_MS = 2_000;
/** Time for timers and the garbage collector: what is still held after it is held for good. */
const REST_MS = 5_000;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { tree: { type: "string" } } });
const mode = MODES[positionals[0] ?? "quick"];
if (mode === undefined) throw new Error("quick or full?");
const { clients, slow, floodMs } = mode;
const { realm, file: identities } = await crowd(clients);
const scratch = mkdtempSync(join(tmpdir(), "mutual-bench-"));

interface Row {
  readonly what: string;
  readonly relay: Memory;
  readonly chat: Memory;
}

async function rowsOf(wish: TargetWish): Promise<Map<string, Memory>> {
  const rows = new Map<string, Memory>();
  await using target = await Target.start(wish, { certs: realm.dir, scratch });
  await sleep(IDLE_MS);
  rows.set("idle, nobody connected", memory(target.pid));
  await using generator = new Generator({
    kind: wish.kind,
    port: target.port,
    pid: target.pid,
    identities,
    sizes: [2, clients],
  });
  await generator.obey({ do: "connect", from: 0, to: clients, resume: false });
  await generator.obey({ do: "rooms", sizes: [clients] });
  await sleep(REST_MS);
  rows.set(`${clients} clients connected, all in the lobby`, memory(target.pid));
  await generator.obey({ do: "close", from: 0, to: clients });
  await sleep(1_000);
  await generator.obey({ do: "connect", from: 0, to: clients, resume: false });
  await sleep(REST_MS);
  rows.set("all connected a second time", memory(target.pid));
  await generator.obey({ do: "rooms", sizes: [2] });
  await generator.obey({ do: "stall", from: clients - slow, to: clients });
  // The lobby's senders take turns; the stalled ones still send, but do not read.
  await generator
    .obey({ do: "rate", size: clients, perSecond: clients * 400, measureMs: floodMs })
    .catch(() => undefined);
  rows.set(`${slow} readers stopped, ${floodMs / 1000} s of messages to all`, memory(target.pid));
  return rows;
}

try {
  const chat = await rowsOf({
    name: "chat-server",
    kind: "chat",
    ...(values.tree === undefined ? {} : { tree: values.tree }),
  });
  const relay = await rowsOf({ name: "relay", kind: "relay" });
  const rows: Row[] = [...chat].map(([what, own]) => ({ what, chat: own, relay: relay.get(what) ?? own }));
  const cells = ({ rssKb, pssKb, peakKb }: Memory): string[] =>
    [rssKb, pssKb, peakKb].map((kb) => (kb / 1024).toFixed(1));
  printTable(
    ["MB", "chat-server RSS", "PSS", "peak", "relay RSS", "PSS", "peak"],
    rows.map(({ what, chat: own, relay: base }) => [what, ...cells(own), ...cells(base)]),
  );
  const [idle, full, again] = rows;
  if (idle === undefined || full === undefined || again === undefined) throw new Error("nothing was measured");
  const each = (pick: (row: Row) => Memory, row: Row): string =>
    ((pick(row).rssKb - pick(idle).rssKb) / clients).toFixed(1);
  printTable(
    ["kB of RSS for each idle client", "chat-server", "relay"],
    [full, again].map((row) => [row.what, each(({ chat: own }) => own, row), each(({ relay: base }) => base, row)]),
  );
} finally {
  rmSync(scratch, { recursive: true, force: true });
  realm.remove();
}
