// Asks of others for archive keys: kept until somebody has answered, answered by this device when it is its turn.
import { Fault } from "../../../model/fault.ts";
import {
  type DeviceId,
  type Handle,
  hexOf,
  type LogId,
  type MessageId,
  type Seq,
  type Sha256,
} from "../../../model/ids.ts";
import type { Groups, GroupView } from "../../../mls/groups.ts";
import type { Change, Vault } from "../../port/vault.ts";
import type { Aside } from "../asides.ts";
import type { Circles } from "../circle/circles.ts";
import type { Payload } from "../payload/payload.ts";
import { Handing, type HandingWorld } from "./handing.ts";
import { rankOf, waitMs } from "./rank.ts";
import { KEPT_MS, reachOf } from "./state.ts";

type Ask = Extract<Payload, { readonly kind: "archive-ask" }>;
type Grant = Extract<Payload, { readonly kind: "archive-grant" }>;

export interface AnsweringWorld extends HandingWorld {
  readonly vault: HandingWorld["vault"] & Pick<Vault, "outgoing" | "chainAt">;
  readonly circles: Pick<Circles, "get">;
  readonly groups: Pick<Groups, "grantArchive" | "grantSegments">;
  readonly self: { readonly device: DeviceId; readonly user: Handle };
  readonly after: (ms: number, run: () => void) => () => void;
  readonly afterwards: (run: () => void) => void;
  readonly isConnected: () => boolean;
  readonly say: (log: LogId, payload: Payload) => Promise<unknown>;
  /** Of the time before, this device need not hold anything. */
  readonly reachOf: (log: LogId) => number;
  /** The last entry that is here before what this device is missing itself; undefined: it is missing nothing. */
  readonly missingFrom: (log: LogId) => Seq | undefined;
  readonly onFailed: (error: unknown) => void;
}

/** An ask that nobody answered yet, as it is kept. */
interface OpenAsk {
  readonly mid: MessageId;
  readonly seq: Seq;
  readonly at: number;
  readonly publicKey: string;
  /** Up to there nothing is missing. */
  readonly after: Seq;
  /** Who asks, as the group proved it. */
  readonly user: Handle;
}

/** Of an answer. */
interface Part {
  readonly part: Uint8Array;
  readonly more: boolean;
}

type OpenAsks = Map<DeviceId, OpenAsk>;

const ROW = "asked/";
/** Of one conversation. Whoever comes when so many wait is answered when they ask again. */
const ASKS_MOST = 100;
/** Answers to one device a day: whoever asks more often has them. */
const ANSWERS_MOST = 5;
const DAY_MS = 86_400_000;
/** An own device has begun to hand over, and may be at it for a while: so much later somebody else does. */
const REST_MS = 60_000;
/** Why there is nothing to give, now and later. */
const NOTHING_TO_GIVE = new Set(["no-archive", "not-in-roster", "grant-malformed"]);

export class Answering {
  readonly #world: AnsweringWorld;
  readonly #handing: Handing;
  readonly #logs = new Map<LogId, OpenAsks>();
  readonly #timers = new Map<string, () => void>();
  /** Everything of them is here, on this connection. */
  readonly #inStep = new Set<LogId>();
  /** Being answered, or said and not come back yet. */
  readonly #said = new Set<MessageId>();
  readonly #answered = { day: 0, counts: new Map<string, number>() };

  constructor(world: AnsweringWorld) {
    this.#world = world;
    this.#handing = new Handing(world);
  }

  /** A device of this user waits for its answer, in a conversation whose turn it can be. */
  get isHanding(): boolean {
    return [...this.#logs].some(
      ([log, asks]) => this.#inStep.has(log) && [...asks.values()].some((one) => this.#isOwn(one)),
    );
  }

