// Each codec behind one face: bytes -> its own message object, its own message object -> bytes. No checks of ours in between.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { mutual } from "../../../src/wire/generated/mutual.js";
import { GENERATED } from "./install.ts";

export interface Codec {
  readonly name: string;
  decodeClient(bytes: Uint8Array): unknown;
  decodeServer(bytes: Uint8Array): unknown;
  /** `fields`: in camelCase, enums as numbers, one member of the oneof set. */
  encodeServer(fields: Fields): Uint8Array;
  /** `fields` as this codec wants them. */
  readonly prepare?: (fields: Fields) => Fields;
}

export type Fields = Readonly<Record<string, unknown>>;

export async function rivals(): Promise<readonly Codec[]> {
  return [ours(), await protobufEs(), await pbf(), await protons()];
}

function ours(): Codec {
  const { ClientFrame, ServerFrame } = mutual.v1;
  return {
    name: "protobufjs",
    decodeClient: (bytes) => ClientFrame.decode(bytes),
    decodeServer: (bytes) => ServerFrame.decode(bytes),
    encodeServer: (fields) => ServerFrame.encode(fields).finish(),
  };
}

async function load<T>(file: string): Promise<T> {
  return (await import(pathToFileURL(join(GENERATED, file)).href)) as T;
}

interface Es {
  readonly create: (schema: object, init: object) => object;
  readonly toBinary: (schema: object, message: object) => Uint8Array;
  readonly fromBinary: (schema: object, bytes: Uint8Array) => object;
}

async function protobufEs(): Promise<Codec> {
  const { create, toBinary, fromBinary } = await load<Es>("../node_modules/@bufbuild/protobuf/dist/esm/index.js");
  const { ClientFrameSchema, ServerFrameSchema } =
    await load<Record<"ClientFrameSchema" | "ServerFrameSchema", object>>("mutual_pb.js");
  return {
    name: "protobuf-es",
    decodeClient: (bytes) => fromBinary(ClientFrameSchema, bytes),
    decodeServer: (bytes) => fromBinary(ServerFrameSchema, bytes),
    encodeServer: (fields) => toBinary(ServerFrameSchema, create(ServerFrameSchema, fields)),
    // A oneof is a tagged union here and 64-bit numbers are BigInt; building the message is part of every encoding.
    prepare: (fields) => {
      const [name, value] = Object.entries(fields).find(([key]) => key !== "request") ?? ["", undefined];
      return { request: fields["request"], body: { case: name, value: withBigInts(value) } };
    },
  };
}

const UINT64 = new Set(["seq", "at", "epoch", "head", "first"]);

function withBigInts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withBigInts);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      UINT64.has(key) && typeof one === "number" ? BigInt(one) : withBigInts(one),
    ]),
  );
}

interface PbfWriter {
  pos: number;
  length: number;
  finish(): Uint8Array;
}
interface PbfCode {
  readClientFrame(pbf: object): object;
  readServerFrame(pbf: object): object;
  writeServerFrame(fields: object, pbf: object): void;
}

/** With one writer for all messages: a new one starts at 16 bytes and doubles its way up, which costs ten times as much. */
async function pbf(): Promise<Codec> {
  const { PbfReader, PbfWriter } = await load<{
    PbfReader: new (bytes: Uint8Array) => object;
    PbfWriter: new (buffer?: Uint8Array) => PbfWriter;
  }>("../node_modules/pbf/index.js");
  const code = await load<PbfCode>("pbf.js");
  const buffer = new Uint8Array(1 << 20);
  const writer = new PbfWriter(buffer);
  return {
    name: "pbf",
    decodeClient: (bytes) => code.readClientFrame(new PbfReader(bytes)),
    decodeServer: (bytes) => code.readServerFrame(new PbfReader(bytes)),
    encodeServer: (fields) => {
      writer.pos = 0;
      writer.length = buffer.length; // finish() cuts it
      code.writeServerFrame(fields, writer);
      return writer.finish().slice();
    },
  };
}

interface ProtonsCode {
  readonly ClientFrame: { decode(bytes: Uint8Array): object };
  readonly ServerFrame: { decode(bytes: Uint8Array): object; encode(fields: object): Uint8Array };
}

async function protons(): Promise<Codec> {
  const { ClientFrame, ServerFrame } = await load<ProtonsCode>("protons.js");
  return {
    name: "protons",
    decodeClient: (bytes) => ClientFrame.decode(bytes),
    decodeServer: (bytes) => ServerFrame.decode(bytes),
    encodeServer: (fields) => ServerFrame.encode(fields),
    // Enums are their names here; all of those in use are number 0.
    prepare: (fields) => named(fields) as Fields,
  };
}

function named(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(named);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      key === "kind" ? "ENTRY_KIND_APP" : key === "result" ? "APPEND_RESULT_OK" : named(one),
    ]),
  );
}
