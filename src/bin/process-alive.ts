// Whether a process of this number runs on this machine.
import process from "node:process";
import { errno } from "../model/fault.ts";

export function isAlive(pid: number): boolean {
  if (pid === 0) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It runs, as somebody else.
    return errno(error) === "EPERM";
  }
}
