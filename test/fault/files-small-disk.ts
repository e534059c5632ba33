// `node files-small-disk.ts <folder> <device and ticket as JSON>`, with a small file system mounted at the folder: saves a file to
// it, fills it meanwhile, makes room again, and prints what came of it. A process of its own, for the mount in its namespace.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Sink } from "../../src/client/files/contract.ts";
import { createSink, reopenSink } from "../../src/client/files/disk/sink.ts";
import { startDownload } from "../../src/client/files/download.ts";
import type { DownloadRecord } from "../../src/client/files/record.ts";
import type { FileTicket } from "../../src/client/files/ticket.ts";
import type { Fault } from "../../src/model/fault.ts";
import { type Device, FileConnection } from "../story/files-connection.ts";
import { Told } from "../unit/client/files/memory.ts";

const BALLAST_BYTES = 8 * 1024 * 1024;

const [disk = "", text = ""] = process.argv.slice(2);
const { device, ticket } = JSON.parse(text) as { readonly device: Device; readonly ticket: FileTicket };
const { name, size } = ticket;
const told = new Told<DownloadRecord>();
const { onRecord, onProgress } = told;

using connection = await FileConnection.open(device);
const download = (sink: Sink, offset: number) =>
  startDownload(connection.world, { ticket, sink, offset, onRecord, onProgress }).done;
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "it went well",
    ({ code }: Fault) => code,
  );

const sink = await createSink({ path: disk, name, size, replace: false });
writeFileSync(join(disk, "ballast"), Buffer.alloc(BALLAST_BYTES));
const during = await codeOf(download(sink, 0));
const before = await codeOf(createSink({ path: disk, name: "another", size, replace: false }));
rmSync(join(disk, "ballast"));
const { place, offset } = told.kept;
const { path } = await download(await reopenSink(place, offset), offset);
const sha256 = createHash("sha256").update(readFileSync(path)).digest("hex");
console.log(JSON.stringify({ during, before, offset, sha256, names: readdirSync(disk) }));
