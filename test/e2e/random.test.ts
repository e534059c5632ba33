// Twenty devices do everything in any order, with kills of clients and server: whoever was in a conversation when a message was
// stored reads it, exactly once, and nobody else does but other devices of the same user.
import { describe, expect, it } from "vitest";
import type { Json } from "../kit/executables.ts";
import { Group } from "../kit/group.ts";
import { Chatter, Dice, messagesIn, type StoredMessage, storyOf } from "../kit/random-chat.ts";

const DEVICES = 20;
const USERS = ["ann", "ben", "cat", "dan", "eva", "fay", "gus", "hal"];
const OPERATIONS = Number(process.env["CHAT_TEST_OPERATIONS"] ?? 2_000);
const SEED = Number(process.env["CHAT_TEST_SEED"] ?? 7);
const ROOMS = 5;
const SERVER_KILLS = 4;
const SETTLE_MS = 120_000;

interface Room {
  readonly id: string;
  readonly owner: Chatter;
}

class Play {
  readonly dice = new Dice(SEED);
  readonly group: Group;
  readonly devices: Chatter[] = [];
  readonly rooms: Room[] = [];
  #said = 0;

  constructor(group: Group) {
    this.group = group;
    for (const user of USERS) this.newDevice(user);
  }

  newDevice(user: string): void {
    const count = this.devices.filter((one) => one.user === user).length;
    this.devices.push(new Chatter(this.group, `${user}-${count}`, user));
  }

  async run(): Promise<void> {
    await Promise.all(this.devices.map(({ program }) => program.ready()));
    for (let at = 0; at < OPERATIONS; at += 1) {
      if (at % Math.floor(OPERATIONS / (SERVER_KILLS + 1)) === 0 && at > 0) await this.#killServer();
      await this.#operation();
    }
  }

  async #operation(): Promise<void> {
    const { dice } = this;
    const one = dice.pick(this.devices);
    const kind = dice.roll(1_000);
    if (kind < 800) return this.#say(one);
    if (kind < 830) return this.#create(one);
    if (kind < 900) return this.#members();
    if (kind < 915) return this.#everybodyChanges();
    if (kind < 940 && this.devices.length < DEVICES) return this.newDevice(dice.pick(USERS));
    if (kind < 960) return one.link(one.isDown ? "up" : "down");
    if (kind < 980) return one.restart(dice.roll(2) === 0 ? "SIGKILL" : "SIGTERM");
    // What was asked so far comes about.
    await new Promise((resolve) => setTimeout(resolve, 50));
  }

  #say(one: Chatter): void {
    this.#said += 1;
    one.listen();
    const places = ["#lobby", ...one.rooms, `@${this.dice.pick(USERS)}`];
    one.say(this.dice.pick(places), `t${this.#said} by ${one.name}`);
  }

  async #create(owner: Chatter): Promise<void> {
    if (this.rooms.length >= ROOMS || owner.isDown) return;
    const join = this.dice.pick(["open", "invite"]);
    const name = `room-${this.rooms.length}`;
    const reply = await owner.do({ do: "create", name, join });
    if (reply?.["ok"] !== true) return;
    const here = await owner.do({ do: "conversations" });
    const all = (here?.["conversations"] ?? []) as Json[];
    const room = all.find(({ conversation }) => conversation === `#${name}`);
    if (room !== undefined) this.rooms.push({ id: String(room["id"]), owner });
  }

  /** Nobody waits for it: the next operation comes at the same time. */
  #members(): void {
    if (this.rooms.length === 0) return;
    const { id, owner } = this.dice.pick(this.rooms);
    void owner.do({ do: this.dice.roll(3) === 0 ? "remove" : "add", to: id, user: this.dice.pick(USERS) });
  }

  #everybodyChanges(): void {
    if (this.rooms.length === 0) return;
    const { id, owner } = this.dice.pick(this.rooms);
    const own = this.devices.filter(({ user }) => user === owner.user);
    for (const one of own) void one.do({ do: "add", to: id, user: this.dice.pick(USERS) });
    void owner.do({ do: "policy", to: id, join: this.dice.pick(["open", "invite"]) });
  }

  async #killServer(): Promise<void> {
    this.group.server.kill("SIGKILL");
    await this.group.restart();
  }

  /** Everybody is there, and has everything. */
  async settle(): Promise<void> {
    for (const one of this.devices) if (one.isDown) one.link("up");
    const isReady = (line: Json): boolean => line["event"] === "ready";
    await Promise.all(this.devices.map(({ program }) => program.event(isReady, SETTLE_MS)));
    await within(SETTLE_MS, Promise.all(this.devices.flatMap(({ replies }) => replies)), "every message has an answer");
  }
}

