// A server that lies about its log: heads that it should not have signed, entries that no head vouches for.

import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Fault } from "../../src/model/fault.ts";
import type { Sha256 } from "../../src/model/ids.ts";
import { encodeEntry } from "../../src/transparency/entry.ts";
import { signHead } from "../../src/transparency/head.ts";
import {
  follow,
  isCaughtUp,
  newHistory,
  readSize,
  resumeHistory,
  type History,
  type LogPage,
} from "../../src/transparency/history.ts";
import { leafHash, MerkleTree } from "../../src/transparency/merkle.ts";
import { ISSUED, aLog, changed, codeOf, followAll } from "../unit/transparency/a-log.ts";

const log = aLog(40);
/** The same up to entry 20, then another: shown to others, signed with the same key. */
const fork = aLog(40, { keys: log.keys, forkAt: 20 });
const [at10] = followAll(newHistory(), [log.page(0, 10)], log.trust);
const [at30] = followAll(newHistory(), [log.page(0, 30)], log.trust);
/** 10 entries are believed, 15 more read, on the way to 30. */
const [between] = followAll(at10, [log.page(10, 25, 30)], log.trust);

const refused = (history: History, page: LogPage): string => codeOf(() => follow(history, page, log.trust));

test("these are accepted, so the refusals below are for what was changed", () => {
  expect(refused(at10, log.page(10, 40))).toBe("accepted");
  expect(refused(between, log.page(25, 30))).toBe("accepted");
  expect(refused(at10, fork.page(10, 40))).toBe("accepted");
});

