// The parts of the enrolment door that need no socket: what a guess costs, what is read of a request, how an answer looks.
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Fault } from "../../../src/model/fault.ts";
import { basicOf, BODY_BYTES, type DoorAnswer, faultAnswer, readBody } from "../../../src/server/door/http.ts";
import { doorRoute } from "../../../src/server/door/routes.ts";
import { Throttle } from "../../../src/server/door/throttle.ts";

const MINUTE_MS = 60_000;
const many = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);

describe("what a guess costs", () => {
  test("a second, and twice as much each time, and never more than half a minute", () => {
    const throttle = new Throttle();
    const waits = many(8).map(() => throttle.wrong("a", 0));
    expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30, 30].map((seconds) => seconds * 1_000));
    expect(throttle.wrongs("a")).toBe(8);
    for (const _ of many(2_000)) throttle.wrong("a", 0);
    expect(throttle.wrong("a", 0)).toBe(30_000);
  });

  test("each address has its own count", () => {
    const throttle = new Throttle();
    expect([throttle.wrong("a", 0), throttle.wrong("a", 0), throttle.wrong("b", 0)]).toEqual([1_000, 2_000, 1_000]);
    expect([throttle.wrongs("a"), throttle.wrongs("b"), throttle.wrongs("c")]).toEqual([2, 1, 0]);
  });

  test("a quarter of an hour without one, and it is forgotten; not a moment earlier, and each one counts anew", () => {
    const throttle = new Throttle();
    throttle.wrong("a", 0);
    expect(throttle.wrong("a", 15 * MINUTE_MS)).toBe(2_000);
    expect(throttle.wrong("a", 30 * MINUTE_MS)).toBe(4_000);
    expect(throttle.wrong("a", 45 * MINUTE_MS + 1)).toBe(1_000);
  });

  test("a clock that is put back forgets nothing", () => {
    const throttle = new Throttle();
    throttle.wrong("a", 60 * MINUTE_MS);
    expect(throttle.wrong("a", 0)).toBe(2_000);
  });

  test("20,000 addresses are remembered; the one that was wrong longest ago goes first", () => {
    const throttle = new Throttle();
    for (const at of many(20_000)) throttle.wrong(`${at}`, 0);
    throttle.wrong("0", 1);
    throttle.wrong("new", 1);
    expect([throttle.wrongs("0"), throttle.wrongs("1"), throttle.wrongs("2"), throttle.wrongs("new")]).toEqual([
      2, 0, 1, 1,
    ]);
  });
});

describe("so many at once", () => {
  test("eight of one address; who leaves makes room, for that address", () => {
    const throttle = new Throttle();
    expect(many(9).map(() => throttle.enter("a"))).toEqual([...many(8).map(() => true), false]);
    expect(throttle.enter("b")).toBe(true);
    throttle.leave("b");
    expect(throttle.enter("a")).toBe(false);
    throttle.leave("a");
    expect([throttle.enter("a"), throttle.enter("a")]).toEqual([true, false]);
  });

  test("whatever comes and goes, nobody is counted twice or lost", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom("a", "b"), fc.boolean()), { maxLength: 100 }), (steps) => {
        const throttle = new Throttle();
        const inside = { a: 0, b: 0 };
        for (const [address, comes] of steps as readonly (readonly ["a" | "b", boolean])[]) {
          const isIn = comes && throttle.enter(address);
          expect(isIn).toBe(comes && inside[address] < 8);
          if (!comes && inside[address] > 0) throttle.leave(address);
          inside[address] = Math.max(0, inside[address] + (comes ? Number(isIn) : -1));
        }
      }),
    );
  });
});

