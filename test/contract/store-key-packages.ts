// Key packages: handed out once, never after their end, never of another suite, never of a revoked device.
import { describe, expect, test } from "vitest";
import { KEY_PACKAGES } from "../../src/model/limits.ts";
import type { ClaimedKeyPackage, KeyPackageRecord, KeyPackageStock } from "../../src/server/port/records.ts";
import type { StoreUnderTest } from "./store-harness.ts";
import { deviceOf, recordOf } from "./store-harness.ts";

const NOW = 1_000;
const ann = deviceOf("ann");
const ONE = 1;
const OTHER = 0xf00d;

type Wish = Partial<Omit<KeyPackageRecord, "package">>;
const keyPackage = (text: string, { suite = ONE, expiresAt = 2_000 }: Wish = {}): KeyPackageRecord => ({
  suite,
  package: Buffer.from(text),
  expiresAt,
});
const packages = (from: number, count: number, suite = ONE): readonly KeyPackageRecord[] =>
  Array.from({ length: count }, (_, n) => keyPackage(`package ${from + n}`, { suite }));
const text = (claimed: ClaimedKeyPackage | undefined): string | undefined =>
  claimed === undefined ? undefined : `${Buffer.from(claimed.package).toString()}${claimed.lastResort ? "!" : ""}`;
const stock = (count: number, { suite = ONE, lastResort = false } = {}): KeyPackageStock => ({
  suite,
  count,
  lastResort,
});

export function keyPackageContract(current: StoreUnderTest): void {
  describe("key packages", () => {
    spendingTests(current);
    suiteTests(current);
    endTests(current);
  });
}

async function put(
  current: StoreUnderTest,
  some: readonly KeyPackageRecord[],
  ...lastResorts: readonly KeyPackageRecord[]
) {
  return current.store.putKeyPackages(ann, { packages: some, lastResorts, now: NOW });
}

async function claim({ store }: StoreUnderTest, devices = [ann], { suite = ONE, now = NOW } = {}) {
  return (await store.claimKeyPackages(devices, suite, now)).map(text);
}

function spendingTests(current: StoreUnderTest): void {
  test("the cap holds, what is over it is left out", async () => {
    await current.store.enrol(recordOf("ann"));
    expect(await put(current, packages(0, 20))).toEqual([stock(20)]);
    expect(await put(current, packages(20, 20))).toEqual([stock(KEY_PACKAGES)]);
    await expect(
      current.store.putKeyPackages(deviceOf("nobody"), { packages: [], lastResorts: [], now: NOW }),
    ).rejects.toMatchObject({ code: "no-such-device" });
  });

  test("what replaces all of before leaves none of it to be handed out, nor to be put again", async () => {
    await current.store.enrol(recordOf("ann"));
    await put(current, packages(0, 2), keyPackage("old last"));
    await put(current, packages(0, 1, OTHER), keyPackage("old other", { suite: OTHER }));
    const anew = { packages: packages(10, 1), lastResorts: [], now: NOW, replaces: true };
    expect(await current.store.putKeyPackages(ann, anew)).toEqual([stock(1)]);
    await put(current, packages(0, 2));
    expect(await claim(current, [ann, ann])).toEqual(["package 10", undefined]);
    expect(await claim(current, [ann], { suite: OTHER })).toEqual([undefined]);
  });

  test("concurrent claims get different packages, then the last-resort one again and again", async () => {
    await current.store.enrol(recordOf("ann"));
    await put(current, packages(0, 10), keyPackage("last"));
    const got = (await Promise.all(Array.from({ length: 12 }, () => claim(current)))).flat();
    expect(new Set(got).size).toBe(11);
    expect(got.filter((each) => each === "last!").length).toBe(2);
    await put(current, [], keyPackage("last 2"));
    expect(await claim(current)).toEqual(["last 2!"]);
  });

  test("a device without packages gets none; one asked for twice gives two; a restart brings none back", async () => {
    await current.store.enrol(recordOf("ann"));
    await put(current, packages(0, 3));
    expect(await claim(current, [ann, deviceOf("bob"), ann])).toEqual(["package 0", undefined, "package 1"]);
    await current.reopen();
    expect(await claim(current, [ann, ann])).toEqual(["package 2", undefined]);
  });

  test("an upload sent again does not bring a spent package back (RFC 9420 §16.8)", async () => {
    await current.store.enrol(recordOf("ann"));
    expect(await put(current, packages(0, 3))).toEqual([stock(3)]);
    await claim(current);
    expect(await put(current, packages(0, 3))).toEqual([stock(2)]);
  });
}

