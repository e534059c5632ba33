// chat-server as it runs: starts the server, obeys signals, ends with it.
import process from "node:process";
import { existsSync } from "node:fs";
import { isatty } from "node:tty";
import { Fault, errno, reason } from "../model/fault.ts";
import { OWN_REALM, placeIn } from "../server/data-folder.ts";
import type { ServerConfig } from "../server/config.ts";
import { type Server, startServer } from "../server/main.ts";
import { EXIT, exitOf, inLines } from "./exit-codes.ts";
import type { Values } from "./flags.ts";
import { passphraseOf } from "./passphrase.ts";
import { isAlive } from "./process-alive.ts";
import { type SERVER_FLAGS, serverConfig } from "./server-flags.ts";
import { openLog } from "./server-log.ts";
import { systemClock } from "./system-clock.ts";

/** What was a terminal at the start. process.stdout is left alone: it fails of itself when its terminal goes. */
const TERMINALS = [0, 1, 2].filter((descriptor) => isatty(descriptor));

/** Undefined where nobody may look: without /proc. */
function memory(): NodeJS.MemoryUsage | undefined {
  try {
    return process.memoryUsage();
  } catch {
    return undefined;
  }
}

/** What every server of this program is given. */
export const thisMachine = {
  clock: systemClock,
  pid: process.pid,
  isAlive,
  memory,
} as const;

type Log = Awaited<ReturnType<typeof openLog>>;

export async function configOf(values: Values<typeof SERVER_FLAGS>): Promise<ServerConfig> {
  const passphrase = await passphraseOf(values["passphrase-file"]);
  return serverConfig(values, { passphrase, hasRealm: existsSync(placeIn(values.data, OWN_REALM, "ca.crt")) });
}

export async function runServer(values: Values<typeof SERVER_FLAGS>): Promise<void> {
  const format = values["log-format"];
  const pretty = format === "pretty" || (format === "auto" && isatty(1));
  const log = await openLog({ level: values["log-level"], pretty });
  const config = await configOf(values);
  const starting = startServer(config, { ...thisMachine, log, onFailed: die });
  obeySignals(starting, log);
  await starting;
}

/** From the first moment on: who waits for "listening" in the log may signal at once. */
function obeySignals(starting: Promise<Server>, log: Log): void {
  let stopping = false;
  const stop = (signal: string): void => {
    stopping = true;
    log.info({ signal }, "stopping");
    starting.then((server) => server.stop()).then(() => process.exit(EXIT.ok), die);
  };
  // A second signal does not wait for the first to finish.
  const onSignal = (signal: string): void => (stopping ? process.exit(EXIT.internal) : stop(signal));
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
  process.on("SIGHUP", () => {
    if (stopping) return;
    if (!isHungUp()) {
      void reload(starting, log);
      return;
    }
    // The same signal says that the terminal was closed: whoever started the server there is gone, and so is the log.
    log.level = "silent";
    stop("SIGHUP");
  });
}

async function reload(starting: Promise<Server>, log: Log): Promise<void> {
  try {
    const server = await starting;
    await server.reload();
  } catch (error) {
    const { code, hint } = error instanceof Fault ? error : new Fault("internal", "");
    log.error({ code, reason: reason(error), hint }, "not reloaded: everything stays as it was");
  }
}

function isHungUp(): boolean {
  return !TERMINALS.every((descriptor) => isatty(descriptor));
}

/** The one way to end with an error: `error: …`, `hint: …`, and the documented exit code. */
export function die(error: unknown): void {
  process.stderr.write(inLines(error));
  process.exit(EXIT[exitOf(error)]);
}

export function dieUnlessHungUp(error: Error): void {
  // A line of the log was under way when the terminal was closed.
  const isHandled = errno(error) === "EIO" && isHungUp() && process.emit("SIGHUP", "SIGHUP");
  if (!isHandled) die(error);
}
