// What chat-client says on stderr: diagnostics of a level, and why it ends. Everything of others is made safe.
import type { Writable } from "node:stream";
import { sanitizeLine } from "../client/face/sanitize.ts";
import type { Ending } from "../client/port/client.ts";
import { NOTE_LEVELS, type NoteLevel } from "../client/port/note.ts";
import { Fault } from "../model/fault.ts";
import { EXIT, exitOf, inLines } from "./exit-codes.ts";

const LONG = 2000;

export function notes(level: string, complain: (line: string) => void): (level: NoteLevel, sentence: string) => void {
  const least = level === "silent" ? NOTE_LEVELS.length : NOTE_LEVELS.findIndex((name) => name === level);
  return (noted, sentence) => {
    if (NOTE_LEVELS.indexOf(noted) >= least) complain(`${noted}: ${sanitizeLine(sentence, LONG)}`);
  };
}

/** `error: …` and `hint: …`. Returns the exit code. */
export function complainAbout(errors: Writable, error: unknown, code: number = EXIT[exitOf(error)]): number {
  for (const line of inLines(error).trimEnd().split("\n")) errors.write(`${sanitizeLine(line, LONG)}\n`);
  return code;
}

/** A client that cannot go on. Returns the exit code. */
export function complainOfEnding(errors: Writable, ending: Ending): number {
  if (ending.how === "failed") return complainAbout(errors, ending.error);
  const { code, message, hint } = ending.reason;
  const fault = new Fault(code, message, hint === undefined ? {} : { hint });
  return complainAbout(errors, fault, ending.by === "server" ? EXIT.refused : undefined);
}
