// The way down through what is missing, on a real vault: what is kept of it and what is not.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Aside } from "../../../../../src/client/app/asides.ts";
import { isUnread, settleLate } from "../../../../../src/client/app/past/keeping.ts";
import { type Gap, NOTHING_MET } from "../../../../../src/client/app/past/state.ts";
import { look, markAbove, type WalkWorld } from "../../../../../src/client/app/past/walk.ts";
import { isArchived } from "../../../../../src/client/app/past/worth.ts";
import { readOpened, writeOpened } from "../../../../../src/client/app/payload/opened.ts";
import type { Vault } from "../../../../../src/client/port/vault.ts";
import { openVault } from "../../../../../src/client/vault/sqlite.ts";
import type { Handle, MessageId } from "../../../../../src/model/ids.ts";
import { BlobTable } from "../../../../kit/blob-table.ts";
import { roomTerms } from "../../../../kit/mls.ts";
import { deviceFor, PastLog, START_MS } from "../../../../kit/past-log.ts";
import { entry, LASTING, LOG, withLog } from "../../../../kit/vault.ts";
import { walkDown, walkWorld } from "./walking.ts";

let folder: string;
let vault: Vault;
let past: PastLog;
let world: WalkWorld;
let blobs: BlobTable;
let lasting: Aside[];
let met: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mutual-walk-"));
  vault = withLog(openVault(folder));
  past = new PastLog(LOG);
  blobs = new BlobTable();
  [lasting, met] = [[], []];
  world = walkWorld({ vault, past, blobs, lasting, met });
});
afterEach(() => {
  vault.close();
  rmSync(folder, { recursive: true, force: true });
});

const gapOver = (more: Partial<Gap> = {}): Gap => {
  const phase = { at: "walking", ...NOTHING_MET } as const;
  return { after: 0, until: past.head, since: 0, floor: 0, admins: [], asks: 1, phase, ...more };
};

/** The newcomer holds the log from its head on. */
function hold(): void {
  vault.commit([{ put: "position", log: LOG, seq: past.head, chain: past.chainAt(past.head) }], LASTING);
}

const walk = (gap: Gap, most?: number) => walkDown(world, gap, most);

const texts = (): string[] =>
  vault.history(LOG, 9_999, 999).map(({ payload }) => {
    const opened = readOpened(payload);
    return opened.kind === "text" ? opened.text : opened.kind;
  });

