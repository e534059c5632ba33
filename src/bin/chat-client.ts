// chat-client: argv, environment, signals, exit codes, wiring. Nothing else.
import { randomBytes } from "node:crypto";
import { writeSync } from "node:fs";
import { homedir } from "node:os";
import process from "node:process";
import type { Platform } from "../client/vault/home.ts";
import { Fault, reason } from "../model/fault.ts";
import { type OwnCommand, readCommandLine } from "./cli.ts";
import type { CLIENT_COMMANDS, CLIENT_FLAGS } from "./client-flags.ts";
import type { OnceProcess } from "./client-once.ts";
import type { Run } from "./client-run.ts";
import { ONCE_COMMANDS, type OnceCommand } from "./client-once-flags.ts";
import { PROGRAM } from "./client-program.ts";
import type { Person } from "./prompt.ts";
import { EXIT, exitOf, inLines } from "./exit-codes.ts";
import type { Values } from "./flags.ts";
import { onReaderGone } from "./reader-gone.ts";
import type { WindowRun } from "./client-screens.ts";
import { systemClock } from "./system-clock.ts";
import { type Ui, uiOf } from "./client-ui.ts";
import { thisProcess } from "./this-process.ts";
import { VERSION } from "./version.ts";

async function main(): Promise<number> {
  const line = await readCommandLine(PROGRAM, thisProcess());
  if (line.kind === "shown") {
    process.stdout.write(line.text);
    return EXIT.ok;
  }
  const isForPrograms = "json" in line.values && line.values.json;
  const platform = { platform: process.platform, env: process.env, homedir: homedir() };
  const onTerminal = process.stdin.isTTY && process.stdout.isTTY && !isForPrograms;
  const person = onTerminal ? { input: process.stdin, output: process.stdout } : undefined;
  if (line.kind === "command") return runOwn(line, { platform, person });
  const { command } = line;
  const place = { values: line.values, platform, person };
  if (command === undefined) return chat(place);
  const { runCommand } = await import("./client-commands.ts");
  await runCommand(command, { ...place, now: new Date(systemClock.now()), say });
  return EXIT.ok;
}

interface Place {
  readonly values: Values<typeof CLIENT_FLAGS>;
  readonly platform: Platform;
  readonly person: Person | undefined;
  /** Of the vault, typed a moment ago. */
  readonly passphrase?: string | undefined;
}

type Own = OwnCommand<typeof CLIENT_COMMANDS>;
type ComingIn = Exclude<Own, OnceCommand | { readonly name: "password" }>;

function isOnce(line: Own): line is OnceCommand {
  return Object.hasOwn(ONCE_COMMANDS, line.name);
}

async function runOwn(line: Own, place: Omit<Place, "values">): Promise<number> {
  if (isOnce(line)) {
    const { runOnceCommand } = await import("./client-once-commands.ts");
    return runOnceCommand(line, { ...onceProcess(place), program: PROGRAM });
  }
  if (line.name !== "password") return comeIn(line, place);
  const { password } = await import("./client-password.ts");
  return password({ ...place, values: line.values, say, errands: () => onceProcess(place) });
}

/** From then on signals are not for the system, but for what runs. */
function onceProcess(place: Omit<Place, "values">): OnceProcess {
  return {
    ...place,
    clock: systemClock,
    agent: `chat-client/${VERSION}`,
    input: process.stdin,
    output: process.stdout,
    errors: process.stderr,
    onReaderGone: (gone) => onReaderGone(process.stdout.fd, gone),
    random: (bytes) => randomBytes(bytes),
    defer: (run) => void setImmediate(run),
    stop: stopOnSignals(),
  };
}

/** By an invitation, a password or a phrase: afterwards this machine is a device, and chats. */
async function comeIn(line: ComingIn, place: Omit<Place, "values">): Promise<number> {
  const { values } = line;
  // A program reads JSON on standard output, and words elsewhere.
  const tell = values.json ? (sentence: string) => void process.stderr.write(`${sentence}\n`) : say;
  const { newProfile } = await import("./client-newcomer.ts");
  const { name } = await newProfile(line, { ...place, input: process.stdin, say: tell });
  if (values.only) return EXIT.ok;
  const passphrase = values["vault-passphrase-file"] ?? values["new-passphrase-file"];
  const { home, json, ui, gui, "log-level": level } = values;
  const chosen = { ...(await noFlags()), home, json, ui, gui, "log-level": level, profile: name };
  return chat({ ...place, values: { ...chosen, "vault-passphrase-file": passphrase } });
}

