// Many devices at once on one log: races, lost answers, cut connections, restarts. In the end every wish was granted, every device
// is in, and nobody waits.
import { describe, expect, it } from "vitest";
import * as steps from "../../../../src/client/app/membership.ts";
import type { MembershipStep, MembershipWant, Offer, Purpose } from "../../../../src/client/app/membership-state.ts";
import type { LogId, MessageId } from "../../../../src/model/ids.ts";

const LOG = "00".repeat(16) as LogId;

/** Numbers from a seed: a failing walk can be walked again. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % sides;
  };
}

interface Commit {
  readonly by: Device;
  readonly mid: MessageId;
}

class Server {
  readonly log: Commit[] = [];
  readonly roster = new Set<Device>();
  /** Appends of connections that are gone. */
  readonly late: (() => void)[] = [];

  offer(device: Device): Offer {
    return {
      isEmpty: this.log.length === 0,
      isRostered: this.roster.has(device),
      hasHelper: false,
      isForgotten: false,
    };
  }

  /** The compare-and-set on the epoch, idempotent by mid. */
  append(by: Device, mid: MessageId, epoch: number): steps.CommitAnswer {
    if (this.log.some((one) => one.mid === mid)) return { result: "dup" };
    if (epoch !== this.log.length) return { result: "stale" };
    this.log.push({ by, mid });
    this.roster.add(by);
    return { result: "ok" };
  }
}

class Device {
  membership = steps.newMembership(LOG, false);
  /** Entries of the log that it has seen: its epoch. */
  seen = 0;
  /** What is kept over a restart. */
  isIn = false;
  kept: { readonly mid: MessageId; readonly epoch: number; readonly purpose: Purpose } | undefined;
  readonly todo: (() => void)[] = [];
  readonly granted: number[] = [];
  readonly refused: string[] = [];
  forgotten = 0;
  readonly #server: Server;
  readonly #roll: (sides: number) => number;

  constructor(server: Server, roll: (sides: number) => number) {
    this.#server = server;
    this.#roll = roll;
  }

  take({ membership, wants }: MembershipStep): void {
    this.membership = membership;
    for (const want of wants) this.#perform(want);
  }

  connect(): void {
    this.catchUp();
    this.take(steps.live(this.membership, this.#server.offer(this)));
  }

  cut(): void {
    this.todo.length = 0;
    this.membership = steps.gone(this.membership);
    // What was being made is lost with the program only: here it goes on and is kept.
    if (this.membership.phase.at === "making") this.#make(this.membership.phase.purpose);
  }

  restart(): void {
    this.todo.length = 0;
    const { wishes } = this.membership;
    this.membership = steps.newMembership(LOG, this.isIn, this.kept);
    for (const { id, wish } of wishes) this.take(steps.wished(this.membership, id, wish));
  }

  catchUp(): void {
    for (const { by, mid } of this.#server.log.slice(this.seen)) {
      this.seen += 1;
      if (by === this && this.kept?.mid === mid) {
        this.kept = undefined;
        this.isIn = true;
        this.take(steps.accepted(this.membership));
      } else {
        // A commit of its own that it no longer holds: everybody has gone on without it.
        if (by === this) this.forgotten += 1;
        this.take(steps.overtaken(this.membership));
      }
    }
  }

  #perform(want: MembershipWant): void {
    switch (want.want) {
      case "told":
        return;
      case "group-info":
        this.todo.push(() => this.take(steps.informed(this.membership, true)));
        return;
      case "make":
        this.todo.push(() => this.#make(want.purpose));
        return;
      case "send":
        this.todo.push(() => this.#send(want.mid));
        return;
      case "withdraw":
        this.kept = undefined;
        return;
      case "rest":
        this.todo.push(() => this.take(steps.rested(this.membership, this.#server.offer(this))));
        return;
      case "hope":
        this.todo.push(() => this.take(steps.hoped(this.membership)));
        return;
      case "granted":
        this.granted.push(want.id);
        return;
      case "refused":
        this.refused.push(want.code);
    }
  }

  #make(purpose: Purpose): void {
    // Founding and joining are made on what the server holds, a wish on what this device has seen.
    const epoch = purpose.for === "joining" ? this.#server.log.length : this.seen;
    if (purpose.for === "joining") this.seen = epoch;
    const mid = Array.from({ length: 16 }, () => this.#roll(256).toString(16).padStart(2, "0")).join("") as MessageId;
    this.kept = { mid, epoch, purpose };
    this.take(steps.made(this.membership, mid));
  }

  #send(mid: MessageId): void {
    const { kept } = this;
    if (kept?.mid !== mid) return;
    const { epoch } = kept;
    // A connection that ends may leave the server at work on what came over it.
    if (this.#roll(6) === 0) {
      this.#server.late.push(() => this.#server.append(this, mid, epoch));
      return this.cut();
    }
    const answer = this.#server.append(this, mid, epoch);
    // One answer in five is lost with the connection.
    if (this.#roll(5) === 0) return this.cut();
    this.todo.push(() => this.take(steps.answered(this.membership, mid, answer)));
  }
}

function walk(seed: number): { readonly devices: readonly Device[]; readonly server: Server } {
  const roll = dice(seed);
  const server = new Server();
  const devices = Array.from({ length: 6 }, () => new Device(server, roll));
  const one = (): Device => devices[roll(devices.length)] as Device;
  let wishes = 0;
  for (let tick = 0; tick < 600; tick += 1) {
    const device = one();
    const act = roll(20);
    if (roll(10) === 0) server.late.shift()?.();
    if (act === 0) device.restart();
    else if (act === 1) device.cut();
    else if (act === 2 && device.isIn) device.take(steps.wished(device.membership, (wishes += 1), { want: "renew" }));
    else if (!device.membership.isLive) device.connect();
    else if (act < 8) device.catchUp();
    else device.todo.splice(roll(Math.max(1, device.todo.length)), 1)[0]?.();
  }
  for (let tick = 0; tick < 5_000; tick += 1) {
    const device = one();
    server.late.shift()?.();
    if (!device.membership.isLive) device.connect();
    else if (roll(3) === 0) device.catchUp();
    else device.todo.shift()?.();
  }
  return { devices, server };
}

describe("many devices on one log", () => {
  it.each(Array.from({ length: 200 }, (_, seed) => [seed + 1]))(
    "all come in and get what they wish, walk %i",
    (seed) => {
      const { devices, server } = walk(seed);
      for (const device of devices) {
        const { isIn, phase, wishes, isBroken } = device.membership;
        const { refused, forgotten } = device;
        expect({ isIn, at: phase.at, wishes, isBroken, refused, forgotten }).toEqual({
          forgotten: 0,
          isIn: true,
          at: "rest",
          wishes: [],
          isBroken: false,
          refused: [],
        });
        expect(new Set(device.granted).size).toBe(device.granted.length);
      }
      expect(server.roster.size).toBe(devices.length);
    },
  );
});
