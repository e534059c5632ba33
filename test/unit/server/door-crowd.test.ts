// Who stands at the door at once, and whom an address stands for: pure.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Handles } from "../../../src/server/door/account/handles.ts";
import { Crowd, GUESTS, GUESTS_OF_NETWORK } from "../../../src/server/door/crowd.ts";
import { networkOf } from "../../../src/server/door/network.ts";
import { LookUps } from "../../../src/server/door/openpgp/look-ups.ts";
import { Throttle } from "../../../src/server/door/throttle.ts";

const many = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);

describe("whom an address stands for", () => {
  test.each([
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["::FFFF:192.0.2.7", "192.0.2.7"],
    ["::ffff:c000:207", "192.0.2.7"],
    ["0:0:0:0:0:ffff:c000:0207", "192.0.2.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0DB8:0001:0002::", "2001:db8:1:2::/64"],
    ["2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"],
    ["2001:db8:1:3::1", "2001:db8:1:3::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["2001:db8::192.0.2.7", "2001:db8:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["::", "0:0:0:0::/64"],
    ["", ""],
    ["no address", "no address"],
  ])("%s: %s", (address, network) => expect(networkOf(address)).toBe(network));

  test("the last 64 bits never count, and one bit before them does", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 12, maxLength: 12 }), (groups) => {
        const hex = groups.map((group) => group.toString(16));
        // Not a mapped one, whose first bits are nothing.
        const front = ["2001", ...hex.slice(1, 4)];
        const [one, two] = [hex.slice(4, 8), hex.slice(8)].map((back) => networkOf([...front, ...back].join(":")));
        expect(one).toBe(two);
        const other = [...front.slice(0, 3), ((groups[3] ?? 0) ^ 1).toString(16), ...hex.slice(4, 8)];
        expect(networkOf(other.join(":"))).not.toBe(one);
      }),
    );
  });
});

describe("what is counted for each address is counted for its /64", () => {
  const neighbours = many(40).map((at) => `2001:db8:1:2::${(at + 1).toString(16)}`);
  const next = "2001:db8:1:3::1";

  test("requests at once, and what a guess costs", () => {
    const throttle = new Throttle();
    expect(neighbours.filter((address) => throttle.enter(address))).toHaveLength(8);
    expect(throttle.enter(next)).toBe(true);
    throttle.leave(neighbours[20] ?? "");
    expect(throttle.enter(neighbours[30] ?? "")).toBe(true);
    expect(neighbours.slice(0, 3).map((address) => throttle.wrong(address, 0))).toEqual([1_000, 2_000, 4_000]);
    expect([throttle.wrong(next, 0), throttle.wrongs(neighbours[9] ?? ""), throttle.wrongs(next)]).toEqual([
      1_000, 3, 1,
    ]);
  });

  test("an address of IPv4 is the same one, mapped or not", () => {
    const throttle = new Throttle();
    expect(throttle.wrong("::ffff:192.0.2.7", 0)).toBe(1_000);
    expect(throttle.wrong("192.0.2.7", 0)).toBe(2_000);
    expect(throttle.wrong("::ffff:192.0.2.8", 0)).toBe(1_000);
  });

  test("connections, logins under way, look-ups", () => {
    const crowd = new Crowd<string>();
    expect(neighbours.filter((address) => crowd.enter(address, address).isIn)).toHaveLength(GUESTS_OF_NETWORK);
    const handles = new Handles<number>(60_000);
    for (const [at, address] of neighbours.entries()) handles.keep(at, { address, nowMs: 0 });
    expect(handles.size).toBe(16);
    const lookUps = new LookUps();
    expect(neighbours.filter((address) => lookUps.enter({ address, isInvited: true }, 0))).toHaveLength(4);
  });
});

