// What a guess at a password costs, and what the door remembers between two requests: both pure, with a clock that is a number.
import { describe, expect, test } from "vitest";
import { Guesses } from "../../../src/server/door/account/guesses.ts";
import { Handles } from "../../../src/server/door/account/handles.ts";

const MINUTE_MS = 60_000;
const many = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);

describe("guesses", () => {
  const waits = (guesses: Guesses, count: number, address = "a"): readonly number[] =>
    many(count).map(() => guesses.begun({ address, user: "ann" }, 0));

  test("the first of an address is free, each further open one waits twice as long, and never for ever", () => {
    const [first, second, third, fourth, ...rest] = waits(new Guesses(), 40);
    expect([first, second, third, fourth]).toEqual([0, 1_000 + 100, 2_000 + 200, 4_000 + 300]);
    expect(Math.max(...rest)).toBe(20_000 + 3_900);
  });

  test("an address that was not wrong is free, however many others guess at the same user", () => {
    const guesses = new Guesses();
    for (const at of many(1_000)) waits(guesses, 3, `b${at}`);
    expect(guesses.begun({ address: "owner", user: "ann" }, 0)).toBe(0);
    expect(guesses.begun({ address: "owner", user: "ann" }, 0)).toBe(1_000 + 20_000);
  });

  test("who was right is where they were before; guesses at others stay", () => {
    const guesses = new Guesses();
    waits(guesses, 5);
    guesses.begun({ address: "a", user: "bob" }, 0);
    guesses.right({ address: "a", user: "ann" });
    expect(guesses.open("a")).toBe(1);
    guesses.right({ address: "a", user: "bob" });
    expect([guesses.open("a"), guesses.begun({ address: "a", user: "ann" }, 0)]).toEqual([0, 0]);
  });

  test("an account of one's own does not wash guesses at another away", () => {
    const guesses = new Guesses();
    let last = 0;
    for (const _ of many(6)) {
      last = guesses.begun({ address: "a", user: "victim" }, 0);
      guesses.begun({ address: "a", user: "own" }, 0);
      guesses.right({ address: "a", user: "own" });
    }
    expect(last).toBeGreaterThan(10_000);
  });

  test("a quarter of an hour without one, and they are forgotten", () => {
    const guesses = new Guesses();
    waits(guesses, 5);
    expect(guesses.begun({ address: "a", user: "ann" }, 15 * MINUTE_MS)).toBeGreaterThan(0);
    expect(guesses.begun({ address: "a", user: "ann" }, 31 * MINUTE_MS)).toBe(0);
  });

  test("all addresses of one network of IPv6 are one, however they are written; those of IPv4 are not", () => {
    const guesses = new Guesses();
    for (const address of ["2001:db8::1", "2001:db8:0:0:ffff::2"]) guesses.begun({ address, user: "ann" }, 0);
    expect([guesses.open("2001:db8::9:9"), guesses.open("2001:db8:0:1::1")]).toEqual([2, 0]);
    waits(guesses, 2, "192.0.2.1");
    expect(guesses.open("192.0.2.2")).toBe(0);
  });

  test("of one address 64 users are told apart, and the rest still counts", () => {
    const guesses = new Guesses();
    for (const at of many(200)) guesses.begun({ address: "a", user: `user${at}` }, 0);
    expect(guesses.open("a")).toBe(200);
  });

  test("20,000 addresses are remembered", () => {
    const guesses = new Guesses();
    for (const at of many(20_001)) guesses.begun({ address: `${at}`, user: `${at}` }, 0);
    expect([guesses.open("0"), guesses.open("1"), guesses.open("20000")]).toEqual([0, 1, 1]);
  });
});

describe("handles", () => {
  const at = (nowMs: number, address = "a") => ({ address, nowMs });

  test("are good once, for their time, and each is another one", () => {
    const handles = new Handles<string>(MINUTE_MS);
    const all = many(10).map((one) => handles.keep(`${one}`, at(0)));
    expect(new Set(all).size).toBe(10);
    expect(all[0]).toMatch(/^[\w-]{43}$/);
    expect([handles.take(all[0] ?? "", 0), handles.take(all[0] ?? "", 0)]).toEqual(["0", undefined]);
    expect([handles.has(all[1] ?? "", MINUTE_MS - 1), handles.has(all[1] ?? "", MINUTE_MS)]).toEqual([true, false]);
    expect(handles.take(all[1] ?? "", MINUTE_MS)).toBeUndefined();
    expect(handles.take(all[1] ?? "", 0)).toBeUndefined();
  });

  test("that wait begin when they leave", () => {
    const handles = new Handles<string>(MINUTE_MS);
    const late = handles.keep("late", { ...at(0), fromMs: 30_000 });
    expect(handles.take(late, MINUTE_MS + 29_999)).toBe("late");
  });

  test("16 of an address, and 10,000 of all: the oldest goes, and what has ended goes first", () => {
    const handles = new Handles<number>(MINUTE_MS);
    const [first = "", second = ""] = many(17).map((one) => handles.keep(one, at(0)));
    expect([handles.has(first, 0), handles.has(second, 0), handles.size]).toEqual([false, true, 16]);
    for (const one of many(10_000)) handles.keep(one, at(0, `b${one}`));
    expect([handles.size, handles.has(second, 0)]).toEqual([10_000, false]);
    handles.keep(1, at(MINUTE_MS, "c"));
    expect(handles.size).toBe(1);
  });
});