async function within<T>(ms: number, work: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${ms} ms: ${what}`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

type Histories = ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, Json[]>>>;

/** Of each device, of each log. */
async function historiesOf(devices: readonly Chatter[], logs: readonly string[]): Promise<Histories> {
  const entries = await Promise.all(
    devices.map(async (one) => {
      const held = new Map<string, ReadonlyMap<string, Json[]>>();
      for (const log of logs) held.set(log, await one.history(log));
      return [one.device, held] as const;
    }),
  );
  return new Map(entries);
}

/** What is wrong, in words; empty if all is well. */
function faultsIn(messages: readonly StoredMessage[], devices: readonly Chatter[], histories: Histories): string[] {
  const faults: string[] = [];
  for (const { log, seq, mid, readers } of messages) {
    const seen = devices.map((one) => ({ one, copies: histories.get(one.device)?.get(log)?.get(mid) ?? [] }));
    // What programs tell each other is in no history.
    if (seen.every(({ copies }) => copies.length === 0)) continue;
    const texts = new Set(seen.flatMap(({ copies }) => copies.map(({ text }) => String(text))));
    if (texts.size > 1) faults.push(`${log} ${seq}: different texts: ${[...texts].join(" | ")}`);
    const users = new Set(devices.flatMap(({ device, user }) => (readers.has(device) ? [user] : [])));
    for (const { one, copies } of seen) {
      const due = readers.has(one.device) ? 1 : 0;
      // A later device of the same user is handed what the others hold.
      const isHanded = copies.length === 1 && users.has(one.user);
      const what = copies.flatMap(({ placeholder, text }) => (typeof placeholder === "string" ? [String(text)] : []));
      if ((copies.length !== due && !isHanded) || what.length > 0)
        faults.push(`${log} ${seq}: ${one.name} has ${copies.length}, not ${due} ${what.join()}`);
    }
  }
  return faults;
}

describe("twenty devices", () => {
  it(
    "every message that was acknowledged is read by exactly those who were members, once",
    { timeout: 600_000 },
    async () => {
      await using group = await Group.start(["spare"]);
      const play = new Play(group);
      await play.run();
      await play.settle();
      const { devices } = play;
      const logs = (): readonly string[] => [...new Set(messagesIn(group.data).map(({ log }) => log))];
      const names = new Map(devices.map(({ device, name }) => [device, name]));
      const faults = async (): Promise<readonly string[]> => {
        const found = faultsIn(messagesIn(group.data), devices, await historiesOf(devices, logs()));
        const places = new Set(found.map((fault) => fault.slice(0, 32)));
        return [...found, ...[...places].flatMap((log) => storyOf(group.data, log, names))];
      };
      await expect.poll(faults, { timeout: SETTLE_MS, interval: 2_000 }).toEqual([]);
      const stored = new Set(messagesIn(group.data).map(({ mid }) => mid));
      const acknowledged = devices.flatMap((one) => one.acknowledged());
      expect(acknowledged.filter((mid) => !stored.has(mid))).toEqual([]);
      expect(acknowledged.length).toBeGreaterThan(OPERATIONS / 2);
      const alarms = devices.flatMap(({ program }) => program.said().filter(({ event }) => event === "alarm"));
      expect(alarms).toEqual([]);
    },
  );
});
