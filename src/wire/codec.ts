// Messages to and from frame bytes, by the codec generated from mutual.proto (docs/decisions: why protobufjs).
import { Fault, reason } from "../model/fault.ts";
import { type Field, malformed, message } from "./field.ts";
import { LENGTH_BYTES } from "./frames.ts";
import { readAppend, writeServerFrame } from "./hot.ts";
import { mutual } from "./generated/mutual.js";
import { CLIENT_MESSAGES, type ClientMessage, SERVER_MESSAGES, type ServerMessage } from "./messages.ts";

/** A message with its request number: see `request` in mutual.proto. */
export interface Frame<M> {
  readonly request: number;
  readonly message: M;
}

type Checks = ReadonlyMap<string, Field<object>>;
type Codec = (typeof mutual.v1)["ClientFrame"];

const CLIENT: Checks = checks(CLIENT_MESSAGES);
const SERVER: Checks = checks(SERVER_MESSAGES);

function checks(table: Readonly<Record<string, Parameters<typeof message>[0]>>): Checks {
  return new Map(Object.entries(table).map(([type, fields]) => [type, message(fields)]));
}

/** The bytes of one frame, length included, ready for the socket. */
export function encodeClientFrame(frame: Frame<ClientMessage>): Buffer {
  return encode(frame, mutual.v1.ClientFrame, CLIENT);
}

/** The bytes of one frame, length included, ready for any number of sockets. */
export function encodeServerFrame(frame: Frame<ServerMessage>): Buffer {
  return writeServerFrame(frame.request, frame.message) ?? encode(frame, mutual.v1.ServerFrame, SERVER);
}

/** `bytes`: one frame without its length. Throws Fault `malformed`, or `unknown-message` with the frame's request number. */
export function decodeClientFrame(bytes: Uint8Array): Frame<ClientMessage> {
  return readAppend(bytes) ?? (decode(bytes, mutual.v1.ClientFrame, CLIENT) as Frame<ClientMessage>);
}

export function decodeServerFrame(bytes: Uint8Array): Frame<ServerMessage> {
  return decode(bytes, mutual.v1.ServerFrame, SERVER) as Frame<ServerMessage>;
}

/** A message this version does not know, or none: the connection may go on, the answer carries the request number. */
export class UnknownMessage extends Fault {
  readonly request: number;

  constructor(request: number) {
    super("unknown-message", "the frame holds no message that this version knows", {
      hint: "speak protocol version 1",
    });
    this.request = request;
  }
}

function encode(frame: Frame<ClientMessage | ServerMessage>, codec: Codec, table: Checks): Buffer {
  const field = table.get(frame.message.type);
  if (field === undefined) throw malformed(frame.message.type, "not a message");
  const body = codec.encode({ request: frame.request, [frame.message.type]: field.write(frame.message) }).finish();
  const framed = Buffer.allocUnsafe(LENGTH_BYTES + body.length);
  framed.writeUInt32BE(body.length, 0);
  framed.set(body, LENGTH_BYTES);
  return framed;
}

function decode(bytes: Uint8Array, codec: Codec, table: Checks): Frame<object> {
  const raw = rawFrame(bytes, codec);
  const request = typeof raw["request"] === "number" ? raw["request"] : 0;
  const type = raw["body"];
  const field = typeof type === "string" ? table.get(type) : undefined;
  if (typeof type !== "string" || field === undefined) throw new UnknownMessage(request);
  const body = field.read(raw[type], type);
  return { request, message: Object.assign(body, { type }) };
}

function rawFrame(bytes: Uint8Array, codec: Codec): Readonly<Record<string, unknown>> {
  try {
    return codec.decode(bytes) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw new Fault("malformed", `not a frame of this protocol: ${reason(error)}`, { cause: error });
  }
}
