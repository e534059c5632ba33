// The bus's contract on the adapter in memory.
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { openMemoryBus } from "../../src/server/bus/memory/bus.ts";
import { busContract } from "./bus-contract.ts";
import { roomOf } from "./store-harness.ts";

busContract("memory", { open: () => openMemoryBus(), settled: () => nextTurn() });

test("a flood of signals in one tick is cut, not kept; a listener's error is told", async () => {
  const errors: unknown[] = [];
  const bus = openMemoryBus({ onListenerError: (error) => void errors.push(error) });
  let heard = 0;
  bus.listen({
    onHint() {
      throw new Error("mine");
    },
    onSignal() {
      heard += 1;
    },
  });
  for (let n = 0; n < 50_000; n += 1) bus.signal(roomOf("one"), Buffer.from("x"));
  bus.hint(roomOf("one"), 1);
  await nextTurn();
  expect(heard).toBe(10_000);
  expect(errors).toMatchObject([{ message: "mine" }]);
});
