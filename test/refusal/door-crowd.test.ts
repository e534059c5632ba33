// The enrolment door when it is full of those who wait, hold on, hang up or talk over each other: a newcomer gets in all the same.
import { once } from "node:events";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Door } from "../../src/server/door/door.ts";
import { type DoorAnswer, jsonAnswer } from "../../src/server/door/http.ts";
import type { Realm } from "../../src/pki/realm.ts";
import type { LogFields } from "../../src/server/port/log.ts";
import { type AtDoor, doorPort, knock } from "../kit/door.ts";
import { HandClock } from "../kit/hand-clock.ts";
import { makeRealm, type TestRealm } from "../kit/realm.ts";

let realm: TestRealm;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice"] });
});
afterAll(() => realm.remove());

const WRONG = "/wrong";
const SLOW = "/slow";

/** Whoever waits, waits for good. */
class StillClock extends HandClock {
  soon(run: () => void): void {
    queueMicrotask(run);
  }
}

/** A door with nothing behind it: one place whose guesses are wrong, one that takes as long as the test wants, and others. */
class BareDoor implements AtDoor, AsyncDisposable {
  readonly realm = realm;
  readonly lines: (LogFields & { readonly sentence: string })[] = [];
  /** Requests for the slow place that wait to be answered. */
  readonly slow: ((answer: DoorAnswer) => void)[] = [];
  readonly server: { doorPort: number | undefined } = { doorPort: undefined };
  readonly #door: Door;

  private constructor(known: Realm) {
    const { certPem: certificatePem, keyPem } = realm.server();
    const write = (fields: LogFields, sentence: string) => void this.lines.push({ ...fields, sentence });
    const log = { debug: write, info: write, warn: write, error: write };
    this.#door = new Door(
      { realm: known, certificatePem, keyPem },
      { ip: "127.0.0.1", port: 0 },
      { clock: new StillClock(), log, route: ({ path }) => this.#answer(path) },
    );
  }

  static async open(): Promise<BareDoor> {
    const door = new BareDoor(await realm.load());
    door.server.doorPort = await door.#door.listen();
    return door;
  }

  count(sentence: string): number {
    return this.lines.filter((line) => line.sentence === sentence).length;
  }

  #answer(path: string): Promise<DoorAnswer> | DoorAnswer {
    if (path === SLOW) return new Promise((resolve) => this.slow.push(resolve));
    return { ...jsonAnswer(200, {}), wrong: path === WRONG };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#door.close();
  }
}

const held: Socket[] = [];
afterEach(() => {
  for (const socket of held.splice(0)) socket.destroy();
});

function hold<T extends Socket>(socket: T): T {
  held.push(socket.on("error", () => undefined));
  return socket;
}

async function asking(door: BareDoor, path: string, from: string): Promise<TLSSocket> {
  const options = { host: "127.0.0.1", port: doorPort(door), ca: realm.caPem(), localAddress: from };
  const socket = hold(connectTls(options));
  await once(socket, "secureConnect");
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
  return socket;
}

/** Connected, and says nothing. */
async function silent(door: BareDoor, from: string): Promise<Socket> {
  const socket = hold(connectTcp({ host: "127.0.0.1", port: doorPort(door), localAddress: from }));
  await once(socket, "connect");
  return socket;
}

const many = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);
const somewhere = (at: number): string => `127.1.${Math.floor(at / 250)}.${(at % 250) + 1}`;
const NEWCOMER = "127.9.0.1";

