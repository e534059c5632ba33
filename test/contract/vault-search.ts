// Search over all conversations: a part of the contract of port/vault.ts.
import { describe, expect, test } from "vitest";
import type { SearchQuery } from "../../src/client/port/vault.ts";
import type { DeviceId } from "../../src/model/ids.ts";
import { BOB, chain, entry, fault, keep, LASTING, LOG, ME, mid, OTHER, withLog } from "../kit/vault.ts";
import type { OpenPlace } from "./vault-groups.ts";

export function searchContract(place: OpenPlace): void {
  const found = (...texts: readonly string[]): number[] => search({ texts });
  const search = (query: Partial<SearchQuery>): number[] =>
    place.vault.search({ texts: [], limit: 100, ...query }).map(({ row }) => row);
  const say = (...texts: readonly string[]): void => {
    const next = (place.vault.logs()[0]?.seq ?? 0) + 1;
    keep(place.vault, ...texts.map((text, at) => entry(next + at, { text })));
  };

  describe("search", () => {
    test("finds what a text holds, in the middle of words too, the newest first; nothing else", () => {
      say("the quick brown fox", "jumps over", "the lazy dog", "Foxtrot");
      expect([found("fox"), found("ox t"), found("the"), found("cat"), found("uick bro"), found("")]).toEqual([
        [4, 1],
        [],
        [3, 1],
        [],
        [1],
        [4, 3, 2, 1],
      ]);
      expect([found("the", "dog"), found("dog", "the"), found("dog", "fox")]).toEqual([[3], [3], []]);
      place.again();
      expect(found("fox")).toEqual([4, 1]);
      expect(place.vault.search({ texts: ["lazy"], limit: 1 })).toMatchObject([
        { log: LOG, seq: 3, mid: mid(3), lost: false },
      ]);
    });

    test.each([
      ["upper and lower case", "GRÜßE aus ΑΘΗΝΑΣ", ["grüße", "GRÜSSE", "αθηνας", "Αθηνασ"]],
      ["letters written in parts", "cafe\u{301} A\u{30a}ngstro\u{308}m", ["café", "CAFÉ", "Ångström"]],
      ["letters written as one", "café", ["cafe\u{301}"]],
      ["other scripts and signs", "Привет 你好 🙂 naïve", ["ПРИВЕТ", "你好", "🙂", "NAÏVE"]],
      ["lines", "one\ntwo\tthree", ["one\ntwo", "two\tthree"]],
    ])("does not tell apart: %s", (_what, text, queries) => {
      say("before", text, "after");
      expect(queries.map((query) => found(query))).toEqual(queries.map(() => [2]));
      expect(found("cafe")).toEqual([]);
    });

    test("never finds a match that lies in two messages, or in what stands between them", () => {
      say("ends with ab", "cd begins", "x");
      expect([found("abcd"), found("ab\u{0}"), found("\u{0}"), found("\u{0}\u{0}")]).toEqual([[], [], [], []]);
    });

    test("by sender, conversation and time, together and alone", () => {
      withLog(place.vault, OTHER);
      keep(
        place.vault,
        entry(1, { text: "a" }),
        entry(2, { text: "b", sender: ME }),
        entry(3, { text: "a", sender: ME }),
      );
      keep(place.vault, entry(1, { log: OTHER, text: "a", at: 5_000 }));
      expect(search({ from: [ME] })).toEqual([3, 2]);
      expect(search({ from: [ME, BOB], texts: ["a"] })).toEqual([4, 3, 1]);
      expect(search({ from: ["ff".repeat(16) as DeviceId] })).toEqual([]);
      expect(search({ from: [] })).toEqual([]);
      expect(search({ logs: [OTHER] })).toEqual([4]);
      expect(search({ logs: [LOG], texts: ["a"] })).toEqual([3, 1]);
      expect([search({ after: 1_002 }), search({ before: 1_002 }), search({ after: 1_002, before: 1_003 })]).toEqual([
        [4, 3, 2],
        [1],
        [2],
      ]);
      expect(search({ from: [ME], logs: [LOG], after: 1_003, texts: ["a"] })).toEqual([3]);
    });

    test("the newest by when it was sent, not by when it came here; and no more than was asked for", () => {
      withLog(place.vault, OTHER);
      for (let seq = 1; seq <= 300; seq += 1) keep(place.vault, entry(seq, { text: "same", at: seq * 10 }));
      keep(
        place.vault,
        ...Array.from({ length: 200 }, (_, at) => entry(at + 1, { log: OTHER, text: "same", at: at * 10 + 5 })),
      );
      const expected = place.vault
        .after(0, 1_000)
        .toSorted((a, b) => b.at - a.at)
        .map(({ row }) => row);
      for (const limit of [1, 7, 120, 1_000])
        expect(search({ texts: ["same"], limit })).toEqual(expected.slice(0, limit));
      // The second time it knows where to look.
      for (const limit of [1, 7, 120, 1_000])
        expect(search({ texts: ["same"], limit })).toEqual(expected.slice(0, limit));
      // 995 of the other, 990 of this one, 985 of the other.
      expect(search({ limit: 3, before: 1_000 })).toEqual([400, 99, 399]);
    });

    test("what is rewritten is found by the new words and by no old one", () => {
      say("one", "two", "three");
      const { vault } = place;
      vault.commit([{ put: "rewritten", row: 2, payload: "p", text: "zwei" }], LASTING);
      vault.commit([{ put: "rewritten", row: 3, payload: "p", text: undefined }], LASTING);
      expect([found("two"), found("ZWEI"), found("three"), search({})]).toEqual([[], [2], [], [2, 1]]);
      place.again();
      expect([found("two"), found("zwei"), found("three"), search({})]).toEqual([[], [2], [], [2, 1]]);
      place.vault.commit([{ put: "rewritten", row: 3, payload: "p", text: "drei" }], LASTING);
      expect(search({})).toEqual([3, 2, 1]);
    });

    test("what has no text is not found, what came back is found once, and what is lost says so", () => {
      keep(
        place.vault,
        entry(1, { text: "kept" }),
        entry(2, { text: undefined, payload: "kept" }),
        entry(3, { text: "kept" }),
      );
      place.vault.commit([{ put: "position", log: LOG, seq: 1, chain: chain(1) }], LASTING);
      expect(place.vault.search({ texts: ["kept"], limit: 9 }).map(({ row, lost }) => [row, lost])).toEqual([
        [3, true],
        [1, false],
      ]);
      keep(place.vault, entry(2, { mid: mid(3), text: "kept", quiet: true }));
      expect(found("kept")).toEqual([4, 1]);
    });

    test("a failed commit leaves no word behind", () => {
      say("one");
      expect(fault(() => keep(place.vault, entry(2, { text: "ghost" }), entry(1))).code).toBe("vault-failed");
      expect(found("ghost")).toEqual([]);
      say("two");
      expect([found("ghost"), found("two")]).toEqual([[], [2]]);
    });
  });
}
