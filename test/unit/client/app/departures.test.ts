// The end of a membership, step by step: what is asked, what is told, and in which order.
import { expect, it } from "vitest";
import { Departures } from "../../../../src/client/app/departures.ts";
import { type ConversationsWorld, newHeld } from "../../../../src/client/app/held.ts";
import type { LogId } from "../../../../src/model/ids.ts";
import { CHAIN_START } from "../../../../src/wire/chain.ts";
import type { LogState } from "../../../../src/wire/messages.ts";

const LOG = `0003${"0a".repeat(14)}` as LogId;
const NOTHING = { first: 1, epoch: 1, cursor: 0, standing: "ok", terms: new Uint8Array(), leaving: [] } as const;
const stateAt = (until: number): LogState => ({
  log: LOG,
  kind: "room",
  head: until,
  member: until === 0,
  until,
  ...NOTHING,
});

/** In the group, and held up to seq 9. */
function departing(answers: readonly (LogState | undefined)[]) {
  const [did, left] = [[] as string[], [...answers]];
  const shown = Promise.withResolvers<void>();
  const circle = { isIn: true, since: (first: number) => Promise.resolve(void did.push(`since ${first}`)) };
  const held = newHeld({ log: LOG, kind: "room", epoch: 1, seq: 9, chain: CHAIN_START });
  const departures = new Departures({
    circles: { get: () => circle } as unknown as ConversationsWorld["circles"],
    standing: (_log, seq) => {
      did.push(`ask ${seq}`);
      return Promise.resolve(left.shift());
    },
    shown: () => shown.promise,
    begin: (_held, { until }) => void did.push(`read to ${until}`),
    run: (_held, work) => void work(),
    closeLane: () => void did.push("close"),
    told: ({ member }) => void did.push(member ? "in again" : "not in"),
    out: (_log, wasIn) => void did.push(wasIn ? "out" : "never in"),
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { did, held, departures, shown, settle };
}

it("what was said is read first, then shown, and only then this device is out", async () => {
  const { did, held, departures, shown, settle } = departing([stateAt(12), undefined]);
  departures.putOut(held);
  await settle();
  expect(did).toEqual(["close", "ask 9", "read to 12"]);
  departures.inStep(held);
  await settle();
  expect(did.slice(3), "not all of it is here").toEqual([]);
  held.sync = { ...held.sync, seq: 12 };
  held.settled = 12;
  departures.inStep(held);
  await settle();
  expect([did.slice(3), departures.idle]).toEqual([["ask 12"], false]);
  shown.resolve();
  await settle();
  expect([did.slice(4), departures.idle, held.departure]).toEqual([["out"], true, undefined]);
});

it("what the server tells meanwhile makes its answer old: it is asked again", async () => {
  const { did, held, departures, shown, settle } = departing([stateAt(0), undefined]);
  shown.resolve();
  departures.putOut(held);
  departures.putOut(held);
  await settle();
  expect(did).toEqual(["close", "ask 9", "since 1", "ask 9", "out"]);
});

it("a lost connection ends it: whoever waits hears of it", async () => {
  const { held, departures } = departing([]);
  held.told = stateAt(12);
  const read = departures.read(held);
  departures.disconnected();
  await expect(read).rejects.toMatchObject({ code: "offline" });
  expect([departures.idle, held.departure]).toEqual([true, undefined]);
});