  asked({ log, seq, mid, at, device, by: user }: Aside, { publicKey, after }: Ask): readonly Change[] {
    if (device === this.#world.self.device) return [];
    const asks = this.#of(log);
    if (asks.size >= ASKS_MOST && !asks.has(device)) return [];
    const ask: OpenAsk = { mid, seq, at, publicKey, after, user };
    asks.set(device, ask);
    this.#world.afterwards(() => this.#plan(log, device));
    return [{ put: "pending", log, name: ROW + device, value: Buffer.from(JSON.stringify(ask), "utf8") }];
  }

  granted({ log, by, device }: Aside, { to, ask, more }: Grant): readonly Change[] {
    const open = this.#of(log).get(to);
    if (open?.mid !== ask) return [];
    // What the devices of a user hold, no other can give.
    const isOwn = this.#isOwn(open);
    if (isOwn && by !== this.#world.self.user) return [];
    // The rest is on its way. If it does not come, somebody else gives all of it; this device goes on with what it began.
    const laterMs = isOwn && device !== this.#world.self.device ? REST_MS : 0;
    if (more) this.#world.afterwards(() => this.#plan(log, to, laterMs));
    if (more) return [];
    this.#said.delete(ask);
    return this.#forget(log, to);
  }

  greeted(): void {
    this.#inStep.clear();
  }

  /** The oldest first. */
  inStep(log: LogId): void {
    this.#inStep.add(log);
    const asks = [...this.#of(log)].toSorted(([, a], [, b]) => a.seq - b.seq);
    for (const [device, { at }] of asks) {
      if (this.#world.now() - at > KEPT_MS) this.#world.put(this.#forget(log, device));
      else this.#plan(log, device);
    }
  }

  /** This device is missing nothing any more: those who wait for what it was missing, too, can be answered. */
  whole(log: LogId): void {
    for (const device of this.#of(log).keys()) if (!this.#timers.has(log + device)) this.#plan(log, device);
  }

  over(log: LogId): void {
    for (const device of this.#of(log).keys()) this.#cancel(log, device);
    this.#logs.delete(log);
    this.#inStep.delete(log);
  }

  stop(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  // ---- whose turn it is

  #plan(log: LogId, device: DeviceId, laterMs = 0): void {
    const ask = this.#of(log).get(device);
    const view = this.#world.circles.get(log)?.view;
    if (ask === undefined || view === undefined || !this.#inStep.has(log)) return;
    const { self } = this.#world;
    const rank = rankOf(self.device, view.members, { device, mid: ask.mid });
    // Whoever asked is out again, or this device is on its way out.
    if (rank === undefined) return this.#world.put(this.#forget(log, device));
    const isOwn = this.#isOwn(ask);
    this.#cancel(log, device);
    // Both wait for the same: whoever gets it first gives it on.
    const from = this.#world.missingFrom(log);
    if (isOwn && from !== undefined && from <= ask.after) return;
    const before = isOwn ? view.members.filter(({ user }) => user === self.user) : view.members;
    const ms = laterMs + waitMs(rank, { lacks: this.#lacks(log, view, isOwn), members: before.length });
    this.#timers.set(
      log + device,
      this.#world.after(ms, () => {
        this.#timers.delete(log + device);
        this.#answer(log, device).catch((error: unknown) => this.#failed(error));
      }),
    );
  }

  /** This device does not have all that the asker may have. */
  #lacks(log: LogId, { terms }: GroupView, isOwn: boolean): boolean {
    const wanted = isOwn ? 0 : reachOf(terms.history, this.#world.now());
    return wanted !== undefined && this.#world.reachOf(log) > wanted;
  }

  #isOwn({ user }: OpenAsk): boolean {
    return user === this.#world.self.user;
  }

  async #answer(log: LogId, device: DeviceId): Promise<void> {
    const { circles, isConnected, vault, flush, say } = this.#world;
    const ask = this.#of(log).get(device);
    if (ask === undefined || !this.#isTurn(log, ask)) return;
    if (circles.get(log)?.isOpen !== true || !isConnected() || !this.#isWorth(log, device, ask)) return;
    flush();
    const chain = vault.chainAt(log, ask.seq);
    if (chain === undefined) return;
    const grant = { kind: "archive-grant", to: device, ask: ask.mid, chain: hexOf(chain) as Sha256 } as const;
    this.#said.add(ask.mid);
    try {
      for await (const { part, more } of this.#parts(log, device, ask)) {
        const sealed = Buffer.from(part).toString("base64url");
        // What does not come to be said is said at the next greeting.
        say(log, { ...grant, more, sealed }).catch(() => this.#said.delete(ask.mid));
      }
    } catch (error) {
      this.#said.delete(ask.mid);
      throw error;
    }
  }

  /** Archive keys, and for an own device, which waits for both, what is held here. */
  async *#parts(log: LogId, device: DeviceId, ask: OpenAsk): AsyncGenerator<Part> {
    const isWanted = (): boolean => this.#of(log).get(device) === ask;
    const isOwn = this.#isOwn(ask);
    const keys = this.#handing.hasBegun({ log, device, mid: ask.mid }) ? [] : await this.#keys(log, device, ask);
    for (const [at, part] of keys.entries()) if (isWanted()) yield { part, more: isOwn || at < keys.length - 1 };
    if (!isOwn) return;
    const { mid, after, seq } = ask;
    const segments = await this.#handing.segments({ log, device, mid, after, seq, isWanted });
    if (segments === undefined) return;
    const to = { device, publicKey: keyOf(ask) };
    yield { part: await this.#world.groups.grantSegments(log, to, segments), more: false };
  }

  async #keys(log: LogId, device: DeviceId, ask: OpenAsk): Promise<readonly Uint8Array[]> {
    try {
      return await this.#world.groups.grantArchive(log, { device, publicKey: keyOf(ask) });
    } catch (error) {
      const isOver = error instanceof Fault && NOTHING_TO_GIVE.has(error.code);
      if (isOver && this.#of(log).get(device) === ask) this.#world.put(this.#forget(log, device));
      throw error;
    }
  }

  /** Not said in this run, nor in one before. */
  #isTurn(log: LogId, { mid }: OpenAsk): boolean {
    if (this.#said.has(mid) || !this.#inStep.has(log)) return false;
    return !this.#world.vault.outgoing().some((one) => one.log === log && one.payload.includes(mid));
  }

  #isWorth(log: LogId, device: DeviceId, { mid }: OpenAsk): boolean {
    if (this.#handing.hasBegun({ log, device, mid })) return true;
    const day = Math.floor(this.#world.now() / DAY_MS);
    const { counts } = this.#answered;
    if (day !== this.#answered.day) counts.clear();
    this.#answered.day = day;
    const count = counts.get(log + device) ?? 0;
    counts.set(log + device, count + 1);
    return count < ANSWERS_MOST;
  }

  #failed(error: unknown): void {
    if (!(error instanceof Fault)) this.#world.onFailed(error);
  }

  // ---- what is kept

  #forget(log: LogId, device: DeviceId): readonly Change[] {
    this.#cancel(log, device);
    this.#of(log).delete(device);
    return [{ drop: "pending", log, name: ROW + device }, this.#handing.forget(log, device)];
  }

  #cancel(log: LogId, device: DeviceId): void {
    this.#timers.get(log + device)?.();
    this.#timers.delete(log + device);
  }

  #of(log: LogId): OpenAsks {
    const known = this.#logs.get(log);
    if (known !== undefined) return known;
    const rows = [...this.#world.vault.pending(log)].filter(([name]) => name.startsWith(ROW));
    const read: OpenAsks = new Map(
      rows.map(([name, row]) => {
        return [name.slice(ROW.length) as DeviceId, JSON.parse(Buffer.from(row).toString("utf8")) as OpenAsk];
      }),
    );
    this.#logs.set(log, read);
    return read;
  }
}

function keyOf({ publicKey }: OpenAsk): Uint8Array {
  return new Uint8Array(Buffer.from(publicKey, "base64url"));
}
