// Key packages: handed out once, never after their end, never of a revoked device.
import { describe, expect, test } from "vitest";
import { KEY_PACKAGES } from "../../src/model/limits.ts";
import type { ClaimedKeyPackage, KeyPackageRecord } from "../../src/server/port/records.ts";
import type { StoreUnderTest } from "./store-harness.ts";
import { deviceOf, recordOf } from "./store-harness.ts";

const NOW = 1_000;
const ann = deviceOf("ann");

const keyPackage = (text: string, expiresAt = 2_000): KeyPackageRecord => ({ package: Buffer.from(text), expiresAt });
const packages = (from: number, count: number): readonly KeyPackageRecord[] =>
  Array.from({ length: count }, (_, n) => keyPackage(`package ${from + n}`));
const text = (claimed: ClaimedKeyPackage | undefined): string | undefined =>
  claimed === undefined ? undefined : `${Buffer.from(claimed.package).toString()}${claimed.lastResort ? "!" : ""}`;

export function keyPackageContract(current: StoreUnderTest): void {
  describe("key packages", () => {
    spendingTests(current);
    endTests(current);
  });
}

async function put(current: StoreUnderTest, some: readonly KeyPackageRecord[], lastResort?: KeyPackageRecord) {
  return current.store.putKeyPackages(ann, { packages: some, lastResort, now: NOW });
}

function spendingTests(current: StoreUnderTest): void {
  test("the cap holds, what is over it is left out", async () => {
    await current.store.enrol(recordOf("ann"));
    expect(await put(current, packages(0, 20))).toBe(20);
    expect(await put(current, packages(20, 20))).toBe(KEY_PACKAGES);
    await expect(
      current.store.putKeyPackages(deviceOf("nobody"), { packages: [], lastResort: undefined, now: NOW }),
    ).rejects.toMatchObject({ code: "no-such-device" });
  });

  test("concurrent claims get different packages, then the last-resort one again and again", async () => {
    await current.store.enrol(recordOf("ann"));
    await put(current, packages(0, 10), keyPackage("last"));
    const claims = await Promise.all(Array.from({ length: 12 }, () => current.store.claimKeyPackages([ann], NOW)));
    const got = claims.map(([claimed]) => text(claimed));
    expect(new Set(got).size).toBe(11);
    expect(got.filter((each) => each === "last!").length).toBe(2);
    await put(current, [], keyPackage("last 2"));
    expect((await current.store.claimKeyPackages([ann], NOW)).map(text)).toEqual(["last 2!"]);
  });

  test("a device without packages gets none; one asked for twice gives two; a restart brings none back", async () => {
    await current.store.enrol(recordOf("ann"));
    await put(current, packages(0, 3));
    const claimed = await current.store.claimKeyPackages([ann, deviceOf("bob"), ann], NOW);
    expect(claimed.map(text)).toEqual(["package 0", undefined, "package 1"]);
    await current.reopen();
    expect((await current.store.claimKeyPackages([ann, ann], NOW)).map(text)).toEqual(["package 2", undefined]);
  });

  test("an upload sent again does not bring a spent package back (RFC 9420 §16.8)", async () => {
    await current.store.enrol(recordOf("ann"));
    expect(await put(current, packages(0, 3))).toBe(3);
    await current.store.claimKeyPackages([ann], NOW);
    expect(await put(current, packages(0, 3))).toBe(2);
  });
}

function endTests(current: StoreUnderTest): void {
  test("what has ended is neither taken, nor counted, nor handed out", async () => {
    await current.store.enrol(recordOf("ann"));
    const some = [keyPackage("ended", NOW), keyPackage("soon", NOW + 1), keyPackage("late", NOW + 9)];
    expect(await put(current, some, keyPackage("last", NOW + 5))).toBe(2);
    expect(await current.store.keyPackageStock(ann, NOW)).toEqual({ count: 2, lastResort: true });
    expect(await current.store.keyPackageStock(ann, NOW + 1)).toEqual({ count: 1, lastResort: true });
    expect((await current.store.claimKeyPackages([ann, ann], NOW + 1)).map(text)).toEqual(["late", "last!"]);
    expect((await current.store.claimKeyPackages([ann], NOW + 5)).map(text)).toEqual([undefined]);
    expect(await current.store.keyPackageStock(ann, NOW + 5)).toEqual({ count: 0, lastResort: false });
    await current.store.tidy(NOW + 1);
    expect((await current.store.claimKeyPackages([ann], NOW)).map(text), "tidied away").toEqual(["last!"]);
  });

  test("those of a revoked device are dropped, those of another stay", async () => {
    await current.store.enrol(recordOf("ann"));
    await current.store.enrol(recordOf("bob"));
    await put(current, packages(0, 2), keyPackage("last"));
    const bob = deviceOf("bob");
    await current.store.putKeyPackages(bob, { packages: packages(5, 1), lastResort: undefined, now: NOW });
    await current.store.revoke([{ serial: recordOf("ann").serial, reason: 1 }]);
    expect((await current.store.claimKeyPackages([ann, bob], NOW)).map(text)).toEqual([undefined, "package 5"]);
  });
}
