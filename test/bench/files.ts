// Files: one up and down, encrypted by the client, against the same bytes through the same requests without encryption; and by
// chat-client as a program, as a message of a conversation (`file`, `save`).
// node test/bench/files.ts [MEGABYTES]: 1000 without it. The server has one core; memory is the growth of the RSS at its peak.
import { type ChildProcess, fork } from "node:child_process";
import { createHash, randomBytes, randomFillSync } from "node:crypto";
import { createReadStream, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { Course } from "../../src/client/files/course.ts";
import { createSink } from "../../src/client/files/disk/sink.ts";
import { openSource } from "../../src/client/files/disk/source.ts";
import { startDownload } from "../../src/client/files/download.ts";
import { answersTo } from "../../src/client/files/flight.ts";
import { Pace, pieceEnd } from "../../src/client/files/pace.ts";
import type { FileTicket } from "../../src/client/files/ticket.ts";
import { startUpload } from "../../src/client/files/upload.ts";
import type { Sha256 } from "../../src/model/ids.ts";
import { ClientProcess, type Reply } from "../kit/client-process.ts";
import { type TestRealm, makeRealm } from "../kit/realm.ts";
import { type Device, FileConnection } from "../story/files-connection.ts";
import { cpuMs, memory } from "./load/process.ts";
import { Target } from "./load/remote.ts";
import { printTable } from "./table.ts";

const MB = 1_000_000;
const WRITE_BYTES = 8 * MB;
const PIECE_BYTES = 192 * 1024;
/** What was started once is still warm. */
const REST_MS = 500;
/** For 1 GB on a slow machine. */
const PATIENCE_MS = 600_000;

type Work =
  | { readonly do: "plain up"; readonly path: string; readonly id: Sha256; readonly size: number }
  | { readonly do: "plain down"; readonly path: string; readonly id: Sha256; readonly size: number }
  | { readonly do: "up"; readonly path: string }
  | { readonly do: "down"; readonly path: string; readonly ticket: FileTicket };

interface Done {
  readonly ms: number;
  readonly cpuMs: number;
  readonly ticket?: FileTicket;
  readonly readingMs?: number;
}

// ---- the client, a process of its own

const quiet = { onRecord: () => {} };

interface Piece {
  readonly from: number;
  readonly to: number;
  readonly chunk: Buffer;
}

/** The same requests, as many at once, and nothing else. */
async function plain(connection: FileConnection, work: Extract<Work, { size: number }>): Promise<void> {
  const { requests, clock } = connection.world;
  const { id, size } = work;
  const isUp = work.do === "plain up";
  await using file = await open(work.path, isUp ? "r" : "w");
  let next = 0;
  const flight = {
    course: new Course(),
    clock,
    pace: new Pace(),
    next: async (): Promise<Piece | undefined> => {
      if (next === size) return undefined;
      const from = next;
      next = pieceEnd(from, PIECE_BYTES, size);
      const chunk = Buffer.alloc(isUp ? next - from : 0);
      if (isUp) await file.read(chunk, 0, chunk.length, from);
      return { from, to: next, chunk };
    },
    ask: async ({ from, to, chunk }: Piece): Promise<Uint8Array> => {
      if (!isUp) return (await requests.get({ id, offset: from, maxBytes: to - from })).chunk;
      await requests.put({ id, size, offset: from, chunk });
      return chunk;
    },
  };
  for await (const { piece, answer } of answersTo(flight))
    if (!isUp) await file.write(answer, 0, answer.length, piece.from);
  await file.datasync();
}

async function perform(connection: FileConnection, work: Work): Promise<Partial<Done>> {
  const startMs = performance.now();
  let readingMs = 0;
  const onProgress = ({ stage }: { stage: string }): void => {
    if (stage === "reading") readingMs = performance.now() - startMs;
  };
  switch (work.do) {
    case "up": {
      const source = await openSource(work.path);
      const world = { ...connection.world, random: (bytes: number) => randomBytes(bytes) };
      return { ticket: await startUpload(world, { source, name: "a", ...quiet, onProgress }).done, readingMs };
    }
    case "down": {
      const { ticket } = work;
      const sink = await createSink({ path: work.path, name: "a", size: ticket.size, replace: true });
      await startDownload(connection.world, { ticket, sink, offset: 0, ...quiet, onProgress }).done;
      return {};
    }
    default:
      await plain(connection, work);
      return {};
  }
}

async function client(device: Device): Promise<void> {
  using connection = await FileConnection.open(device);
  const { promise, resolve } = Promise.withResolvers<Work>();
  process.once("message", (work) => resolve(work as Work));
  process.send?.("ready");
  const work = await promise;
  const [startMs, startCpu] = [performance.now(), cpuMs(process.pid)];
  const done = await perform(connection, work);
  process.send?.({ ms: performance.now() - startMs, cpuMs: cpuMs(process.pid) - startCpu, ...done });
  await new Promise((leave) => process.once("disconnect", leave));
}

// ---- the measurement

const messageOf = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", (code) => reject(new Error(`the client ended with ${code}`)));
  });

/** From here on the peak counts anew. */
const forgetPeak = (pid: number): void => writeFileSync(`/proc/${pid}/clear_refs`, "5");

interface Row extends Done {
  readonly work: string;
  readonly clientMb: number;
  readonly serverMb: number;
  readonly serverCpuMs: number;
}

