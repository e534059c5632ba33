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
import { rankOf, waitMs } from "./rank.ts";
import { KEPT_MS, reachOf } from "./state.ts";

type Ask = Extract<Payload, { readonly kind: "archive-ask" }>;
type Grant = Extract<Payload, { readonly kind: "archive-grant" }>;

export interface AnsweringWorld {
  readonly vault: Pick<Vault, "pending" | "outgoing" | "chainAt">;
  readonly circles: Pick<Circles, "get">;
  readonly groups: Pick<Groups, "grantArchive">;
  readonly self: { readonly device: DeviceId; readonly user: Handle };
  readonly now: () => number;
  readonly after: (ms: number, run: () => void) => () => void;
  readonly afterwards: (run: () => void) => void;
  readonly put: (changes: readonly Change[]) => void;
  readonly flush: () => void;
  readonly isConnected: () => boolean;
  readonly say: (log: LogId, payload: Payload) => Promise<unknown>;
  /** Of the time before, this device need not hold anything. */
  readonly reachOf: (log: LogId) => number;
  readonly onFailed: (error: unknown) => void;
}

/** An ask that nobody answered yet, as it is kept. */
interface OpenAsk {
  readonly mid: MessageId;
  readonly seq: Seq;
  readonly at: number;
  readonly publicKey: string;
}

type OpenAsks = Map<DeviceId, OpenAsk>;

const ROW = "asked/";
/** Of one conversation. Whoever comes when so many wait is answered when they ask again. */
const ASKS_MOST = 100;
/** Answers to one device a day: whoever asks more often has them. */
const ANSWERS_MOST = 5;
const DAY_MS = 86_400_000;
/** Why there is nothing to give, now and later. */
const NOTHING_TO_GIVE = new Set(["no-archive", "not-in-roster", "grant-malformed"]);

export class Answering {
  readonly #world: AnsweringWorld;
  readonly #logs = new Map<LogId, OpenAsks>();
  readonly #timers = new Map<string, () => void>();
  /** Everything of them is here, on this connection. */
  readonly #inStep = new Set<LogId>();
  /** Said, and not come back yet. */
  readonly #said = new Set<MessageId>();
  readonly #answered = { day: 0, counts: new Map<string, number>() };

  constructor(world: AnsweringWorld) {
    this.#world = world;
  }

  asked({ log, seq, mid, at, device }: Aside, { publicKey }: Ask): readonly Change[] {
    if (device === this.#world.self.device) return [];
    const asks = this.#of(log);
    if (asks.size >= ASKS_MOST && !asks.has(device)) return [];
    const ask: OpenAsk = { mid, seq, at, publicKey };
    asks.set(device, ask);
    this.#world.afterwards(() => this.#plan(log, device));
    return [{ put: "pending", log, name: ROW + device, value: Buffer.from(JSON.stringify(ask), "utf8") }];
  }

  granted(log: LogId, { to, ask, more }: Grant): readonly Change[] {
    if (this.#of(log).get(to)?.mid !== ask) return [];
    // The rest is on its way. If it does not come, somebody else gives all of it.
    if (more) this.#world.afterwards(() => this.#plan(log, to));
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

  #plan(log: LogId, device: DeviceId): void {
    const ask = this.#of(log).get(device);
    const view = this.#world.circles.get(log)?.view;
    if (ask === undefined || view === undefined || !this.#inStep.has(log)) return;
    const { self } = this.#world;
    const rank = rankOf(self.device, view.members, { device, mid: ask.mid });
    // Whoever asked is out again, or this device is on its way out.
    if (rank === undefined) return this.#world.put(this.#forget(log, device));
    const ms = waitMs(rank, { lacks: this.#lacks(log, view, device), members: view.members.length });
    this.#cancel(log, device);
    this.#timers.set(
      log + device,
      this.#world.after(ms, () => {
        this.#timers.delete(log + device);
        this.#answer(log, device).catch((error: unknown) => this.#failed(error));
      }),
    );
  }

  /** This device does not have all that the asker may have. */
  #lacks(log: LogId, { members, terms }: GroupView, device: DeviceId): boolean {
    const { self, now } = this.#world;
    const isOwn = members.some((one) => one.device === device && one.user === self.user);
    const wanted = isOwn ? 0 : reachOf(terms.history, now());
    return wanted !== undefined && this.#world.reachOf(log) > wanted;
  }

  async #answer(log: LogId, device: DeviceId): Promise<void> {
    const { circles, isConnected, vault, flush, say } = this.#world;
    const ask = this.#of(log).get(device);
    if (ask === undefined || !this.#isTurn(log, ask)) return;
    if (circles.get(log)?.isOpen !== true || !isConnected() || !this.#isWorth(log, device)) return;
    flush();
    const chain = vault.chainAt(log, ask.seq);
    if (chain === undefined) return;
    const parts = await this.#parts(log, device, ask);
    if (parts === undefined || this.#of(log).get(device) !== ask) return;
    this.#said.add(ask.mid);
    const grant = { kind: "archive-grant", to: device, ask: ask.mid, chain: hexOf(chain) as Sha256 } as const;
    const said = parts.map((part, at) => {
      const sealed = Buffer.from(part).toString("base64url");
      return say(log, { ...grant, more: at < parts.length - 1, sealed });
    });
    // What does not come to be said is said at the next greeting.
    Promise.all(said).catch(() => this.#said.delete(ask.mid));
  }

  async #parts(log: LogId, device: DeviceId, ask: OpenAsk): Promise<readonly Uint8Array[] | undefined> {
    const publicKey = new Uint8Array(Buffer.from(ask.publicKey, "base64url"));
    try {
      return await this.#world.groups.grantArchive(log, { device, publicKey });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (NOTHING_TO_GIVE.has(error.code) && this.#of(log).get(device) === ask)
        this.#world.put(this.#forget(log, device));
      return undefined;
    }
  }

  /** Not said in this run, nor in one before. */
  #isTurn(log: LogId, { mid }: OpenAsk): boolean {
    if (this.#said.has(mid) || !this.#inStep.has(log)) return false;
    return !this.#world.vault.outgoing().some((one) => one.log === log && one.payload.includes(mid));
  }

  #isWorth(log: LogId, device: DeviceId): boolean {
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
    return [{ drop: "pending", log, name: ROW + device }];
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
