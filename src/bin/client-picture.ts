// The file of a message for a terminal that shows pictures: saved into a private folder by the command `save`, read, and removed.
import { mkdir, mkdtemp, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { PICTURE_BYTES } from "../client/face/tui/pictures/heads.ts";
import type { Command, Reply } from "../client/port/client.ts";
import { Fault } from "../model/fault.ts";
import type { MessageId } from "../model/ids.ts";

export interface PictureWorld {
  readonly home: string;
  readonly ask: (command: Command) => Promise<Reply>;
}

/** @throws Fault of the command, `picture-too-large` */
export async function pictureFile(message: MessageId, { home, ask }: PictureWorld): Promise<Uint8Array> {
  await mkdir(home, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(home, "looked-at-"));
  try {
    const { path } = await ask({ do: "save", message, path: folder, replace: false });
    if (typeof path !== "string") throw new Fault("no-such-file", "this file was not saved");
    return await readAll(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Whatever its message has said of its length. */
async function readAll(path: string): Promise<Uint8Array> {
  await using file = await open(path, "r");
  const { size } = await file.stat();
  if (size > PICTURE_BYTES)
    throw new Fault("picture-too-large", "pictures of more than 4 MiB are not shown here", {
      hint: "/save M saves it",
    });
  return await file.readFile();
}