function suiteTests(current: StoreUnderTest): void {
  test("a claim of one suite never gives a package of another, neither a single-use nor the last-resort one", async () => {
    await current.store.enrol(recordOf("ann"));
    await put(current, [...packages(0, 2), ...packages(10, 1, OTHER)], keyPackage("last", { suite: OTHER }));
    expect(await claim(current, [ann, ann, ann])).toEqual(["package 0", "package 1", undefined]);
    expect(await current.store.keyPackageStocks(ann, NOW)).toEqual([stock(1, { suite: OTHER, lastResort: true })]);
    expect(await claim(current, [ann, ann, ann], { suite: OTHER })).toEqual(["package 10", "last!", "last!"]);
    expect(await claim(current, [ann], { suite: 2 }), "a suite that nobody put").toEqual([undefined]);
  });

  test("each suite has a cap and a last-resort package of its own, and a restart keeps them apart", async () => {
    await current.store.enrol(recordOf("ann"));
    const lasts = [keyPackage("last of one"), keyPackage("last of other", { suite: OTHER })];
    expect(await put(current, [...packages(0, 24), ...packages(100, 26, OTHER)], ...lasts)).toEqual([
      stock(24, { lastResort: true }),
      stock(KEY_PACKAGES, { suite: OTHER, lastResort: true }),
    ]);
    await put(current, packages(24, 2), keyPackage("new last of other", { suite: OTHER }));
    await current.reopen();
    expect(await current.store.keyPackageStocks(ann, NOW)).toEqual([
      stock(KEY_PACKAGES, { lastResort: true }),
      stock(KEY_PACKAGES, { suite: OTHER, lastResort: true }),
    ]);
    const all = Array.from({ length: KEY_PACKAGES + 1 }, () => ann);
    const last = async (suite: number) => (await claim(current, all, { suite })).at(-1);
    expect([await last(ONE), await last(OTHER)]).toEqual(["last of one!", "new last of other!"]);
  });

  test("a third suite is refused with all that came with it, until one of the two has ended", async () => {
    await current.store.enrol(recordOf("ann"));
    const ending = keyPackage("soon", { suite: OTHER, expiresAt: NOW + 1 });
    await put(current, packages(0, 1), ending);
    await expect(put(current, [...packages(1, 1), ...packages(2, 1, 3)])).rejects.toMatchObject({
      code: "too-many-suites",
    });
    await expect(put(current, packages(1, 1), keyPackage("last", { suite: 3 }))).rejects.toMatchObject({
      code: "too-many-suites",
    });
    expect(await put(current, [])).toEqual([stock(1), stock(0, { suite: OTHER, lastResort: true })]);
    const later = { packages: packages(2, 1, 3), lastResorts: [], now: NOW + 1 };
    expect(await current.store.putKeyPackages(ann, later)).toEqual([stock(1), stock(1, { suite: 3 })]);
  });
}

function endTests(current: StoreUnderTest): void {
  test("what has ended is neither taken, nor counted, nor handed out", async () => {
    await current.store.enrol(recordOf("ann"));
    const some = [NOW, NOW + 1, NOW + 9].map((expiresAt) => keyPackage(`until ${expiresAt}`, { expiresAt }));
    const last = keyPackage("last", { expiresAt: NOW + 5 });
    expect(await put(current, some, last)).toEqual([stock(2, { lastResort: true })]);
    expect(await current.store.keyPackageStocks(ann, NOW)).toEqual([stock(2, { lastResort: true })]);
    expect(await current.store.keyPackageStocks(ann, NOW + 1)).toEqual([stock(1, { lastResort: true })]);
    expect(await claim(current, [ann, ann], { now: NOW + 1 })).toEqual(["until 1009", "last!"]);
    expect(await claim(current, [ann], { now: NOW + 5 })).toEqual([undefined]);
    expect(await current.store.keyPackageStocks(ann, NOW + 5)).toEqual([]);
    await current.store.tidy(NOW + 1);
    expect(await claim(current), "tidied away").toEqual(["last!"]);
  });

  test("those of a revoked device are dropped, of every suite; those of another stay", async () => {
    await current.store.enrol(recordOf("ann"));
    await current.store.enrol(recordOf("bob"));
    const lasts = [keyPackage("last"), keyPackage("last", { suite: OTHER })];
    await put(current, [...packages(0, 2), ...packages(2, 2, OTHER)], ...lasts);
    const bob = deviceOf("bob");
    await current.store.putKeyPackages(bob, { packages: packages(5, 1), lastResorts: [], now: NOW });
    await current.store.revoke([{ serial: recordOf("ann").serial, reason: 1 }]);
    expect(await current.store.keyPackageStocks(ann, NOW)).toEqual([]);
    expect(await claim(current, [ann, bob])).toEqual([undefined, "package 5"]);
    expect(await claim(current, [ann], { suite: OTHER })).toEqual([undefined]);
  });
}
