// A file that comes from the page: streamed into a private folder, then handed to the command `file` by its path, and removed when that
// is over. Its name is made safe first, and nothing of the page names a place.
import { createWriteStream, mkdirSync } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Fault, errno } from "../../../model/fault.ts";
import { isMessageId } from "../../../model/ids.ts";
import { BLOB_BYTES } from "../../../model/limits.ts";
import { readCommand } from "../../app/commands.ts";
import { safeFileName } from "../../files/file-name.ts";
import type { Command } from "../../port/client.ts";
import { UPLOAD_TYPE } from "./protocol/messages.ts";

/** A transfer that was not over when the program ended goes on from its file, if somebody comes back for it within so long. */
const KEPT_MS = 7 * 24 * 3600 * 1000;
const TEXT_CHARS = 4_000;
const NAME_CHARS = 1_024;
const FOLDER_BYTES = 16;

export interface UploadsWorld {
  /** Private to the user. */
  readonly folder: string;
  readonly random: (bytes: number) => Uint8Array;
  readonly ask: (command: Command) => Promise<unknown>;
  /** After the page was answered. */
  readonly onFault: (error: unknown) => void;
}

type FileCommand = Extract<Command, { do: "file" }>;

/** Resolves with the status when the file is here; what then becomes of it, the view says. */
export async function takeUpload(
  request: IncomingMessage,
  query: URLSearchParams,
  world: UploadsWorld,
): Promise<number> {
  const bytes = Number(request.headers["content-length"]);
  if (request.headers["content-type"] !== UPLOAD_TYPE) return 415;
  if (!Number.isSafeInteger(bytes) || bytes < 0) return 411;
  if (bytes > BLOB_BYTES) return 413;
  const folder = join(world.folder, Buffer.from(world.random(FOLDER_BYTES)).toString("hex"));
  const command = commandOf(query, folder);
  if (command === undefined) return 400;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    await pipeline(request, limited(bytes), createWriteStream(command.path, { flags: "wx", mode: 0o600 }));
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    return errno(error) === "ENOSPC" ? 507 : 400;
  }
  void handOver(command, folder, world);
  return 202;
}

async function handOver(command: FileCommand, folder: string, world: UploadsWorld): Promise<void> {
  try {
    await world.ask(command);
  } catch (error) {
    // The next start goes on with it.
    if (error instanceof Fault && error.code === "transfer-stopped") return;
    // What was given up is no news.
    if (!(error instanceof Fault) || error.code !== "transfer-cancelled") world.onFault(error);
  }
  await rm(folder, { recursive: true, force: true });
}

/** Undefined: something in it is malformed. */
function commandOf(query: URLSearchParams, folder: string): FileCommand | undefined {
  const name = query.get("name") ?? "";
  const text = query.get("text");
  const replyTo = query.get("reply");
  if (name === "" || name.length > NAME_CHARS || (text ?? "").length > TEXT_CHARS) return undefined;
  if (replyTo !== null && !isMessageId(replyTo)) return undefined;
  const fields = { do: "file", to: query.get("to"), path: join(folder, safeFileName(name)) };
  try {
    const command = readCommand({ ...fields, ...(text !== null && { text }), ...(replyTo !== null && { replyTo }) });
    return command.do === "file" ? command : undefined;
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

/** Not a byte more than was said; node:http sees to it that there are not fewer. */
function limited(most: number): Transform {
  let left = most;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      left -= chunk.length;
      if (left < 0) done(new Error("more than was said"));
      else done(null, chunk);
    },
  });
}

/** What runs of before have left, and nobody came back for. */
export async function removeOldUploads(folder: string, now: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: now }));
    if (now - mtimeMs > KEPT_MS) await rm(path, { recursive: true, force: true });
  }
}
