// Who is connected and what they hear of: one room for each log somebody listens to. A message is encoded once for each tick
// and room, and the same bytes go to every member. It reads the store only to fill a gap that a hint told it of.
import type { DeviceId, LogId, Seq } from "../../model/ids.ts";
import { PAGE_BYTES, PAGE_COUNT } from "../../model/limits.ts";
import { encodeServerFrame } from "../../wire/codec.ts";
import type { Entry } from "../../wire/messages.ts";
import type { Clock } from "../port/clock.ts";
import type { Log } from "../port/log.ts";
import type { Outlet } from "../port/outlet.ts";
import type { Store } from "../port/store.ts";
import { reason } from "../../model/fault.ts";

interface Room {
  readonly log: LogId;
  readonly outlets: Outlet[];
  /** Everything up to here was given out or is in `queue`. */
  delivered: Seq;
  queue: Entry[];
  filling: boolean;
  /** Who came while older entries were still to be given out, and from where on it hears. Mostly empty. */
  readonly late: Map<Outlet, Seq>;
}

export interface AudienceWorld {
  readonly store: Store;
  readonly log: Log;
  readonly clock: Clock;
}

export class Audience {
  readonly #world: AudienceWorld;
  readonly #rooms = new Map<LogId, Room>();
  readonly #devices = new Map<DeviceId, Outlet>();
  #dirty: Room[] = [];

  constructor(world: AudienceWorld) {
    this.#world = world;
  }

  get size(): number {
    return this.#devices.size;
  }

  outlets(): IterableIterator<Outlet> {
    return this.#devices.values();
  }

  outletOf(device: DeviceId): Outlet | undefined {
    return this.#devices.get(device);
  }

  /** The device is connected; the outlet it had before, if any, is returned and no longer heard of. */
  enter(outlet: Outlet): Outlet | undefined {
    const older = this.#devices.get(outlet.device);
    if (older !== undefined) this.leave(older);
    this.#devices.set(outlet.device, outlet);
    return older;
  }

  /** False if it was gone already (a newer connection took over). */
  leave(outlet: Outlet): boolean {
    for (const log of outlet.logs) this.unsubscribe(outlet, log);
    if (this.#devices.get(outlet.device) !== outlet) return false;
    this.#devices.delete(outlet.device);
    return true;
  }

  /** `head`: as read from the store in this same turn; what is published from now on reaches the outlet. */
  subscribe(outlet: Outlet, log: LogId, head: Seq): void {
    if (outlet.closed || outlet.logs.has(log)) return;
    outlet.logs.add(log);
    const room = this.#rooms.get(log);
    if (room === undefined) {
      this.#rooms.set(log, { log, outlets: [outlet], delivered: head, queue: [], filling: false, late: new Map() });
      return;
    }
    room.outlets.push(outlet);
    if (room.delivered < head || room.queue.length > 0) room.late.set(outlet, head);
  }

  unsubscribe(outlet: Outlet, log: LogId): void {
    if (!outlet.logs.delete(log)) return;
    const room = this.#rooms.get(log);
    if (room === undefined) return;
    room.late.delete(outlet);
    const at = room.outlets.indexOf(outlet);
    const last = room.outlets.pop();
    if (last !== undefined && at >= 0 && at < room.outlets.length) room.outlets[at] = last;
    if (room.outlets.length === 0) this.#rooms.delete(log);
  }

  /** A stored entry, for everybody who listens; in order of seq, or it is fetched when the gap is known. */
  publish(log: LogId, entry: Entry): void {
    const room = this.#rooms.get(log);
    if (room === undefined || entry.seq <= room.delivered) return;
    if (room.filling || entry.seq !== room.delivered + 1) {
      this.#fill(room);
      return;
    }
    this.#queue(room, entry);
  }

  /** The log has entries up to `head`, says a hint. */
  behind(log: LogId, head: Seq): void {
    const room = this.#rooms.get(log);
    if (room !== undefined && head > room.delivered) this.#fill(room);
  }

  /** A frame that is not in the log, for everybody who listens, but not for `except`. */
  broadcast(log: LogId, frame: Buffer, except?: Outlet): void {
    for (const outlet of this.#rooms.get(log)?.outlets ?? []) if (outlet !== except) outlet.send(frame);
  }

  /** Gives out now what waits for the end of the turn: before somebody leaves the log or comes into it. */
  flush(log: LogId): void {
    const room = this.#rooms.get(log);
    if (room !== undefined) give(room);
  }

  #queue(room: Room, entry: Entry): void {
    room.delivered = entry.seq;
    room.queue.push(entry);
    if (room.queue.length > 1) return;
    this.#dirty.push(room);
    if (this.#dirty.length === 1) this.#world.clock.soon(() => this.#flush());
  }

  #flush(): void {
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const room of dirty) give(room);
  }

  #fill(room: Room): void {
    if (room.filling) return;
    room.filling = true;
    this.#readOn(room).catch((error: unknown) => {
      room.filling = false;
      // Nobody loses anything: the next hint, or the client's next fetch, tries again.
      this.#world.log.error({ log: room.log, reason: reason(error) }, "could not read a log for its listeners");
    });
  }

  async #readOn(room: Room): Promise<void> {
    for (;;) {
      const page = await this.#world.store.readFrom(room.log, room.delivered, {
        maxCount: PAGE_COUNT,
        maxBytes: PAGE_BYTES,
      });
      for (const entry of page?.entries ?? []) this.#queue(room, entry);
      if (page === undefined || page.entries.length === 0 || room.delivered >= page.head) break;
    }
    room.filling = false;
  }
}

function give(room: Room): void {
  const entries = room.queue;
  if (entries.length === 0) return;
  room.queue = [];
  for (const part of parts(entries)) {
    const frame = deliverFrame(room.log, part);
    for (const outlet of room.outlets) if (room.late.size === 0 || !isLate(room, outlet, part)) outlet.send(frame);
  }
}

function deliverFrame(log: LogId, entries: readonly Entry[]): Buffer {
  return encodeServerFrame({ request: 0, message: { type: "deliver", log, entries } });
}

/** True if the outlet was given its own share of these entries, or has none in them. */
function isLate(room: Room, outlet: Outlet, entries: readonly Entry[]): boolean {
  const from = room.late.get(outlet);
  if (from === undefined) return false;
  const own = entries.filter(({ seq }) => seq > from);
  if (own.length > 0) room.late.delete(outlet);
  if (own.length === entries.length) return false;
  if (own.length > 0) outlet.send(deliverFrame(room.log, own));
  return true;
}

/** Cuts a tick's entries so that each part fits into one frame. */
function* parts(entries: readonly Entry[]): Generator<readonly Entry[]> {
  let from = 0;
  let bytes = 0;
  for (const [at, entry] of entries.entries()) {
    if (at > from && (at - from >= PAGE_COUNT || bytes + sizeOf(entry) > PAGE_BYTES)) {
      yield entries.slice(from, at);
      from = at;
      bytes = 0;
    }
    bytes += sizeOf(entry);
  }
  yield from === 0 ? entries : entries.slice(from);
}

function sizeOf({ body, note }: Entry): number {
  return body.length + note.length;
}