describe("HTTP Basic", () => {
  const header = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;
  test("user and secret, up to the first colon", () => {
    expect(basicOf(header("bob:code"))).toEqual({ user: "bob", secret: "code" });
    expect(basicOf(header(":code"))).toEqual({ user: "", secret: "code" });
    expect(basicOf(header("bob:"))).toEqual({ user: "bob", secret: "" });
    expect(basicOf(header("bob:a:b"))).toEqual({ user: "bob", secret: "a:b" });
    expect(basicOf(header("Bőb:ü"))).toEqual({ user: "Bőb", secret: "ü" });
    expect(basicOf(header("bob:code").replace("Basic", "bASIC"))).toEqual({ user: "bob", secret: "code" });
  });

  test.each([
    [undefined],
    [""],
    ["Basic"],
    ["Basic "],
    ["Basic ===="],
    [header("no colon")],
    [header("bob:code").replace("Basic", "Bearer")],
    [` ${header("bob:code")}`],
    [`${header("bob:code")} x`],
    ["Basic Ym9iOmNvZGU, Basic Ym9iOmNvZGU"],
    [header(`bob:${"a".repeat(1_000)}`)],
  ])("%j is none", (text) => expect(basicOf(text)).toBeUndefined());

  test("whatever stands there, it is read or not, and nothing breaks", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(basicOf(header(text)) === undefined).toBe(!text.includes(":"));
        basicOf(text);
      }),
    );
  });
});

describe("a body", () => {
  const request = (...parts: readonly string[]): IncomingMessage =>
    Readable.from(parts.map((part) => Buffer.from(part))) as IncomingMessage;

  test("is read whole, from however many pieces", async () => {
    expect(String(await readBody(request("a", "", "bc", "d")))).toBe("abcd");
    expect((await readBody(request())).length).toBe(0);
  });

  test("may have so many bytes and not one more", async () => {
    expect((await readBody(request("12", "34"), 4)).length).toBe(4);
    await expect(readBody(request("12", "345"), 4)).rejects.toMatchObject({ code: "too-large" });
    expect((await readBody(request("a".repeat(BODY_BYTES)))).length).toBe(64 * 1024);
    await expect(readBody(request("a".repeat(BODY_BYTES), "a"))).rejects.toMatchObject({ code: "too-large" });
  });
});

describe("a fault as an answer", () => {
  const fault = new Fault("user-taken", "there is one", { hint: "choose" });
  test("in JSON where that is read, else in two lines", () => {
    const json = faultAnswer(400, fault, true);
    expect([json.status, json.type]).toEqual([400, "application/json"]);
    expect(JSON.parse(String(json.body))).toEqual({
      error: { code: "user-taken", message: "there is one", hint: "choose" },
    });
    const text = faultAnswer(400, fault, false);
    expect(text).toEqual({
      status: 400,
      type: "text/plain; charset=utf-8",
      body: "error: there is one\nhint: choose\n",
    });
    expect(faultAnswer(400, new Fault("x", "no"), false).body).toBe("error: no\n");
    expect(faultAnswer(400, new Fault("x", "no"), true).body).toBe('{"error":{"code":"x","message":"no"}}');
  });
});

test("the door has its places, and no others", async () => {
  const refuse = () => Promise.reject(new Fault("invitation-refused", "no"));
  const places = {
    enrolment: { enrol: refuse, renew: refuse },
    renew: refuse,
    about: () => ({ realm: "r" }),
    cas: () => Promise.resolve(Buffer.from("cas")),
    bag: () => Promise.resolve(Buffer.from("bag")),
  };
  const ask = (method: string, path: string): Promise<DoorAnswer | undefined> =>
    Promise.resolve(
      doorRoute(places, {
        method,
        path,
        address: "a",
        body: Buffer.alloc(0),
        type: "",
        basic: undefined,
        chain: [],
        json: true,
      }),
    );
  const status = async (method: string, path: string) => (await ask(method, path))?.status;
  expect(await status("GET", "/mutual/v1/realm")).toBe(200);
  expect(await status("GET", "/.well-known/est/cacerts")).toBe(200);
  expect(await status("POST", "/.well-known/est/simpleenroll")).toBe(401);
  for (const [method, path] of [
    ["POST", "/.well-known/est/cacerts"],
    ["GET", "/.well-known/est/simpleenroll"],
    ["GET", "/.well-known/est/cacerts/"],
    ["GET", "/.well-known/est/../est/cacerts"],
    ["GET", "/.well-known/est/"],
  ] as const)
    expect([path, await status(method, path)]).toEqual([path, 404]);
  for (const [method, path] of [
    ["GET", "/"],
    ["GET", ""],
    ["POST", "/mutual/v1/realm"],
    ["GET", "/mutual/v1/realm/"],
    ["GET", "/.well-known/EST/cacerts"],
  ] as const)
    expect([path, await status(method, path)]).toEqual([path, undefined]);
});
