// The two faces of the packaged client: how long until there is something to see, what they take while much is said, and what they hold.
// A server, a client that writes, and three that read the same: in the whole of a terminal, in a window, and line by line, which is the
// base of the ratios. node test/bench/faces.ts quick|full
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hostNode } from "../../scripts/executable/node-binary.ts";
import { HOST } from "../../scripts/executable/paths.ts";
import type { SealJob } from "../../scripts/executable/seal.ts";
import { CLIENT, type ClientProgram } from "../kit/executables.ts";
import { OwnRealm } from "../kit/own-realm.ts";
import { launch } from "../kit/web/browser.ts";
import { Pty } from "./faces/pty.ts";
import { OpenWindow } from "./faces/window.ts";
import { cpuMs, memory, threadsMs } from "./load/process.ts";
import { median, printTable, quantile, spread } from "./table.ts";

const IS_FULL = process.argv[2] === "full";
const STARTS = IS_FULL ? 31 : 11;
const PAGES = IS_FULL ? 11 : 5;
const ROUNDS = IS_FULL ? 7 : 3;
const MESSAGES = 10_000;
const RATE = 200;
const TALK_MS = 10_000;
const STEP_MS = 10;
/** At once before the answer to the last is waited for. */
const HANDFUL = 500;
/** The frame of the screen is there, and the terminal may show it. */
const FIRST_FRAME = /(?:end-to-end|E2E)[^]*\[\?2026l/;
const SCRATCH = mkdtempSync(join(tmpdir(), "mutual-faces-"));

/** Nothing but a word, on the same node and packed in the same way; it stays until it is ended. */
function emptyProgram(): string {
  const [main, output] = [join(SCRATCH, "empty.cjs"), join(SCRATCH, "empty")];
  writeFileSync(main, 'process.stdout.write("here"); setInterval(() => {}, 1e6);');
  const job: SealJob = { main, output, target: HOST, nodePath: hostNode() };
  const seal = join(import.meta.dirname, "../../scripts/executable/seal.ts");
  execFileSync(process.execPath, [seal, JSON.stringify(job)], { stdio: "ignore" });
  return output;
}

/** As people start it: without a word behind it. */
async function startMs(program: string, env: Readonly<Record<string, string>>, wanted: RegExp): Promise<number> {
  await using pty = await Pty.open(program, [], env);
  // Awaited here: it is ended only then.
  return await pty.go().shows(wanted);
}

async function firstPaints(homes: Readonly<Record<string, string>>): Promise<void> {
  const empty = emptyProgram();
  const line = { CHAT_UI: "line", CHAT_HOME: homes["line"] ?? "" };
  const starts: Readonly<Record<string, () => Promise<number>>> = {
    "nothing, as an executable": () => startMs(empty, {}, /here/),
    "first word, line by line": () => startMs(CLIENT, line, /connecting/),
    "first frame, terminal": () => startMs(CLIENT, { CHAT_HOME: homes["terminal"] ?? "" }, FIRST_FRAME),
  };
  const times = new Map<string, number[]>(Object.keys(starts).map((name) => [name, []]));
  // Turn by turn; the first round warms the disk's cache and is not shown.
  for (let round = 0; round <= STARTS; round += 1)
    for (const [name, start] of Object.entries(starts)) {
      const ms = await start();
      if (round > 0) times.get(name)?.push(ms);
    }
  const base = times.get("nothing, as an executable") ?? [];
  printTable(
    [`ms from exec, ${STARTS} starts`, "least", "median", "most", "to nothing"],
    [...times].map(([name, all]) => {
      const ratio = median(all.map((ms, round) => ms / (base[round] ?? Number.NaN)));
      return [name, ...low(all), `x${ratio.toFixed(1)}`];
    }),
  );
}

async function pageLoads(open: () => Promise<OpenWindow>): Promise<void> {
  const loads: OpenWindow["loaded"][] = [];
  for (let round = 0; round <= PAGES; round += 1) {
    await using window = await open();
    if (round > 0) loads.push(window.loaded);
  }
  const of = (name: "scriptMs" | "taskMs" | "ms"): string[] => low(loads.map((load) => load[name]));
  printTable(
    [`ms until interactive, ${PAGES} pages`, "least", "median", "most"],
    [
      ["script", ...of("scriptMs")],
      ["main thread", ...of("taskMs")],
      ["clock", ...of("ms")],
    ],
  );
}

/** As many as are due by the clock, until the time is over; resolves when the server has the last. */
async function talk(writer: ClientProgram, round: number): Promise<void> {
  const began = performance.now();
  const most = (RATE * TALK_MS) / 1_000;
  let last = 0;
  for (let said = 0; said < most;) {
    const due = Math.min(most, Math.floor(((performance.now() - began) / 1_000) * RATE));
    for (; said < due; said += 1)
      last = writer.send(`round ${round}, message ${said}: enough words for a line ${"of a talk ".repeat(said % 7)}`);
    await sleep(STEP_MS);
  }
  await writer.reply(last);
  const perSecond = (1_000 * most) / (performance.now() - began);
  if (perSecond < 0.95 * RATE) console.log(`round ${round}: only ${perSecond.toFixed(0)} messages/s were stored\n`);
  await writer.says(`end of round ${round}`);
}

async function filled(writer: ClientProgram): Promise<void> {
  for (let said = 0; said < MESSAGES; said += HANDFUL) {
    let last = 0;
    for (let at = 0; at < HANDFUL; at += 1)
      last = writer.send(`message ${said + at} of those before: ${"word ".repeat(at % 20)}`);
    await writer.reply(last, 60_000);
  }
}

interface Readers {
  readonly terminal: Pty;
  readonly window: OpenWindow;
  readonly line: Pty;
}

/** CPU in percent of a core. */
type Round = Readonly<Record<string, number>>;

function threadMs(pid: number, wanted: string): number {
  return threadsMs(pid).find(([name]) => name.startsWith(wanted))?.[1] ?? Number.NaN;
}

async function measured({ terminal, window, line }: Readers, work: () => Promise<void>): Promise<Round> {
  const now = async (): Promise<Round> => ({
    clock: performance.now(),
    "line by line": cpuMs(line.pid),
    terminal: cpuMs(terminal.pid),
    "of it the main thread, which draws": threadMs(terminal.pid, "node-MainThread"),
    "of it the thread of the groups": threadMs(terminal.pid, "groups"),
    "process of the window": cpuMs(window.gui.pid),
    "main thread of the page": (await window.work()).taskMs,
    "of it script": (await window.work()).scriptMs,
  });
  const before = await now();
  await work();
  const after = await now();
  const ms = (after["clock"] ?? 0) - (before["clock"] ?? 0);
  return Object.fromEntries(
    Object.entries(after).map(([name, value]) => [name, (100 * (value - (before[name] ?? 0))) / ms]),
  );
}

async function talks(readers: Readers, writer: ClientProgram): Promise<void> {
  const rounds: Round[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const result = await measured(readers, async () => {
      await talk(writer, round);
      const end = `end of round ${round}`;
      await Promise.all([
        readers.terminal.shows(new RegExp(end)),
        readers.line.shows(new RegExp(end)),
        readers.window.gui.hears(end),
      ]);
    });
    if (round > 0) rounds.push(result);
  }
  const base = rounds.map((round) => round["line by line"] ?? Number.NaN);
  const names = Object.keys(rounds[0] ?? {}).filter((name) => name !== "clock");
  printTable(
    [`% of a core at ${RATE} messages/s, ${ROUNDS} rounds`, "least", "median", "most", "spread", "to line by line"],
    names.map((name) => {
      const all = rounds.map((round) => round[name] ?? Number.NaN);
      const ratio = median(all.map((value, at) => value / (base[at] ?? Number.NaN)));
      return [name, ...low(all, 1), spread(all), `x${ratio.toFixed(2)}`];
    }),
  );
}

async function holdings({ terminal, window, line }: Readers): Promise<void> {
  const of = (pid: number): string[] => {
    const { rssKb, pssKb, peakKb } = memory(pid);
    return [rssKb, pssKb, peakKb].map((kb) => (kb / 1_024).toFixed(0));
  };
  printTable(
    [`MB, more than ${MESSAGES} messages`, "RSS", "PSS", "peak"],
    [
      ["line by line", ...of(line.pid)],
      ["terminal", ...of(terminal.pid)],
      ["process of the window", ...of(window.gui.pid)],
    ],
  );
  const { heapMb } = await window.work();
  const { heapMb: held } = await window.collected();
  printTable(["MB of JavaScript in the page", "now", "after a collection"], [["", heapMb.toFixed(1), held.toFixed(1)]]);
}

function low(values: readonly number[], digits = 0): string[] {
  return [quantile(values, 0), median(values), quantile(values, 1)].map((value) => value.toFixed(digits));
}

const NAMES = ["terminal", "window", "line"] as const;

/** Each of the readers has come in, and holds everything. */
async function prepared(realm: OwnRealm, writer: ClientProgram): Promise<void> {
  await using readers = new AsyncDisposableStack();
  const all = NAMES.map((name) => readers.use(realm.client(name)));
  await Promise.all(all.map((reader) => reader.ready()));
  for (const reader of all) {
    await reader.says("here");
    await writer.event((line) => line["event"] === "message" && line["text"] === "here");
  }
  await filled(writer);
  await writer.says("the last of those before");
  await Promise.all(all.map((reader) => reader.hears("the last of those before", 120_000)));
}

const browser = await launch();
try {
  await using realm = await OwnRealm.init();
  await realm.start("--message-rate", "0", "--byte-rate", "0");
  await realm.joined(realm.line, "writer", "--user", "writer");
  for (const name of NAMES) await realm.joined(await realm.invite(name), name);
  await using writer = realm.client("writer");
  await writer.ready();
  await prepared(realm, writer);
  const homes = Object.fromEntries(NAMES.map((name) => [name, realm.file(name)]));
  await firstPaints(homes);
  const opened = (): Promise<OpenWindow> => OpenWindow.open(realm.file("window"), browser);
  await pageLoads(opened);
  await using line = await Pty.open(CLIENT, ["--ui=line", "--home", realm.file("line")]);
  await using terminal = await Pty.open(CLIENT, ["--home", realm.file("terminal")]);
  await using window = await opened();
  await line.go().shows(/you are line/);
  await terminal.go().shows(/TLS 1\.3/);
  await talks({ terminal, window, line }, writer);
  await holdings({ terminal, window, line });
} finally {
  await browser.close();
  rmSync(SCRATCH, { recursive: true, force: true });
}