describe("a newcomer gets in", { timeout: 60_000 }, () => {
  test("although from 32 addresses all who may are waiting", async () => {
    await using door = await BareDoor.open();
    for (const at of many(32)) await Promise.all(many(8).map(() => asking(door, WRONG, somewhere(at))));
    await expect.poll(() => door.count("door: wrong"), { timeout: 20_000 }).toBe(256);
    expect((await knock(door, { from: NEWCOMER })).status).toBe(200);
    // Nobody of them had to go for it.
    expect(held.filter((socket) => socket.closed)).toEqual([]);
  });

  test("although every connection is taken by those who say nothing", async () => {
    await using door = await BareDoor.open();
    const dial = (at: number) => Promise.all(many(32).map(() => silent(door, somewhere(at))));
    const taken = (await Promise.all(many(16).map(dial))).flat();
    expect((await knock(door, { from: NEWCOMER })).status).toBe(200);
    expect(door.count("door: it is crowded, and some are cut off to make room")).toBe(1);
    expect(taken.some((socket) => socket.closed)).toBe(true);
  });

  test("although each of 512 addresses has one answer that waits: the one that came first is cut", async () => {
    await using door = await BareDoor.open();
    const waiting: TLSSocket[] = [];
    // In this order, and not all at once.
    for (const bunch of many(16)) {
      await expect.poll(() => door.count("door: wrong"), { timeout: 20_000 }).toBe(bunch * 32);
      for (const at of many(32)) waiting.push(await asking(door, WRONG, somewhere(bunch * 32 + at)));
    }
    await expect.poll(() => door.count("door: wrong"), { timeout: 20_000 }).toBe(512);
    expect((await knock(door, { from: NEWCOMER })).status).toBe(200);
    const gone = waiting.flatMap((socket, at) => (socket.closed || socket.destroyed ? [at] : []));
    expect(gone).toEqual([0]);
  });
});

describe("who hangs up", () => {
  const from = "127.2.0.1";

  test("before the wait for a guess begins keeps no slot for it", async () => {
    await using door = await BareDoor.open();
    const sockets = await Promise.all(many(8).map(() => asking(door, SLOW, from)));
    await expect.poll(() => door.slow.length).toBe(8);
    for (const socket of sockets) socket.destroy();
    // A whole visit later the door has seen that they are gone.
    expect((await knock(door, { from: NEWCOMER })).status).toBe(200);
    for (const answer of door.slow) answer({ ...jsonAnswer(200, {}), wrong: true });
    await expect.poll(() => door.count("door: wrong")).toBe(8);
    expect((await knock(door, { from })).status).toBe(200);
  });

  test("while the work for it goes on has a slot until it is done", async () => {
    await using door = await BareDoor.open();
    const sockets = await Promise.all(many(8).map(() => asking(door, SLOW, from)));
    await expect.poll(() => door.slow.length).toBe(8);
    for (const socket of sockets) socket.destroy();
    expect((await knock(door, { from: NEWCOMER })).status).toBe(200);
    expect((await knock(door, { from })).status).toBe(429);
    for (const answer of door.slow) answer(jsonAnswer(200, {}));
    await expect.poll(async () => (await knock(door, { from })).status).toBe(200);
  });

  test("while the work for it goes on has a place among the 32 of its network until it is done, and not longer", async () => {
    await using door = await BareDoor.open();
    const sockets = await Promise.all(many(8).map(() => asking(door, SLOW, from)));
    await expect.poll(() => door.slow.length).toBe(8);
    for (const socket of sockets) socket.destroy();
    expect((await knock(door, { from: NEWCOMER })).status).toBe(200);
    await Promise.all(many(24).map(() => silent(door, from)));
    await expect(knock(door, { from })).rejects.toThrow(/ECONNRESET|disconnected|socket/);
    expect(door.lines).toContainEqual(expect.objectContaining({ code: "too-many-connections", address: from }));
    for (const answer of door.slow) answer(jsonAnswer(200, {}));
    const more = (): Promise<number> =>
      knock(door, { from }).then(
        ({ status }) => status,
        () => 0,
      );
    await expect.poll(more).toBe(200);
    // All eight places are there again: this one comes and goes beside seven others.
    await Promise.all(many(7).map(() => silent(door, from)));
    await expect.poll(more).toBe(200);
  });
});

test("who asks again before the answer is there is cut off: one request at a time", async () => {
  await using door = await BareDoor.open();
  const socket = await asking(door, WRONG, "127.2.0.2");
  await expect.poll(() => door.count("door: wrong")).toBe(1);
  const closed = once(socket, "close");
  socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  await closed;
  // One behind the other is as it should be.
  const other = await asking(door, "/", "127.2.0.3");
  for (const _ of many(3)) {
    const [answer] = (await once(other, "data")) as [Buffer];
    expect(String(answer)).toMatch(/^HTTP\/1\.1 200 /);
    other.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  }
});
