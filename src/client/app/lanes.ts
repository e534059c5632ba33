// What is to be sent, log by log: carries out what the steps of outbox.ts want. A body is sealed when it leaves, for the epoch of
// that moment, and the key that it took is in the vault before it goes.
import { Fault } from "../../model/fault.ts";
import type { Epoch, MessageId } from "../../model/ids.ts";
import type { Sealed } from "./circle/circle-world.ts";
import type { ConversationsWorld, Held } from "./held.ts";
import * as outbox from "./outbox.ts";
import { vouched } from "./log/vouched.ts";
import { payloadOf, readOpened } from "./payload/opened.ts";
import { encodePayload } from "./payload/payload.ts";

/** A group that refuses for a reason of its own is asked again. */
const RETRY_MS = 2_000;

export interface LanesWorld extends ConversationsWorld {
  readonly setEpoch: (held: Held, epoch: Epoch) => void;
  /** The server knows less of the log than this device. */
  readonly contradicted: (held: Held) => void;
}

interface Letter {
  readonly item: outbox.Item;
  readonly plaintext: Uint8Array;
}

export class Lanes {
  readonly #world: LanesWorld;
  /** Letters are sealed one handful after the other, so that they leave in their order. */
  readonly #sealing = new Map<Held, Promise<void>>();
  /** The one that is begun with when the last is sealed. */
  readonly #next = new Map<Held, outbox.Item[]>();
  /** Counts connections: what was sealed for one that is gone is sealed again. */
  #connection = 0;

  constructor(world: LanesWorld) {
    this.#world = world;
  }

  take(held: Held, step: outbox.LaneStep): void {
    held.lane = step.lane;
    const items: outbox.Item[] = [];
    for (const want of step.wants) {
      if (want.want === "append") items.push(want.item);
      else this.#perform(held, want);
    }
    if (items.length > 0) this.#seal(held, items);
  }

  /** On its way once it is in the vault. */
  queue(held: Held, item: outbox.Item): void {
    const { batch, onQueued } = this.#world;
    const { mid, since, payload } = item;
    const message = { mid, log: held.log, since, payload, storedAt: undefined };
    batch.put({ put: "outgoing", message }, { durable: true });
    batch.afterwards(() => {
      onQueued(mid, payload.length);
      this.take(held, outbox.added(held.lane, [item]));
    });
  }

  /** Once the log is in step, so that nothing is sealed for an epoch that is over; and if the group takes anything now. */
  open(held: Held): void {
    const isInStep = held.sync.phase.at === "live" && held.departure === undefined;
    if (isInStep && this.#world.circles.get(held.log)?.isOpen === true) this.take(held, outbox.opened(held.lane));
  }

  close(held: Held): void {
    this.#next.delete(held);
    held.lane = outbox.closed(held.lane);
  }

  disconnected(): void {
    this.#connection += 1;
  }

  #perform(held: Held, want: Exclude<outbox.LaneWant, { want: "append" }>): void {
    const { after, chance, setEpoch, contradicted } = this.#world;
    switch (want.want) {
      case "stored":
        return this.#stored(held, want);
      case "failed":
        return this.#failed(want.mid, want.code);
      case "hold":
        after(want.ms * (0.5 + chance() / 2), () => this.take(held, outbox.released(held.lane)));
        return;
      case "epoch":
        return setEpoch(held, want.epoch);
      case "contradicted":
        setEpoch(held, want.epoch);
        held.lane = outbox.lowered(held.lane, want.head);
        return contradicted(held);
    }
  }

  /** What is wanted while a handful is being sealed goes into the next one: one commit of the vault for all of it. */
  #seal(held: Held, items: readonly outbox.Item[]): void {
    const next = this.#next.get(held);
    if (next !== undefined) return void next.push(...items);
    const handful = [...items];
    this.#next.set(held, handful);
    const connection = this.#connection;
    const before = this.#sealing.get(held) ?? Promise.resolve();
    const turn = before.then(async () => {
      // What was closed in the meantime is sealed again, and sent when the lane opens.
      if (this.#next.get(held) !== handful) return;
      this.#next.delete(held);
      await this.#send(held, handful, connection);
    });
    this.#sealing.set(
      held,
      turn.catch((error: unknown) => this.#world.onBroken(error)),
    );
  }

  async #send(held: Held, items: readonly outbox.Item[], connection: number): Promise<void> {
    const letters = items.flatMap((item) => this.#letter(held, item) ?? []);
    const sealed = await this.#sealed(held, letters);
    if (sealed === undefined) return;
    await this.#world.batch.settled();
    if (connection !== this.#connection) return;
    // What came back meanwhile is not sent: the server would not look for it so far back.
    const flying = new Set(held.lane.flying.map(({ mid }) => mid));
    letters.forEach(({ item }, at) => {
      const body = sealed.bodies[at];
      if (body === undefined || !flying.has(item.mid)) return;
      const since = Math.max(item.since, held.settled);
      this.#world.append(held.log, { ...item, since }, { epoch: sealed.epoch, body });
    });
  }

  /** One message that cannot be written fails; those behind it go on. */
  #letter(held: Held, item: outbox.Item): Letter | undefined {
    const payload = payloadOf(readOpened(item.payload));
    try {
      if (payload !== undefined) {
        const plaintext = vouched({ payload: encodePayload(payload), head: this.#world.head() });
        return { item, plaintext };
      }
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    }
    this.take(held, outbox.refused(held.lane, item.mid, "unreadable"));
    return undefined;
  }

  /** Undefined: the group takes none now. They wait until it does. */
  async #sealed(held: Held, letters: readonly Letter[]): Promise<Sealed | undefined> {
    const circle = this.#world.circles.get(held.log);
    try {
      if (circle?.isOpen === true)
        return await circle.seal(letters.map(({ item: { mid }, plaintext }) => ({ mid, plaintext })));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#world.after(RETRY_MS, () => this.open(held));
    }
    this.close(held);
    return undefined;
  }

  #stored(held: Held, { item, seq, at }: Extract<outbox.LaneWant, { want: "stored" }>): void {
    held.acked.set(item.mid, { seq, item });
    this.#world.batch.put({ put: "stored", mid: item.mid, seq }, { durable: false });
    this.#world.batch.afterwards(() => this.#world.onStored(item.mid, { seq, at }));
  }

  #failed(mid: MessageId, code: string): void {
    this.#world.batch.put({ put: "failed", mid }, { durable: true });
    this.#world.batch.afterwards(() => this.#world.onFailed(mid, code));
  }
}
