// The messages of mutual.proto as types and checks in one table: what a field is called here is its name there, in camelCase.
import type { DeviceId, LogId, MessageId, Sha256, StoreId } from "../model/ids.ts";
import {
  BLOB_CHUNK_BYTES,
  BODY_BYTES,
  CLAIM_DEVICES,
  COMMIT_BYTES,
  GROUP_INFO_BYTES,
  KEY_PACKAGES,
  KEY_PACKAGE_SUITES,
  KEY_PACKAGE_BYTES,
  MEMBERS,
  PAGE_COUNT,
  SIGNAL_BODY_BYTES,
  TREE_PARTS,
  TREE_PART_BYTES,
  USERS_PAGE,
} from "../model/limits.ts";
import { TERMS_BYTES } from "../model/terms.ts";
import { ENTRY_KIND_NAMES } from "./entry-kind.ts";
import {
  type MessageOf,
  bytes,
  chain,
  choice,
  count,
  flag,
  hash,
  id,
  list,
  maybe,
  message,
  suite,
  text,
} from "./field.ts";

const UINT32 = 0xffff_ffff;
/** A certificate chain: leaf and up to three issuing certificates. */
const CERTIFICATES = 4;
/** Of one device: some years of them. */
export const FORMER_CERTIFICATES = 32;
const CERTIFICATE_BYTES = 16 * 1024;

