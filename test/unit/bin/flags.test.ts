// How the text of one flag is read: times above all, and what the help says of a flag that has no default of its own.
import { describe, expect, test } from "vitest";
import { defaultOf, type Flag, readText, shownDefault } from "../../../src/bin/flags.ts";
import { Fault } from "../../../src/model/fault.ts";

const LASTS = {
  kind: "duration",
  about: "how long",
  default: "24h",
  leastMs: 1_000,
  mostMs: 90 * 86_400_000,
} as const satisfies Flag;

function faultOf(flag: Flag, value: unknown): Fault {
  try {
    readText(flag, value, "--lasts");
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("it was read");
}

describe("a duration", () => {
  test.each([
    ["1s", 1_000],
    ["90s", 90_000],
    ["10m", 600_000],
    ["12h", 43_200_000],
    ["90d", 7_776_000_000],
  ])("%s is %d ms", (text, ms) => expect(readText(LASTS, text, "--lasts")).toBe(ms));

  test.each([
    [""],
    ["0s"],
    ["05m"],
    ["1"],
    ["m"],
    ["1.5h"],
    ["-1h"],
    ["+1h"],
    ["1 h"],
    [" 1h"],
    ["1h "],
    ["1H"],
    ["1w"],
    ["1h30m"],
    ["1e3s"],
    ["91d"],
    ["9999999s"],
    ["٣h"],
    [["1h", "2h"]],
    [3_600_000],
  ])("%j is none", (value) => {
    const { code, hint } = faultOf(LASTS, value);
    expect(code).toBe("usage");
    expect(hint).toBe(Array.isArray(value) ? "give it once" : "for example 90d, 12h, 10m or 30s");
  });

  test("the sentence has the range in the largest units that fit", () => {
    expect(faultOf(LASTS, "91d").message).toBe('--lasts is not a time from 1s to 90d: "91d"');
    const odd = { ...LASTS, leastMs: 90_000, mostMs: 7_200_000 };
    expect(faultOf(odd, "1s").message).toBe('--lasts is not a time from 90s to 2h: "1s"');
  });

  test("least and most belong to it", () => {
    const narrow = { ...LASTS, leastMs: 60_000, mostMs: 120_000 };
    expect(readText(narrow, "1m", "--lasts")).toBe(60_000);
    expect(readText(narrow, "120s", "--lasts")).toBe(120_000);
    for (const text of ["59s", "121s"]) expect(faultOf(narrow, text).code).toBe("usage");
  });

  test("its default is a text in the help and milliseconds in the program", () => {
    expect(shownDefault(LASTS)).toBe("24h");
    expect(defaultOf(LASTS)).toBe(86_400_000);
    const { default: _none, ...without } = LASTS;
    expect(defaultOf(without)).toBeUndefined();
  });
});

describe("what it is without the flag", () => {
  test("what is usual is shown, which may say more than the default; else the default, else nothing", () => {
    const usual = { kind: "text", about: "a folder", usually: "that of init" } as const satisfies Flag;
    expect(shownDefault(usual)).toBe("that of init");
    expect(shownDefault({ ...usual, default: "here" })).toBe("that of init");
    expect(shownDefault({ kind: "text", about: "a folder", default: "here" })).toBe("here");
    expect(shownDefault({ kind: "text", about: "a folder" })).toBeUndefined();
    expect(shownDefault({ kind: "port", about: "a port", default: 0 })).toBe("0");
  });

  test("what is usual is told to people, and is no value", () => {
    expect(defaultOf({ kind: "port", about: "its port", usually: "12345" })).toBeUndefined();
    expect(defaultOf({ kind: "switch", about: "loud", usually: "on" })).toBe(false);
  });

  test("a port from 1 on does not take 0", () => {
    expect(readText({ kind: "port", about: "its port" }, "0", "--port")).toBe(0);
    expect(faultOf({ kind: "port", about: "its port", least: 1 }, "0").hint).toBe("a whole number from 1 to 65535");
  });
});
