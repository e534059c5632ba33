// The crowd's side of our protocol. What comes often is read by hand: it must cost less than the server's work.
import { randomBytes } from "node:crypto";
import type { DeviceId, LogId, StoreId } from "../../../src/model/ids.ts";
import { decodeServerFrame, encodeClientFrame } from "../../../src/wire/codec.ts";
import { newRoomLog } from "../../../src/wire/log-id.ts";
import type { Client, Speech } from "./client.ts";
import { type Language, BODY_BYTES } from "./language.ts";
import { Room } from "./room.ts";

/** First bytes of frames: the tag of `request`, or of the message when nobody asked. */
const REQUEST = 0x08;
const DELIVER = 0x22;
const APPENDED = 0x1a;
const RESULT = 0x08;
const ENTRIES = 0x12;
/** The first of two bytes; a lobby of 1,000 that fills up sends half a million of them. */
const MEMBER_CHANGE = 0xa2;
/** Tag, length and bytes of a log id. */
const LOG_FIELD = 18;

/** Where a varint that starts at `at` ends. */
function afterVarint(bytes: Buffer, at: number): number {
  let next = at;
  while ((bytes[next] ?? 0) >= 0x80) next += 1;
  return next + 1;
}

export class ChatLanguage implements Language, Speech {
  readonly alpn = ["mutual-chat/1"];
  readonly acks = true;
  #lobby: { readonly log: LogId; readonly head: number } | undefined;
  readonly #created = new Map<string, () => void>();

  begin(client: Client): void {
    const hello = {
      type: "hello",
      versions: [1],
      features: [],
      agent: "bench",
      storeId: undefined as StoreId | undefined,
      generation: 0,
      positions: [],
    } as const;
    client.write(encodeClientFrame({ request: 1, message: hello }));
  }

  frame(client: Client, bytes: Buffer): void {
    const [first] = bytes;
    if (first === DELIVER) {
      this.#deliver(client, bytes);
      return;
    }
    if (first === REQUEST) {
      const at = afterVarint(bytes, 1);
      if (bytes[at] === APPENDED) {
        if (bytes[afterVarint(bytes, at + 1)] === RESULT) client.bad += 1;
        client.room?.onAcked();
        return;
      }
    } else if (first === MEMBER_CHANGE) return;
    this.#rare(client, bytes);
  }

  /** log, then entries; each body is the end of its entry. */
  #deliver(client: Client, bytes: Buffer): void {
    let at = afterVarint(bytes, 1) + LOG_FIELD;
    let count = 0;
    const stamps = client.room?.stamps;
    while (at < bytes.length && bytes[at] === ENTRIES) {
      const head = afterVarint(bytes, at + 1);
      let length = 0;
      for (let next = head - 1; next > at; next -= 1) length = length * 0x80 + ((bytes[next] ?? 0) & 0x7f);
      at = head + length;
      count += 1;
      stamps?.note(bytes.readDoubleBE(at - BODY_BYTES));
    }
    client.room?.onDelivered(count);
  }

  #rare(client: Client, bytes: Buffer): void {
    const { message } = decodeServerFrame(bytes);
    switch (message.type) {
      case "greeting": {
        const lobby = message.logs.find(({ kind }) => kind === "lobby");
        if (this.#lobby === undefined && lobby !== undefined) this.#lobby = { log: lobby.log, head: lobby.head };
        client.opened();
        return;
      }
      case "created":
        this.#created.get(message.state.log)?.();
        return;
      case "ping":
        client.write(encodeClientFrame({ request: 0, message: { type: "pong", nonce: message.nonce } }));
        return;
      case "error":
      case "goodbye":
        console.error(`generator: client ${client.index}: ${message.code}: ${message.message}`);
        client.bad += 1;
        break;
      default:
    }
  }

  async room(members: readonly Client[], everybody: boolean): Promise<Room<Client>> {
    const log = everybody ? this.#lobby?.log : await this.#create(members);
    if (log === undefined) throw new Error("no lobby");
    const template = appendTemplate(log);
    const room = new Room(members, { acks: true, message: (of, dueMs) => template(of.base + of.done, dueMs) });
    room.base = everybody ? (this.#lobby?.head ?? 0) : 0;
    return room;
  }

  async #create(members: readonly Client[]): Promise<LogId> {
    const kind = "room";
    const log = newRoomLog(kind, randomBytes(16));
    const made = new Promise<void>((resolve) => this.#created.set(log, resolve));
    const devices = members.slice(1).map(({ device }) => device as DeviceId);
    members[0]?.write(encodeClientFrame({ request: 2, message: { type: "create", log, kind, devices } }));
    await made;
    return log;
  }
}

/** A maker of append frames for one log; `since` is what an honest client knows as the head. */
function appendTemplate(log: LogId): (since: number, dueMs: number) => Buffer {
  const fixed = { type: "append", log, mid: "00".repeat(16), kind: "app", epoch: 0, commit: undefined } as const;
  const body = randomBytes(BODY_BYTES);
  const frames = new Map<
    number,
    { readonly frame: Buffer; readonly mid: number; readonly since: number; readonly body: number }
  >();
  const midOf = randomBytes(16);
  let count = 0;
  return (since, dueMs) => {
    const sinceBytes = since === 0 ? 0 : afterVarintOf(since);
    let template = frames.get(sinceBytes);
    if (template === undefined) {
      const frame = encodeClientFrame({ request: 1, message: { ...fixed, mid: fixed.mid as never, since, body } });
      const mid = frame.indexOf(Buffer.concat([Buffer.from([0x12, 16]), Buffer.alloc(16)])) + 2;
      template = { frame, mid, since: mid + 16 + 1, body: frame.length - BODY_BYTES };
      frames.set(sinceBytes, template);
    }
    const frame = Buffer.from(template.frame);
    count += 1;
    midOf.writeUInt32BE(count, 12);
    midOf.copy(frame, template.mid);
    let left = since;
    for (let at = 0; at < sinceBytes; at += 1) {
      frame[template.since + at] = (left & 0x7f) | (at < sinceBytes - 1 ? 0x80 : 0);
      left = Math.floor(left / 0x80);
    }
    frame.writeDoubleBE(dueMs, template.body);
    return frame;
  };
}

function afterVarintOf(value: number): number {
  let bytes = 1;
  for (let left = value; left >= 0x80; left = Math.floor(left / 0x80)) bytes += 1;
  return bytes;
}
