// Looks at everything that goes wrong with servers, whether one runs or not, and changes nothing. Each finding says what to do.
import { existsSync, readdirSync, statSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { join } from "node:path";
import { errno } from "../model/fault.ts";
import { DATABASE, SOCKET } from "./data-folder.ts";
import { certificateFindings } from "./doctor-certificates.ts";
import { fail, failOf, type Finding, ok, warn } from "./doctor-finding.ts";
import { portFindings } from "./doctor-ports.ts";
import type { ServerConfig } from "./config.ts";
import { examineFile } from "./store/sqlite/examine-file.ts";

export interface DoctorWorld {
  readonly now: () => number;
  /** An act, by the running server; undefined: none runs. */
  readonly ask: ((given: Readonly<Record<string, unknown>>) => Promise<Readonly<Record<string, unknown>>>) | undefined;
}

const MB = 1e6;
const DISK_FAIL_BYTES = 200 * MB;
const DISK_WARN_BYTES = 2_000 * MB;
const OTHERS = 0o077;
/** Two machines may differ so much, and nobody notices. */
const CLOCK_MS = 60_000;
/** sockaddr_un(7). */
const SOCKET_PATH_BYTES = 107;

export async function examineServer(config: ServerConfig, world: DoctorWorld): Promise<readonly Finding[]> {
  const { data } = config;
  if (!existsSync(data))
    return [
      fail("folder", `there is no ${data}`, "name the server's folder with --data, or make a realm: chat-server init"),
    ];
  const stats = await world.ask?.({ do: "stats" });
  const newest = { at: 0 };
  return [
    ...folderFindings(data),
    ...serverFindings(stats),
    ...(await certificateFindings(config, new Date(world.now()))),
    ...(await databaseFindings(config, world, newest)),
    ...clockFindings(data, world.now(), newest.at),
    ...(await diskFindings(data)),
    ...(await portFindings(config, world.ask !== undefined)),
    ...socketFindings(data, world.ask !== undefined),
  ];
}

function folderFindings(data: string): readonly Finding[] {
  const { mode } = statSync(data);
  if ((mode & OTHERS) !== 0)
    return [warn("folder", `${data} can be read by others on this machine`, `chmod 700 ${data}`)];
  return [ok("folder", `${data} is the server's alone`)];
}

function serverFindings(stats: Readonly<Record<string, unknown>> | undefined): readonly Finding[] {
  if (stats === undefined) return [warn("server", "no server runs on this folder", "start chat-server, if one should")];
  const late = Number(stats["loopP99Ms"] ?? 0);
  const about = `a server runs, ${String(stats["connections"])} connected`;
  if (late < 250) return [ok("server", about)];
  const hint = "the machine is too slow or too busy: look at `chat-server stats` and what else runs on it";
  return [warn("server", `${about}, and is ${Math.round(late)} ms late in one of a hundred cases`, hint)];
}

async function databaseFindings(
  { data }: ServerConfig,
  { ask }: DoctorWorld,
  newest: { at: number },
): Promise<readonly Finding[]> {
  const file = join(data, DATABASE);
  try {
    if (ask !== undefined) {
      const report = await ask({ do: "examine" });
      newest.at = Number(report["newestAt"] ?? 0);
      return reported(report["findings"] as readonly string[]);
    }
    if (!existsSync(file)) return [warn("database", `there is no ${file} yet`, "it is made when the server starts")];
    const report = await examineFile(file);
    newest.at = report.newestAt ?? 0;
    return reported(report.findings);
  } catch (error) {
    return [failOf("database", error)];
  }
}

function reported(findings: readonly string[]): readonly Finding[] {
  if (findings.length === 0)
    return [ok("database", "the database is in order, every log from its first entry to its head")];
  const hint = "stop the server, keep a copy of the folder, and restore the newest backup: chat-server restore";
  return findings.slice(0, 5).map((finding) => fail("database", finding, hint));
}

/** Compared with what was written here before: without a network there is no better clock. */
function clockFindings(data: string, now: number, newestAt: number): readonly Finding[] {
  const files = [DATABASE, `${DATABASE}-wal`].map(
    (name) => statSync(join(data, name), { throwIfNoEntry: false })?.mtimeMs,
  );
  const latest = Math.max(newestAt, ...files.map((ms) => ms ?? 0));
  const hint = "set the clock, and keep it set: timedatectl set-ntp true";
  const ahead = latest - now;
  if (ahead > CLOCK_MS)
    return [fail("clock", `the clock is ${Math.round(ahead / 1_000)} s behind what was written here before`, hint)];
  const timesync = "/run/systemd/timesync";
  if (existsSync(timesync) && !existsSync(join(timesync, "synchronized")))
    return [warn("clock", "nothing says that the clock is synchronised with others", hint)];
  return [ok("clock", `the clock says ${new Date(now).toISOString()}, after everything that was written here`)];
}

async function diskFindings(data: string): Promise<readonly Finding[]> {
  const { bavail, bsize, ffree, files } = await statfs(data);
  const free = bavail * bsize;
  const used = sizeOf(data);
  const about = `${Math.round(free / MB)} MB are free, the data takes ${Math.round(used / MB)} MB`;
  const hint = "make room, or move the data folder to a larger disk; `chat-server limits` bounds what users keep";
  if (free < DISK_FAIL_BYTES) return [fail("disk", about, hint)];
  if (files > 0 && ffree === 0) return [fail("disk", "the disk has no inodes left", hint)];
  if (free < DISK_WARN_BYTES) return [warn("disk", about, hint)];
  if (free < used)
    return [warn("disk", `${about}: a backup on this disk has no room`, "write backups to another disk")];
  return [ok("disk", about)];
}

function sizeOf(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    // It may go while it is looked at.
    bytes += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}

function socketFindings(data: string, runs: boolean): readonly Finding[] {
  const path = join(data, SOCKET);
  if (Buffer.byteLength(path) > SOCKET_PATH_BYTES)
    return [
      fail(
        "socket",
        `${path} is too long for a socket`,
        "use a folder with a shorter path: no command reaches the server",
      ),
    ];
  if (runs) return [ok("socket", `${path} answers`)];
  try {
    statSync(path);
    return [warn("socket", `${path} is left of a server that was killed`, "nothing: the next start removes it")];
  } catch (error) {
    return errno(error) === "ENOENT" ? [] : [failOf("socket", error)];
  }
}
