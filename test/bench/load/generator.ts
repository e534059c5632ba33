// A generator process: a crowd of clients of one server. Started by remote.ts, ordered over IPC.
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { quantile } from "../table.ts";
import { ChatLanguage } from "./chat.ts";
import { Client } from "./client.ts";
import type { Language } from "./language.ts";
import type { Answer, Order, Report, Setup } from "./orders.ts";
import { cpuMs } from "./process.ts";
import type { Identities } from "./realm.ts";
import { RelayLanguage } from "./relay.ts";
import type { Room } from "./room.ts";

const AT_ONCE = 32;
const DRAIN_MS = 10_000;
const RATE_STEP_MS = 2;

class Crowd {
  readonly #setup: Setup;
  readonly #language: Language;
  readonly #clients: readonly Client[];
  readonly #rooms = new Map<number, readonly Room<Client>[]>();

  constructor(setup: Setup) {
    this.#setup = setup;
    const language = setup.kind === "chat" ? new ChatLanguage() : new RelayLanguage(setup.sizes);
    const { ca, clients } = JSON.parse(readFileSync(setup.identities, "utf8")) as Identities;
    this.#language = language;
    this.#clients = clients.map((identity, index) => new Client(index, identity, { ca, speech: language }));
  }

  async obey(order: Order): Promise<Report> {
    switch (order.do) {
      case "connect":
        return this.#connect(order);
      case "close":
        return this.#measured(() =>
          Promise.all(this.#clients.slice(order.from, order.to).map((client) => client.close())),
        );
      case "rooms":
        return this.#measured(() => this.#makeRooms(order.sizes));
      case "loop":
        return this.#loop(order);
      case "rate":
        return this.#rate(order);
      case "stall":
        for (const client of this.#clients.slice(order.from, order.to)) client.socket?.pause();
        return this.#measured(() => Promise.resolve());
    }
  }

  async #connect({ from, to, resume }: Extract<Order, { do: "connect" }>): Promise<Report> {
    let resumed = 0;
    const waiting = this.#clients.slice(from, to);
    const worker = async (): Promise<void> => {
      for (let client = waiting.shift(); client !== undefined; client = waiting.shift())
        if (await client.open(this.#setup.port, resume)) resumed += 1;
    };
    const report = await this.#measured(() => Promise.all(Array.from({ length: AT_ONCE }, worker)));
    return { ...report, resumed };
  }

  async #makeRooms(sizes: readonly number[]): Promise<void> {
    for (const size of sizes) {
      const rooms: Room<Client>[] = [];
      for (let at = 0; at + size <= this.#clients.length; at += size) {
        const members = this.#clients.slice(at, at + size);
        rooms.push(await this.#language.room(members, size === this.#clients.length));
      }
      this.#rooms.set(size, rooms);
    }
  }

  /** The rooms of one size, with every client listening for its own. */
  #enter(size: number): readonly Room[] {
    const rooms = this.#rooms.get(size) ?? [];
    for (const room of rooms) for (const member of room.members) member.room = room;
    return rooms;
  }

  async #loop({ size, window, warmMs, measureMs }: Extract<Order, { do: "loop" }>): Promise<Report> {
    const rooms = this.#enter(size);
    for (const room of rooms) room.run(window);
    await sleep(warmMs);
    const report = await this.#measured(() => sleep(measureMs), rooms);
    for (const room of rooms) room.run(0);
    await drained(rooms);
    return report;
  }

  async #rate({ size, perSecond, measureMs }: Extract<Order, { do: "rate" }>): Promise<Report> {
    const rooms = this.#enter(size);
    const latencies: number[] = [];
    const stamps = { note: (dueMs: number) => latencies.push(performance.now() - dueMs) };
    for (const room of rooms) room.stamps = stamps;
    const everyMs = 1000 / (perSecond / size);
    const report = await this.#measured(async () => {
      const start = performance.now();
      for (let count = 0; count * everyMs < measureMs; await sleep(RATE_STEP_MS))
        for (; start + count * everyMs <= performance.now(); count += 1)
          rooms[count % rooms.length]?.send(start + count * everyMs);
    }, rooms);
    await drained(rooms);
    for (const room of rooms) room.stamps = undefined;
    return { ...report, latencyMs: { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) } };
  }

  async #measured(run: () => Promise<unknown>, rooms: readonly Room[] = []): Promise<Report> {
    const sum = (pick: (room: Room) => number): number => rooms.reduce((total, room) => total + pick(room), 0);
    const before = {
      at: performance.now(),
      server: cpuMs(this.#setup.pid),
      own: process.cpuUsage(),
      done: sum((room) => room.done),
      delivered: sum((room) => room.delivered),
    };
    await run();
    const own = process.cpuUsage(before.own);
    const serverMs = cpuMs(this.#setup.pid) - before.server;
    const bad = this.#clients.reduce((total, client) => total + client.bad, 0);
    for (const client of this.#clients) client.bad = 0;
    return {
      wallMs: performance.now() - before.at,
      serverMs,
      generatorMs: (own.user + own.system) / 1000,
      messages: sum((room) => room.done) - before.done,
      deliveries: sum((room) => room.delivered) - before.delivered,
      resumed: 0,
      bad,
      latencyMs: { p50: Number.NaN, p99: Number.NaN },
    };
  }
}

async function drained(rooms: readonly Room[]): Promise<void> {
  const deadline = performance.now() + DRAIN_MS;
  while (rooms.some((room) => !room.idle)) {
    if (performance.now() > deadline) throw new Error("messages were lost: a room did not come to rest");
    await sleep(5);
  }
}

const setup = JSON.parse(process.argv[2] ?? "") as Setup;
const crowd = new Crowd(setup);
const answer = (value: Answer): void => void process.send?.(value);
process.on("message", (order: Order) => {
  crowd.obey(order).then(
    (report) => answer({ report }),
    (error: unknown) => answer({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
process.on("disconnect", () => process.exit(0));
