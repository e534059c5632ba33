// What is told of a file on its way, and what holds it, with a transfer that a test turns by hand.
import { describe, expect, it } from "vitest";
import { type Aboard, FileTransfer } from "../../../../../src/client/app/file-work/file-transfer.ts";
import { Turns } from "../../../../../src/client/app/file-work/turns.ts";
import { type Course, type Transfer, startTransfer } from "../../../../../src/client/files/course.ts";
import type { ClientEvent } from "../../../../../src/client/port/views.ts";
import { Fault } from "../../../../../src/model/fault.ts";
import type { MessageId } from "../../../../../src/model/ids.ts";

const ID = "0a".repeat(16) as MessageId;

/** Lets everything happen that is ready. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** One transfer with a turn of its own, or behind others. */
function scene({ isPaused = false, behind = 0 } = {}) {
  const turns = new Turns(1);
  const others = Array.from({ length: behind }, () => turns.join(() => {}));
  turns.open();
  const events: ClientEvent[] = [];
  const world = { turns, now: () => 1, tell: (event: ClientEvent) => void events.push(event) };
  const transfer = new FileTransfer(world, { id: ID, way: "up", name: "a", total: 100 }, isPaused);
  const end = Promise.withResolvers<string>();
  let course: Course | undefined;
  let aboard: Aboard | undefined;
  const begin = async (given: Aboard): Promise<Transfer<string>> => {
    aboard = given;
    return startTransfer(given, async (own) => {
      course = own;
      own.enter({ at: "moving" });
      return await own.until(end.promise);
    });
  };
  const done = transfer.run(begin);
  done.catch(() => undefined);
  const moves = (bytes: number): void => aboard?.onProgress({ stage: "moving", bytes, total: 100 });
  const told = (): unknown[] =>
    events.map((event) => (event.event === "progress" ? `${event.stage} ${event.bytes}` : event.event));
  return { turns, others, transfer, done, end, moves, told, events, course: () => course };
}

describe("what is told", () => {
  it("each step once, and the end with all bytes", async () => {
    const { moves, told, end, done, events } = scene();
    await settle();
    expect(told()).toEqual([]);
    moves(10);
    moves(10);
    moves(90);
    end.resolve("through");
    expect(await done).toBe("through");
    expect(told()).toEqual(["moving 10", "moving 90", "done 100"]);
    expect(events[0]).toEqual({
      event: "progress",
      at: 1,
      id: ID,
      way: "up",
      name: "a",
      stage: "moving",
      bytes: 10,
      total: 100,
    });
  });

  it("why it failed, with the hint", async () => {
    const { end, done, events } = scene();
    end.reject(new Fault("store-full", "the disk is full", { hint: "make room" }));
    await expect(done).rejects.toMatchObject({ code: "store-full" });
    const reason = { code: "store-full", message: "the disk is full", hint: "make room" };
    expect(events.at(-1)).toMatchObject({ stage: "failed", reason });
  });

  it("that it waits for a connection, and that it goes on; nothing between", async () => {
    const { moves, told, transfer, course } = scene();
    await settle();
    moves(10);
    course()?.hold("link");
    moves(20);
    transfer.reconnected();
    expect(told()).toEqual(["moving 10", "waiting 10", "moving 20"]);
  });
});

describe("pausing", () => {
  it("gives the turn to the next, and waits for another one", async () => {
    const { turns, moves, told, transfer, course } = scene();
    await settle();
    moves(10);
    transfer.pause();
    let isNext = false;
    const next = turns.join(() => (isNext = true));
    expect(isNext).toBe(true);
    expect(course()?.isHeld).toBe(true);
    transfer.resume();
    expect(told()).toEqual(["moving 10", "paused 10", "waiting 10"]);
    expect(course()?.isHeld).toBe(true);
    next.leave();
    expect(told().at(-1)).toBe("moving 10");
    expect(course()?.isHeld).toBe(false);
  });

  it("before its turn: it is not begun until it is resumed", async () => {
    const { others, told, transfer, course } = scene({ behind: 1 });
    expect(told()).toEqual(["waiting 0"]);
    transfer.pause();
    others[0]?.leave();
    await settle();
    expect(course()).toBeUndefined();
    transfer.resume();
    await settle();
    expect(course()).toBeDefined();
    expect(told()).toEqual(["waiting 0", "paused 0"]);
  });

  it("from the beginning, as it was left", async () => {
    const { told, transfer, course } = scene({ isPaused: true });
    await settle();
    expect([told(), course()]).toEqual([["paused 0"], undefined]);
    transfer.resume();
    await settle();
    expect(course()).toBeDefined();
  });

  it("in the moment in which it is begun", async () => {
    const { transfer, course } = scene();
    transfer.pause();
    await settle();
    expect(course()?.isHeld).toBe(true);
  });
});

describe("the end", () => {
  it("cancelled before its turn: its place is free", async () => {
    const { turns, others, transfer, done } = scene({ behind: 1 });
    transfer.cancel();
    await expect(done).rejects.toMatchObject({ code: "transfer-cancelled" });
    expect(await transfer.ended).toBe(false);
    others[0]?.leave();
    let isNext = false;
    turns.join(() => (isNext = true));
    expect(isNext).toBe(true);
  });

  it("cancelled in the moment in which it is begun", async () => {
    const { transfer, done } = scene();
    transfer.cancel();
    await expect(done).rejects.toMatchObject({ code: "transfer-cancelled" });
  });

  it("cancelled too late: it was through", async () => {
    const { transfer, end, done } = scene();
    await settle();
    end.resolve("through");
    await done;
    transfer.cancel();
    expect(await transfer.ended).toBe(true);
  });

  it("of the program: nothing has failed, whether it moves or waits", async () => {
    for (const given of [{}, { behind: 1 }, { isPaused: true }]) {
      const { transfer, done, told } = scene(given);
      await settle();
      transfer.stop();
      await expect(done).rejects.toMatchObject({ code: "transfer-stopped" });
      expect(told().filter((one) => String(one).startsWith("failed"))).toEqual([]);
    }
  });
});
