// The messages of mutual.proto as types and checks in one table: what a field is called here is its name there, in camelCase.
import type { DeviceId, LogId, MessageId, Sha256, StoreId } from "../model/ids.ts";
import {
  BLOB_CHUNK_BYTES,
  BODY_BYTES,
  KEY_PACKAGES,
  KEY_PACKAGE_BYTES,
  MEMBERS,
  PAGE_COUNT,
  SIGNAL_BODY_BYTES,
  USERS_PAGE,
} from "../model/limits.ts";
import { ENTRY_KIND_NAMES } from "./entry-kind.ts";
import { type MessageOf, bytes, chain, choice, count, flag, hash, id, list, maybe, message, text } from "./field.ts";

const UINT32 = 0xffff_ffff;
/** A certificate chain: leaf and up to three issuing certificates. */
const CERTIFICATES = 4;
const CERTIFICATE_BYTES = 16 * 1024;

const log = id<LogId>();
const device = id<DeviceId>();
const mid = id<MessageId>();
const handle = text(32);
const uint32 = count(UINT32);
const u64 = count();

const KINDS = ["inbox", "lobby", "room", "direct"] as const;

const STANDINGS = ["ok", "ahead", "forked"] as const;
export const APPEND_RESULTS = ["ok", "dup", "stale", "ahead", "denied", "gone", "overload"] as const;

const logState = {
  log,
  kind: choice(KINDS),
  head: u64,
  first: u64,
  epoch: u64,
  cursor: u64,
  standing: choice(STANDINGS),
};
const limits = {
  frameBytes: uint32,
  bodyBytes: uint32,
  pageCount: uint32,
  pageBytes: uint32,
  blobChunkBytes: uint32,
  blobBytes: u64,
  idleMs: uint32,
};
const entry = {
  seq: u64,
  at: u64,
  sender: device,
  mid,
  kind: choice(ENTRY_KIND_NAMES),
  epoch: u64,
  body: bytes(BODY_BYTES),
};
const member = { device, user: handle, online: flag };
const commit = {
  add: list(device, MEMBERS),
  remove: list(device, MEMBERS),
  groupInfo: bytes(BODY_BYTES),
  welcomes: list(message({ device, body: bytes(BODY_BYTES) }), MEMBERS),
};
const goodbye = { code: text(), message: text(), retryMs: uint32 };
const beat = { nonce: u64 };

/** What a device may say. */
export const CLIENT_MESSAGES = {
  hello: {
    versions: list(uint32, 16),
    features: list(text(64), 32),
    agent: text(),
    storeId: maybe(id<StoreId>()),
    generation: u64,
    positions: list(message({ log, seq: u64, chain: maybe(chain) })),
  },
  append: {
    log,
    mid,
    since: u64,
    kind: choice(ENTRY_KIND_NAMES),
    epoch: u64,
    body: bytes(BODY_BYTES),
    commit: maybe(message(commit)),
  },
  fetch: { log, after: u64, maxCount: uint32, maxBytes: uint32 },
  cursor: { cursors: list(message({ log, seq: u64 })) },
  listConversations: {},
  listMembers: { log },
  listUsers: { query: text(64), after: handle },
  getDevices: { devices: list(device, USERS_PAGE) },
  create: { log, kind: choice(KINDS), devices: list(device, MEMBERS) },
  signal: { log, body: bytes(SIGNAL_BODY_BYTES) },
  blobPut: { id: hash<Sha256>(), size: u64, offset: u64, chunk: bytes(BLOB_CHUNK_BYTES) },
  blobGet: { id: hash<Sha256>(), offset: u64, maxBytes: uint32 },
  putKeyPackages: { packages: list(bytes(KEY_PACKAGE_BYTES), KEY_PACKAGES), lastResort: bytes(KEY_PACKAGE_BYTES) },
  claimKeyPackages: { devices: list(device, MEMBERS) },
  ping: beat,
  pong: beat,
  goodbye,
};

/** What the server may say. */
export const SERVER_MESSAGES = {
  greeting: {
    version: uint32,
    features: list(text(64), 32),
    storeId: id<StoreId>(),
    generation: u64,
    durability: text(32),
    at: u64,
    device,
    user: handle,
    logs: list(message(logState)),
    limits: message(limits),
    agent: text(),
  },
  appended: { result: choice(APPEND_RESULTS), seq: u64, epoch: u64, at: u64, head: u64 },
  deliver: { log, entries: list(message(entry), PAGE_COUNT) },
  page: { log, entries: list(message(entry), PAGE_COUNT), head: u64, first: u64, chain },
  conversationList: { conversations: list(message({ state: message(logState), members: uint32 })) },
  memberList: { log, members: list(message(member), MEMBERS) },
  userList: {
    users: list(message({ user: handle, name: text(), devices: uint32, online: flag }), USERS_PAGE),
    more: flag,
  },
  deviceList: {
    devices: list(
      message({ device, user: handle, certificates: list(bytes(CERTIFICATE_BYTES), CERTIFICATES) }),
      USERS_PAGE,
    ),
  },
  created: { state: message(logState) },
  signalled: { log, sender: device, body: bytes(SIGNAL_BODY_BYTES) },
  blobStored: { id: hash<Sha256>(), offset: u64, complete: flag },
  blobChunk: { id: hash<Sha256>(), size: u64, offset: u64, chunk: bytes(BLOB_CHUNK_BYTES) },
  keyPackagesStored: { count: uint32 },
  keyPackages: { packages: list(message({ device, package: bytes(KEY_PACKAGE_BYTES) }), MEMBERS) },
  ping: beat,
  pong: beat,
  goodbye,
  error: { code: text(), message: text(), hint: text() },
  memberChange: {
    log,
    added: list(message(member), MEMBERS),
    removed: list(message(member), MEMBERS),
    state: maybe(message(logState)),
  },
  presence: { changes: list(message({ user: handle, online: flag })) },
};

/** A table of messages as a union: `{ type: "append", log: …, … }`. */
type Union<T> = {
  [K in keyof T]: T[K] extends Parameters<typeof message>[0] ? MessageOf<T[K]> & { readonly type: K } : never;
}[keyof T];

export type ClientMessage = Union<typeof CLIENT_MESSAGES>;
export type ServerMessage = Union<typeof SERVER_MESSAGES>;
/** One message of the union by its name. */
export type ClientMessageOf<K extends ClientMessage["type"]> = Extract<ClientMessage, { readonly type: K }>;
export type ServerMessageOf<K extends ServerMessage["type"]> = Extract<ServerMessage, { readonly type: K }>;

export type Entry = MessageOf<typeof entry>;
export type LogState = MessageOf<typeof logState>;
export type Member = MessageOf<typeof member>;

export type User = ServerMessageOf<"userList">["users"][number];
export type Device = ServerMessageOf<"deviceList">["devices"][number];
