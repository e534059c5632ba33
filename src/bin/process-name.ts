// What the machine calls this process: Node names it after its main thread, and `pkill -x chat-server` would find nothing.
import { writeFileSync } from "node:fs";

/** Linux; elsewhere a process has the name of its file already. The arguments that `ps` shows stay as they were typed. */
export function nameProcess(name: string): void {
  try {
    // No O_CREAT: where there is no such file there is nothing to name. process.title would hide the arguments.
    writeFileSync("/proc/self/comm", name, { flag: "r+" });
  } catch {
    // Only a name: everything else works without it.
  }
}