/** A signed head has 145, an entry at most 4096: src/transparency. */
const LOG_HEAD_BYTES = 256;
const LOG_ENTRY_BYTES = 4096;
/** A proof of a log of 2^53 entries. */
const LOG_PATH = 64;
/** A certificate request; an administrative act, and its answer (a list of users). */
const REQUEST_BYTES = 64 * 1024;
/** Of Ed25519: 64. */
const SIGNATURE_BYTES = 256;
const ADMIN_BYTES = 512 * 1024;
/** Some 15,000 serials; what a frame has room for. */
const CRL_BYTES = 640 * 1024;

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
  member: flag,
  terms: bytes(TERMS_BYTES),
  leaving: list(handle, MEMBERS),
  until: u64,
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
  note: bytes(COMMIT_BYTES),
};
const leaf = { device, user: handle };
/** `Entry.note` of a commit and of a welcome: see note.ts. */
export const COMMIT_NOTE = {
  add: list(message(leaf), MEMBERS),
  remove: list(message(leaf), MEMBERS),
  external: flag,
  terms: bytes(TERMS_BYTES),
  revoked: list(device, MEMBERS),
  leaving: list(handle, MEMBERS),
  restored: flag,
};
export const WELCOME_NOTE = { log, seq: u64, epoch: u64 };
const part = hash<Sha256>();
const keyPackage = { suite, package: bytes(KEY_PACKAGE_BYTES), expiresAt: u64 };
const stock = { suite, count: uint32, lastResort: flag };
const stocks = list(message(stock), KEY_PACKAGE_SUITES);
const member = { device, user: handle, online: flag };
const commit = {
  add: list(device, MEMBERS),
  remove: list(device, MEMBERS),
  external: flag,
  terms: bytes(TERMS_BYTES),
  groupInfo: bytes(GROUP_INFO_BYTES),
  tree: list(part, TREE_PARTS),
  welcomes: list(message({ devices: list(device, MEMBERS), body: bytes(BODY_BYTES) }), MEMBERS),
  reinit: flag,
  restored: flag,
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
    logHead: bytes(LOG_HEAD_BYTES),
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
  listConversations: { log: maybe(log) },
  listMembers: { log },
  listUsers: { query: text(64), after: handle },
  getDevices: { devices: list(device, USERS_PAGE), former: flag },
  create: { log, kind: choice(KINDS), terms: bytes(TERMS_BYTES) },
  signal: { log, body: bytes(SIGNAL_BODY_BYTES) },
  blobPut: { id: hash<Sha256>(), size: u64, offset: u64, chunk: bytes(BLOB_CHUNK_BYTES) },
  blobGet: { id: hash<Sha256>(), offset: u64, maxBytes: uint32 },
  putKeyPackages: {
    packages: list(message(keyPackage), KEY_PACKAGE_SUITES * KEY_PACKAGES),
    lastResorts: list(message(keyPackage), KEY_PACKAGE_SUITES),
    replaces: flag,
  },
  claimKeyPackages: { log, suite, devices: list(device, CLAIM_DEVICES) },
  putTreeParts: { log, parts: list(bytes(TREE_PART_BYTES), TREE_PARTS) },
  getTreeParts: { log, parts: list(part, TREE_PARTS) },
  getGroupInfo: { log, epoch: u64 },
  ask: { log },
  answer: { log, user: handle },
  leave: { log },
  readRealmLog: { from: u64 },
  offerRealmLog: { from: u64, entries: list(bytes(LOG_ENTRY_BYTES), MEMBERS), head: bytes(LOG_HEAD_BYTES) },
  renew: { request: bytes(REQUEST_BYTES) },
  revokeDevice: { device },
  administer: { request: bytes(ADMIN_BYTES) },
  openPairing: { code: hash<Sha256>() },
  confirmPairing: { key: hash<Sha256>(), signature: bytes(SIGNATURE_BYTES) },
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
    keyPackages: stocks,
    logHead: bytes(LOG_HEAD_BYTES),
    logKey: list(bytes(CERTIFICATE_BYTES), CERTIFICATES),
  },
  appended: {
    result: choice(APPEND_RESULTS),
    seq: u64,
    epoch: u64,
    at: u64,
    head: u64,
    code: text(),
    devices: list(device, MEMBERS),
  },
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
      message({
        device,
        user: handle,
        certificates: list(bytes(CERTIFICATE_BYTES), CERTIFICATES),
        former: list(message({ certificates: list(bytes(CERTIFICATE_BYTES), CERTIFICATES) }), FORMER_CERTIFICATES),
      }),
      USERS_PAGE,
    ),
  },
  created: { state: message(logState) },
  signalled: { log, sender: device, body: bytes(SIGNAL_BODY_BYTES) },
  blobStored: { id: hash<Sha256>(), offset: u64, complete: flag },
  blobChunk: { id: hash<Sha256>(), size: u64, offset: u64, chunk: bytes(BLOB_CHUNK_BYTES) },
  keyPackagesStored: { stocks },
  keyPackages: {
    packages: list(message({ device, package: bytes(KEY_PACKAGE_BYTES), lastResort: flag }), CLAIM_DEVICES),
  },
  ping: beat,
  pong: beat,
  goodbye,
  error: { code: text(), message: text(), hint: text() },
  memberChange: {
    log,
    added: list(message(member), MEMBERS),
    removed: list(message(member), MEMBERS),
    state: maybe(message(logState)),
    leaving: list(handle, MEMBERS),
  },
  presence: { changes: list(message({ user: handle, online: flag })) },
  treePartsStored: {},
  treeParts: { parts: list(bytes(TREE_PART_BYTES), TREE_PARTS) },
  groupInfo: { log, epoch: u64, seq: u64, groupInfo: bytes(GROUP_INFO_BYTES), tree: list(part, TREE_PARTS) },
  done: {},
  asked: { log, user: handle, at: u64 },
  askAnswered: { log, user: handle, approved: flag },
  keyPackagesLow: { stocks },
  realmLogPage: {
    entries: list(bytes(LOG_ENTRY_BYTES), PAGE_COUNT),
    head: bytes(LOG_HEAD_BYTES),
    path: list(chain, LOG_PATH),
  },
  realmLogGrown: { head: bytes(LOG_HEAD_BYTES) },
  renewed: { certificates: list(bytes(CERTIFICATE_BYTES), CERTIFICATES) },
  administered: { answer: bytes(ADMIN_BYTES) },
  revocationLists: { lists: list(bytes(CRL_BYTES), CERTIFICATES) },
  motd: { text: text() },
  pairingOpened: { until: u64, host: text(253), port: uint32 },
  pairingAsked: { key: hash<Sha256>(), mac: bytes(64) },
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
export type Commit = MessageOf<typeof commit>;
export type CommitNote = MessageOf<typeof COMMIT_NOTE>;
export type WelcomeNote = MessageOf<typeof WELCOME_NOTE>;
export type KeyPackage = MessageOf<typeof keyPackage>;
export type KeyPackageStock = MessageOf<typeof stock>;
export type LogState = MessageOf<typeof logState>;
export type Member = MessageOf<typeof member>;

export type User = ServerMessageOf<"userList">["users"][number];
export type Device = ServerMessageOf<"deviceList">["devices"][number];
