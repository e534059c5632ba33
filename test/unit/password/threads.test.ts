// The password threads: as much at once as is allowed, one that dies or is stuck, and the next one in its place.
import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, it, vi } from "vitest";
import { OpaqueClient } from "../../../src/password/client.ts";
import { OpaqueServer } from "../../../src/password/server/opaque-server.ts";
import { spawnOpaqueServer } from "../../../src/password/server/spawn.ts";
import { REALM } from "./both-sides.ts";

afterEach(() => {
  vi.useRealTimers();
});

/** Takes calls and never answers. */
const STUCK = 'require("node:worker_threads").parentPort.on("message", () => undefined);';
const BROKEN = 'require("node:worker_threads").parentPort.on("message", () => { throw new Error("a secret"); });';
const spawnOf = (code: string) => (): Worker => new Worker(code, { eval: true });

/** Each worker of a list, then real ones. */
function spawning(...first: readonly (() => Worker)[]): { readonly spawn: () => Worker; readonly workers: Worker[] } {
  const workers: Worker[] = [];
  const spawn = (): Worker => {
    const worker = (first[workers.length] ?? spawnOpaqueServer)();
    workers.push(worker);
    return worker;
  };
  return { spawn, workers };
}

const codes = (settled: readonly PromiseSettledResult<unknown>[]): readonly unknown[] =>
  settled.map((one) => (one.status === "rejected" ? (one.reason as { readonly code: unknown }).code : "done"));

describe("a password thread", () => {
  it("that is killed in the middle is a fault for those who wait, and another one does the next", async () => {
    const { spawn, workers } = spawning(spawnOf(STUCK));
    await using server = new OpaqueServer(REALM, spawn);
    const waits = Promise.allSettled([server.createSetup(), server.createSetup(), server.createSetup()]);
    await workers[0]?.terminate();
    expect(codes(await waits)).toEqual(["password-failed", "password-failed", "password-failed"]);
    expect(await server.createSetup()).toHaveLength(171);
    expect(workers).toHaveLength(2);
  });

  it("that is killed at its work leaves nobody without an answer", async () => {
    const { spawn, workers } = spawning();
    await using server = new OpaqueServer(REALM, spawn);
    await server.createSetup();
    const waits = Promise.allSettled(Array.from({ length: 64 }, () => server.createSetup()));
    await workers[0]?.terminate();
    // How many of them it had done before is chance.
    for (const code of codes(await waits)) expect(["done", "password-failed"]).toContain(code);
    expect(await server.createSetup()).toHaveLength(171);
    expect(workers).toHaveLength(2);
  });

  it("that throws is a fault whose sentence does not say what it threw", async () => {
    const { spawn, workers } = spawning(spawnOf(BROKEN));
    await using server = new OpaqueServer(REALM, spawn);
    const fault: unknown = await server.createSetup().catch((error: unknown) => error);
    expect(fault).toMatchObject({ code: "password-failed", hint: "try again" });
    expect(String(fault)).not.toContain("a secret");
    expect(await server.createSetup()).toHaveLength(171);
    expect(workers).toHaveLength(2);
  });

  it("has 64 calls at once, and refuses the one after", async () => {
    await using server = new OpaqueServer(REALM);
    const waits = Array.from({ length: 64 }, () => server.createSetup());
    await expect(server.createSetup()).rejects.toMatchObject({ code: "overload" });
    expect(new Set(await Promise.all(waits)).size).toBe(64);
    // There is room again.
    expect(await server.createSetup()).toHaveLength(171);
  });

  it("that is stuck for five seconds is ended with all that wait for it, and another one does the next", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { spawn, workers } = spawning(spawnOf(STUCK));
    await using server = new OpaqueServer(REALM, spawn);
    const first = server.createSetup();
    const ended = new Promise((resolve) => workers[0]?.once("exit", resolve));
    vi.advanceTimersByTime(3000);
    const waits = Promise.allSettled([first, server.createSetup()]);
    let isSettled = false;
    void waits.then(() => {
      isSettled = true;
    });
    vi.advanceTimersByTime(1999);
    await Promise.resolve();
    expect(isSettled).toBe(false);
    vi.advanceTimersByTime(1);
    expect(codes(await waits)).toEqual(["password-timeout", "password-failed"]);
    await ended;
    vi.useRealTimers();
    expect(await server.createSetup()).toHaveLength(171);
    expect(workers).toHaveLength(2);
  });

  it("leaves no timer behind that ends it later", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { spawn, workers } = spawning();
    await using server = new OpaqueServer(REALM, spawn);
    await server.createSetup();
    await expect(server.publicKey("A".repeat(171))).rejects.toMatchObject({ code: "password-malformed" });
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(60_000);
    await server.createSetup();
    expect(workers).toHaveLength(1);
  });

  it("that was ended refuses what waits and what comes, and is not started again", async () => {
    const { spawn, workers } = spawning();
    const server = new OpaqueServer(REALM, spawn);
    const waits = Promise.allSettled([server.createSetup()]);
    await server.end();
    expect(codes(await waits)).toEqual(["stopped"]);
    await expect(server.createSetup()).rejects.toMatchObject({ code: "stopped" });
    await server.end();
    expect(workers).toHaveLength(1);
  });

  it("of the client is as bounded, and dies as openly", async () => {
    const workers: Worker[] = [];
    await using client = new OpaqueClient(() => {
      const worker = spawnOf(STUCK)();
      workers.push(worker);
      return worker;
    });
    const waits = Promise.allSettled(Array.from({ length: 8 }, () => client.startLogin("password")));
    await expect(client.startLogin("password")).rejects.toMatchObject({ code: "overload" });
    await workers[0]?.terminate();
    expect(new Set(codes(await waits))).toEqual(new Set(["password-failed"]));
  });
});
