import { describe, expect, test } from "vitest";
import * as sync from "../../../../src/client/app/sync.ts";
import { bytesOf, type DeviceId, type LogId, type MessageId } from "../../../../src/model/ids.ts";
import { CHAIN_START, nextChain } from "../../../../src/wire/chain.ts";
import type { Entry } from "../../../../src/wire/messages.ts";

const LOG = "00020000000000000000000000000000" as LogId;
const SENDER = "aa".repeat(16) as DeviceId;

/** A log as a server holds it: entries and the chain hash after each. */
class ServerLog {
  readonly entries: Entry[] = [];
  readonly chains: Uint8Array[] = [CHAIN_START];

  write(count: number, mark = ""): this {
    for (let made = 0; made < count; made += 1) {
      const seq = this.entries.length + 1;
      const mid = Buffer.from(`${mark}${seq}`.padEnd(16, " ")).toString("hex") as MessageId;
      const entry: Entry = {
        seq,
        at: seq,
        sender: SENDER,
        mid,
        kind: "app",
        epoch: 0,
        body: Buffer.from(`${mark}${seq}`),
        note: Buffer.alloc(0),
      };
      this.chains.push(
        nextChain(this.chains[seq - 1] ?? CHAIN_START, {
          ...entry,
          log: bytesOf(LOG),
          sender: bytesOf(SENDER),
          mid: bytesOf(mid),
          kind: 0,
        }),
      );
      this.entries.push(entry);
    }
    return this;
  }

  copy(upTo: number): ServerLog {
    const other = new ServerLog();
    other.entries.push(...this.entries.slice(0, upTo));
    other.chains.push(...this.chains.slice(1, upTo + 1));
    return other;
  }

  range(from: number, to: number): Entry[] {
    return this.entries.slice(from - 1, to);
  }

  page(after: number, maxCount = 10): sync.Page {
    return {
      entries: this.range(after + 1, after + (maxCount === 0 ? 10 : maxCount)),
      head: this.entries.length,
      first: 1,
      chain: this.chains[after] ?? CHAIN_START,
    };
  }

  told(standing: "ok" | "ahead" | "forked" = "ok") {
    return { head: this.entries.length, first: 1, standing };
  }
}

const applied = (step: sync.SyncStep): number[] =>
  step.wants.flatMap((want) => (want.want === "apply" ? want.entries.map(({ entry }) => entry.seq) : []));
const kinds = (step: sync.SyncStep): string[] => step.wants.map(({ want }) => want);
const never = (): undefined => undefined;

function live(server: ServerLog, seq = server.entries.length): sync.Sync {
  const held = { ...sync.newSync(LOG), seq, chain: server.chains[seq] ?? CHAIN_START };
  return sync.greeted(held, server.copy(seq).told(), false).sync;
}

/** Answers every fetch from `server` until nothing more is asked. */
function answer(
  step: sync.SyncStep,
  server: ServerLog,
  chainAt: sync.ChainAt = never,
): { sync: sync.Sync; wants: sync.SyncWant[]; fetches: number[] } {
  const wants: sync.SyncWant[] = [];
  const fetches: number[] = [];
  let { sync: state, wants: next } = step;
  for (let round = 0; round < 100; round += 1) {
    wants.push(...next);
    const fetch = next.find((want) => want.want === "fetch");
    if (fetch === undefined) return { sync: state, wants, fetches };
    fetches.push(fetch.after);
    ({ sync: state, wants: next } = sync.paged(state, server.page(fetch.after, fetch.maxCount), chainAt));
  }
  throw new Error("it never ends");
}

describe("entries that come by themselves", () => {
  const server = new ServerLog().write(20);

  test("the next ones are applied, with the server's own chain", () => {
    const step = sync.delivered(live(server, 5), server.range(6, 8));
    expect(applied(step)).toEqual([6, 7, 8]);
    expect(step.sync).toMatchObject({ seq: 8, phase: { at: "live" } });
    expect(step.sync.chain).toEqual(server.chains[8]);
  });

  test("a repeat is dropped, whole or in part", () => {
    expect(sync.delivered(live(server, 5), server.range(3, 5)).wants).toEqual([]);
    expect(applied(sync.delivered(live(server, 5), server.range(3, 7)))).toEqual([6, 7]);
  });

  test("a hole is fetched from the held position, and what came too early comes again with the page", () => {
    const gap = sync.delivered(live(server, 5), server.range(9, 10));
    expect(gap.wants).toEqual([{ want: "fetch", after: 5, maxCount: 0 }]);
    const early = sync.delivered(gap.sync, server.range(11, 12));
    expect(early.wants).toEqual([]);
    const done = answer({ sync: early.sync, wants: gap.wants }, server);
    expect(done.sync).toMatchObject({ seq: 20, phase: { at: "live" } });
    expect(done.fetches).toEqual([5, 15]);
  });

  test("while a page is on its way, the next entry is applied and not again with the page", () => {
    const catching = sync.greeted(
      { ...sync.newSync(LOG), seq: 5, chain: server.chains[5] ?? CHAIN_START },
      server.copy(7).told(),
      false,
    );
    const early = sync.delivered(catching.sync, server.range(6, 8));
    expect(applied(early)).toEqual([6, 7, 8]);
    const page = sync.paged(early.sync, server.copy(9).page(5), never);
    expect(applied(page)).toEqual([9]);
    expect(page.sync.seq).toBe(9);
  });

  test("a hole inside one delivery is an alarm, and nothing of it is applied", () => {
    const [a, , c] = server.range(6, 8);
    const step = sync.delivered(
      live(server, 5),
      [a, c].filter((entry) => entry !== undefined),
    );
    expect(kinds(step)).toEqual(["alarm"]);
    expect(step.sync).toMatchObject({ seq: 5, phase: { at: "stuck" } });
    expect(sync.delivered(step.sync, server.range(6, 7)).wants).toEqual([]);
  });

  test("nothing is taken while offline", () => {
    expect(sync.delivered(sync.newSync(LOG), server.range(1, 1)).wants).toEqual([]);
  });
});

