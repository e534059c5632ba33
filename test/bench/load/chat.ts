// The crowd's side of our protocol. What comes often is read by hand: it must cost less than the server's work.
import { hash, randomBytes } from "node:crypto";
import type { DeviceId, Handle, LogId, MessageId, Sha256, StoreId } from "../../../src/model/ids.ts";
import { encodeTerms } from "../../../src/model/terms.ts";
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
  readonly #users = new Map<Client, Handle>();
  /** What is to happen when a room is made, and when its tree is there. */
  readonly #created = new Map<string, () => void>();
  readonly #stored = new Map<Client, () => void>();
  readonly #founded = new Map<Client, () => void>();

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
        this.#founded.get(client)?.();
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
        this.#users.set(client, message.user as Handle);
        client.opened();
        return;
      }
      case "created":
        this.#created.get(message.state.log)?.();
        return;
      case "treePartsStored":
        this.#stored.get(client)?.();
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

  /** The conversation, a tree, then the first commit with everybody: at epoch 1. */
  async #create(members: readonly Client[]): Promise<LogId> {
    const [owner] = members;
    const user = owner === undefined ? undefined : this.#users.get(owner);
    if (owner === undefined || user === undefined) throw new Error("nobody to make a room");
    const log = newRoomLog(randomBytes(16));
    const roles = new Map([[user, "owner" as const]]);
    const terms = { kind: "room", join: "invite", history: "none", closed: false, roles } as const;
    const made = new Promise<void>((resolve) => this.#created.set(log, resolve));
    owner.write(
      encodeClientFrame({ request: 2, message: { type: "create", log, kind: "room", terms: encodeTerms(terms) } }),
    );
    await made;
    const stored = new Promise<void>((resolve) => this.#stored.set(owner, resolve));
    owner.write(encodeClientFrame({ request: 3, message: { type: "putTreeParts", log, parts: [PART] } }));
    await stored;
    const founded = new Promise<void>((resolve) => this.#founded.set(owner, resolve));
    owner.write(foundFrame(log, members));
    await founded;
    return log;
  }
}

const PART = Buffer.from("tree");

function foundFrame(log: LogId, members: readonly Client[]): Buffer {
  const add = members.map(({ device }) => device as DeviceId);
  const body = Buffer.alloc(1);
  const tree = [hash("sha256", PART, "hex") as Sha256];
  const welcomes = add.length === 1 ? [] : [{ devices: add.slice(1), body }];
  const commit = { add, remove: [], external: false, terms: new Uint8Array(0), groupInfo: body, tree, welcomes };
  const mid = randomBytes(16).toString("hex") as MessageId;
  return encodeClientFrame({
    request: 4,
    message: { type: "append", log, mid, since: 0, kind: "commit", epoch: 0, body, commit },
  });
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
