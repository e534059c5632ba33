import { describe, expect, test } from "vitest";
import { Readiness } from "../../../../src/client/app/readiness.ts";

function start() {
  const world = { isCaughtUp: false, isSent: true };
  const told: string[] = [];
  const readiness = new Readiness({
    isCaughtUp: () => world.isCaughtUp,
    isSent: () => world.isSent,
    onReady: () => void told.push("ready"),
  });
  const rest = (orAway: boolean): void => void readiness.rest(orAway).then(() => told.push(`rest ${orAway}`));
  const soon = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
  return { world, told, readiness, rest, soon };
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
