// Messages that disappear: which ones, and when, as lists in the vault by the hour in which their time is over, and the sweeper
// that makes them be gone. It goes on where it was after a restart, and does a handful at a time.
import type { DeviceId, LogId, MessageId } from "../../../model/ids.ts";
import type { Change, Vault } from "../../port/vault.ts";
import type { Aside } from "../asides.ts";
import { readOpened, writeOpened } from "../payload/opened.ts";

export interface ExpiringWorld {
  readonly vault: Pick<Vault, "setting" | "find" | "after">;
  readonly now: () => number;
  readonly after: (ms: number, run: () => void) => () => void;
  readonly put: (changes: readonly Change[]) => void;
  /** Commits what was put. */
  readonly flush: () => void;
  /** The vault failed: the client cannot go on. */
  readonly onFailed: (error: unknown) => void;
}

type Item = readonly [expiresAt: number, log: LogId, mid: MessageId, sender: DeviceId];

const HOUR_MS = 3_600_000;
/** Items of one list: what is written anew with a message, and swept at once. */
const LIST_MOST = 128;
/** Lists that are remembered; then they are read again. */
const REMEMBERED = 64;
/** What is over within a second is swept together. */
const GATHER_MS = 1_000;
const SETTING = "expiring";
const GONE = writeOpened({ kind: "expired" });

export class Expiring {
  readonly #world: ExpiringWorld;
  /** Each hour that has lists, and how many it had. */
  readonly #hours: Map<number, number>;
  readonly #lists = new Map<string, readonly Item[]>();
  #next = Number.POSITIVE_INFINITY;
  #cancel: () => void = () => {};

  constructor(world: ExpiringWorld) {
    this.#world = world;
    this.#hours = new Map(JSON.parse(world.vault.setting(SETTING) ?? "[]") as [number, number][]);
  }

  /** Sweeps what was over while nobody swept. */
  start(): void {
    this.#plan(this.#world.now());
  }

  stop(): void {
    this.#cancel();
  }

  /** A message is about to be kept. Together with it: the place where it is found when its time is over. */
  take({ log, mid, device, said }: Aside): readonly Change[] {
    if ((said.kind !== "text" && said.kind !== "file") || said.expiresAt === undefined) return [];
    const hour = hourOf(said.expiresAt);
    const count = this.#hours.get(hour) ?? 0;
    const last = count === 0 ? [] : this.#list(hour, count);
    const isFull = count === 0 || last.length >= LIST_MOST;
    const item: Item = [said.expiresAt, log, mid, device];
    this.#plan(said.expiresAt);
    if (!isFull) return [this.#putList(hour, count, [...last, item])];
    this.#hours.set(hour, count + 1);
    return [this.#putList(hour, count + 1, [item]), this.#putHours()];
  }

  // ---- the sweeper

  #plan(at: number): void {
    if (at >= this.#next) return;
    this.#cancel();
    this.#next = at;
    const { now, after } = this.#world;
    const wait = at - now();
    // Timers know no waits of a month; looking once more does no harm.
    this.#cancel = after(wait <= 0 ? 0 : Math.min(HOUR_MS, wait + GATHER_MS), () => this.#guarded());
  }

  #guarded(): void {
    this.#next = Number.POSITIVE_INFINITY;
    try {
      this.#sweep();
    } catch (error) {
      this.#world.onFailed(error);
    }
  }

  #sweep(): void {
    const { now, put, flush } = this.#world;
    // What is looked for must be there, and nothing may come between a message as it is and as it will be.
    flush();
    const next = this.#handful(now(), put);
    flush();
    if (this.#lists.size > REMEMBERED) this.#lists.clear();
    if (next !== undefined) this.#plan(next);
  }

  /** One list at most. When there is something to do again; undefined: never, as it stands. */
  #handful(now: number, put: ExpiringWorld["put"]): number | undefined {
    let next = Number.POSITIVE_INFINITY;
    for (const [hour, count] of [...this.#hours].toSorted(([a], [b]) => a - b)) {
      if (hour > hourOf(now)) return Math.min(next, hour * HOUR_MS);
      const swept = this.#hour(hour, count, now);
      put(swept.changes);
      next = Math.min(next, swept.next);
      if (swept.changes.length > 0) return now;
    }
    return next === Number.POSITIVE_INFINITY ? undefined : next;
  }

  #hour(hour: number, count: number, now: number): { readonly changes: readonly Change[]; readonly next: number } {
    let next = Number.POSITIVE_INFINITY;
    for (let number = 1; number <= count; number += 1) {
      const items = this.#list(hour, number);
      const due = items.filter(([at]) => at <= now);
      const rest = items.filter(([at]) => at > now);
      if (due.length > 0) {
        const gone = due.flatMap((item) => this.#gone(item));
        return { changes: [...gone, this.#putList(hour, number, rest)], next };
      }
      next = Math.min(next, ...rest.map(([at]) => at));
    }
    if (next < Number.POSITIVE_INFINITY) return { changes: [], next };
    this.#hours.delete(hour);
    return { changes: [this.#putHours()], next };
  }

  #gone([, log, mid, sender]: Item): readonly Change[] {
    const { vault } = this.#world;
    const found = vault.find(log, mid, sender);
    const entry = found && vault.after(found.row - 1, 1)[0];
    if (entry === undefined || entry.row !== found?.row) return [];
    const { kind } = readOpened(entry.payload);
    return kind === "text" || kind === "file"
      ? [{ put: "rewritten", row: found.row, payload: GONE, text: undefined }]
      : [];
  }

  // ---- the lists

  #list(hour: number, number: number): readonly Item[] {
    const name = nameOf(hour, number);
    const known = this.#lists.get(name) ?? (JSON.parse(this.#world.vault.setting(name) ?? "[]") as readonly Item[]);
    this.#lists.set(name, known);
    return known;
  }

  #putList(hour: number, number: number, items: readonly Item[]): Change {
    const name = nameOf(hour, number);
    this.#lists.set(name, items);
    return items.length === 0 ? { drop: "setting", name } : { put: "setting", name, value: JSON.stringify(items) };
  }

  #putHours(): Change {
    return { put: "setting", name: SETTING, value: JSON.stringify([...this.#hours]) };
  }
}

function hourOf(ms: number): number {
  return Math.floor(ms / HOUR_MS);
}

function nameOf(hour: number, number: number): string {
  return `${SETTING}/${hour}/${number}`;
}
