// The bus's contract (src/server/port/bus.ts, C6); every adapter runs the same suite.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SIGNAL_BYTES } from "../../src/model/limits.ts";
import type { LogId } from "../../src/model/ids.ts";
import type { Bus } from "../../src/server/port/bus.ts";
import { roomOf } from "./store-harness.ts";

export interface BusHarness {
  open(): Bus;
  /** Resolves when everything that was sent before has been delivered or lost. */
  settled(): Promise<void>;
}

type Heard = readonly [what: "hint" | "signal", log: LogId, value: number | string];

const ONE = roomOf("one");
const TWO = roomOf("two");

function listenTo(bus: Bus): { readonly heard: Heard[]; readonly stop: () => void } {
  const heard: Heard[] = [];
  const stop = bus.listen({
    onHint: (log, head) => void heard.push(["hint", log, head]),
    onSignal: (log, bytes) => void heard.push(["signal", log, Buffer.from(bytes).toString()]),
  });
  return { heard, stop };
}

export function busContract(name: string, harness: BusHarness): void {
  describe(`bus contract: ${name}`, () => {
    const state: { bus?: Bus } = {};
    const bus = (): Bus => state.bus ?? harness.open();
    beforeEach(() => {
      state.bus = harness.open();
    });
    afterEach(() => state.bus?.close());
    deliveryTests(bus, harness);
    isolationTests(bus, harness);
  });
}

function deliveryTests(bus: () => Bus, harness: BusHarness): void {
  test("every listener hears the newest head of each log, and every signal", async () => {
    const listeners = [listenTo(bus()), listenTo(bus())];
    bus().hint(ONE, 1);
    bus().hint(ONE, 3);
    bus().hint(ONE, 2);
    bus().hint(TWO, 1);
    bus().signal(ONE, Buffer.from("a"));
    bus().signal(ONE, Buffer.from("b"));
    await harness.settled();
    for (const { heard } of listeners) {
      const highest = (log: LogId) =>
        Math.max(...heard.filter(([what, at]) => what === "hint" && at === log).map(([, , head]) => Number(head)));
      expect([highest(ONE), highest(TWO)]).toEqual([3, 1]);
      expect(heard.filter(([what]) => what === "signal")).toEqual([
        ["signal", ONE, "a"],
        ["signal", ONE, "b"],
      ]);
    }
  });

  test("nothing is delivered inside the call that sent it, nor inside another delivery", async () => {
    const depth = { now: 0, most: 0, rounds: 0 };
    bus().listen({
      onHint(log, head) {
        depth.now += 1;
        depth.most = Math.max(depth.most, depth.now);
        depth.rounds += 1;
        if (head < 5) bus().hint(log, head + 1);
        depth.now -= 1;
      },
      onSignal: () => undefined,
    });
    bus().hint(ONE, 1);
    expect(depth.rounds).toBe(0);
    for (let turn = 0; turn < 5; turn += 1) await harness.settled();
    expect(depth).toEqual({ now: 0, most: 1, rounds: 5 });
  });

  test("the sender's buffer is its own again at once; a signal that is too large is refused", async () => {
    const { heard } = listenTo(bus());
    const bytes = Buffer.from("before");
    bus().signal(ONE, bytes);
    bytes.write("after!");
    bus().signal(ONE, Buffer.alloc(SIGNAL_BYTES, "x"));
    expect(() => bus().signal(ONE, Buffer.alloc(SIGNAL_BYTES + 1))).toThrow(
      expect.objectContaining({ code: "signal-too-large" }),
    );
    await harness.settled();
    expect(heard.map(([, , text]) => String(text).slice(0, 6))).toEqual(["before", "xxxxxx"]);
  });
}

function isolationTests(bus: () => Bus, harness: BusHarness): void {
  test("a listener that throws does not stop the others", async () => {
    const fail = (): never => {
      throw new Error("mine");
    };
    bus().listen({ onHint: fail, onSignal: fail });
    const { heard } = listenTo(bus());
    bus().hint(ONE, 1);
    bus().signal(ONE, Buffer.from("a"));
    await harness.settled();
    expect(heard).toEqual([
      ["hint", ONE, 1],
      ["signal", ONE, "a"],
    ]);
  });

  test("who stopped hears nothing more, also when it is stopped by another listener; stopping twice is harmless", async () => {
    const first = { stop: (): void => undefined };
    bus().listen({ onHint: () => first.stop(), onSignal: () => undefined });
    const { heard, stop } = listenTo(bus());
    first.stop = stop;
    bus().hint(ONE, 1);
    await harness.settled();
    stop();
    bus().hint(ONE, 2);
    await harness.settled();
    expect(heard).toEqual([]);
  });

  test("a closed bus is silent and takes everything", async () => {
    const { heard } = listenTo(bus());
    bus().hint(ONE, 1);
    bus().close();
    bus().hint(ONE, 2);
    bus().signal(ONE, Buffer.from("a"));
    const late = listenTo(bus());
    await harness.settled();
    expect([...heard, ...late.heard]).toEqual([]);
  });
}
