// The sweeper on a real vault, with a clock that is turned by hand.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Batch } from "../../../../../src/client/app/batch.ts";
import { lasting } from "../../../../../src/client/app/expiry/expiry.ts";
import { Expiring } from "../../../../../src/client/app/expiry/expiring.ts";
import { type Opened, readOpened, writeOpened } from "../../../../../src/client/app/payload/opened.ts";
import { textOf } from "../../../../../src/client/app/payload/projection.ts";
import type { Change, Vault } from "../../../../../src/client/port/vault.ts";
import { openVault } from "../../../../../src/client/vault/sqlite.ts";
import type { Handle } from "../../../../../src/model/ids.ts";
import { HandClock } from "../../../../kit/hand-clock.ts";
import { BOB, chain, LOG, mid, withLog } from "../../../../kit/vault.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let folder: string;
let vault: Vault;
let clock: HandClock;
let batch: Batch;
let expiring: Expiring;
let failed: unknown[];
let commits: Change[][];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mutual-expiring-"));
  clock = new HandClock(1_000 * HOUR);
  failed = [];
  start();
});
afterEach(() => {
  vault.close();
  rmSync(folder, { recursive: true, force: true });
});

function start(): void {
  const opened = withLog(openVault(folder));
  vault = opened;
  commits = [];
  const commit: Vault["commit"] = (changes, options) => {
    commits.push([...changes]);
    opened.commit(changes, options);
  };
  const watched = new Proxy(opened, { get: (target, name) => (name === "commit" ? commit : bound(target, name)) });
  batch = new Batch({ vault: watched, clock, defer: () => {}, onFailed: (error) => void failed.push(error) });
  expiring = new Expiring({
    vault,
    now: () => clock.now(),
    after: (ms, run) => clock.after(ms, run),
    put: (changes) => changes.forEach((change) => batch.put(change, { durable: true })),
    flush: () => batch.flush(),
    onFailed: (error) => void failed.push(error),
  });
}

function bound(target: Vault, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name, target);
  return typeof value === "function" ? (value.bind(target) as unknown) : value;
}

/** A message comes, and goes into the next commit. */
function comes(seq: number, said: Opened, sender = BOB): void {
  const at = clock.now();
  const opened = lasting(said, { at, now: at });
  const entry = { log: LOG, seq, at, sender, mid: mid(seq), kind: "app", epoch: 0, chain: chain(seq % 256) } as const;
  const kept = { ...entry, payload: writeOpened(opened), quiet: false, text: textOf(opened) };
  const aside = { log: LOG, seq, at, mid: mid(seq), device: sender, by: "bob" as Handle, role: "member" } as const;
  const changes = expiring.take({ ...aside, said: opened });
  for (const change of [{ put: "entries", log: LOG, entries: [kept], own: [] } as const, ...changes])
    batch.put(change, { durable: true });
}

const text = (expire: number | undefined): Opened => ({
  kind: "text",
  text: "secret",
  ...(expire === undefined ? {} : { expire }),
});

const kinds = (): string[] => vault.history(LOG, 1_000_000, 1_000).map(({ payload }) => readOpened(payload).kind);
const found = (): number => vault.search({ texts: ["secret"], limit: 1_000 }).length;

