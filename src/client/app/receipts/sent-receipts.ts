// What this user lets others know: that their messages came, and were read. Seldom, and about everything up to a place at once.
import type { Handle, LogId, Seq } from "../../../model/ids.ts";
import type { HeldEntry, Vault } from "../../port/vault.ts";
import { SEQS_MOST } from "../payload/fields.ts";
import { readOpened } from "../payload/opened.ts";
import type { Payload } from "../payload/payload.ts";

type Receipt = Extract<Payload, { readonly kind: "receipt" }>;

export interface SentReceiptsWorld {
  readonly vault: Pick<Vault, "setting" | "logs" | "history">;
  readonly self: Handle;
  readonly userOf: (sender: HeldEntry["sender"]) => Handle | undefined;
  readonly now: () => number;
  readonly after: (ms: number, run: () => void) => void;
  /** Runs once everything put so far is in the vault. */
  readonly afterwards: (run: () => void) => void;
  /** The user wants it, and the conversation is one for receipts. */
  readonly isOn: (log: LogId) => boolean;
  /** Connected, and in the group. */
  readonly mayWrite: (log: LogId) => boolean;
  readonly say: (log: LogId, receipt: Receipt) => Promise<unknown>;
  /** With the next commit of the vault. */
  readonly keep: (name: string, value: string) => void;
}

/** One in so long for each conversation, and the next when the last one is stored. */
const REST_MS = 2_000;
/** Messages looked through for one of others, at the first look at a conversation. */
const LOOKED_AT = 16;
/** And for those that could not be opened, before something is said of them. */
const LOOKED_THROUGH = 500;

interface State {
  /** The last message of others. */
  newest: Seq;
  read: Seq;
  /** As it was said last, by whichever device of this user. */
  said: { readonly delivered: Seq; readonly read: Seq };
  saidAt: number;
  isWaiting: boolean;
}

export class SentReceipts {
  readonly #world: SentReceiptsWorld;
  readonly #states = new Map<LogId, State>();
  readonly #read: Map<LogId, Seq>;

  constructor(world: SentReceiptsWorld) {
    this.#world = world;
    this.#read = new Map(world.vault.logs().map(({ log, read }) => [log, read]));
  }

  /** A message of somebody else is about to be kept. */
  heard(log: LogId, seq: Seq): void {
    const state = this.#state(log);
    // The server lost what was there: the places are given anew.
    if (seq <= state.said.delivered) state.said = { delivered: seq - 1, read: Math.min(state.said.read, seq - 1) };
    state.newest = seq;
    this.#world.afterwards(() => this.look(log));
  }

  /** Another device of this user has said it. True: more is read than before. */
  said(log: LogId, { delivered, read }: Receipt): boolean {
    const state = this.#state(log);
    const isMore = read > state.read;
    state.said = { delivered: Math.max(state.said.delivered, delivered), read: Math.max(state.said.read, read) };
    state.read = Math.max(state.read, read);
    this.#keep(log, state);
    return isMore;
  }

  read(log: LogId, seq: Seq): void {
    const state = this.#state(log);
    state.read = Math.max(state.read, seq);
    this.look(log);
  }

  /** Perhaps there is something to say, and it can be said now. */
  look(log: LogId): void {
    const { isOn, mayWrite, now, after } = this.#world;
    if (!isOn(log)) return;
    const state = this.#state(log);
    if (state.isWaiting || !isNews(state) || !mayWrite(log)) return;
    const wait = Math.min(REST_MS, state.saidAt + REST_MS - now());
    if (wait <= 0) return this.#say(log, state);
    state.isWaiting = true;
    after(wait, () => this.#again(log, state));
  }

  #say(log: LogId, state: State): void {
    const without = this.#unread(log, state);
    [state.said, state.saidAt, state.isWaiting] = [newsOf(state), this.#world.now(), true];
    const again = (): void => this.#again(log, state);
    // What fails is not said again: the next one says more.
    const receipt = { kind: "receipt", ...state.said, ...(without.length === 0 ? {} : { without }) } as const;
    this.#world.say(log, receipt).then(again, again);
    this.#keep(log, state);
  }

  /** What nobody could open here did not come: whoever wrote it is not told that it did. */
  #unread(log: LogId, state: State): readonly Seq[] {
    const { newest, said } = state;
    // Of what was delivered before nothing is said again, until it was read.
    const since = newsOf(state).read > said.read ? said.read : said.delivered;
    const held = this.#world.vault.history(log, newest + 1, Math.min(LOOKED_THROUGH, newest - since));
    const closed = held.filter(({ seq, payload }) => seq > since && readOpened(payload).kind === "unreadable");
    return closed.map(({ seq }) => seq).slice(-SEQS_MOST);
  }

  #again(log: LogId, state: State): void {
    state.isWaiting = false;
    this.look(log);
  }

  #keep(log: LogId, { said }: State): void {
    this.#world.keep(nameOf(log), JSON.stringify(said));
  }

  #state(log: LogId): State {
    const known = this.#states.get(log);
    if (known !== undefined) return known;
    const kept = this.#world.vault.setting(nameOf(log));
    const said = kept === undefined ? { delivered: 0, read: 0 } : (JSON.parse(kept) as State["said"]);
    const read = this.#read.get(log) ?? 0;
    const state = { newest: this.#newest(log), read, said, saidAt: Number.NEGATIVE_INFINITY, isWaiting: false };
    this.#states.set(log, state);
    return state;
  }

  /** What came in an earlier run and was perhaps not said. */
  #newest(log: LogId): Seq {
    const { vault, userOf, self } = this.#world;
    const isOfOthers = ({ sender, payload, lost }: HeldEntry): boolean => {
      const user = userOf(sender);
      return user !== undefined && user !== self && !lost && readOpened(payload).kind !== "unreadable";
    };
    return vault.history(log, Number.MAX_SAFE_INTEGER, LOOKED_AT).findLast(isOfOthers)?.seq ?? 0;
  }
}

function newsOf({ newest, read }: State): State["said"] {
  return { delivered: newest, read: Math.min(read, newest) };
}

function isNews(state: State): boolean {
  const { delivered, read } = newsOf(state);
  return delivered > state.said.delivered || read > state.said.read;
}

function nameOf(log: LogId): string {
  return `receipts-said/${log}`;
}
