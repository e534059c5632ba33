// chat-server: argv, environment, signals, exit codes, wiring. Nothing else.
import process from "node:process";
import { isatty } from "node:tty";
import { Fault, errno, reason } from "../model/fault.ts";
import { type Server, startServer } from "../server/main.ts";
import { systemClock } from "./system-clock.ts";
import { readCommandLine } from "./cli.ts";
import { EXIT, exitOf, inLines } from "./exit-codes.ts";
import { passphraseOf } from "./passphrase.ts";
import { nameProcess } from "./process-name.ts";
import { SERVER_EXAMPLES, SERVER_FLAGS, serverConfig } from "./server-flags.ts";
import { openLog } from "./server-log.ts";
import { thisProcess } from "./this-process.ts";
import { VERSION } from "./version.ts";

/** What was a terminal at the start. process.stdout is left alone: it fails of itself when its terminal goes. */
const TERMINALS = [0, 1, 2].filter((descriptor) => isatty(descriptor));

type Log = Awaited<ReturnType<typeof openLog>>;

const PROGRAM = {
  name: "chat-server",
  version: VERSION,
  about: "The server of a Mutual realm: private chat over mutual TLS.",
  flags: SERVER_FLAGS,
  examples: SERVER_EXAMPLES,
} as const;

async function main(): Promise<void> {
  nameProcess(PROGRAM.name);
  const line = await readCommandLine(PROGRAM, thisProcess());
  if (line.kind === "shown") {
    process.stdout.write(line.text);
    return;
  }
  const { values } = line;
  const format = values["log-format"];
  const pretty = format === "pretty" || (format === "auto" && isatty(1));
  const log = await openLog({ level: values["log-level"], pretty });
  const config = serverConfig(values, await passphraseOf(values["passphrase-file"]));
  const starting = startServer(config, { clock: systemClock, log, pid: process.pid, onFailed: die });
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
function die(error: unknown): void {
  process.stderr.write(inLines(error));
  process.exit(EXIT[exitOf(error)]);
}

process.on("uncaughtException", (error) => {
  // A line of the log was under way when the terminal was closed.
  const isHandled = errno(error) === "EIO" && isHungUp() && process.emit("SIGHUP", "SIGHUP");
  if (!isHandled) die(error);
});
process.on("unhandledRejection", die);
main().catch(die);
