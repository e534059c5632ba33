// chat-client: argv, environment, signals, exit codes, wiring. Nothing else.
import { randomBytes } from "node:crypto";
import { homedir } from "node:os";
import process from "node:process";
import type { Platform } from "../client/vault/home.ts";
import { reason } from "../model/fault.ts";
import { readCommandLine } from "./cli.ts";
import { CLIENT_COMMANDS, CLIENT_EXAMPLES, CLIENT_FLAGS } from "./client-flags.ts";
import type { Person } from "./client-prompt.ts";
import { EXIT, exitOf, inLines } from "./exit-codes.ts";
import type { Values } from "./flags.ts";
import { systemClock } from "./system-clock.ts";
import { thisProcess } from "./this-process.ts";
import { VERSION } from "./version.ts";

const PROGRAM = {
  name: "chat-client",
  version: VERSION,
  about: "Private chat over mutual TLS, for people and for programs.",
  flags: CLIENT_FLAGS,
  commands: CLIENT_COMMANDS,
  examples: CLIENT_EXAMPLES,
} as const;

async function main(): Promise<number> {
  const line = await readCommandLine(PROGRAM, thisProcess());
  if (line.kind === "shown") {
    process.stdout.write(line.text);
    return EXIT.ok;
  }
  const { values, command } = line;
  const platform = { platform: process.platform, env: process.env, homedir: homedir() };
  const onTerminal = process.stdin.isTTY && process.stdout.isTTY && !values.json;
  const person = onTerminal ? { input: process.stdin, output: process.stdout } : undefined;
  const place = { values, platform, person };
  if (command === undefined) return chat(place);
  const { runCommand } = await import("./client-commands.ts");
  await runCommand(command, { ...place, now: new Date(systemClock.now()), say });
  return EXIT.ok;
}

interface Place {
  readonly values: Values<typeof CLIENT_FLAGS>;
  readonly platform: Platform;
  readonly person: Person | undefined;
}

async function chat({ values, platform, person }: Place): Promise<number> {
  const [{ identityOf }, { runClient }] = await Promise.all([
    import("./client-identity.ts"),
    import("./client-run.ts"),
  ]);
  const files = await identityOf(values, new Date(systemClock.now()), person);
  const stop = new AbortController();
  const onSignal = (): void => {
    // A second signal does not wait for the first to finish.
    if (stop.signal.aborted) process.exit(EXIT.internal);
    stop.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  process.on("SIGHUP", onSignal);
  return runClient({
    values,
    files,
    person,
    onTerminal: person !== undefined,
    stop,
    clock: systemClock,
    agent: `chat-client/${VERSION}`,
    platform,
    input: process.stdin,
    output: process.stdout,
    errors: process.stderr,
    random: (bytes) => randomBytes(bytes),
    defer: (run) => void setImmediate(run),
  });
}

function say(sentence: string): void {
  process.stdout.write(`* ${sentence}\n`);
}

/** The one way to end with an error: `error: …`, `hint: …`, and the documented exit code. */
function die(error: unknown): void {
  process.stderr.write(inLines(error), () => process.exit(EXIT[exitOf(error)]));
}

// Timers of the client do not keep the process alive: this does, until the client is over.
const hold = setInterval(() => {}, 2 ** 30);
process.on("uncaughtException", die);
process.on("unhandledRejection", (error) => die(error instanceof Error ? error : new Error(reason(error))));
main().then((code) => {
  clearInterval(hold);
  // A terminal or a pipe that stays open must not hold the process; what was written has left.
  process.exit(code);
}, die);
