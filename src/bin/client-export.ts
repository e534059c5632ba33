// `chat-client export TO`: everything that this device holds of a conversation, as text, JSON or a page, on standard output or in a file.
import { open, rm } from "node:fs/promises";
import { exported, type ExportFormat, historyPages } from "../client/app/screens/export.ts";
import type { Ask } from "../client/app/screens/world.ts";
import { placeOf } from "../client/face/lines/verbs.ts";
import { momentOf } from "../client/face/moment.ts";
import { sanitize } from "../client/face/sanitize.ts";
import { errno, Fault } from "../model/fault.ts";
import type { ONCE_COMMANDS } from "./client-once-flags.ts";
import { type Asker, type OnceProcess, runOnce } from "./client-once.ts";
import type { Values } from "./flags.ts";

export interface Exporting extends OnceProcess {
  readonly args: readonly string[];
  readonly values: Values<(typeof ONCE_COMMANDS)["export"]["flags"]>;
}

/** Resolves with the exit code. @throws Fault of what is wrong on this machine */
export function exportConversation(world: Exporting): Promise<number> {
  return runOnce(world, { run: (asker) => written(world, asker) });
}

async function written({ args, values, clock }: Exporting, { client, output }: Asker): Promise<void> {
  const to = placeOf(args[0] ?? "");
  const ask = ((command) => client.ask(command)) as Ask;
  const chunks = chunksOf({ to, format: values.format }, ask, clock.now());
  if (values.output !== undefined) return toFile(values.output, chunks, values.force);
  for await (const chunk of chunks) {
    for (const line of chunk.split("\n").slice(0, chunk.endsWith("\n") ? -1 : undefined)) output.line(line);
    if (output.full) await output.drained();
  }
}

export interface FileWish {
  readonly to: string;
  readonly format: ExportFormat;
  readonly path: string;
}

/** In a new file. @throws Fault `file-exists`, `file-unwritable`, and of the conversation */
export async function exportToFile({ path, ...what }: FileWish, ask: Ask, now: number): Promise<void> {
  try {
    await toFile(path, chunksOf(what, ask, now), false);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "file-exists") throw error;
    // Whoever asks here has no flag to give.
    throw new Fault(error.code, error.message, { hint: "nothing was written; choose another name", cause: error });
  }
}

function chunksOf({ to, format }: Omit<FileWish, "path">, ask: Ask, at: number): AsyncIterable<string> {
  return exported(historyPages(ask, to), { format, title: to, at, time: momentOf, safe: sanitize });
}

/** Private, and not in the place of another one. @throws Fault `file-exists`, `file-unwritable` */
async function toFile(path: string, chunks: AsyncIterable<string>, force: boolean): Promise<void> {
  const file = await open(path, force ? "w" : "wx", 0o600).catch((error: unknown) => {
    throw unwritable(path, error);
  });
  try {
    for await (const chunk of chunks) await file.write(chunk);
    await file.sync();
  } catch (error) {
    // Half a conversation looks like a whole one.
    await rm(path, { force: true });
    throw error instanceof Fault ? error : unwritable(path, error);
  } finally {
    await file.close();
  }
}

function unwritable(path: string, error: unknown): Fault {
  if (errno(error) === "EEXIST")
    return new Fault("file-exists", `there is a file ${path} already`, {
      hint: "nothing was written; choose another name, or give --force",
    });
  return new Fault("file-unwritable", `${path} cannot be written (${errno(error) ?? "error"})`, {
    hint: "look at the folder and the disk",
  });
}
