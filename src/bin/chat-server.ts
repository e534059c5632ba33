// chat-server: argv, environment, signals, exit codes, wiring. Nothing else.
import process from "node:process";
import { Fault, reason } from "../model/fault.ts";
import { type Server, startServer } from "../server/main.ts";
import { systemClock } from "./system-clock.ts";
import { readCommandLine } from "./cli.ts";
import { EXIT, exitOf, inLines } from "./exit-codes.ts";
import { passphraseOf } from "./passphrase.ts";
import { SERVER_EXAMPLES, SERVER_FLAGS, serverConfig } from "./server-flags.ts";
import { openLog } from "./server-log.ts";
import { thisProcess } from "./this-process.ts";
import { VERSION } from "./version.ts";

type Log = Awaited<ReturnType<typeof openLog>>;

const PROGRAM = {
  name: "chat-server",
  version: VERSION,
  about: "The server of a Mutual realm: private chat over mutual TLS.",
  flags: SERVER_FLAGS,
  examples: SERVER_EXAMPLES,
} as const;

async function main(): Promise<void> {
  const line = await readCommandLine(PROGRAM, thisProcess());
  if (line.kind === "shown") {
    process.stdout.write(line.text);
    return;
  }
  const { values } = line;
  const format = values["log-format"];
  const pretty = format === "pretty" || (format === "auto" && process.stdout.isTTY);
  const log = await openLog({ level: values["log-level"], pretty });
  const config = serverConfig(values, await passphraseOf(values["passphrase-file"]));
  const server = await startServer(config, { clock: systemClock, log, onFailed: die });
  obeySignals(server, log);
}

function obeySignals(server: Server, log: Log): void {
  let stopping = false;
  const stop = (signal: string): void => {
    // A second signal does not wait for the first to finish.
    if (stopping) process.exit(EXIT.internal);
    stopping = true;
    log.info({ signal }, "stopping");
    server.stop().then(() => process.exit(EXIT.ok), die);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  process.on("SIGHUP", () => {
    server.reload().catch((error: unknown) => {
      const { code, hint } = error instanceof Fault ? error : new Fault("internal", "");
      log.error({ code, reason: reason(error), hint }, "not reloaded: everything stays as it was");
    });
  });
}

/** The one way to end with an error: `error: …`, `hint: …`, and the documented exit code. */
function die(error: unknown): void {
  process.stderr.write(inLines(error));
  process.exit(EXIT[exitOf(error)]);
}

process.on("uncaughtException", die);
process.on("unhandledRejection", die);
main().catch(die);
