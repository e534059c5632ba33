// scripts/gen-certs.ts beside itself and killed in the middle: the folder holds one realm, and the next run goes on.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadServerFiles } from "../../src/pki/load.ts";
import { GEN_CERTS, startGenCerts, type GenCerts } from "../kit/gen-certs.ts";

let kit: GenCerts;
beforeEach(() => {
  kit = startGenCerts();
});
afterEach(() => kit.remove());

function start(args: readonly string[]) {
  return spawn(process.execPath, [GEN_CERTS, "--certs", kit.dir, ...args], { cwd: kit.base, stdio: "ignore" });
}

function hidden(): string[] {
  return readdirSync(kit.dir, { recursive: true, encoding: "utf8" }).filter((name) => /(^|\/)\./.test(name));
}

test("runs at once in a new folder all succeed, one after the other, in one realm", async () => {
  const children = ["alice", "bob", "carol"].map((name) => start(["--clients", name]));
  expect(await Promise.all(children.map(async (child) => once(child, "exit")))).toEqual(children.map(() => [0, null]));
  const { realm } = await loadServerFiles(kit.dir, { now: new Date() });
  for (const name of ["alice", "bob", "carol"]) expect((await kit.peerOf(name)).user).toBe(name);
  expect(kit.ok()).toContain(realm.fingerprint);
  expect(kit.ok()).not.toMatch(/ (made|renewed) /);
  expect(hidden()).toEqual([]);
});

test("a run beside one that does not end gives up and says why; nothing is changed", () => {
  kit.ok();
  const before = kit.snapshot();
  // This very process lives, and never gives it back.
  writeFileSync(kit.file(`.gen-certs.${process.pid}.0123456789ab.lock`), "");
  const { status, err } = kit.run(["--certs", kit.dir, "--clients", "zoe"]);
  expect(status).toBe(1);
  expect(err).toMatch(
    new RegExp(
      `^error: another run is at work in .* \\(process ${process.pid}\\)\nhint: wait .*, remove /.*\\.lock\n$`,
    ),
  );
  expect({ ...kit.snapshot(), ...before }).toEqual(kit.snapshot());
  expect(existsSync(kit.file("clients/zoe.crt"))).toBe(false);
});

test("killed at any moment, the next run goes on and leaves nothing half-written", async () => {
  // A start takes about 300 ms and the work 300 ms more: from before the lock to after the end.
  for (const afterMs of [150, 250, 300, 350, 400, 450, 500, 600, 800]) {
    const child = start(["--clients", Array.from({ length: 40 }, (_, index) => `u${afterMs}-${index}`).join(" ")]);
    const ended = once(child, "exit");
    await sleep(afterMs);
    child.kill("SIGKILL");
    await ended;
    kit.ok(["--clients", `u${afterMs}-1`]);
    expect(hidden()).toEqual([]);
    await loadServerFiles(kit.dir, { now: new Date() });
    await kit.peerOf(`u${afterMs}-1`);
  }
});
