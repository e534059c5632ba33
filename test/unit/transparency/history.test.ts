// Following the log: what is believed with each page, and that nothing is before a signed head vouches for it.

import { describe, expect, test } from "vitest";
import { CompactRange } from "../../../src/transparency/compact.ts";
import { decodeHead, encodeHead } from "../../../src/transparency/head.ts";
import { follow, isCaughtUp, newHistory, readSize, resumeHistory } from "../../../src/transparency/history.ts";
import { act, aLog, followAll, hex } from "./a-log.ts";

const log = aLog(40);
const acts = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => act(from + at));

describe("the log, page by page", () => {
  test("each page up to its own head is believed as it comes", () => {
    const pages = [log.page(0, 0), log.page(0, 7), log.page(7, 7), log.page(7, 8), log.page(8, 40)];
    const [history, believed] = followAll(newHistory(), pages, log.trust);
    expect(believed).toEqual([[], acts(0, 7), [], acts(7, 8), acts(8, 40)]);
    expect([readSize(history), isCaughtUp(history)]).toEqual([40, true]);
    expect(history.believed.range.size).toBe(40);
    expect(history.believed.head).toEqual(log.head(40));
    expect(hex(history.believed.range.root())).toBe(hex(log.tree.root()));
  });

  test("parts of the way to a head are believed only when it is reached", () => {
    const [halfway, nothing] = followAll(newHistory(), [log.page(0, 10, 30), log.page(10, 29, 30)], log.trust);
    expect(nothing).toEqual([[], []]);
    expect([readSize(halfway), isCaughtUp(halfway)]).toEqual([29, false]);
    expect([halfway.believed.range.size, halfway.believed.head]).toEqual([0, undefined]);
    const [, believed] = followAll(halfway, [log.page(29, 30)], log.trust);
    expect(believed).toEqual([acts(0, 30)]);
  });

  test("the log grows while it is read: each head on the way counts when it is reached", () => {
    const [between, first] = followAll(newHistory(), [log.page(0, 10, 12), log.page(10, 20, 25)], log.trust);
    expect(first).toEqual([[], acts(0, 12)]);
    // What is kept stands at the head that was reached, not where the page ended.
    expect([readSize(between), readSize(resumeHistory(between.believed))]).toEqual([20, 12]);
    const [history, believed] = followAll(between, [log.page(20, 25, 40), log.page(25, 40)], log.trust);
    expect(believed).toEqual([acts(12, 25), acts(25, 40)]);
    expect(isCaughtUp(history)).toBe(true);
  });

  test("with a proof to the head, each page is believed at once", () => {
    const proved = (from: number, to: number) => ({ ...log.page(from, to, 40), path: log.tree.consistency(to, 40) });
    const pages = [proved(0, 1), proved(1, 16), proved(16, 39), proved(39, 40)];
    const [history, believed] = followAll(newHistory(), pages, log.trust);
    expect(believed).toEqual([acts(0, 1), acts(1, 16), acts(16, 39), acts(39, 40)]);
    expect([readSize(history), isCaughtUp(history)]).toEqual([40, true]);
  });

  test("a page leaves the history before it as it was", () => {
    const start = newHistory();
    const before = follow(start, log.page(0, 5, 9), log.trust).history;
    follow(before, log.page(5, 9), log.trust);
    follow(before, log.page(5, 40), log.trust);
    expect([readSize(start), readSize(before), isCaughtUp(before)]).toEqual([0, 5, false]);
    expect(follow(before, log.page(5, 9), log.trust).entries).toEqual(acts(0, 9));
  });

  test("an older head says nothing new, and what comes with it is not read", () => {
    const [history] = followAll(newHistory(), [log.page(0, 20)], log.trust);
    const followed = follow(history, log.page(20, 30, 10), log.trust);
    expect(followed).toEqual({ history, entries: [] });
  });

  test("of two heads of one size the earlier is kept", () => {
    const page = { entries: log.entries(0, 20), head: log.head(20, 500) };
    const [history] = followAll(newHistory(), [page, { entries: [], head: log.head(20, 900) }], log.trust);
    expect(history.believed.head?.at).toBe(500);
    const [earlier] = followAll(history, [{ entries: [], head: log.head(20, 300) }], log.trust);
    expect(earlier.believed.head?.at).toBe(300);
    const pending = follow(newHistory(), { entries: [], head: log.head(20, 500) }, log.trust).history;
    const [reached] = followAll(pending, [{ entries: log.entries(0, 20), head: log.head(20, 300) }], log.trust);
    expect(reached.believed.head?.at).toBe(300);
  });
});

describe("a client that was away", () => {
  test("goes on from the bytes that it kept", () => {
    const [{ believed }] = followAll(newHistory(), [log.page(0, 13)], log.trust);
    expect(believed.head).toBeDefined();
    const kept = { range: believed.range.toBytes(), head: encodeHead(believed.head ?? log.head(0)) };
    const history = resumeHistory({ range: CompactRange.fromBytes(kept.range), head: decodeHead(kept.head) });
    expect([readSize(history), isCaughtUp(history)]).toEqual([13, true]);
    expect(follow(history, log.page(13, 40), log.trust).entries).toEqual(acts(13, 40));
  });

  test("goes on between two heads where a proof had led it", () => {
    const page = { ...log.page(0, 13, 40), path: log.tree.consistency(13, 40) };
    const [{ believed }] = followAll(newHistory(), [page], log.trust);
    expect([believed.range.size, believed.head?.size]).toEqual([13, 40]);
    const history = resumeHistory(believed);
    expect([readSize(history), isCaughtUp(history)]).toEqual([13, false]);
    expect(follow(history, log.page(13, 40), log.trust).entries).toEqual(acts(13, 40));
  });

  test("is not changed by what is done with the range that it was given", () => {
    const range = new CompactRange();
    const history = resumeHistory({ range, head: undefined });
    range.append(log.tree.root());
    expect(readSize(history)).toBe(0);
  });
});
