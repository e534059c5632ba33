// What every demonstration stands on: certificates, executables, a port, and a server that ends with it.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DIST, executableName, HOST, ROOT } from "../executable/paths.ts";

export const USERS = ["alice", "bob"] as const;
export type User = (typeof USERS)[number];

const IP = "127.0.0.1";
const START_MS = 15_000;
const STOP_MS = 5_000;

export interface Realm {
  readonly certs: string;
  /** Data of the server and homes of the clients. */
  readonly folder: string;
  readonly port: number;
}

/** Makes what is missing. Throws when certificates or executables cannot be made. */
export async function prepareRealm(folder: string): Promise<Realm> {
  const certs = resolve(ROOT, nonEmpty(process.env["CERTS"]) ?? "certs");
  const needed = ["ca.crt", "server.crt", ...USERS.map((user) => `clients/${user}.crt`)];
  if (!needed.every((name) => existsSync(join(certs, name)))) {
    const env = { ...process.env, CERTS: certs, CLIENTS: USERS.join(" ") };
    execFileSync(process.execPath, [join(ROOT, "scripts/gen-certs.ts")], { env, stdio: "inherit" });
  }
  execFileSync(process.execPath, [join(ROOT, "scripts/build.ts")], { stdio: "inherit" });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return { certs, folder, port: await freePort() };
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === "" ? undefined : text;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, IP);
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}

export function clientCommand(realm: Realm, user: User): readonly [string, ...string[]] {
  const program = join(DIST, executableName("chat-client", HOST));
  const where = ["-ip", IP, "-p", String(realm.port), "--certs", realm.certs];
  return [program, ...where, "--as", user, "--home", join(realm.folder, user)];
}

export interface RunningServer extends AsyncDisposable {
  readonly log: string;
}

/** Starts the server, its log in a file, and waits until it listens. Throws with the end of the log when it does not. */
export async function startServer(realm: Realm, logFormat: "json" | "pretty"): Promise<RunningServer> {
  const log = join(realm.folder, "server.log");
  const where = ["-ip", IP, "-p", String(realm.port), "--certs", realm.certs, "--data", join(realm.folder, "server")];
  const out = openSync(log, "w", 0o600);
  const program = join(DIST, executableName("chat-server", HOST));
  const child = spawn(program, [...where, "--log-format", logFormat], { stdio: ["ignore", out, out] });
  for (let waitedMs = 0; waitedMs < START_MS && child.exitCode === null; waitedMs += 50) {
    if (readFileSync(log, "utf8").includes("listening")) {
      return { log, [Symbol.asyncDispose]: () => end(child) };
    }
    await sleep(50);
  }
  await end(child);
  throw new Error(`the server did not start:\n${readFileSync(log, "utf8").slice(-2_000)}`);
}

/** Asks a process that we started to end, and makes it end. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  await gone;
  clearTimeout(late);
}