/** As if chat-client were started without any. */
async function noFlags(): Promise<Values<typeof CLIENT_FLAGS>> {
  const line = await readCommandLine(PROGRAM, { ...thisProcess(), argv: [] });
  if (line.kind !== "values") throw new Error("an empty command line has values");
  return line.values;
}

async function chat({ values, platform, person, passphrase }: Place): Promise<number> {
  const onTerminal = person !== undefined;
  const ui = uiOf(values, { onTerminal, env: platform.env });
  const [{ selfOf, isKnown, profileOf }, runs] = await Promise.all([import("./client-self.ts"), runsOf(ui)]);
  // Before this Ctrl+C ends it as it ends any program.
  const ground = () => ({ ...onceProcess({ platform, person }), values, onTerminal });
  const now = new Date(systemClock.now());
  // Where nobody has come in yet, a window says how; else what can be wrong on this machine comes before the first word about the network.
  const isFirst = !isKnown(values, platform);
  if (runs.window !== undefined && isFirst) return runs.window({ ...ground(), self: undefined });
  if (person !== undefined && isFirst) return firstChat({ values, platform, person });
  const world = { values, platform, person, now, passphrase };
  if (runs.window === undefined) return runs.run({ ...ground(), self: await selfOf(world) });
  const profile = await profileOf(world);
  if (profile === undefined) return runs.window({ ...ground(), self: await selfOf(world) });
  const chosen = { ...values, profile: profile.name };
  const self = await selfOf({ ...world, values: chosen, person: undefined }).catch(protectedOne);
  return runs.window({ ...ground(), values: chosen, self });
}

/** Somebody comes in here and now, and chats. */
async function firstChat({ values, platform, person }: Place & { readonly person: Person }): Promise<number> {
  const { firstSteps } = await import("./client-first-steps.ts");
  const now = new Date(systemClock.now());
  const came = await firstSteps({ home: values.home, person, platform, input: process.stdin, now, say });
  if (came === undefined) return EXIT.ok;
  return chat({ values: { ...values, profile: came.profile.name }, platform, person, passphrase: came.passphrase });
}

/** The window asks, also where there is a terminal. @throws whatever else is wrong */
function protectedOne(error: unknown): "protected" {
  if (error instanceof Fault && error.code === "no-passphrase") return "protected";
  throw error;
}

type Runs =
  | { readonly window: (run: WindowRun) => Promise<number> }
  | { readonly window?: undefined; readonly run: (run: Run) => Promise<number> };

async function runsOf(ui: Ui): Promise<Runs> {
  switch (ui) {
    case "line":
      return { run: (await import("./client-run.ts")).runClient };
    case "gui":
      return { window: (await import("./client-window.ts")).runWindow };
    case "tui":
    case "inline": {
      const { runFull } = await import("./client-full.ts");
      const terminal = { input: process.stdin, output: process.stdout, atExit, suspend, isInline: ui === "inline" };
      return { run: (run) => runFull(run, terminal) };
    }
  }
}

/** Whatever ends this process: the terminal is given back. */
function atExit(bytes: string): () => void {
  const write = (): void => void writeSync(process.stdout.fd, bytes);
  process.on("exit", write);
  return () => void process.off("exit", write);
}

/** As Ctrl+Z does; resolves when it is continued. */
function suspend(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGCONT", () => resolve());
    process.kill(0, "SIGTSTP");
  });
}

function stopOnSignals(): AbortController {
  const stop = new AbortController();
  const onSignal = (): void => {
    // A second signal does not wait for the first to finish.
    if (stop.signal.aborted) process.exit(EXIT.internal);
    stop.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, onSignal);
  return stop;
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
