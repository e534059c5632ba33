// Conversations for tests with bare clients: what a device must say to make one, to change who is in it, and to come in.
// The bodies are no MLS: the server does not look into them.
import { hash, randomBytes } from "node:crypto";
import type { DeviceId, Handle, LogId, MessageId, Sha256 } from "../../src/model/ids.ts";
import { type Role, type Terms, encodeTerms } from "../../src/model/terms.ts";
import { newRoomLog } from "../../src/wire/log-id.ts";
import type { Commit, Entry, LogState, ServerMessage, ServerMessageOf } from "../../src/wire/messages.ts";
import type { RawClient } from "./raw-client.ts";
import type { TestIdentity } from "./realm.ts";
import type { TestServer } from "./server.ts";

/** The tree of every group of these tests. */
export const PART = Buffer.from("a part of a tree");
export const PART_ID = hash("sha256", PART, "hex") as Sha256;

type Answer = Promise<ServerMessage | undefined>;

/** One connected device. */
export interface Guest {
  readonly client: RawClient;
  readonly greeting: ServerMessageOf<"greeting">;
  readonly device: DeviceId;
  readonly user: Handle;
}

export async function enter(
  server: TestServer,
  identity: TestIdentity,
  features: readonly string[] = [],
): Promise<Guest> {
  return greet(await server.connect(identity), features);
}

/** Says hello, over a connection to whatever server. */
export async function greet(client: RawClient, features: readonly string[] = []): Promise<Guest> {
  const greeting = await client.hello(features);
  return { client, greeting, device: greeting.device, user: greeting.user as Handle };
}

export function stateIn({ greeting }: Guest, log: LogId): LogState | undefined {
  return greeting.logs.find((state) => state.log === log);
}

export function termsOf(roles: Readonly<Record<string, Role>>, more: Partial<Terms> = {}): Terms {
  const named = new Map(Object.entries(roles) as [Handle, Role][]);
  return { kind: "room", join: "invite", history: "none", closed: false, roles: named, ...more };
}

export const newRoom = (): LogId => newRoomLog(randomBytes(16));
const newMid = (): MessageId => randomBytes(16).toString("hex") as MessageId;

export interface CommitWish extends Partial<Omit<Commit, "terms">> {
  readonly epoch?: number;
  readonly since?: number;
  readonly mid?: MessageId;
  readonly terms?: Terms;
  readonly body?: string;
  /** Sent as it is, whatever `terms` says. */
  readonly rawTerms?: Uint8Array;
}

/** A commit with a welcome for every device that it adds, and the tree that `parts` put. */
export function commit(by: Guest, log: LogId, wish: CommitWish = {}): Promise<ServerMessage | undefined> {
  const { epoch = 0, since = 0, add = [], remove = [], external = false } = wish;
  const others = add.filter((device) => device !== by.device);
  const welcomes = others.length === 0 || external ? [] : [{ devices: others, body: Buffer.from("welcome") }];
  const terms = wish.rawTerms ?? (wish.terms === undefined ? new Uint8Array(0) : encodeTerms(wish.terms));
  const info = Buffer.from(`info ${epoch + 1}`);
  return by.client.ask({
    type: "append",
    log,
    mid: wish.mid ?? newMid(),
    since,
    kind: "commit",
    epoch,
    body: Buffer.from(wish.body ?? "commit"),
    commit: {
      add,
      remove,
      external,
      restored: false,
      terms,
      groupInfo: wish.groupInfo ?? info,
      tree: wish.tree ?? [PART_ID],
      welcomes: wish.welcomes ?? welcomes,
      reinit: wish.reinit ?? false,
    },
  });
}

/** What became of appends, in order of the alphabet. */
export function resultsOf(answers: readonly (ServerMessage | undefined)[]): readonly string[] {
  return answers
    .map((answer) => (answer?.type === "appended" ? answer.result : "no answer"))
    .toSorted((a, b) => (a < b ? -1 : 1));
}

export function putParts(by: Guest, log: LogId, parts: readonly Uint8Array[] = [PART]): Answer {
  return by.client.ask({ type: "putTreeParts", log, parts });
}

export function create(by: Guest, log: LogId, terms: Terms): Promise<ServerMessage | undefined> {
  const kind = terms.kind === "direct" ? "direct" : "room";
  return by.client.ask({ type: "create", log, kind, terms: encodeTerms(terms) });
}

/** A room with these guests in it, the first one its owner; at epoch 1, head 1. */
export async function room(guests: readonly Guest[], terms?: Terms): Promise<LogId> {
  const [owner] = guests;
  if (owner === undefined) throw new Error("a room has an owner");
  const log = newRoom();
  await create(owner, log, terms ?? termsOf({ [owner.user]: "owner" }));
  await found(guests, log);
  return log;
}

/** The first commit. */
export async function found(guests: readonly Guest[], log: LogId): Promise<void> {
  const [founder] = guests;
  if (founder === undefined) throw new Error("a group has a founder");
  await putParts(founder, log);
  const answer = await commit(founder, log, { add: guests.map(({ device }) => device) });
  if (answer?.type !== "appended" || answer.result !== "ok") throw new Error(`not founded: ${JSON.stringify(answer)}`);
}

/** The lobby with these guests in it; at epoch 1, head 1. */
export async function foundLobby(guests: readonly Guest[]): Promise<LogId> {
  const log = guests[0]?.greeting.logs.find(({ kind }) => kind === "lobby")?.log;
  if (log === undefined) throw new Error("no lobby");
  await found(guests, log);
  return log;
}

/** Comes in by itself where there is a group already. The answer is that to its commit: `stale` where another was faster. */
export async function comeIn(by: Guest, log: LogId): Answer {
  const info = await by.client.ask({ type: "getGroupInfo", log, epoch: 0 });
  if (info?.type !== "groupInfo") throw new Error(`no group: ${JSON.stringify(info)}`);
  const { epoch, seq } = info;
  return commit(by, log, { epoch, since: seq, external: true, add: [by.device] });
}

export interface WriteWish {
  readonly text: string;
  /** 1, where nothing else is said. */
  readonly epoch?: number;
  readonly mid?: MessageId;
}

export function write(by: Guest, log: LogId, wish: string | WriteWish): Answer {
  const { text, epoch = 1, mid = newMid() } = typeof wish === "string" ? { text: wish } : wish;
  const body = Buffer.from(text);
  return by.client.ask({ type: "append", log, mid, since: 0, kind: "app", epoch, body, commit: undefined });
}

/** What was delivered of a log, in order. */
export function heard({ client }: Guest, log: LogId): readonly Entry[] {
  return client.frames.flatMap(({ message }) =>
    message.type === "deliver" && message.log === log ? message.entries : [],
  );
}

export const textsOf = (entries: readonly Entry[]): readonly string[] =>
  entries.map(({ body }) => Buffer.from(body).toString());

/** The first change of members that `wanted` accepts. */
export function change(
  { client }: Guest,
  log: LogId,
  wanted: (message: ServerMessageOf<"memberChange">) => boolean = () => true,
): Promise<ServerMessageOf<"memberChange"> | undefined> {
  return client.until(({ message }) =>
    message.type === "memberChange" && message.log === log && wanted(message) ? message : undefined,
  );
}

/** Everything that the server had to say to this device has come: its answer to a question is behind it. */
export async function settled({ client }: Guest): Promise<void> {
  await client.ask({ type: "listUsers", query: "", after: "" });
}

export function leave(guests: readonly Guest[]): void {
  for (const { client } of guests) client.close();
}
