// A server that holds less than we do, or something else: the position goes back, our history stays, and what this device sent
// is sent again, so that nothing is lost.
import type { DeviceId, LogId, MessageId, Seq } from "../../model/ids.ts";
import type { HeldEntry, Vault } from "../port/vault.ts";
import type { ClientEvent } from "../port/views.ts";
import type { Batch } from "./batch.ts";
import type { Circles } from "./circle/circles.ts";
import type { Held } from "./held.ts";
import * as outbox from "./outbox.ts";
import { payloadOf, readOpened, writeOpened } from "./payload/opened.ts";
import type { SyncWant } from "./sync.ts";

/** Takes a seq below every order of this run: what was in a log once goes before what was not. */
const LATEST = Number.MAX_SAFE_INTEGER;

export interface RecoveryWorld {
  readonly vault: Vault;
  readonly batch: Batch;
  readonly circles: Circles;
  readonly self: DeviceId;
  readonly now: () => number;
  readonly nameOf: (log: LogId) => string;
  readonly tell: (event: ClientEvent) => void;
  readonly alarm: (code: string, message: string) => void;
  readonly onQueued: (mid: MessageId, chars: number) => void;
  readonly lane: (held: Held, step: outbox.LaneStep) => void;
  readonly openLane: (held: Held) => void;
}

export class Recovery {
  readonly #world: RecoveryWorld;

  constructor(world: RecoveryWorld) {
    this.#world = world;
  }

  move(held: Held, { from, seq, chain, why }: Extract<SyncWant, { want: "move" }>): void {
    const { batch, circles, nameOf, alarm } = this.#world;
    batch.put({ put: "position", log: held.log, seq, chain }, { durable: true });
    batch.flush();
    held.settled = seq;
    // A newcomer begins where it came in, and so does who was out and is in again.
    if (why === "trimmed" && (from === 0 || circles.get(held.log)?.beginsAfter(seq) === true)) return;
    if (why === "trimmed") return this.#tellTrimmed(held);
    circles.get(held.log)?.rewound(seq);
    const code = why === "restored" ? "server-behind" : "log-forked";
    const what =
      why === "restored"
        ? "the server was restored from an older backup"
        : "the server's history is another than the one it gave before";
    alarm(
      code,
      `${nameOf(held.log)}: ${what}: it has the same entries as this device only up to ${seq}, this device holds ${from}; nothing is deleted here, and what this device sent is sent again`,
    );
    this.#requeueLost(held, seq);
  }

  /** Acknowledged at a place that we hold by now, and something else is there. */
  requeueUnseen(held: Held, until: Seq): void {
    for (const { seq, item } of held.acked.values()) if (seq <= until) this.#requeue(held, item);
  }

  #requeueLost(held: Held, common: Seq): void {
    const { vault, self, batch, openLane } = this.#world;
    const lost = vault.lostOf(held.log, self).filter(({ kind }) => kind === "app");
    held.lane = outbox.lowered(held.lane, common);
    const unseen = [...held.acked.values()].filter(({ seq }) => seq > common);
    for (const entry of lost) {
      const payload = this.#toSay(entry);
      if (payload === undefined) continue;
      this.#requeue(held, { mid: entry.mid, payload, since: common, order: entry.seq - LATEST });
    }
    for (const { item } of unseen) this.#requeue(held, { ...item, since: common });
    batch.afterwards(() => openLane(held));
  }

  /** As it is sent again. Of an edit only its target is kept: what it said stands there. Undefined: it has nothing to say any more. */
  #toSay({ log, payload }: HeldEntry): string | undefined {
    const opened = readOpened(payload);
    if (opened.kind !== "settled" || opened.of !== "edit") return payloadOf(opened) === undefined ? undefined : payload;
    const row = this.#world.vault.named(log, opened.target);
    const target = row && readOpened(row.payload);
    if (target?.kind !== "text" || row?.lost === true) return undefined;
    return writeOpened({ kind: "edit", target: opened.target, text: target.text });
  }

  #requeue(held: Held, item: outbox.Item): void {
    const { batch, onQueued, lane } = this.#world;
    const { mid, since, payload } = item;
    held.acked.delete(mid);
    const { waiting, flying, again } = held.lane;
    if ([...waiting, ...flying, ...again].some((one) => one.mid === mid)) return;
    const message = { mid, log: held.log, since, payload, storedAt: undefined };
    batch.put({ put: "outgoing", message }, { durable: true });
    batch.put({ put: "requeued", mid, since }, { durable: true });
    batch.afterwards(() => {
      onQueued(mid, payload.length);
      lane(held, outbox.returned(held.lane, item));
    });
  }

  #tellTrimmed({ log, kind }: Held): void {
    const { tell, now, nameOf } = this.#world;
    tell({ event: "conversation", at: now(), conversation: nameOf(log), id: log, kind, change: "trimmed" });
  }
}
