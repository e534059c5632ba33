// When a device gives its group new keys.
import { describe, expect, it } from "vitest";
import { isDue } from "../../../../src/client/app/renewal.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const now = 1_000 * DAY;
const due = (since: { renewed: number; here: number }, devices = 10): boolean =>
  isDue({ renewed: now - since.renewed, here: now - since.here }, { now, devices });

describe("keys are renewed", () => {
  it.each([
    { what: "after a week", expected: true, since: { renewed: 7 * DAY + 1, here: 0 }, devices: 10 },
    { what: "not before", expected: false, since: { renewed: 7 * DAY, here: 0 }, devices: 10 },
    { what: "after a day away", expected: true, since: { renewed: 0, here: DAY + 1 }, devices: 10 },
    { what: "not after a night", expected: false, since: { renewed: 0, here: 12 * HOUR }, devices: 10 },
    { what: "later in a large group", expected: false, since: { renewed: 8 * DAY, here: 0 }, devices: 200 },
    { what: "but there too", expected: true, since: { renewed: 400 * HOUR + 1, here: 0 }, devices: 200 },
  ])("$what", ({ expected, since, devices }) => {
    expect(due(since, devices)).toBe(expected);
  });
});