describe("the walk", () => {
  it.each([undefined, 1, 2, 3, 7])("keeps what was said as it stands in the end, %s at once", async (most) => {
    past.commits("alice", roomTerms({ alice: "owner" }));
    past.says("alice", { kind: "about", name: "plans" });
    const first = past.says("alice", "first");
    const second = past.says("bob", "second");
    past.says("bob", { kind: "edit", target: second, text: "second, better" });
    past.says("bob", { kind: "edit", target: first, text: "not his" });
    past.says("carol", { kind: "react", target: first, emoji: "👍", on: true });
    past.says("carol", { kind: "receipt", delivered: 3, read: 3 });
    past.fails("carol", "no-archive-copy");
    past.commits("bob");
    const gone = past.says("bob", "gone");
    past.says("bob", { kind: "delete", target: gone });
    past.says("bob", { kind: "edit", target: second, text: "second, at last" });
    hold();
    const { gap } = await walk(gapOver(), most);
    expect(texts()).toEqual(["first", "second, at last", "deleted"]);
    expect(gap.phase).toMatchObject({ found: 2, missing: 0, forged: 0, top: past.mark(0) });
    const [held] = vault.history(LOG, 9_999, 1_000);
    expect(held).toMatchObject({ seq: 3, mid: first, sender: deviceFor("alice"), past: true, chain: past.chainAt(3) });
    expect(readOpened(held?.payload ?? "")).toMatchObject({ reactions: [["👍", ["carol"]]] });
    expect(vault.search({ texts: ["at last"], limit: 9 })).toHaveLength(1);
    expect(vault.search({ texts: ["better"], limit: 9 })).toEqual([]);
    expect([vault.logs()[0]?.seq, vault.unread(LOG, deviceFor("dave"))]).toEqual([past.head, 0]);
    // Nothing waits any more but what concerns nobody.
    vault.commit(settleLate(world, LOG), LASTING);
    expect([...vault.pending(LOG)]).toEqual([]);
    expect([...new Set(met)].toSorted()).toEqual(["alice", "bob", "carol"]);
  });

  it("counts what had no key and what was not to be believed, and keeps none of it", async () => {
    past.says("alice", "good");
    past.fails("alice", "no-archive-key");
    past.fails("bob", "archive-forged", "it was not signed");
    past.fails("bob", "sender-mismatch");
    past.fails("bob", "envelope-malformed");
    hold();
    const top = past.mark(past.head);
    const { reading } = await look(world, LOG, { gap: gapOver(), top, most: undefined });
    expect(reading.doubt).toBe("it was not signed");
    const { gap } = await walk(gapOver());
    expect(texts()).toEqual(["good"]);
    expect(gap.phase).toMatchObject({ found: 1, missing: 1, forged: 2 });
  });

  it("ends where the terms give nothing more, and where the gap ends", async () => {
    for (let at = 1; at <= 30; at += 1) past.says("alice", `${at}`);
    hold();
    await walk(gapOver({ floor: START_MS + 20_500 }), 4);
    expect(texts().length).toBeGreaterThanOrEqual(10);
    expect(texts().length).toBeLessThan(20);
    const { gap } = await walk(gapOver({ after: 5 }), 4);
    expect(texts()).toEqual(Array.from({ length: 25 }, (_, at) => `${at + 6}`));
    expect(gap.phase).toMatchObject({ top: past.mark(5) });
  });

  it("does not take the entry above for one of before", async () => {
    past.says("alice", "before");
    // This device came in by a key of its own.
    const since = past.fails("alice", "no-archive-key");
    vault.commit([{ put: "position", log: LOG, seq: 1, chain: past.chainAt(1) }], LASTING);
    const [, second] = past.entries;
    const kept = {
      log: LOG,
      seq: 2,
      at: second?.at ?? 0,
      sender: deviceFor("alice"),
      mid: since,
      chain: past.chainAt(2),
    };
    vault.commit([{ put: "entries", log: LOG, entries: [entry(2, { ...kept, text: "since" })], own: [] }], LASTING);
    const gap = gapOver({ until: 1 });
    expect(markAbove(world, LOG, gap)).toEqual(past.mark(2));
    const { gap: end } = await walk(gap);
    expect(texts()).toEqual(["before", "since"]);
    expect(end.phase).toMatchObject({ found: 1, missing: 0 });
  });

  it("begins when the log itself is held so far", () => {
    past.says("alice", "before");
    expect(markAbove(world, LOG, gapOver())).toBeUndefined();
  });

  it("does not go on where what is below is not what this device holds", async () => {
    past.says("alice", "held");
    past.says("alice", "missing");
    hold();
    const held = entry(1, { mid: past.entries[0]?.mid ?? ("" as MessageId), sender: deviceFor("alice") });
    vault.commit([{ put: "past", log: LOG, entries: [held] }], LASTING);
    const wanted = look(world, LOG, { gap: gapOver({ after: 1 }), top: past.mark(2), most: undefined });
    await expect(wanted).rejects.toMatchObject({ code: "history-mismatch" });
  });
});

