// A file of a message for the page: saved by the command `save` into a private folder, streamed from there, and removed. It is told to be a
// picture only where its own bytes say so; everything else is bytes.
import { mkdirSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { MessageId } from "../../../model/ids.ts";
import type { Command, Reply } from "../../port/client.ts";
import { safeHeaders } from "./headers.ts";
import { MAGIC_BYTES, shownTypeOf } from "./images.ts";

const FOLDER_BYTES = 16;

export interface DownloadsWorld {
  /** Private to the user. */
  readonly folder: string;
  readonly port: number;
  readonly random: (bytes: number) => Uint8Array;
  readonly ask: (command: Command) => Promise<Reply>;
}

/** @throws Fault of the command, before anything is written to `response` */
export async function giveDownload(message: MessageId, response: ServerResponse, world: DownloadsWorld): Promise<void> {
  const folder = join(world.folder, Buffer.from(world.random(FOLDER_BYTES)).toString("hex"));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let isSaved = false;
  // The page has gone on to something else: nobody waits for the rest.
  response.on("close", () => {
    if (!isSaved) void world.ask({ do: "cancel", message }).catch(() => undefined);
  });
  try {
    const { path } = await world
      .ask({ do: "save", message, path: folder, replace: false })
      .finally(() => (isSaved = true));
    if (typeof path === "string" && !response.destroyed) await streamFile(path, response, world.port);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function streamFile(path: string, response: ServerResponse, port: number): Promise<void> {
  await using file = await open(path, "r");
  const { size } = await file.stat();
  const head = Buffer.alloc(MAGIC_BYTES);
  const { bytesRead } = await file.read(head, 0, MAGIC_BYTES, 0);
  response.writeHead(200, {
    ...safeHeaders(port),
    "content-type": shownTypeOf(head.subarray(0, bytesRead)),
    "content-disposition": "attachment",
    "content-length": size,
  });
  // The response may go away in the middle, and then nobody is left to tell. The path is not opened again: what nobody takes over is soon
  // removed, and the fault of that opening would come when nobody listens any more.
  await pipeline(file.createReadStream({ start: 0 }), response).catch(() => undefined);
}
