// A device whose groups are at work on a real server: circles over a bare connection, with a vault of maps. The test says when it
// reads the logs, so that it can say in which order things happen.
import { randomBytes } from "node:crypto";
import type { Ask } from "../../src/client/app/circle/ask.ts";
import { Circle } from "../../src/client/app/circle/circle.ts";
import type { CircleNews } from "../../src/client/app/circle/circle-world.ts";
import type { Change } from "../../src/client/port/vault.ts";
import { Fault } from "../../src/model/fault.ts";
import type { DeviceId, Handle, LogId, MessageId, Seq } from "../../src/model/ids.ts";
import { Credentials } from "../../src/mls/credentials.ts";
import { GroupHost } from "../../src/mls/group-host.ts";
import type { Outcome } from "../../src/mls/groups.ts";
import { CLASSIC, HYBRID, suiteNumber, type SuiteName } from "../../src/mls/suite.ts";
import { nameDevice, newPathCache } from "../../src/pki/peer.ts";
import type { Realm } from "../../src/pki/realm.ts";
import { inboxLog } from "../../src/wire/log-id.ts";
import type { ClientMessage, Entry, LogState, ServerMessageOf } from "../../src/wire/messages.ts";
import { decodeWelcomeNote } from "../../src/wire/note.ts";
import { ownOf } from "./mls.ts";
import type { RawClient } from "./raw-client.ts";
import type { TestIdentity } from "./realm.ts";
import type { TestServer } from "./server.ts";

const PACKAGES = 5;

interface Rows {
  readonly groups: Map<string, Uint8Array>;
  readonly pending: Map<string, Uint8Array>;
}

export interface CircleWish {
  /** Every device of the realm and whose it is. */
  readonly people: ReadonlyMap<DeviceId, Handle>;
  readonly suite?: SuiteName;
}

export class CircleDevice {
  readonly device: DeviceId;
  readonly user: Handle;
  /** What it read: `user: text`, and the codes of what it could not. */
  readonly read: string[] = [];
  readonly news: string[] = [];
  readonly circles = new Map<LogId, Circle>();
  /** What leaves only when this has resolved. */
  holds: (message: ClientMessage) => Promise<void> | undefined = () => undefined;
  readonly #identity: TestIdentity;
  readonly #realm: Realm;
  readonly #rows = new Map<LogId, Rows>();
  readonly #packages = new Map<string, Uint8Array>();
  readonly #seqs = new Map<LogId, Seq>();
  readonly #epochs = new Map<LogId, number>();
  readonly #written = new Set<MessageId>();
  #host: GroupHost;
  #client: RawClient | undefined;
  readonly people: CircleWish["people"];
  readonly #suite: SuiteName;

