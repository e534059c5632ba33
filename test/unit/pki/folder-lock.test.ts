// One run at a time in a realm folder: who waits, who takes over, and what stays behind.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockFolder, type Claimant } from "../../../src/pki/folder-lock.ts";

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "mutual-folder-lock-"));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

type Others = { readonly alive?: readonly number[]; readonly waitMs?: number };

function claimant(pid: number, { alive = [], waitMs = 0 }: Others = {}): Claimant {
  return { pid, isAlive: (other) => alive.includes(other), waitMs };
}

async function refusal(lock: Promise<unknown>): Promise<unknown> {
  return lock.then(
    () => "taken",
    (error: unknown) => error,
  );
}

test("a folder that was made and stayed empty is gone afterwards, with all above it that was made", async () => {
  const folder = join(base, "a", "b");
  const lock = await lockFolder(folder, claimant(11));
  expect(readdirSync(folder)).toEqual([expect.stringMatching(/^\.gen-certs\.11\.[0-9a-f]{12}\.lock$/)]);
  await lock[Symbol.asyncDispose]();
  expect(readdirSync(base)).toEqual([]);
  const kept = await lockFolder(folder, claimant(11));
  writeFileSync(join(folder, "ca.crt"), "");
  await kept[Symbol.asyncDispose]();
  expect(readdirSync(folder)).toEqual(["ca.crt"]);
});

test("a second run waits for the first, and gives up with a fault that names it", async () => {
  const first = await lockFolder(base, claimant(11));
  const [claim = ""] = readdirSync(base);
  expect(await refusal(lockFolder(base, claimant(12, { alive: [11] })))).toMatchObject({
    code: "certs-locked",
    message: `another run is at work in ${base} (process 11)`,
    hint: expect.stringContaining(`remove ${join(base, claim)}`) as string,
  });
  const order: string[] = [];
  const second = lockFolder(base, claimant(12, { alive: [11], waitMs: 5_000 })).then((lock) => {
    order.push("second");
    return lock;
  });
  await sleep(150);
  order.push("the first is done");
  await first[Symbol.asyncDispose]();
  await (await second)[Symbol.asyncDispose]();
  expect(order).toEqual(["the first is done", "second"]);
  expect(readdirSync(base)).toEqual([]);
});

test("the folder may vanish under a run that waits for it", async () => {
  const folder = join(base, "certs");
  const first = await lockFolder(folder, claimant(11));
  const second = lockFolder(folder, claimant(12, { alive: [11], waitMs: 5_000 }));
  await first[Symbol.asyncDispose]();
  await (await second)[Symbol.asyncDispose]();
  // Empty, or gone: whose it was to remove depends on who was faster.
  expect(readdirSync(base, { recursive: true }).filter((name) => name !== "certs")).toEqual([]);
});

test("what dead processes left is removed: their claims, one with our own number too, and half-written files", async () => {
  mkdirSync(join(base, "clients"));
  const claims = [".gen-certs.11.0123456789ab.lock", ".gen-certs.12.0123456789ab.lock"];
  const halves = [".ca.key.0123456789ab.tmp", "clients/.alice.p12.ba9876543210.tmp"];
  const others = ["ca.crt", ".keep.tmp", "notes.0123456789ab.tmp", ".gen-certs.x.lock", "clients/alice.key"];
  for (const name of [...claims, ...halves, ...others]) writeFileSync(join(base, name), "");
  await (await lockFolder(base, claimant(12, { alive: [12] })))[Symbol.asyncDispose]();
  expect([...claims, ...halves].filter((name) => existsSync(join(base, name)))).toEqual([]);
  expect(others.filter((name) => !existsSync(join(base, name)))).toEqual([]);
});

test("of many at once, some of whom were killed, one at a time has the folder and each has it once", async () => {
  writeFileSync(join(base, ".gen-certs.1.0123456789ab.lock"), "");
  const pids = Array.from({ length: 15 }, (_, index) => index + 100);
  let inside = 0;
  const seen: number[] = [];
  await Promise.all(
    pids.map(async (pid) => {
      await using _held = await lockFolder(base, claimant(pid, { alive: pids, waitMs: 9_000 }));
      inside += 1;
      await sleep(3);
      seen.push(inside);
      inside -= 1;
    }),
  );
  expect(seen).toEqual(pids.map(() => 1));
  expect(readdirSync(base)).toEqual([]);
});

test("a folder that cannot be made is a fault", async () => {
  writeFileSync(join(base, "plain"), "");
  const refused = await refusal(lockFolder(join(base, "plain", "certs"), claimant(11)));
  expect(refused).toMatchObject({ code: "file-unwritable" });
});