async function measured(device: Device, server: number, work: Work): Promise<Row> {
  const child = fork(import.meta.filename, [JSON.stringify(device)], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  await messageOf(child);
  await sleep(REST_MS);
  const pids = [child.pid ?? 0, server] as const;
  for (const pid of pids) forgetPeak(pid);
  const before = pids.map((pid) => memory(pid).rssKb);
  const serverCpu = cpuMs(server);
  const answer = messageOf(child);
  child.send(work);
  const done = (await answer) as Done;
  const grown = pids.map((pid, at) => (memory(pid).peakKb - (before[at] ?? 0)) / 1024);
  child.disconnect();
  const [clientMb = 0, serverMb = 0] = grown;
  return { ...done, work: work.do, clientMb, serverMb, serverCpuMs: cpuMs(server) - serverCpu };
}

type Command = Readonly<Record<string, unknown>> & { readonly do: string };

/** What the program does between a command and its reply, progress for its reader included. */
async function asked(program: ClientProcess, server: number, command: Command): Promise<Row & Reply> {
  await sleep(REST_MS);
  const pids = [program.child.pid ?? 0, server] as const;
  for (const pid of pids) forgetPeak(pid);
  const before = pids.map((pid) => ({ rssKb: memory(pid).rssKb, cpu: cpuMs(pid) }));
  const startMs = performance.now();
  program.say(command);
  const replied = ({ objects }: ClientProcess): Reply | undefined => objects.find(({ reply }) => reply === command.do);
  await program.until((one) => replied(one) !== undefined, command.do, PATIENCE_MS);
  const ms = performance.now() - startMs;
  const reply = replied(program);
  if (reply?.["ok"] !== true) throw new Error(`${command.do}: ${JSON.stringify(reply)}`);
  const grown = pids.map((pid, at) => (memory(pid).peakKb - (before[at]?.rssKb ?? 0)) / 1024);
  const [cpu = 0, serverCpu = 0] = pids.map((pid, at) => cpuMs(pid) - (before[at]?.cpu ?? 0));
  const [clientMb = 0, serverMb = 0] = grown;
  return { ...reply, work: command.do, ms, cpuMs: cpu, clientMb, serverMb, serverCpuMs: serverCpu };
}

async function byProgram(realm: TestRealm, target: Target, folder: string): Promise<readonly Row[]> {
  const flags = ["-ip", "127.0.0.1", "-p", String(target.port), "--certs", realm.dir, "--as", "bob"];
  const program = new ClientProcess(["--json", ...flags, "--home", join(folder, "home")]);
  try {
    await program.until((one) => one.of("ready").length > 0, "ready");
    const sent = await asked(program, target.pid, { do: "file", to: "#lobby", path: join(folder, "source") });
    await program.until((one) => one.of("message").length > 0, "the message");
    const { message } = sent;
    const path = join(folder, "saved by chat-client");
    return [sent, await asked(program, target.pid, { do: "save", message, path })];
  } finally {
    program.child.stdin.end();
    await program.exit;
  }
}

async function makeFile(path: string, megabytes: number): Promise<Sha256> {
  await using file = await open(path, "w");
  const piece = Buffer.alloc(WRITE_BYTES);
  for (let left = megabytes * MB; left > 0; left -= WRITE_BYTES)
    await file.write(randomFillSync(piece), 0, Math.min(left, WRITE_BYTES));
  const digest = createHash("sha256");
  await pipeline(createReadStream(path), digest);
  return digest.digest("hex") as Sha256;
}

async function main(megabytes: number): Promise<void> {
  using realm = await makeRealm();
  const scratch = mkdtempSync(join(tmpdir(), "mutual-bench-"));
  try {
    const path = join(scratch, "source");
    const id = await makeFile(path, megabytes);
    const size = megabytes * MB;
    await using target = await Target.start(
      { name: "chat-server", kind: "chat", tree: join(import.meta.dirname, "../..") },
      { certs: realm.dir, scratch },
    );
    const { certPem, keyPem } = realm.client("alice");
    const device = { port: target.port, caPem: realm.caPem(), certPem, keyPem };
    const run = (work: Work): Promise<Row> => measured(device, target.pid, work);
    const rows = [
      await run({ do: "plain up", path, id, size }),
      await run({ do: "plain down", path: join(scratch, "copy"), id, size }),
    ];
    const up = await run({ do: "up", path });
    if (up.ticket === undefined) throw new Error("no ticket");
    const down = await run({ do: "down", path: join(scratch, "saved"), ticket: up.ticket });
    rows.push(up, down, ...(await byProgram(realm, target, scratch)));
    print(rows, size);
    console.log(
      `first pass of the upload: ${(size / (up.readingMs ?? 1) / 1_000).toFixed(0)} MB/s; files: ${readdirSync(scratch).join(" ")}`,
    );
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function print(rows: readonly Row[], size: number): void {
  printTable(
    [`${size / MB} MB`, "MB/s", "of plain", "client +RSS MB", "server +RSS MB", "client CPU s", "server CPU s"],
    rows.map((row, at) => [
      row.work,
      (size / row.ms / 1_000).toFixed(0),
      ((rows[at % 2]?.ms ?? 0) / row.ms).toFixed(2),
      row.clientMb.toFixed(0),
      row.serverMb.toFixed(0),
      (row.cpuMs / 1_000).toFixed(1),
      (row.serverCpuMs / 1_000).toFixed(1),
    ]),
  );
}

const [, , argument = "1000"] = process.argv;
await (argument.startsWith("{") ? client(JSON.parse(argument) as Device) : main(Number(argument)));
