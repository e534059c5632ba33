// The safety number: the same for both, another for everything else.
import { describe, expect, it } from "vitest";
import { safetyNumber, type Person } from "../../../src/mls/safety-number.ts";
import type { Handle, Sha256 } from "../../../src/model/ids.ts";

const realm = "5a".repeat(32) as Sha256;
const key = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const alice: Person = { user: "alice" as Handle, keys: [key(1), key(2)] };
const bob: Person = { user: "bob" as Handle, keys: [key(3)] };

describe("the safety number", () => {
  it("is 60 digits in groups of 5, and stays what it was made as", () => {
    expect(safetyNumber(realm, alice, bob)).toMatch(/^\d{5}( \d{5}){11}$/);
    expect(safetyNumber(realm, alice, bob)).toBe(
      "23513 45217 64306 41894 10836 62286 75176 19325 15785 17066 41779 95886",
    );
  });

  it("is the same on both sides, in whatever order devices are known", () => {
    const here = safetyNumber(realm, alice, bob);
    expect(safetyNumber(realm, bob, { ...alice, keys: alice.keys.toReversed() })).toBe(here);
  });

  it.each<[string, Sha256, Person, Person]>([
    ["another root", "5b".repeat(32) as Sha256, alice, bob],
    ["another key", realm, alice, { ...bob, keys: [key(4)] }],
    ["a device more", realm, alice, { ...bob, keys: [key(3), key(4)] }],
    ["a device less", realm, { ...alice, keys: [key(1)] }, bob],
    ["another name", realm, alice, { ...bob, user: "bobo" as Handle }],
  ])("is another with %s", (...[, root, one, other]) => {
    expect(safetyNumber(root, one, other)).not.toBe(safetyNumber(realm, alice, bob));
  });

  it("is not made of nothing", () => {
    expect(() => safetyNumber(realm, alice, { ...bob, keys: [] })).toThrow("bob has no device");
    const many = Array.from({ length: 101 }, (_, at) => key(at));
    expect(() => safetyNumber(realm, { ...alice, keys: many }, bob)).toThrow("alice has more than 100 devices");
  });
});