describe("a message that came and could not be read", () => {
  it("says what it said, in its place; what can be read already stays as it is", async () => {
    const mids = [past.says("alice", "one"), past.says("alice", "two"), past.says("alice", "three")];
    const kept = past.entries.map(({ seq, at, sender, mid }, index) => {
      const payload = [
        writeOpened({ kind: "unreadable", code: "epoch-ahead" }),
        writeOpened({ kind: "text", text: "two, as it came" }),
        writeOpened({ kind: "unreadable", code: "replayed" }),
      ][index];
      return entry(seq, { at, sender, mid, chain: past.chainAt(seq), payload: payload ?? "", text: undefined });
    });
    vault.commit([{ put: "entries", log: LOG, entries: kept, own: [] }], LASTING);
    const { gap } = await walk(gapOver());
    expect(texts()).toEqual(["one", "two, as it came", "unreadable"]);
    expect(gap.phase).toMatchObject({ found: 1 });
    expect(vault.named(LOG, mids[0] ?? ("" as MessageId))?.row).toBe(1);
    expect(kept.map(isUnread)).toEqual([true, false, false]);
  });
});

describe("what was done to a message that was here before", () => {
  it("is done to it at the end, and undoes nothing that is newer", async () => {
    const [first, second] = [past.says("alice", "first"), past.says("alice", "second")];
    const held = past.entries.map(({ seq, at, sender, mid }, index) => {
      const edited = index === 0 ? {} : { edited: { at: START_MS + 500_000 } };
      const payload = writeOpened({ kind: "text", text: index === 0 ? "first" : "second, newest", ...edited });
      return entry(seq, { at, sender, mid, chain: past.chainAt(seq), payload, text: "" });
    });
    vault.commit([{ put: "entries", log: LOG, entries: held, own: [] }], LASTING);
    past.says("alice", { kind: "edit", target: first, text: "first, better" });
    past.says("alice", { kind: "edit", target: second, text: "second, older" });
    past.says("bob", { kind: "edit", target: first, text: "not his" });
    hold();
    await walk(gapOver({ after: 2 }));
    expect(texts()).toEqual(["first", "second, newest"]);
    vault.commit(settleLate(world, LOG), LASTING);
    expect(texts()).toEqual(["first, better", "second, newest"]);
  });
});

describe("a delete of what somebody else wrote", () => {
  it("counts from those who might, by the terms at the end; below the last change of terms it stays as members had it", async () => {
    const early = past.says("alice", "early");
    past.says("bob", { kind: "delete", target: early });
    past.commits("alice", roomTerms({ alice: "owner" }));
    const [late, kept] = [past.says("alice", "late"), past.says("bob", "kept")];
    past.says("bob", { kind: "delete", target: late });
    past.says("carol", { kind: "delete", target: late });
    past.says("alice", { kind: "delete", target: kept });
    hold();
    for (const most of [undefined, 1]) {
      const { gap } = await walk(gapOver({ admins: ["alice" as Handle] }), most);
      expect(texts()).toEqual(["deleted", "late", "deleted"]);
      expect(gap.admins).toBeUndefined();
    }
  });
});

describe("a message that disappears", () => {
  it("is kept with its time, or as one whose time is over", async () => {
    past.says("alice", { kind: "text", text: "soon gone", expire: 3_600 });
    past.says("alice", { kind: "text", text: "long gone", expire: 60 });
    hold();
    const { gap } = await walk(gapOver());
    expect(texts()).toEqual(["soon gone", "expired"]);
    expect(gap.phase).toMatchObject({ found: 1 });
    expect(lasting.map(({ seq, said }) => [seq, said.kind])).toEqual([
      [2, "expired"],
      [1, "text"],
    ]);
    expect(lasting[1]?.said).toMatchObject({ expiresAt: START_MS + 1_000 + 3_600_000 });
    expect(vault.search({ texts: ["long"], limit: 9 })).toEqual([]);
  });
});

describe("whether there is anything to ask for", () => {
  it("is looked up among the newest, and not found in bodies without a copy", async () => {
    for (let at = 0; at < 1_700; at += 1) past.says("alice", `${at}`);
    hold();
    const gap = gapOver({ after: 900 });
    expect(await isArchived(past.ask, LOG, { gap, top: past.mark(past.head) })).toBe(false);
    expect(past.asked).toHaveLength(2);
    // There is more than is looked at.
    expect(await isArchived(past.ask, LOG, { gap: gapOver(), top: past.mark(past.head) })).toBe(true);
    expect(past.asked).toHaveLength(4);
  });
});
