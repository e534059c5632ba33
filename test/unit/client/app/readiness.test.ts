import { describe, expect, test } from "vitest";
import { Readiness } from "../../../../src/client/app/readiness.ts";
import { HandClock } from "../../../kit/hand-clock.ts";

function start() {
  const world = { isCaughtUp: false, isSent: true };
  const told: string[] = [];
  const clock = new HandClock(0);
  const readiness = new Readiness({
    clock,
    isCaughtUp: () => world.isCaughtUp,
    isSent: () => world.isSent,
    onReady: () => void told.push("ready"),
  });
  const rest = (orAway: boolean): void => void readiness.rest(orAway).then(() => told.push(`rest ${orAway}`));
  const soon = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
  return { world, told, readiness, rest, soon, clock };
}

describe("rest", () => {
  test("comes with everything missed shown, and everything written back", async () => {
    const { world, told, readiness, rest, soon } = start();
    world.isSent = false;
    rest(true);
    readiness.greeted();
    readiness.look();
    await soon();
    expect(told).toEqual([]);
    world.isCaughtUp = true;
    readiness.look();
    await soon();
    expect(told).toEqual(["ready"]);
    world.isSent = true;
    readiness.look();
    await soon();
    expect(told).toEqual(["ready", "rest true"]);
  });

  test("without a server only for who can do without, and for who was ready before", async () => {
    const { world, told, readiness, rest, soon } = start();
    rest(true);
    rest(false);
    await soon();
    expect(told, "the first attempt is not over").toEqual([]);
    readiness.gone();
    await soon();
    expect(told).toEqual(["rest true"]);
    world.isCaughtUp = true;
    readiness.greeted();
    readiness.look();
    readiness.gone();
    rest(false);
    await soon();
    expect(told).toEqual(["rest true", "ready", "rest false", "rest false"]);
  });
});

describe("what is wanted soon", () => {
  test("waits a moment for a server that does not answer, and no longer than for one that does, or that is away", async () => {
    const { told, readiness, soon, clock } = start();
    const wait = (): void => void readiness.soon.then(() => told.push("soon"));
    wait();
    clock.pass(900);
    await soon();
    expect(told).toEqual([]);
    clock.pass(200);
    await soon();
    wait();
    await soon();
    expect(told).toEqual(["soon", "soon"]);
    const away = start();
    void away.readiness.soon.then(() => away.told.push("soon"));
    away.readiness.gone();
    await away.soon();
    expect([told, away.told]).toEqual([["soon", "soon"], ["soon"]]);
  });
});
