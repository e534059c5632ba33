import { beforeEach, expect, it } from "vitest";
import { SentOrder } from "../../../../../src/client/app/file-work/order.ts";
import type { LogId } from "../../../../../src/model/ids.ts";

const [HERE, THERE] = ["c0".repeat(16), "c1".repeat(16)] as [LogId, LogId];

let now: number;
let order: SentOrder;
let said: string[];
beforeEach(() => {
  [now, said] = [1_000, []];
  order = new SentOrder(() => now);
});

function join(name: string, log = HERE) {
  const place = order.join(log);
  void (place.before ?? Promise.resolve()).then(() => said.push(name));
  return place;
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it("each waits for those before it, also when the one between has left", async () => {
  const [first, second] = [join("1"), join("2")];
  join("3");
  second.leave();
  await turn();
  expect(said).toEqual(["1"]);
  first.leave();
  await turn();
  expect(said).toEqual(["1", "2", "3"]);
});

it("nobody waits for what was sent elsewhere, long before, or is through", async () => {
  join("1");
  join("elsewhere", THERE);
  now += 60_000;
  const later = join("later");
  await turn();
  expect(said).toEqual(["1", "elsewhere", "later"]);
  later.leave();
  await turn();
  expect(join("after").before).toBeUndefined();
});
