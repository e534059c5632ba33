// What a device keeps at the server of each suite, and when it makes more.
import { describe, expect, it } from "vitest";
import { Packages } from "../../../../src/client/app/circle/packages.ts";
import type { HeldKeyPackage } from "../../../../src/client/port/vault.ts";
import { CLASSIC, suiteNumber } from "../../../../src/mls/suite.ts";
import type { ClientMessageOf, KeyPackageStock } from "../../../../src/wire/messages.ts";

const X_WING = 0xf00d;

/** Refs of last resorts that were never used, of which there is to be one for each suite. */
const UNUSED = ["hybrid", "classic"];

function scene(unused: readonly string[] = UNUSED, of?: string) {
  /** What was kept and what was sent, in order. */
  const done: string[] = [];
  const sent: ClientMessageOf<"putKeyPackages">[] = [];
  const kept: HeldKeyPackage[] = [];
  const packages = new Packages({
    vault: {
      keyPackages: () => unused.map((ref) => ({ ref, expiresAt: 1, lastResort: "unused" })),
      setting: () => of,
    },
    certificate: () => "this one",
    groups: {
      keyPackages: async (suite, count, lastResorts = 0) =>
        Array.from({ length: count + lastResorts }, (_, at) => {
          const bytes = Buffer.from(`${suite === CLASSIC ? "classic" : "hybrid"} ${at}`);
          return { ref: String(bytes), suite, bytes, secret: Buffer.from("secret"), expiresAt: suiteNumber(suite) };
        }),
    },
    ask: async (message) => {
      if (message.type !== "putKeyPackages") throw new Error(`${message.type} was asked`);
      done.push("sent");
      sent.push(message);
      return undefined as never;
    },
    put: (changes) => {
      const count = changes.filter((one) => "put" in one && one.put === "key-package").length;
      if (count > 0) done.push(`${count} put`);
      for (const one of changes) if ("put" in one && one.put === "key-package") kept.push(one.keyPackage);
    },
    settled: async () => void done.push("kept"),
    now: () => 0,
  });
  return { fill: (...stocks: readonly KeyPackageStock[]) => packages.fill(stocks), done, sent, kept };
}

const left = (suite: number, count: number, lastResort = true): KeyPackageStock => ({ suite, count, lastResort });

/** How many of each suite, the last-resort ones behind the plus. */
function made({ packages, lastResorts }: ClientMessageOf<"putKeyPackages">): string {
  const of = (suite: number) =>
    [packages, lastResorts].map((some) => some.filter((one) => one.suite === suite).length).join("+");
  return `${of(X_WING)} of X-Wing, ${of(1)} of suite 1`;
}

describe("the key packages of a device", () => {
  it("are made of both suites where there are none, few of suite 1, and kept before they are sent", async () => {
    const { fill, done, sent } = scene();
    await fill();
    expect(sent.map(made)).toEqual(["20+1 of X-Wing, 4+1 of suite 1"]);
    expect(done).toEqual(["26 put", "kept", "sent"]);
    expect(sent[0]?.packages.at(-1)).toEqual({ suite: 1, package: Buffer.from("classic 3"), expiresAt: 1 });
    expect(sent[0]?.lastResorts).toEqual([
      { suite: X_WING, package: Buffer.from("hybrid 20"), expiresAt: X_WING },
      { suite: 1, package: Buffer.from("classic 4"), expiresAt: 1 },
    ]);
  });

  it.each<readonly [string, readonly KeyPackageStock[], string]>([
    ["half of X-Wing", [left(1, 3), left(X_WING, 10)], "10+0 of X-Wing, 0+0 of suite 1"],
    ["half of suite 1", [left(1, 2), left(X_WING, 11)], "0+0 of X-Wing, 2+0 of suite 1"],
    ["no suite 1", [left(X_WING, 11)], "0+0 of X-Wing, 4+1 of suite 1"],
    ["no last resort, and many", [left(1, 25, false), left(X_WING, 11)], "0+0 of X-Wing, 0+1 of suite 1"],
  ])("are filled up where the server has %s", async (_what, stocks, wanted) => {
    const { fill, sent } = scene();
    await fill(...stocks);
    expect(sent.map(made)).toEqual([wanted]);
  });

  it("are all made anew where this vault knows none of those that the server has", async () => {
    const { fill, sent } = scene([]);
    await fill(left(1, 4), left(X_WING, 20));
    expect(sent.map(made)).toEqual(["20+1 of X-Wing, 4+1 of suite 1"]);
    expect(sent[0]).toMatchObject({ replaces: true });
    const fresh = scene([]);
    await fresh.fill();
    expect(fresh.sent[0]).toMatchObject({ replaces: false });
  });

  it("are all made anew where they are of another certificate than this device has now", async () => {
    const { fill, sent } = scene(UNUSED, "an old one");
    await fill(left(1, 4), left(X_WING, 20));
    expect(sent.map(made)).toEqual(["20+1 of X-Wing, 4+1 of suite 1"]);
    expect(sent[0]).toMatchObject({ replaces: true });
    const same = scene(UNUSED, "this one");
    await same.fill(left(1, 4), left(X_WING, 20));
    expect(same.sent).toEqual([]);
  });

  it("are replaced where the last resort was used, whatever the server still holds", async () => {
    const { fill, sent, kept } = scene(["hybrid"]);
    await fill(left(1, 4), left(X_WING, 20));
    expect(sent.map(made)).toEqual(["0+1 of X-Wing, 0+1 of suite 1"]);
    expect(kept.map(({ lastResort }) => lastResort)).toEqual(["unused", "unused"]);
  });

  it("are not made while there are enough, nor for a suite that is not used here", async () => {
    const { fill, sent } = scene();
    await fill(left(1, 3), left(X_WING, 11));
    await fill(left(1, 4), left(7, 0, false), left(X_WING, 25));
    expect(sent).toEqual([]);
  });

  it("are made by one at a time, and again when they are few again", async () => {
    const { fill, sent } = scene();
    await Promise.all([fill(), fill()]);
    expect(sent).toHaveLength(1);
    await fill(left(1, 1), left(X_WING, 20));
    expect(sent.slice(1).map(made)).toEqual(["0+0 of X-Wing, 3+0 of suite 1"]);
  });
});
