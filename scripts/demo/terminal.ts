// The demonstration for people: one tmux session, the server's log above, alice and bob below.
// Everything runs inside a tmux server of its own, so that ending that ends everything.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Fault } from "../../src/model/fault.ts";
import { endNoted, note } from "./processes.ts";
import {
  clientCommand,
  type Command,
  IP,
  prepareRealm,
  type Realm,
  serverCommand,
  serverFault,
  USERS,
} from "./realm.ts";
import { Tmux } from "./tmux.ts";

const START_MS = 15_000;
const STEP_MS = 50;
/** What tmux has when nobody is attached: the panes are laid out anew as soon as somebody is. */
const SIZE = { columns: 80, rows: 24 };
/** Where the server says why it could not go on: its pane shows the log. */
const ERRORS = "server-errors";

export function hasTmux(): boolean {
  try {
    execFileSync("tmux", ["-V"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Data stays between runs: alice and bob find their conversation again. Returns when it was ended; nothing of it runs on. */
export async function showInFolder(parent: string, stop: AbortSignal): Promise<void> {
  const realm = await prepareRealm(join(parent, "terminal"), stop);
  const tmux = new Tmux(realm.folder);
  if (tmux.isAttached)
    throw new Fault("demo-running", "the demonstration is running in another terminal", {
      hint: "end it there with Ctrl-q, then start it again",
    });
  await closeAll(tmux, realm);
  try {
    await openPanes(tmux, realm, stop);
    await attach(tmux, stop);
    const errors = readFileSync(join(realm.folder, ERRORS), "utf8");
    if (errors.trim() !== "") throw serverFault(errors);
  } finally {
    await closeAll(tmux, realm);
  }
  if (!stop.aborted) console.log(`the demonstration has ended; its data is in ${realm.folder}`);
}

async function openPanes(tmux: Tmux, realm: Realm, stop: AbortSignal): Promise<void> {
  const log = tmux.open(process.stdout.columns ?? SIZE.columns, process.stdout.rows ?? SIZE.rows);
  tmux.name(log, `server, port ${realm.port}`);
  const errors = join(realm.folder, ERRORS);
  writeFileSync(errors, "");
  tmux.replace(log, quietly(serverCommand(realm, "pretty"), errors));
  note(realm.folder, tmux.pids);
  await listening(tmux, realm, stop);
  const [alice, bob] = USERS;
  const left = tmux.split(log, ["-v", "-l", "70%"], lasting(clientCommand(realm, alice)));
  const right = tmux.split(left, ["-h"], lasting(clientCommand(realm, bob)));
  tmux.name(left, alice);
  tmux.name(right, bob);
  tmux.ready({ log, left, right });
  note(realm.folder, tmux.pids);
}

/** Without line wrap, so that tmux cuts the log's lines at the edge of the pane. No word of the command is read by a shell. */
function quietly(command: Command, errors: string): Command {
  return ["sh", "-c", 'printf "\\033[?7l"; errors=$1; shift; exec "$@" 2>"$errors"', "sh", errors, ...command];
}

/** When it fails, what it said stays to be read. */
function lasting(command: Command): Command {
  const last = 'printf "\\n%s has ended; Enter closes this pane\\n" "${1##*/}"; read -r _';
  return ["sh", "-c", `"$@" || { ${last}; }`, "sh", ...command];
}

/** Throws with the server's own reason when it ends instead. */
async function listening(tmux: Tmux, realm: Realm, stop: AbortSignal): Promise<void> {
  for (let waitedMs = 0; waitedMs < START_MS; waitedMs += STEP_MS) {
    stop.throwIfAborted();
    if (await answers(realm.port)) return;
    if (!tmux.isAlive) break;
    await sleep(STEP_MS);
  }
  throw serverFault(readFileSync(join(realm.folder, ERRORS), "utf8"));
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, IP);
    const settle = (answer: boolean) => (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", settle(true)).once("error", settle(false));
  });
}

/** Until somebody ends it, or the demonstration is told to stop. */
async function attach(tmux: Tmux, stop: AbortSignal): Promise<void> {
  const stopped = new Promise<readonly [number]>((resolve) => {
    if (stop.aborted) resolve([0]);
    stop.addEventListener("abort", () => resolve([0]), { once: true });
  });
  const [code] = (await Promise.race([once(tmux.attach(), "exit"), stopped])) as readonly [number | null];
  if (code === 0 || stop.aborted) return;
  if (!tmux.isAlive) throw new Fault("demo-tmux", "the tmux of the demonstration ended", { hint: "start it again" });
  throw new Fault("demo-terminal", `tmux cannot use this terminal (TERM is ${process.env["TERM"] ?? "not set"})`, {
    hint: "make demo ARGS=--scripted shows a conversation without it",
  });
}

/** What an earlier demonstration has left is closed in the same way. */
async function closeAll(tmux: Tmux, realm: Realm): Promise<void> {
  note(realm.folder, tmux.pids);
  tmux.end();
  await endNoted(realm.folder);
}
