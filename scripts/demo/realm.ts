// What every demonstration stands on: certificates, executables, a port, and how server and clients are started.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { Fault } from "../../src/model/fault.ts";
import { DIST, executableName, HOST, ROOT } from "../executable/paths.ts";

export const USERS = ["alice", "bob"] as const;
export type User = (typeof USERS)[number];

export const IP = "127.0.0.1";
const STOP_MS = 5_000;

export interface Realm {
  readonly certs: string;
  /** Data of the server and homes of the clients. */
  readonly folder: string;
  readonly port: number;
}

export type Command = readonly [program: string, ...args: string[]];

/** Makes what is missing. Throws when certificates or executables cannot be made, or when it is told to stop. */
export async function prepareRealm(folder: string, stop: AbortSignal): Promise<Realm> {
  const certs = resolve(ROOT, nonEmpty(process.env["CERTS"]) ?? "certs");
  const needed = ["ca.crt", "server.crt", ...USERS.map((user) => `clients/${user}.crt`)];
  if (!needed.every((name) => existsSync(join(certs, name)))) {
    await runScript("gen-certs.ts", { ...process.env, CERTS: certs, CLIENTS: USERS.join(" ") });
  }
  await runScript("build.ts", process.env);
  stop.throwIfAborted();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return { certs, folder, port: await freePort() };
}

/** It says itself what is wrong. */
async function runScript(name: string, env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(process.execPath, [join(ROOT, "scripts", name)], { env, stdio: "inherit" });
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Fault("demo-unprepared", `scripts/${name} failed`, { hint: "see the lines above" });
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

export function clientCommand(realm: Realm, user: User): Command {
  const where = ["-ip", IP, "-p", String(realm.port), "--certs", realm.certs];
  return [executable("chat-client"), ...where, "--as", user, "--home", join(realm.folder, user)];
}

/** What a client keeps outside its home goes with the demonstration too. */
export function clientEnv(folder: string): NodeJS.ProcessEnv {
  return { ...process.env, XDG_STATE_HOME: join(folder, "state"), CHAT_UI: "line" };
}

export function serverCommand(realm: Realm, logFormat: "json" | "pretty"): Command {
  const where = ["-ip", IP, "-p", String(realm.port), "--certs", realm.certs, "--data", join(realm.folder, "server")];
  return [executable("chat-server"), ...where, "--log-format", logFormat];
}

function executable(program: "chat-server" | "chat-client"): string {
  return join(DIST, executableName(program, HOST));
}

/** The server's own `error:` and `hint:` as ours. */
export function serverFault(said: string): Fault {
  const [, error = "it said nothing"] = /^error: (.*)$/m.exec(said) ?? [];
  const [, hint] = /^hint: (.*)$/m.exec(said) ?? [];
  return new Fault("demo-server", `the server ended: ${error}`, hint === undefined ? {} : { hint });
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
