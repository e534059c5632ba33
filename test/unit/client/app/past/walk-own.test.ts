// The way down with what an own device handed over: it stands in for what nobody signed, at the places of the log and nowhere else.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Aside } from "../../../../../src/client/app/asides.ts";
import { Filling } from "../../../../../src/client/app/past/segment.ts";
import { type Gap, NOTHING_MET } from "../../../../../src/client/app/past/state.ts";
import { look, type WalkWorld } from "../../../../../src/client/app/past/walk.ts";
import { readOpened, writeOpened } from "../../../../../src/client/app/payload/opened.ts";
import type { Standing } from "../../../../../src/client/app/payload/standing.ts";
import { putBlob } from "../../../../../src/client/files/small-blob.ts";
import { blobRequests } from "../../../../../src/client/files/requests.ts";
import type { Vault } from "../../../../../src/client/port/vault.ts";
import { openVault } from "../../../../../src/client/vault/sqlite.ts";
import type { Segment } from "../../../../../src/mls/grant-records.ts";
import type { DeviceId, Handle, MessageId } from "../../../../../src/model/ids.ts";
import { BlobTable } from "../../../../kit/blob-table.ts";
import { deviceFor, PastLog } from "../../../../kit/past-log.ts";
import { entry, LASTING, LOG, withLog } from "../../../../kit/vault.ts";
import { walkDown, walkWorld } from "./walking.ts";

let folder: string;
let vault: Vault;
let past: PastLog;
let blobs: BlobTable;
let world: WalkWorld;
let lasting: Aside[];
let met: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mutual-walk-own-"));
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

type Said = readonly [
  seq: number,
  said: Standing | string,
  as?: { readonly mid?: MessageId; readonly sender?: DeviceId },
];

/** In the order of the log, as the entries of the log are unless something else is said. */
async function segment(...entries: readonly Said[]): Promise<Segment> {
  const filling = new Filling();
  for (const [seq, said, as] of entries.toReversed()) {
    const { mid = "" as MessageId, sender = "" as DeviceId } = past.entries[seq - 1] ?? {};
    filling.add({ seq, mid, sender, said: typeof said === "string" ? { kind: "text", text: said } : said, ...as });
  }
  const key = randomBytes(32);
  const { first, last, blob } = filling.sealed(LOG, key);
  return { first, last, blob: await putBlob(blobRequests(blobs.ask), blob), size: blob.length, key };
}

function handOver(...segments: readonly Segment[]): void {
  vault.commit(world.segments.keep(LOG, segments), LASTING);
}

async function walk(most?: number): Promise<Gap> {
  vault.commit([{ put: "position", log: LOG, seq: past.head, chain: past.chainAt(past.head) }], LASTING);
  return (await walkDown(world, gap(), most)).gap;
}

function gap(): Gap {
  const phase = { at: "walking", ...NOTHING_MET } as const;
  return { after: 0, until: past.head, since: 0, floor: 0, admins: [], asks: 1, phase };
}

const texts = (): string[] =>
  vault.history(LOG, 9_999, 999).map(({ payload }) => {
    const opened = readOpened(payload);
    return opened.kind === "text" ? opened.text : opened.kind;
  });

const rows = (): string[] => [...vault.pending(LOG).keys()].filter((name) => name.startsWith("past/segment/"));

/** Of so many, none was archived. */
function unarchived(count: number): void {
  for (let at = 0; at < count; at += 1) past.fails(at % 2 === 0 ? "alice" : "bob", "no-archive-copy");
}

