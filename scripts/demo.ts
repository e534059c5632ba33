// `make demo`: a server and two clients on this machine. In a terminal for people, else a scripted conversation.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { prepareRealm } from "./demo/realm.ts";
import { playScript } from "./demo/scripted.ts";
import { hasTmux, showInTerminal } from "./demo/terminal.ts";
import { BUILD } from "./executable/paths.ts";

const FOLDER = join(BUILD, "demo");

/** Data stays between runs: alice and bob find their conversation again. */
async function inTerminal(): Promise<void> {
  await showInTerminal(await prepareRealm(join(FOLDER, "terminal")));
  console.log(`the demonstration has ended; its data is in ${join(FOLDER, "terminal")}`);
}

async function scripted(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const folder = mkdtempSync(join(FOLDER, "scripted-"));
  await playScript(await prepareRealm(folder));
  rmSync(folder, { recursive: true });
}

async function demo(): Promise<void> {
  const terminal = process.stdin.isTTY && process.stdout.isTTY && !process.argv.includes("--scripted");
  if (terminal && hasTmux()) return inTerminal();
  if (terminal) console.log("tmux is not installed: here is a scripted conversation instead");
  return scripted();
}

try {
  await demo();
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
