// `make demo`: a server and two clients on this machine. In a terminal for people, else a scripted conversation.
// node scripts/demo.ts [--scripted] [--folder DIR]; DIR instead of build/demo, for the data of the demonstration.
import { constants } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { inLines } from "../src/bin/exit-codes.ts";
import { Fault } from "../src/model/fault.ts";
import { playInFolder } from "./demo/scripted.ts";
import { hasTmux, showInFolder } from "./demo/terminal.ts";
import { BUILD } from "./executable/paths.ts";

/** Whatever ends the demonstration ends its programs too: a closed terminal, Ctrl-c, a supervisor. */
const SIGNALS = ["SIGHUP", "SIGINT", "SIGTERM"] as const;

const stop = new AbortController();
const told: NodeJS.Signals[] = [];
for (const signal of SIGNALS) {
  process.on(signal, () => {
    told.push(signal);
    stop.abort();
  });
}
// The terminal may be gone before the last word.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

async function demo(): Promise<void> {
  const { values } = parseArgs({ options: { scripted: { type: "boolean" }, folder: { type: "string" } } });
  const folder = resolve(values.folder ?? `${BUILD}/demo`);
  const onTerminal = process.stdin.isTTY && process.stdout.isTTY && values.scripted !== true;
  if (onTerminal && hasTmux()) return showInFolder(folder, stop.signal);
  if (onTerminal) console.log("tmux is not installed: here is a scripted conversation instead");
  return playInFolder(folder, stop.signal);
}

try {
  await demo();
} catch (error) {
  if (!stop.signal.aborted) {
    process.stderr.write(error instanceof Fault ? inLines(error) : `error: ${String(error)}\n`);
    process.exitCode = 1;
  }
}
const [signal] = told;
// As a shell says it: 128 and the signal's number.
if (signal !== undefined) process.exitCode = 128 + constants.signals[signal];
