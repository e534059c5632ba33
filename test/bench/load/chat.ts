// The crowd's side of our protocol. What comes often is read by hand: it must cost less than the server's work.
import { hash, randomBytes } from "node:crypto";
import { type DeviceId, type Handle, LOG_KIND, type LogId, type MessageId } from "../../../src/model/ids.ts";
import type { Sha256, StoreId } from "../../../src/model/ids.ts";
import { encodeTerms } from "../../../src/model/terms.ts";
import { decodeServerFrame, encodeClientFrame } from "../../../src/wire/codec.ts";
import { newRoomLog } from "../../../src/wire/log-id.ts";
import type { ClientMessage, ServerMessage, ServerMessageOf } from "../../../src/wire/messages.ts";
import type { Client, Speech } from "./client.ts";
import { type Language, BODY_BYTES } from "./language.ts";
import { Room } from "./room.ts";

/** First bytes of frames: the tag of `request`, or of the message when nobody asked. */
const REQUEST = 0x08;
const DELIVER = 0x22;
const APPENDED = 0x1a;
const RESULT = 0x08;
const ENTRIES = 0x12;
/** The first of two bytes; every device that is added gets one. */
const MEMBER_CHANGE = 0xa2;
/** Tag, length and bytes of a log id, and which of them says what kind of log it is. */
const LOG_FIELD = 18;
const LOG_KIND_AT = 3;

/** Where a varint that starts at `at` ends. */
function afterVarint(bytes: Buffer, at: number): number {
  let next = at;
  while ((bytes[next] ?? 0) >= 0x80) next += 1;
  return next + 1;
}

export class ChatLanguage implements Language, Speech {
  readonly alpn = ["mutual-chat/1"];
  readonly acks = true;
  /** As the last greeting told of it. */
  #lobby: { readonly log: LogId; readonly head: number } | undefined;
  readonly #inLobby = new Set<Client>();
  readonly #users = new Map<Client, Handle>();
  /** Who waits for the answer to something else than a message. */
  readonly #asking = new Map<Client, (answer: ServerMessage) => void>();

  begin(client: Client): void {
    const hello = {
      type: "hello",
      versions: [1],
      features: [],
      agent: "bench",
      storeId: undefined as StoreId | undefined,
      generation: 0,
      positions: [],
      logHead: new Uint8Array(0),
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
      if (bytes[at] === APPENDED && !this.#asking.has(client)) {
        if (bytes[afterVarint(bytes, at + 1)] === RESULT) client.bad += 1;
        client.room?.onAcked();
        return;
      }
    } else if (first === MEMBER_CHANGE) return;
    this.#rare(client, bytes);
  }

  /** log, then entries; each body is the end of its entry. */
  #deliver(client: Client, bytes: Buffer): void {
    const log = afterVarint(bytes, 1);
    // A welcome: it comes when the room is made, or a little later.
    if (bytes[log + LOG_KIND_AT] === LOG_KIND.inbox) return;
    let at = log + LOG_FIELD;
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
    const { request, message } = decodeServerFrame(bytes);
    switch (message.type) {
      case "greeting": {
        const lobby = message.logs.find(({ kind }) => kind === "lobby");
        if (lobby !== undefined) this.#lobby = { log: lobby.log, head: lobby.head };
        if (lobby?.member === true) this.#inLobby.add(client);
        this.#users.set(client, message.user as Handle);
        client.opened();
        return;
      }
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
    if (request !== 0) this.#asking.get(client)?.(message);
  }

  async room(members: readonly Client[], everybody: boolean): Promise<Room<Client>> {
    const { log, head } = everybody ? await this.#gather(members) : await this.#create(members);
    const template = appendTemplate(log);
    const room = new Room(members, { acks: true, message: (of, dueMs) => template(of.base + of.done, dueMs) });
    room.base = head;
    return room;
  }

  /** The lobby. Older servers, to be compared with, have put everybody into it by themselves. */
  async #gather(members: readonly Client[]): Promise<Made> {
    const lobby = this.#lobby;
    if (lobby === undefined) throw new Error("no lobby");
    const isGathered = members.every((client) => this.#inLobby.has(client));
    return isGathered ? lobby : this.#found(lobby.log, members);
  }

  async #create(members: readonly Client[]): Promise<Made> {
    const [owner] = members;
    const user = owner === undefined ? undefined : this.#users.get(owner);
    if (owner === undefined || user === undefined) throw new Error("nobody to make a room");
    const log = newRoomLog(randomBytes(16));
    const roles = new Map([[user, "owner" as const]]);
    const terms = { kind: "room", join: "invite", history: "none", closed: false, roles } as const;
    await this.#ask(owner, { type: "create", log, kind: "room", terms: encodeTerms(terms) }, "created");
    return this.#found(log, members);
  }

  /** A tree, then the first commit with everybody: at epoch 1. */
  async #found(log: LogId, members: readonly Client[]): Promise<Made> {
    const [founder] = members;
    if (founder === undefined) throw new Error("nobody to found a group");
    await this.#ask(founder, { type: "putTreeParts", log, parts: [PART] }, "treePartsStored");
    const { result, seq } = await this.#ask(founder, firstCommit(log, members), "appended");
    if (result !== "ok") throw new Error(`the first commit was not stored: ${result}`);
    return { log, head: seq };
  }

  async #ask<K extends ServerMessage["type"]>(
    client: Client,
    message: ClientMessage,
    wanted: K,
  ): Promise<ServerMessageOf<K>> {
    const answer = await new Promise<ServerMessage>((resolve) => {
      this.#asking.set(client, resolve);
      client.write(encodeClientFrame({ request: 2, message }));
    });
    this.#asking.delete(client);
    if (answer.type !== wanted) throw new Error(`${answer.type} instead of ${wanted}`);
    return answer as ServerMessageOf<K>;
  }
}

interface Made {
  readonly log: LogId;
  readonly head: number;
}

const PART = randomBytes(1_024);

/** The server does not look into what the members tell each other in it. */
function firstCommit(log: LogId, members: readonly Client[]): ClientMessage {
  const add = members.map(({ device }) => device as DeviceId);
  const body = randomBytes(1_024);
  const tree = [hash("sha256", PART, "hex") as Sha256];
  const welcomes = add.length === 1 ? [] : [{ devices: add.slice(1), body }];
  const rest = { remove: [], external: false, terms: new Uint8Array(0), restored: false, reinit: false };
  const commit = { add, groupInfo: body, tree, welcomes, ...rest };
  const mid = randomBytes(16).toString("hex") as MessageId;
  return { type: "append", log, mid, since: 0, kind: "commit", epoch: 0, body, commit };
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
