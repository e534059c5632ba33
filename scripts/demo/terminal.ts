// The demonstration for people: one tmux session, the server's log above, alice and bob below.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { clientCommand, type Realm, startServer, type User } from "./realm.ts";

const STOP_MS = 3_000;

export function hasTmux(): boolean {
  try {
    execFileSync("tmux", ["-V"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Returns when both clients have quit or the session was left with Ctrl-b d. Nothing of it runs on. */
export async function showInTerminal(realm: Realm): Promise<void> {
  // A tmux server of our own: other sessions of the person are not touched.
  const socket = `mutual-demo-${process.pid}`;
  const { TMUX: _nested, ...env } = process.env;
  const tmux = (...args: readonly string[]): string =>
    execFileSync("tmux", ["-L", socket, ...args], { env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

  await using server = await startServer(realm, "pretty");
  // Commands are given word by word, so that no shell reads them.
  tmux(
    "-f",
    "/dev/null",
    "new-session",
    "-d",
    "-s",
    "demo",
    "-x",
    "200",
    "-y",
    "50",
    "--",
    "tail",
    "-n",
    "+1",
    "-F",
    server.log,
  );
  try {
    openPanes(tmux, realm);
    const attached = spawn("tmux", ["-L", socket, "attach-session", "-t", "demo"], { env, stdio: "inherit" });
    await once(attached, "exit");
  } finally {
    await closeAll(tmux);
  }
}

type Tmux = (...args: readonly string[]) => string;

function openPanes(tmux: Tmux, realm: Realm): void {
  const open = (user: User, ...how: readonly string[]): string =>
    tmux("split-window", ...how, "-P", "-F", "#{pane_id}", "--", ...clientCommand(realm, user)).trim();
  tmux("set-option", "-g", "mouse", "on");
  tmux("set-option", "-g", "pane-border-status", "top");
  tmux("set-option", "-g", "pane-border-format", " #{pane_title} ");
  tmux("set-option", "-g", "status-right", " Ctrl-b o: next pane · Ctrl-b d: end ");
  tmux("set-hook", "-g", "pane-exited", 'if-shell -F "#{==:#{window_panes},1}" "kill-session -t demo"');
  tmux("select-pane", "-t", "demo:0.0", "-T", `server, port ${realm.port}`);
  const alice = open("alice", "-v", "-l", "75%");
  tmux("select-pane", "-t", alice, "-T", "alice");
  const bob = open("bob", "-h", "-t", alice);
  tmux("select-pane", "-t", bob, "-T", "bob");
  tmux("select-pane", "-t", alice);
}

/** Ends the session and waits for the programs in it; one that stays is ended by its number. */
async function closeAll(tmux: Tmux): Promise<void> {
  let pids: readonly number[] = [];
  try {
    pids = tmux("list-panes", "-s", "-t", "demo", "-F", "#{pane_pid}").trim().split("\n").map(Number);
    tmux("kill-server");
  } catch {
    // The session is over already: both clients have quit.
  }
  for (let waitedMs = 0; waitedMs < STOP_MS && pids.some(isAlive); waitedMs += 50) await sleep(50);
  for (const pid of pids.filter(isAlive)) process.kill(pid, "SIGKILL");
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