describe("catching up", () => {
  const server = new ServerLog().write(35);

  test("page by page to the head, then live", () => {
    const done = answer(sync.greeted(sync.newSync(LOG), server.told(), false), server);
    expect(done.sync).toMatchObject({ seq: 35, phase: { at: "live" } });
    expect(done.fetches).toEqual([0, 10, 20, 30]);
    expect(done.wants.at(-1)).toEqual({ want: "caught-up" });
  });

  test("a server that gives nothing though it has something is an alarm, not an endless question", () => {
    const step = sync.greeted(sync.newSync(LOG), server.told(), false);
    const empty = sync.paged(step.sync, { ...server.page(0), entries: [] }, never);
    expect(kinds(empty)).toEqual(["alarm"]);
    expect(empty.sync.phase.at).toBe("stuck");
  });

  test("what the server no longer has is stepped over, and said", () => {
    const trimmed = { ...server.told(), first: 21 };
    const step = sync.greeted(live(server, 5), trimmed, false);
    expect(step.wants).toEqual([{ want: "fetch", after: 20, maxCount: 0 }]);
    const page = sync.paged(step.sync, { ...server.page(20), first: 21 }, never);
    expect(page.wants[0]).toMatchObject({ want: "move", from: 5, seq: 20, why: "trimmed" });
    expect(applied(page)[0]).toBe(21);
  });
});

describe("a server with another history", () => {
  const ours = new ServerLog().write(100);
  const chainAt = (seq: number): Uint8Array | undefined => ours.chains[seq];
  const held: sync.Sync = { ...sync.newSync(LOG), seq: 100, chain: ours.chains[100] ?? CHAIN_START };

  test.each([0, 1, 2, 37, 50, 98, 99])("an older backup of %i entries: back to its head with one question", (head) => {
    const server = ours.copy(head);
    const done = answer(sync.greeted(held, server.told("ahead"), true), server, chainAt);
    expect(done.fetches).toEqual([head]);
    expect(done.wants.filter(({ want }) => want === "move")).toEqual([
      { want: "move", from: 100, seq: head, chain: ours.chains[head], why: "restored" },
    ]);
    expect(done.sync).toMatchObject({ seq: head, phase: { at: "live" } });
  });

  test.each([0, 1, 31, 32, 63, 64, 99])(
    "a backup that went on differently after %i: found to the entry in a few questions",
    (common) => {
      const server = ours.copy(common).write(120 - common, "x");
      const done = answer(sync.greeted(held, server.told("forked"), true), server, chainAt);
      expect(done.wants.find(({ want }) => want === "move")).toMatchObject({ seq: common, why: "restored" });
      expect(done.sync).toMatchObject({ seq: 120, phase: { at: "live" } });
      expect(done.sync.chain).toEqual(server.chains[120]);
      // Seven to find it among a hundred, one to see that it is needed, and the pages.
      expect(done.fetches.length).toBeLessThanOrEqual(8 + 12);
      expect(applied({ sync: done.sync, wants: done.wants })[0]).toBe(common + 1);
    },
  );

  test("a page whose chain is not ours is a fork, whatever the greeting said", () => {
    const server = ours.copy(90).write(30, "x");
    const step = sync.greeted(held, server.told(), false);
    const done = answer(step, server, chainAt);
    expect(done.wants.find(({ want }) => want === "move")).toMatchObject({ seq: 90, why: "forked" });
    expect(done.sync.seq).toBe(120);
  });

  test("a chain that is wrong even at the start is an alarm and no endless search", () => {
    const server = new ServerLog().write(20);
    server.chains[0] = Buffer.alloc(32, 1);
    const done = answer(sync.greeted(sync.newSync(LOG), server.told(), false), server, (seq) =>
      seq === 0 ? CHAIN_START : undefined,
    );
    expect(done.sync.phase.at).toBe("stuck");
    expect(done.wants.at(-1)).toMatchObject({ want: "alarm", code: "log-hole" });
  });
});