test("every refusal has one sentence and a hint", () => {
  const [later] = followAll(newHistory(), [log.page(0, 30)], log.trust);
  const lies: LogPage[] = [
    fork.page(30, 40),
    { entries: [], head: log.head(29, 99) },
    { entries: log.entries(30, 32), head: log.head(31) },
    { entries: [], head: { ...log.head(40), at: 7 } },
  ];
  for (const page of lies) {
    let thrown: unknown;
    try {
      follow(later, page, log.trust);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(Fault);
    expect((thrown as Fault).hint).toMatch(/./);
    expect((thrown as Fault).message).toMatch(/^[a-z].*[^.]$/);
  }
});

describe("another log", () => {
  test("behind what is believed", () => {
    expect(refused(at30, fork.page(30, 40))).toBe("log-forked");
  });

  test("behind what was read and not yet believed", () => {
    expect(refused(between, { entries: fork.entries(25, 30), head: fork.head(30) })).toBe("log-forked");
    expect(refused(between, fork.page(25, 40))).toBe("log-forked");
  });

  test("of the same size, also when nothing comes with it", () => {
    expect(refused(at30, { entries: [], head: fork.head(30, 1) })).toBe("log-forked");
    expect(refused(at30, { entries: [], head: fork.head(30, 99) })).toBe("log-forked");
    expect(refused(between, { entries: [], head: fork.head(30) })).toBe("log-forked");
  });

  test("whose entries are right and whose head is another's", () => {
    expect(refused(at10, { entries: log.entries(10, 40), head: fork.head(40) })).toBe("log-forked");
  });

  test("with a head of no entries that has some root", () => {
    const head = signHead(log.keys.privateKey, { ...log.head(0), root: log.tree.root(1) });
    expect(refused(newHistory(), { entries: [], head })).toBe("log-forked");
  });

  test("that a friend was shown is found out when it is reached", () => {
    const [warned] = followAll(at10, [{ entries: [], head: fork.head(25) }], log.trust);
    expect(isCaughtUp(warned)).toBe(false);
    expect(refused(warned, log.page(10, 24, 30))).toBe("accepted");
    expect(refused(warned, log.page(10, 25, 30))).toBe("log-forked");
    expect(refused(warned, log.page(10, 40))).toBe("log-forked");
  });

  const right = log.entries(10, 40);
  const [first = encodeEntry(ISSUED), second = encodeEntry(ISSUED)] = right;
  test.each([
    ["an entry that is another", right.with(3, encodeEntry(ISSUED))],
    ["two entries in another order", right.with(0, second).with(1, first)],
    ["an entry twice instead of the next", right.with(1, first)],
  ])("by %s", (_, entries) => {
    expect(refused(at10, { entries, head: log.head(40) })).toBe("log-forked");
  });
});

describe("a log that shrinks", () => {
  test.each([
    [29, 30],
    [29, 1000],
    [0, 30],
  ])("to %i entries, signed at %i", (size, at) => {
    expect(refused(at30, { entries: [], head: log.head(size, at) })).toBe("log-shrunk");
    expect(refused(between, { entries: [], head: log.head(size, at) })).toBe("log-shrunk");
  });

  test("also between two times at which it was signed", () => {
    const [twice] = followAll(at30, [{ entries: [], head: log.head(30, 900) }], log.trust);
    expect(refused(twice, { entries: [], head: log.head(29, 500) })).toBe("log-shrunk");
  });
});

describe("a head that is not the log's", () => {
  const strangers = generateKeyPairSync("ed25519");
  test.each([
    ["signed by another key", signHead(strangers.privateKey, log.head(30))],
    ["with another time", { ...log.head(30), at: 7 }],
    ["with another size", { ...log.head(30), size: 29 }],
    ["with another root", { ...log.head(30), root: log.tree.root(29) }],
    ["with a bent signature", { ...log.head(30), signature: changed(log.head(30).signature, 5) }],
    ["of another realm", signHead(log.keys.privateKey, { ...log.head(30), realm: "00".repeat(32) as Sha256 })],
    ["that says another realm", { ...log.head(30), realm: "00".repeat(32) as Sha256 }],
  ])("%s", (_, head) => {
    expect(refused(at10, { entries: log.entries(10, 30), head })).toBe("log-signature");
  });
});

describe("a page that is not one", () => {
  test("with entries that its head does not cover", () => {
    expect(refused(at10, log.page(10, 31, 30))).toBe("log-malformed");
    expect(refused(at30, { entries: log.entries(30, 31), head: log.head(30) })).toBe("log-malformed");
    expect(refused(newHistory(), { entries: log.entries(0, 1), head: log.head(0) })).toBe("log-malformed");
  });

  test("with an entry that is not in its form, although the head vouches for it", () => {
    const bytes = Buffer.from('{"v":1,"kind":"act", "at":1}');
    const tree = new MerkleTree();
    tree.append(leafHash(bytes));
    const head = signHead(log.keys.privateKey, { ...log.head(1), root: tree.root() });
    expect(refused(newHistory(), { entries: [bytes], head })).toBe("log-malformed");
  });

  test("that goes on for ever before it reaches its head", () => {
    // Entries of 2 kB; the head is far away.
    const long = encodeEntry({ kind: "act", at: 1, by: "@console", act: "x", detail: "🐟".repeat(500) });
    const head = signHead(log.keys.privateKey, { ...log.head(30), size: 2 ** 50 });
    const entries = Array.from({ length: 4000 }, () => long);
    let history = newHistory();
    const page = (): string =>
      codeOf(() => {
        history = follow(history, { entries, head }, log.trust).history;
      });
    expect([page(), page(), page(), page(), page()]).toEqual([
      ...Array.from({ length: 4 }, () => "accepted"),
      "log-malformed",
    ]);
    expect([readSize(history), history.believed.range.size]).toEqual([16_000, 0]);
  });

  test("but one that reaches its heads may be of any length", () => {
    const long = encodeEntry({ kind: "act", at: 1, by: "@console", act: "x", detail: "🐟".repeat(500) });
    const entries = Array.from({ length: 4000 }, () => long);
    const tree = new MerkleTree();
    let history = newHistory();
    for (let page = 0; page < 5; page += 1) {
      for (const entry of entries) tree.append(leafHash(entry));
      const head = signHead(log.keys.privateKey, { ...log.head(0), size: tree.size, root: tree.root() });
      // The first page is half the way: its bytes are let go of with the rest.
      history = follow(history, { entries: entries.slice(0, 2000), head }, log.trust).history;
      history = follow(history, { entries: entries.slice(2000), head }, log.trust).history;
    }
    expect([readSize(history), history.believed.range.size]).toEqual([20_000, 20_000]);
  });
});

describe("a proof from a page to its head", () => {
  const page = (from: number, to: number, path: readonly Uint8Array[]): LogPage => ({
    ...log.page(from, to, 40),
    path,
  });
  const right = log.tree.consistency(25, 40);

  test("that is another is refused", () => {
    expect(refused(at10, page(10, 25, right))).toBe("accepted");
    expect(refused(at10, page(10, 24, right))).toBe("log-forked");
    expect(refused(at10, page(10, 25, right.slice(1)))).toBe("log-forked");
    expect(refused(at10, page(10, 25, []))).toBe("log-forked");
    expect(refused(at10, page(10, 25, fork.tree.consistency(25, 40)))).toBe("log-forked");
    expect(refused(at10, { ...page(10, 25, right), head: fork.head(40) })).toBe("log-forked");
    expect(refused(at10, { ...page(10, 25, right), entries: fork.entries(10, 25) })).toBe("log-forked");
    expect(
      refused(
        at10,
        page(
          10,
          25,
          right.map((one) => one.slice(1)),
        ),
      ),
    ).toBe("log-forked");
  });

  test("does not spare the entries behind it", () => {
    const [history] = followAll(at10, [page(10, 25, right)], log.trust);
    expect(refused(history, fork.page(25, 40))).toBe("log-forked");
    expect(refused(history, { entries: fork.entries(25, 40), head: log.head(40) })).toBe("log-forked");
  });
});

test("a refused page leaves the history as it was: the right one is taken after it", () => {
  for (const page of [fork.page(25, 30), log.page(25, 31, 30), { entries: [], head: log.head(29, 99) }])
    expect(refused(between, page)).not.toBe("accepted");
  expect([readSize(between), between.believed.range.size]).toEqual([25, 10]);
  expect(follow(between, log.page(25, 30), log.trust).entries).toHaveLength(20);
});

test("what was kept must fit its head", () => {
  const { range, head } = at30.believed;
  expect(codeOf(() => resumeHistory({ range, head }))).toBe("accepted");
  expect(codeOf(() => resumeHistory({ range, head: undefined }))).toBe("log-malformed");
  expect(codeOf(() => resumeHistory({ range, head: log.head(29) }))).toBe("log-malformed");
  expect(codeOf(() => resumeHistory({ range, head: fork.head(30) }))).toBe("log-malformed");
});