describe("a crowd", () => {
  const full = (networks: number, each: number): Crowd<string> => {
    const crowd = new Crowd<string>(networks * each);
    for (const at of many(each))
      for (const network of many(networks))
        crowd.enter(`${network}.${at}`, `10.0.${Math.floor(network / 250)}.${network % 250}`);
    return crowd;
  };

  test("has 512 places, and 32 of one network", () => {
    expect([GUESTS, GUESTS_OF_NETWORK]).toEqual([512, 32]);
    const crowd = full(16, 32);
    expect([crowd.size, crowd.enter("x", "10.0.0.3")]).toEqual([512, { isIn: false }]);
    crowd.leave("3.7");
    expect(crowd.enter("x", "10.0.0.3")).toEqual({ isIn: true, goes: undefined });
  });

  test("who comes from elsewhere gets in, and somebody of the largest network goes: who waits for a guess, else who came first", () => {
    const crowd = full(4, 3);
    crowd.leave("1.0");
    crowd.leave("2.0");
    crowd.leave("2.1");
    for (const guest of ["5", "6", "7"])
      expect(crowd.enter(guest, `192.0.2.${guest}`)).toEqual({ isIn: true, goes: undefined });
    // Of 0 and 3 there are three.
    crowd.becomes("3.2", "waiting");
    crowd.becomes("1.1", "waiting");
    expect(crowd.enter("8", "192.0.2.8")).toEqual({ isIn: true, goes: "3.2" });
    expect(crowd.enter("9", "192.0.2.9")).toEqual({ isIn: true, goes: "0.0" });
    expect(crowd.enter("10", "192.0.2.10")).toEqual({ isIn: true, goes: "1.1" });
    expect(crowd.size).toBe(12);
  });

  test("who has the most already makes room for themselves", () => {
    const crowd = full(4, 3);
    crowd.becomes("1.1", "waiting");
    expect(crowd.enter("x", "10.0.0.2")).toEqual({ isIn: true, goes: "2.0" });
  });

  test("whose request is being worked at stays; where all are, nobody comes in", () => {
    const crowd = full(2, 2);
    for (const guest of ["0.0", "0.1", "1.0"]) crowd.becomes(guest, "served");
    expect(crowd.enter("x", "192.0.2.1")).toEqual({ isIn: true, goes: "1.1" });
    crowd.becomes("x", "served");
    expect(crowd.enter("y", "192.0.2.2")).toEqual({ isIn: false });
    crowd.becomes("0.1", "free");
    expect(crowd.enter("y", "192.0.2.2")).toEqual({ isIn: true, goes: "0.1" });
  });

  test("from however many networks: who waits for nothing is not cut before who waits, and a newcomer gets in", () => {
    const crowd = full(512, 1);
    crowd.becomes("400.0", "waiting");
    expect(crowd.enter("x", "192.0.2.1")).toEqual({ isIn: true, goes: "400.0" });
    expect(crowd.enter("y", "192.0.2.2")).toEqual({ isIn: true, goes: "0.0" });
  });

  test("whoever comes, waits, is served and goes: never more than there are places, and the counts come back to nothing", () => {
    const step = fc.tuple(fc.nat(19), fc.constantFrom("enter", "leave", "free", "waiting", "served"));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const crowd = new Crowd<number>(6);
        const inside = new Set<number>();
        for (const [guest, what] of steps as readonly (readonly [number, "enter" | "leave" | "free"])[]) {
          if (what === "leave") inside.delete(guest);
          if (what === "leave") crowd.leave(guest);
          else if (what !== "enter") crowd.becomes(guest, what);
          else if (!inside.has(guest)) {
            const entrance = crowd.enter(guest, `192.0.2.${guest % 5}`);
            if (entrance.isIn) inside.add(guest);
            const goes = entrance.isIn ? entrance.goes : undefined;
            if (goes !== undefined && !inside.delete(goes)) throw new Error(`${goes} should go and is not there`);
          }
          expect(crowd.size).toBe(inside.size);
          expect(crowd.size).toBeLessThanOrEqual(6);
        }
        for (const guest of inside) crowd.leave(guest);
        for (const at of many(6)) expect(crowd.enter(100 + at, "192.0.2.0")).toEqual({ isIn: true, goes: undefined });
      }),
    );
  });
});