describe("what was handed over", () => {
  it.each([undefined, 1, 2, 7])("is kept at its place, %s at once, and its keys go with its range", async (most) => {
    unarchived(9);
    const one = await segment([2, "two"], [4, { kind: "deleted", by: "bob" as Handle }]);
    const two = await segment([6, "six"], [9, "nine"]);
    handOver(one, two);
    expect(rows()).toHaveLength(2);
    expect(await walk(most)).toMatchObject({ phase: { found: 3, missing: 0, forged: 0, top: past.mark(0) } });
    expect(texts()).toEqual(["two", "deleted", "six", "nine"]);
    expect(vault.history(LOG, 3, 1)[0]).toMatchObject({
      seq: 2,
      at: past.entries[1]?.at,
      sender: deviceFor("bob"),
      past: true,
      chain: past.chainAt(2),
    });
    expect([rows(), vault.search({ texts: ["six"], limit: 9 }).length]).toEqual([[], 1]);
    // It proves nothing of anybody.
    expect(met).toEqual([]);
  });

  it("is not needed where the writer's own copy opens, but knows what became of it", async () => {
    const [first] = [past.says("alice", "as alice signed it"), past.says("bob", "bob's"), past.says("bob", "gone")];
    past.says("carol", { kind: "react", target: first, emoji: "👍", on: true });
    past.fails("carol", "no-archive-key");
    handOver(
      await segment(
        [1, "what alice never said"],
        [2, { kind: "text", text: "bob's, better", edited: { at: 5 } }],
        [3, { kind: "deleted", by: "bob" as Handle }],
        [5, "carol's"],
      ),
    );
    expect(await walk()).toMatchObject({ phase: { missing: 0, forged: 0 } });
    expect(texts()).toEqual(["as alice signed it", "bob's, better", "deleted", "carol's"]);
    // Carol took it back where nothing was archived: the own device knows that.
    expect(readOpened(vault.history(LOG, 2, 1)[0]?.payload ?? "")).not.toHaveProperty("reactions");
    expect([...new Set(met)].toSorted()).toEqual(["alice", "bob", "carol"]);
  });

  it("takes back what came from somebody else before", async () => {
    const mid = past.says("alice", "taken back later");
    const kept = entry(1, { mid, sender: deviceFor("alice"), chain: past.chainAt(1), text: "taken back later" });
    vault.commit([{ put: "entries", log: LOG, entries: [kept], own: [] }], LASTING);
    handOver(await segment([1, { kind: "deleted", by: "alice" as Handle }]));
    expect(await walk()).toMatchObject({ phase: { found: 0 } });
    expect([texts(), vault.search({ texts: ["later"], limit: 9 })]).toEqual([["deleted"], []]);
  });

  it("is done to what it was done to since, and expires at its time", async () => {
    unarchived(2);
    const { mid = "" as MessageId } = past.entries[0] ?? {};
    const edit = { kind: "edit", target: mid, text: "since then" } as const;
    const late = { change: edit, user: "alice" as Handle, mayDelete: false, at: 9e12 };
    vault.commit(world.late.add(LOG, late, { older: false }), LASTING);
    handOver(await segment([1, "before"], [2, { kind: "text", text: "soon gone", expire: 60 }]));
    await walk();
    expect(texts()).toEqual(["since then", "expired"]);
    expect(lasting.map(({ seq }) => seq)).toEqual([2, 1]);
  });

  it("is put where an entry came and could not be read", async () => {
    unarchived(1);
    const { at, sender, mid } = past.entries[0] ?? entry(1);
    const payload = writeOpened({ kind: "unreadable", code: "own-lost" });
    vault.commit(
      [
        {
          put: "entries",
          log: LOG,
          entries: [entry(1, { at, sender, mid, chain: past.chainAt(1), payload })],
          own: [],
        },
      ],
      LASTING,
    );
    handOver(await segment([1, "mine after all"]));
    await walk();
    expect(texts()).toEqual(["mine after all"]);
    expect(vault.named(LOG, mid)?.row).toBe(1);
  });
});

describe("what cannot be used", () => {
  const WRONG = { mid: "99".repeat(16) as MessageId };

  it.each<readonly [string, Said]>([
    ["another message id", [3, "a lie", WRONG]],
    ["another sender", [3, "a lie", { sender: deviceFor("carol") }]],
    ["a place where nobody said anything", [2, "a lie"]],
  ])("%s: it is named, the rest of it is taken once, and it is asked for again", async (_what, lie) => {
    past.fails("alice", "no-archive-copy");
    past.commits("alice");
    unarchived(3);
    handOver(await segment([1, "one"], lie, [5, "five"]));
    const top = past.mark(past.head);
    const seen = await look(world, LOG, { gap: gap(), top, most: undefined });
    expect(seen.wrong).toEqual({ why: "it is not what the log says there", isLie: true });
    expect(await walk()).toMatchObject({ phase: { found: 2, missing: 1 } });
    expect([texts(), rows()]).toEqual([["one", "five"], []]);
  });

  it("a blob that is gone, or another one: the others are walked through, and it is asked for again", async () => {
    unarchived(8);
    const [gone, other, good] = [
      await segment([5, "five"], [8, "eight"]),
      await segment([3, "three"]),
      await segment([1, "one"]),
    ];
    handOver(gone, other, good);
    blobs.blobs.delete(gone.blob);
    blobs.blobs.set(other.blob, Buffer.alloc(other.size));
    // Each of the two is named once, however many steps lead through it.
    expect(await walk(1)).toMatchObject({ phase: { found: 1, missing: 2 } });
    expect([texts(), rows()]).toEqual([["one"], []]);
  });

  it("without a connection nothing is given up", async () => {
    unarchived(2);
    handOver(await segment([1, "one"], [2, "two"]));
    blobs.isConnected = false;
    await expect(walk()).rejects.toMatchObject({ code: "offline" });
    expect(rows()).toHaveLength(1);
    blobs.isConnected = true;
    world = walkWorld({ vault, past, blobs, lasting, met });
    await walk();
    expect(texts()).toEqual(["one", "two"]);
  });

  it("of somebody whom no certificate names is not taken", async () => {
    past.fails("mallory", "no-archive-copy");
    handOver(await segment([1, "who says so?"]));
    await walk();
    expect(texts()).toEqual([]);
  });

  it("two that overlap do not keep it from its end", async () => {
    unarchived(6);
    handOver(await segment([1, "one"], [4, "four"]), await segment([2, "two"], [6, "six"]));
    await walk();
    expect(texts()).toEqual(["one", "two", "six"]);
  });
});