describe("a message that disappears", () => {
  it("is gone when its time is over, others stay", () => {
    comes(1, text(60));
    comes(2, text(undefined));
    comes(3, text(7_200));
    batch.flush();
    clock.pass(60_000);
    expect(kinds()).toEqual(["text", "text", "text"]);
    clock.pass(1_000);
    expect(kinds()).toEqual(["expired", "text", "text"]);
    expect(found()).toBe(2);
    clock.pass(2 * HOUR);
    expect(kinds()).toEqual(["expired", "text", "expired"]);
    expect(found()).toBe(1);
    expect(failed).toEqual([]);
  });

  it("leaves nothing behind that is looked for again", () => {
    comes(1, text(60));
    comes(2, text(90));
    batch.flush();
    clock.pass(HOUR);
    expect(kinds()).toEqual(["expired", "expired"]);
    expect(clock.waiting).toBe(0);
    expect(vault.setting("expiring")).toBe("[]");
    expect(vault.setting(`expiring/1000/1`)).toBeUndefined();
  });

  it("is gone though it comes into the vault at the moment of the sweep", () => {
    comes(1, text(60));
    clock.pass(61_000);
    expect(kinds()).toEqual(["expired"]);
  });

  it("a file is gone with its ticket", () => {
    const ticket = { name: "plan.pdf", type: "application/pdf", size: 1 } as never;
    comes(1, { kind: "file", ticket, expire: 60 });
    batch.flush();
    expect(vault.search({ texts: ["plan.pdf"], limit: 1 }).length).toBe(1);
    clock.pass(61_000);
    expect(vault.history(LOG, 10, 10).map(({ payload }) => payload)).toEqual(['{"kind":"expired"}']);
    expect(vault.search({ texts: ["plan.pdf"], limit: 1 }).length).toBe(0);
  });

  it("one that was deleted stays deleted", () => {
    comes(1, text(60));
    batch.flush();
    const row = vault.find(LOG, mid(1), BOB)?.row ?? 0;
    const payload = writeOpened({ kind: "deleted", by: "bob" as Handle });
    vault.commit([{ put: "rewritten", row, payload, text: undefined }], { durable: true });
    clock.pass(61_000);
    expect(kinds()).toEqual(["deleted"]);
  });

  it("one that never came is looked for once", () => {
    const aside = { log: LOG, seq: 9, at: 0, mid: mid(9), device: BOB, by: "bob" as Handle, role: "member" } as const;
    const said = { ...text(60), expiresAt: clock.now() + 60_000 } as Opened;
    for (const change of expiring.take({ ...aside, said })) batch.put(change, { durable: true });
    comes(1, text(60));
    clock.pass(HOUR);
    expect(kinds()).toEqual(["expired"]);
    expect(failed).toEqual([]);
  });
});

describe("after a restart", () => {
  it("what was over meanwhile is gone at once, and the rest when its time has come", () => {
    comes(1, text(60));
    comes(2, text(3 * 3_600));
    comes(3, text(40 * 86_400));
    batch.stop();
    vault.close();
    clock = new HandClock(clock.now() + HOUR);
    start();
    expect(kinds()).toEqual(["text", "text", "text"]);
    expiring.start();
    clock.pass(0);
    expect(kinds()).toEqual(["expired", "text", "text"]);
    clock.pass(2 * HOUR + 1_000);
    expect(kinds()).toEqual(["expired", "expired", "text"]);
    clock.pass(40 * DAY);
    expect(kinds()).toEqual(["expired", "expired", "expired"]);
  });

  it("after `stop` nothing is swept", () => {
    comes(1, text(60));
    batch.flush();
    expiring.stop();
    clock.pass(HOUR);
    expect(kinds()).toEqual(["text"]);
  });
});

describe("many of them", () => {
  it("are swept a handful at a time, all of them in the end", () => {
    for (let seq = 1; seq <= 300; seq += 1) comes(seq, text(60));
    batch.flush();
    commits = [];
    clock.pass(HOUR);
    expect(kinds().filter((kind) => kind === "expired").length).toBe(300);
    const rewritten = commits.map((changes) => changes.filter((one) => "put" in one && one.put === "rewritten").length);
    expect(rewritten.filter((count) => count > 0)).toEqual([128, 128, 44]);
  });

  it("of many hours are each gone in their own", () => {
    for (let seq = 1; seq <= 100; seq += 1) comes(seq, text(seq * 3_600));
    batch.flush();
    for (const hours of [1, 50, 100]) {
      clock.pass(1_000 * HOUR + hours * HOUR + 1_000 - clock.now());
      expect(kinds().filter((kind) => kind === "expired").length).toBe(hours);
    }
    expect(vault.setting("expiring")).toBe("[]");
  });

  it("what is written with a message stays small", () => {
    for (let seq = 1; seq <= 300; seq += 1) {
      comes(seq, text(60));
      batch.flush();
    }
    const sizes = commits.flat().map((one) => ("put" in one && one.put === "setting" ? one.value.length : 0));
    expect(Math.max(...sizes)).toBeLessThan(20_000);
  });
});

describe("a vault that fails", () => {
  it("ends the client, and not the program", () => {
    comes(1, text(60));
    batch.flush();
    vault.close();
    clock.pass(HOUR);
    expect(failed.length).toBe(1);
  });
});
