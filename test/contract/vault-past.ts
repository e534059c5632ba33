// Entries of before the device came in: a part of the contract of port/vault.ts.
import { describe, expect, test } from "vitest";
import { BOB, chain, entries, entry, keep, LASTING, LOG, ME, mid } from "../kit/vault.ts";
import type { OpenPlace } from "./vault-groups.ts";

export function pastContract(place: OpenPlace): void {
  describe("entries", () => {
    test("of before are found like any other, are neither news nor unread, and leave the position where it is", () => {
      place.vault.commit([{ put: "position", log: LOG, seq: 4, chain: chain(4) }], LASTING);
      keep(place.vault, entry(5));
      const past = (seq: number) => entry(seq, { text: `of before ${seq}` });
      place.vault.commit([{ put: "past", log: LOG, entries: [past(4), past(2)] }], LASTING);
      // Once more, with one that is there, one that came by itself, and one that is still to come.
      place.vault.commit([{ put: "past", log: LOG, entries: [past(2), past(5), past(6), past(3)] }], LASTING);
      place.again();
      expect(place.vault.history(LOG, 99, 9).map(({ seq, past: isPast }) => [seq, isPast])).toEqual([
        [2, true],
        [3, true],
        [4, true],
        [5, undefined],
      ]);
      expect(place.vault.history(LOG, 4, 1).map(({ seq }) => seq)).toEqual([3]);
      expect(place.vault.logs()).toMatchObject([{ seq: 5, chain: chain(5) }]);
      expect(place.vault.unread(LOG, ME)).toBe(1);
      expect(place.vault.after(0, 9).map(({ seq, quiet }) => [seq, quiet])).toEqual([
        [5, false],
        [4, true],
        [2, true],
        [3, true],
      ]);
      expect(place.vault.search({ texts: ["before"], limit: 9 }).map(({ seq }) => seq)).toEqual([4, 3, 2]);
      expect(place.vault.named(LOG, mid(2))).toMatchObject({ seq: 2, payload: past(2).payload, past: true });
      expect(place.vault.find(LOG, mid(3), BOB)).toMatchObject({ seq: 3, lost: false });
      expect([place.vault.chainAt(LOG, 3), place.vault.chainAt(LOG, 1)]).toEqual([chain(3), undefined]);
    });

    test("of before change like others, and take the place of those that the server had lost", () => {
      keep(place.vault, ...entries(1, 3));
      place.vault.commit(
        [
          { put: "position", log: LOG, seq: 1, chain: chain(1) },
          { put: "position", log: LOG, seq: 3, chain: chain(3) },
          { put: "past", log: LOG, entries: [entry(2)] },
        ],
        LASTING,
      );
      expect(place.vault.history(LOG, 99, 9).map(({ seq, lost }) => [seq, lost])).toEqual([
        [1, false],
        [2, false],
        [3, true],
      ]);
      const row = place.vault.named(LOG, mid(2))?.row ?? 0;
      place.vault.commit([{ put: "rewritten", row, payload: "anew", text: "anew" }], LASTING);
      place.again();
      expect(place.vault.named(LOG, mid(2))).toMatchObject({ payload: "anew", past: true });
      expect(place.vault.search({ texts: ["anew"], limit: 9 })).toHaveLength(1);
      expect(place.vault.unread(LOG, ME)).toBe(1);
    });
  });
}