  constructor(realm: Realm, identity: TestIdentity, { people, suite = CLASSIC }: CircleWish) {
    const { device, user } = nameDevice(identity.chain, realm);
    [this.device, this.user, this.#identity, this.#realm, this.people] = [device, user, identity, realm, people];
    this.#suite = suite;
    this.#host = this.#newHost();
  }

  #newHost(): GroupHost {
    const credentials = new Credentials(this.#realm, newPathCache());
    const own = ownOf(this.#identity, this.device);
    return new GroupHost({ credentials, own, now: () => new Date(), newSuite: this.#suite });
  }

  async connect(server: Pick<TestServer, "connect">): Promise<void> {
    this.#client = await server.connect(this.#identity);
    const greeting = await this.#client.hello();
    await this.#fill();
    for (const state of greeting.logs) if (state.kind !== "inbox") await this.#met(state);
    await this.sync();
    for (const state of greeting.logs) if (state.kind !== "inbox") this.circles.get(state.log)?.live(state);
  }

  cut(): void {
    this.#client?.close();
    this.#client = undefined;
    for (const circle of this.circles.values()) circle.gone();
  }

  /** Forgets everything but what a vault would hold. */
  restart(): void {
    this.cut();
    this.circles.clear();
    this.#host = this.#newHost();
  }

  /** As after a lost disk: nobody knows anything here any more. */
  forget(): void {
    this.restart();
    this.#rows.clear();
    this.#packages.clear();
  }

  circle(log: LogId): Circle {
    const circle = this.circles.get(log);
    if (circle === undefined) throw new Error(`no circle of ${log}`);
    return circle;
  }

  /** Reads every log to its end; how often it must be done is for the test to say. */
  async sync(): Promise<void> {
    await this.#inbox();
    for (const log of this.circles.keys()) await this.#readLog(log);
  }

  async say(log: LogId, text: string): Promise<void> {
    const mid = randomBytes(16).toString("hex") as MessageId;
    const { bodies, epoch } = await this.circle(log).seal([{ mid, plaintext: Buffer.from(text, "utf8") }]);
    const [body = new Uint8Array()] = bodies;
    this.#written.add(mid);
    const since = this.#seqs.get(log) ?? 0;
    const append = { type: "append", log, mid, since, kind: "app", epoch, body, commit: undefined } as const;
    const { result } = await this.#ask(append, "appended");
    if (result !== "ok") throw new Fault(result, `the message was not stored: ${result}`);
  }

  /** A conversation of its own making, or one that it heard of. */
  async met(log: LogId, hopes = false): Promise<void> {
    const { conversations } = await this.#ask({ type: "listConversations", log }, "conversationList");
    const [one] = conversations;
    if (one === undefined) throw new Error(`no conversation ${log}`);
    await this.#met(one.state);
    this.circle(log).live(one.state, hopes);
  }

  /** Into an open room, by itself. */
  async come(log: LogId): Promise<void> {
    const nothing = {
      epoch: 1,
      head: 0,
      first: 1,
      from: 0,
      cursor: 0,
      standing: "ok",
      terms: new Uint8Array(),
    } as const;
    const state: LogState = { log, kind: "room", member: false, leaving: [], until: 0, ...nothing };
    await this.#met(state);
    this.circle(log).live(state);
  }

  async create(log: LogId, terms: Uint8Array): Promise<void> {
    const { state } = await this.#ask({ type: "create", log, kind: "room", terms }, "created");
    await this.#met(state);
    this.circle(log).live(state);
  }

  // ---- parts

  readonly #ask: Ask = async (message, wanted) => {
    await this.holds(message);
    const answer = await this.#client?.ask(message);
    if (answer === undefined) throw new Fault("offline", "no connection");
    if (answer.type === "error") throw new Fault(answer.code, answer.message);
    if (answer.type !== wanted) throw new Error(`${answer.type} instead of ${wanted}`);
    return answer as ServerMessageOf<typeof wanted>;
  };

  async #met(state: LogState): Promise<void> {
    const { log } = state;
    if (this.circles.has(log)) return;
    const rows = this.#rowsOf(log);
    const circle = new Circle({
      log,
      groups: this.#host,
      ask: this.#ask,
      self: { device: this.device, user: this.user },
      devicesOf: (user) => [...this.people].filter(([, one]) => one === user).map(([device]) => device),
      vault: {
        groupRows: () => rows.groups,
        pending: () => rows.pending,
        keyPackage: (ref) => this.#packages.get(ref),
      },
      put: (changes) => this.#keep(changes),
      settled: () => Promise.resolve(),
      random: randomBytes,
      chance: Math.random,
      after: (ms, run) => void setTimeout(run, Math.min(ms, 50)),
      readsInbox: () => false,
      judged: (view) => ({ view, awaits: false }),
      onNews: (news) => this.news.push(newsOf(news)),
    });
    this.circles.set(log, circle);
    await circle.start({ epoch: this.#epochs.get(log) ?? 0, seq: this.#seqs.get(log) ?? 0 });
  }

  #rowsOf(log: LogId): Rows {
    const rows = this.#rows.get(log) ?? { groups: new Map(), pending: new Map() };
    this.#rows.set(log, rows);
    return rows;
  }

  #keep(changes: readonly Change[]): void {
    for (const change of changes) this.#keepOne(change);
  }

  #keepOne(change: Change): void {
    if ("put" in change && change.put === "group") {
      const { groups } = this.#rowsOf(change.log);
      for (const name of change.rows.drop) groups.delete(name);
      for (const [name, row] of change.rows.put) groups.set(name, row);
    } else if ("put" in change && change.put === "pending")
      this.#rowsOf(change.log).pending.set(change.name, change.value);
    else if ("drop" in change && change.drop === "pending") this.#rowsOf(change.log).pending.delete(change.name);
    else if ("drop" in change && change.drop === "key-package") this.#packages.delete(change.ref);
  }

  async #fill(): Promise<void> {
    const made = [
      ...(await this.#host.keyPackages(HYBRID, PACKAGES)),
      ...(await this.#host.keyPackages(CLASSIC, PACKAGES)),
    ];
    for (const { ref, secret } of made) this.#packages.set(ref, secret);
    const packages = made.map(({ suite, bytes, expiresAt }) => ({
      suite: suiteNumber(suite),
      package: bytes,
      expiresAt,
    }));
    await this.#ask({ type: "putKeyPackages", packages, lastResorts: [], replaces: false }, "keyPackagesStored");
  }

  async #page(log: LogId): Promise<readonly Entry[]> {
    const after = this.#seqs.get(log) ?? 0;
    const { entries } = await this.#ask({ type: "fetch", log, after, maxCount: 0, maxBytes: 0 }, "page");
    return entries;
  }

  async #inbox(): Promise<void> {
    const log = inboxLog(this.device);
    for (const entry of await this.#page(log)) {
      this.#seqs.set(log, entry.seq);
      const note = decodeWelcomeNote(entry.note);
      if (!this.circles.has(note.log)) await this.met(note.log, true);
      this.#seqs.set(note.log, Math.max(this.#seqs.get(note.log) ?? 0, note.seq));
      await this.circle(note.log).welcomed(note, entry.body);
    }
  }

  async #readLog(log: LogId): Promise<void> {
    const circle = this.circle(log);
    if (circle.view === undefined) return;
    const entries = await this.#page(log).catch(() => []);
    const others = entries.filter(({ mid }) => !this.#written.has(mid));
    await circle.open(others, (outcomes) => {
      for (const outcome of outcomes) this.read.push(...textOf(outcome));
    });
    const last = entries.at(-1);
    if (last === undefined) return;
    this.#seqs.set(log, last.seq);
    this.#epochs.set(log, circle.epoch);
  }
}

function textOf(outcome: Outcome): readonly string[] {
  if (outcome.kind === "message") return [`${outcome.from.user}: ${Buffer.from(outcome.plaintext).toString("utf8")}`];
  if (outcome.kind === "fault" && outcome.code === "before-joining") return [];
  return outcome.kind === "fault" ? [`[${outcome.code}]`] : [];
}

function newsOf(news: CircleNews): string {
  if (news.news === "in" || news.news === "too-late" || news.news === "back") return news.news;
  if (news.news === "shut") return `shut: ${news.why}`;
  return news.outcome.kind === "fault" ? `refused commit: ${news.outcome.code}` : "commit";
}
