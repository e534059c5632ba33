// The messages of the hot paths: what a server reads and writes for every message, what a client reads when it catches up.
import { pathToFileURL } from "node:url";
import type { ServerMessage } from "../../../src/wire/messages.ts";
import type { DeviceId, LogId, MessageId } from "../../../src/model/ids.ts";
import { mutual } from "../../../src/wire/generated/mutual.js";
import type { Codec, Fields } from "./rivals.ts";

const BODY_BYTES = 256;
const AT_MS = 1_790_000_000_000;
const log = Buffer.from(`0003${"5a".repeat(14)}`, "hex");
const sender = Buffer.alloc(16, 0xc3);
const mid = Buffer.alloc(16, 0xb7);
const body = Buffer.alloc(BODY_BYTES, 0xe5);

function rawEntry(at: number): Fields {
  return { seq: 70_000 + at, at: AT_MS + at, sender, mid, kind: 0, epoch: 12, body };
}

function rawEntries(count: number): readonly Fields[] {
  return Array.from({ length: count }, (_, at) => rawEntry(at));
}

const APPEND = Buffer.from(
  mutual.v1.ClientFrame.encode({
    request: 4711,
    append: { log, mid, since: 69_999, kind: 0, epoch: 12, body },
  }).finish(),
);
const PAGE = Buffer.from(
  mutual.v1.ServerFrame.encode({
    request: 9,
    page: { log, entries: rawEntries(50), head: 70_050, first: 1, chain: Buffer.alloc(32, 1) },
  }).finish(),
);
const SERVER_FRAMES: Readonly<Record<string, Fields>> = {
  "encode deliver, 1 entry": { request: 0, deliver: { log, entries: rawEntries(1) } },
  "encode deliver, 10 entries": { request: 0, deliver: { log, entries: rawEntries(10) } },
  "encode appended": { request: 4711, appended: { result: 0, seq: 70_000, epoch: 12, at: AT_MS, head: 70_000 } },
};

export interface Case {
  readonly what: string;
  /** One operation; what it gives back is kept alive, so that nothing is optimised away. */
  readonly run: () => unknown;
}

export function casesOf(codec: Codec): readonly Case[] {
  const encoding = Object.entries(SERVER_FRAMES).map(([what, fields]) => {
    const prepared = codec.prepare?.(fields) ?? fields;
    const bytes = codec.encodeServer(prepared);
    const expected = mutual.v1.ServerFrame.encode(fields).finish();
    if (Buffer.compare(bytes, expected) !== 0) throw new Error(`${codec.name} writes other bytes: ${what}`);
    return { what, run: () => codec.encodeServer(prepared) };
  });
  return [
    { what: "decode append, 256 bytes", run: () => codec.decodeClient(APPEND) },
    ...encoding,
    { what: "decode page, 50 entries", run: () => codec.decodeServer(PAGE) },
  ];
}

const NO_NOTE = new Uint8Array(0);

interface WireModule {
  decodeClientFrame(bytes: Uint8Array): unknown;
  decodeServerFrame(bytes: Uint8Array): unknown;
  encodeServerFrame(frame: { readonly request: number; readonly message: ServerMessage }): Buffer;
}

/** Our full path: the codec, every field check, hex ids, the length in front. `folder`: that of codec.ts. */
export async function wireCases(folder: string): Promise<readonly Case[]> {
  const wire = (await import(pathToFileURL(`${folder}/codec.ts`).href)) as WireModule;
  const hexLog = log.toString("hex") as LogId;
  const entries = (count: number) =>
    Array.from({ length: count }, (_, at) => ({
      seq: 70_000 + at,
      at: AT_MS + at,
      sender: sender.toString("hex") as DeviceId,
      mid: mid.toString("hex") as MessageId,
      kind: "app" as const,
      epoch: 12,
      body,
      note: NO_NOTE,
    }));
  const one: ServerMessage = { type: "deliver", log: hexLog, entries: entries(1) };
  const ten: ServerMessage = { type: "deliver", log: hexLog, entries: entries(10) };
  const appended: ServerMessage = {
    type: "appended",
    result: "ok",
    seq: 70_000,
    epoch: 12,
    at: AT_MS,
    head: 70_000,
    code: "",
    devices: [],
  };
  const encode = (request: number, message: ServerMessage) => () => wire.encodeServerFrame({ request, message });
  return [
    { what: "decode append, 256 bytes", run: () => wire.decodeClientFrame(APPEND) },
    { what: "encode deliver, 1 entry", run: encode(0, one) },
    { what: "encode deliver, 10 entries", run: encode(0, ten) },
    { what: "encode appended", run: encode(4711, appended) },
    { what: "decode page, 50 entries", run: () => wire.decodeServerFrame(PAGE) },
  ];
}
