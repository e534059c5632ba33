// What the server does every day while it runs, and not only when it starts.
import { existsSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/bin/system-clock.ts";
import { DAY_MS, makeRealm } from "../kit/realm.ts";
import { testServer } from "../kit/server.ts";

/** The real clock, but a day passes when it is told to. */
function clockOfDays() {
  const waiting = new Set<() => void>();
  const after = (ms: number, run: () => void): (() => void) => {
    if (ms !== DAY_MS) return systemClock.after(ms, run);
    const once = (): void => {
      waiting.delete(once);
      run();
    };
    waiting.add(once);
    return () => void waiting.delete(once);
  };
  const pass = (): void => {
    for (const run of Array.from(waiting)) run();
  };
  return { clock: { ...systemClock, after }, waiting, pass };
}

describe("every day", () => {
  it("lists and certificates that end soon are told in the log, as at the start, until the server stops", async () => {
    using old = await makeRealm({ clients: ["alice"], now: new Date(Date.now() - 80 * DAY_MS) });
    // Elsewhere: who has them issues what ends.
    for (const name of ["ca.key", "issuing.key"]) rmSync(old.file(name));
    const { clock, waiting, pass } = clockOfDays();
    const server = await testServer(old, {}, clock);
    const warnings = (): number =>
      server.lines.filter(({ level, sentence }) => level === "warn" && sentence.includes("revocation list ends"))
        .length;
    expect(warnings(), "both lists").toBe(2);
    for (const told of [4, 6]) {
      pass();
      await expect.poll(warnings).toBe(told);
      await expect.poll(() => waiting.size).toBe(1);
    }
    await server[Symbol.asyncDispose]();
    expect(waiting.size).toBe(0);
  });

  it("uploads that nobody went on with for a week are removed, those of this week are not", async () => {
    using realm = await makeRealm({ clients: ["alice"] });
    const { clock, waiting, pass } = clockOfDays();
    await using server = await testServer(realm, {}, clock);
    const upload = (digit: string, daysOld: number): string => {
      const path = join(server.data, "blobs", ".partial", digit.repeat(64));
      const then = new Date(Date.now() - daysOld * DAY_MS);
      writeFileSync(`${path}.size`, "100\n");
      writeFileSync(path, "half of it");
      for (const file of [path, `${path}.size`]) utimesSync(file, then, then);
      return path;
    };
    const [old, recent] = [upload("a", 8), upload("b", 6)];
    pass();
    await expect.poll(() => existsSync(old)).toBe(false);
    await expect.poll(() => waiting.size).toBe(1);
    expect([old, `${old}.size`, recent, `${recent}.size`].map((file) => existsSync(file))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect(server.lines.find(({ fields }) => fields["removed"] === 1)).toBeDefined();
  });
});
