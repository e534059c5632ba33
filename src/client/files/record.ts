// What the vault keeps of a transfer under way, so that the next start goes on with it. It holds the file's key: kept sealed.
// An upload keeps no offset: the server is asked, and only its answer counts.
import { Fault } from "../../model/fault.ts";
import type { SinkPlace } from "./contract.ts";
import { CHUNK_BYTES } from "./stream.ts";
import { type FileTicket, readTicket, writeTicket } from "./ticket.ts";

export interface UploadRecord {
  /** Of the file that is sent, as it was opened. */
  readonly path: string;
  readonly ticket: FileTicket;
}

export interface DownloadRecord {
  readonly ticket: FileTicket;
  readonly place: SinkPlace;
  /** Bytes of content that are authentic and were flushed to the disk: whole chunks. */
  readonly offset: number;
}

const VERSION = 1;

export function writeUploadRecord({ path, ticket }: UploadRecord): string {
  return JSON.stringify({ v: VERSION, path, ticket: writeTicket(ticket) });
}

/** Throws Fault `transfer-record`. */
export function readUploadRecord(text: string): UploadRecord {
  return reading(text, ({ path, ticket }) => ({ path: asText(path), ticket: readTicket(ticket) }));
}

export function writeDownloadRecord({ ticket, place, offset }: DownloadRecord): string {
  return JSON.stringify({ v: VERSION, ticket: writeTicket(ticket), place, offset });
}

/** Throws Fault `transfer-record`. */
export function readDownloadRecord(text: string): DownloadRecord {
  return reading(text, ({ ticket: written, place, offset }) => {
    const ticket = readTicket(written);
    if (typeof offset !== "number" || !(offset >= 0 && offset <= ticket.size) || offset % CHUNK_BYTES !== 0)
      throw new TypeError("offset");
    return { ticket, place: readPlace(place), offset };
  });
}

function readPlace(value: unknown): SinkPlace {
  const { folder, name, partial, file, replace } = asObject(value);
  if (typeof replace !== "boolean") throw new TypeError("replace");
  return { folder: asText(folder), name: asText(name), partial: asText(partial), file: asText(file), replace };
}

function reading<T>(text: string, read: (fields: Readonly<Record<string, unknown>>) => T): T {
  try {
    const { v, ...fields } = asObject(JSON.parse(text));
    if (v !== VERSION) throw new TypeError("version");
    return read(fields);
  } catch (error) {
    throw new Fault("transfer-record", "a transfer that was under way cannot be gone on with", {
      hint: "start it again",
      cause: error,
    });
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) throw new TypeError("object");
  return value as Readonly<Record<string, unknown>>;
}

function asText(value: unknown): string {
  if (typeof value !== "string" || value === "") throw new TypeError("text");
  return value;
}
