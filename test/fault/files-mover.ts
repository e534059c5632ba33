// A device that moves one file and may be killed at any moment: `node files-mover.ts <order as JSON>`. What it keeps lies in a
// file, as a vault would keep it; the next start goes on with it. Tells each step on stdout, one JSON object a line.
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { createSink, reopenSink } from "../../src/client/files/disk/sink.ts";
import { openSource } from "../../src/client/files/disk/source.ts";
import { startDownload } from "../../src/client/files/download.ts";
import {
  readDownloadRecord,
  readUploadRecord,
  writeDownloadRecord,
  writeUploadRecord,
} from "../../src/client/files/record.ts";
import type { FileTicket } from "../../src/client/files/ticket.ts";
import { startUpload } from "../../src/client/files/upload.ts";
import { Fault } from "../../src/model/fault.ts";
import { type Device, FileConnection } from "../story/files-connection.ts";

export interface MoverOrder {
  readonly device: Device;
  readonly record: string;
  /** To send; or the folder to save to. */
  readonly path: string;
  /** To be fetched; without it a file is sent. */
  readonly ticket?: FileTicket;
}

const [, , text = ""] = process.argv;
const order = JSON.parse(text) as MoverOrder;
const kept = existsSync(order.record) ? readFileSync(order.record, "utf8") : undefined;

function tell(what: object): void {
  writeSync(1, `${JSON.stringify(what)}\n`);
}

function keep(record: string | undefined): void {
  if (record === undefined) return rmSync(order.record, { force: true });
  writeFileSync(`${order.record}.new`, record, { flush: true });
  renameSync(`${order.record}.new`, order.record);
}

async function send({ world }: FileConnection): Promise<FileTicket> {
  const record = kept === undefined ? undefined : readUploadRecord(kept);
  const upload = startUpload(
    { ...world, random: (bytes) => randomBytes(bytes) },
    {
      source: await openSource(record?.path ?? order.path),
      name: "film.mp4",
      ...(record === undefined ? {} : { record }),
      onRecord: (next) => keep(next && writeUploadRecord(next)),
      onProgress: tell,
    },
  );
  return await upload.done;
}

async function save({ world }: FileConnection, ticket: FileTicket): Promise<object> {
  const record = kept === undefined ? undefined : readDownloadRecord(kept);
  const sink =
    record === undefined
      ? await createSink({ path: order.path, name: ticket.name, size: ticket.size, replace: false })
      : await reopenSink(record.place, record.offset);
  const download = startDownload(world, {
    ticket,
    sink,
    offset: record?.offset ?? 0,
    onRecord: (next) => keep(next && writeDownloadRecord(next)),
    onProgress: tell,
  });
  return await download.done;
}

using connection = await FileConnection.open(order.device);
try {
  tell({ done: order.ticket === undefined ? await send(connection) : await save(connection, order.ticket) });
} catch (error) {
  if (!(error instanceof Fault)) throw error;
  tell({ failed: error.code });
}
