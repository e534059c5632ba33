// The contract of port/vault.ts as one suite: every vault passes it.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Vault } from "../../src/client/port/vault.ts";
import type { Handle, StoreId } from "../../src/model/ids.ts";
import { CHAIN_START } from "../../src/wire/chain.ts";
import { groupsContract } from "./vault-groups.ts";
import { pastContract } from "./vault-past.ts";
import { searchContract } from "./vault-search.ts";
import { BOB, chain, entries, entry, fault, keep, LASTING, LOG, ME, mid, OTHER, withLog } from "../kit/vault.ts";

/** One vault that can be closed and opened again. */
export interface VaultPlace {
  open(): Vault;
  remove(): void;
}

export function vaultContract(make: () => VaultPlace): void {
  let place: VaultPlace;
  let vault: Vault;
  const again = (): void => {
    vault.close();
    vault = place.open();
  };
  beforeEach(() => {
    place = make();
    vault = withLog(place.open());
  });
  afterEach(() => {
    vault.close();
    place.remove();
  });

  describe("keeps", () => {
    test("everything over a restart", () => {
      const server = { storeId: "cc".repeat(16) as StoreId, generation: 3 };
      const bob = { device: BOB, user: "bob" as Handle, name: "Bob", problem: "" };
      const unknown = { device: ME, user: undefined, name: "", problem: "unknown-device" };
      const message = { mid: mid(99), log: LOG, since: 2, payload: "p", storedAt: undefined };
      vault.commit(
        [
          { put: "entries", log: LOG, entries: [entry(1), entry(2, { sender: ME, quiet: true })], own: [] },
          { put: "outgoing", message },
          { put: "outgoing", message: { ...message, mid: mid(98) } },
          { put: "stored", mid: mid(98), seq: 7 },
          { put: "server", server },
          { put: "device", device: bob },
          { put: "device", device: unknown },
          { put: "read", log: LOG, seq: 1 },
          { put: "members", log: LOG, members: 5 },
          { put: "shown", row: 1 },
        ],
        LASTING,
      );
      again();
      expect(vault.logs()).toEqual([
        { log: LOG, kind: "lobby", seq: 2, chain: chain(2), epoch: 0, read: 1, members: 5 },
      ]);
      expect(vault.outgoing()).toEqual([message, { ...message, mid: mid(98), storedAt: 7 }]);
      expect(vault.server()).toEqual(server);
      expect(vault.devices().toSorted((a, b) => (a.device < b.device ? -1 : 1))).toEqual([unknown, bob]);
      expect(vault.shown()).toBe(1);
      const { text: _text, ...kept } = entry(2, { sender: ME, quiet: true });
      expect(vault.after(1, 10)).toEqual([{ ...kept, row: 2, aside: false, lost: false }]);
      expect(vault.history(LOG, 2, 10).map(({ seq }) => seq)).toEqual([1]);
      expect([vault.unread(LOG, ME), vault.unread(LOG, BOB)]).toEqual([0, 1]);
    });

    test("a name, a user, a problem as they changed last; a read marker never goes back", () => {
      const bob = { device: BOB, user: "bob" as Handle, name: "Bob", problem: "" };
      vault.commit([{ put: "device", device: bob }], LASTING);
      vault.commit([{ put: "device", device: { ...bob, user: undefined, name: "", problem: "revoked" } }], LASTING);
      vault.commit(
        [
          { put: "read", log: LOG, seq: 4 },
          { put: "read", log: LOG, seq: 2 },
          { put: "log", log: LOG, kind: "lobby", epoch: 9 },
        ],
        LASTING,
      );
      again();
      expect(vault.devices()).toEqual([{ device: BOB, user: undefined, name: "", problem: "revoked" }]);
      expect(vault.logs()).toMatchObject([{ read: 4, epoch: 9, seq: 0 }]);
    });

    test("all of a commit or nothing, and goes on afterwards", () => {
      keep(vault, entry(1));
      const wrong = () =>
        vault.commit(
          [
            { put: "shown", row: 9 },
            { put: "entries", log: LOG, entries: [entry(2), entry(1)], own: [] },
          ],
          LASTING,
        );
      expect(fault(wrong).code).toBe("vault-failed");
      expect([vault.shown(), vault.logs()[0]?.seq, vault.after(0, 9).length]).toEqual([0, 1, 1]);
      keep(vault, entry(2));
      again();
      expect(vault.after(0, 9).map(({ row, seq }) => [row, seq])).toEqual([
        [1, 1],
        [2, 2],
      ]);
    });

    test("texts of every kind and length, byte for byte", () => {
      const texts = ["", "ü€🙂\0\n", "x".repeat(65_536), '{"\\u0000":1}', "\u{10ffff}".repeat(300)];
      keep(vault, ...texts.map((text, at) => entry(at + 1, { payload: text, text })));
      again();
      expect(vault.after(0, 9).map(({ payload }) => payload)).toEqual(texts);
    });

    test("the chain after every entry, and none that it does not hold", () => {
      withLog(vault, OTHER);
      keep(vault, entry(1), entry(2));
      vault.commit([{ put: "position", log: OTHER, seq: 40, chain: chain(40) }], LASTING);
      expect([vault.chainAt(LOG, 0), vault.chainAt(LOG, 1), vault.chainAt(LOG, 2), vault.chainAt(LOG, 3)]).toEqual([
        CHAIN_START,
        chain(1),
        chain(2),
        undefined,
      ]);
      expect([vault.chainAt(OTHER, 40), vault.chainAt(OTHER, 39)]).toEqual([chain(40), undefined]);
    });
  });

  describe("entries", () => {
    test("that the server lost, until they come back; then once", () => {
      keep(vault, entry(1), entry(2, { sender: ME }), entry(3));
      vault.commit([{ put: "position", log: LOG, seq: 1, chain: chain(1) }], LASTING);
      expect(vault.lostOf(LOG, ME).map((one) => one.mid)).toEqual([mid(2)]);
      expect(vault.find(LOG, mid(3), BOB)).toEqual({ row: 3, seq: 3, lost: true });
      expect(vault.find(LOG, mid(3), ME)).toBeUndefined();
      expect(vault.find(OTHER, mid(3), BOB)).toBeUndefined();
      expect(vault.chainAt(LOG, 2)).toBeUndefined();
      keep(vault, entry(2, { mid: mid(3), quiet: true }), entry(3, { mid: mid(2), sender: ME, quiet: true }));
      again();
      expect(vault.history(LOG, 99, 99).map((one) => [one.seq, one.mid, one.lost])).toEqual([
        [1, mid(1), false],
        [2, mid(3), false],
        [3, mid(2), false],
      ]);
    });

    test("that repeat one are found by the first", () => {
      keep(vault, entry(1), entry(2, { mid: mid(1), quiet: true, aside: true, text: undefined }));
      expect(vault.find(LOG, mid(1), BOB)).toEqual({ row: 1, seq: 1, lost: false });
    });

    test("that are aside stand in the log, and neither in the history nor among what is unread", () => {
      keep(
        vault,
        entry(1),
        entry(2, { aside: true, text: undefined }),
        entry(3, { aside: true, quiet: true, text: undefined }),
        entry(4, { kind: "commit" }),
        entry(5),
      );
      again();
      const flags = vault.after(0, 9).map(({ seq, aside, quiet }) => [seq, aside, quiet]);
      expect(flags).toEqual([
        [1, false, false],
        [2, true, false],
        [3, true, true],
        [4, false, false],
        [5, false, false],
      ]);
      expect(vault.history(LOG, 99, 9).map(({ seq }) => seq)).toEqual([1, 5]);
      expect(vault.history(LOG, 5, 1).map(({ seq }) => seq)).toEqual([1]);
      expect(vault.later(LOG, 0, 9).map(({ seq }) => seq)).toEqual([1, 5]);
      expect([vault.unread(LOG, ME), vault.unread(LOG, BOB)]).toEqual([2, 0]);
      vault.commit([{ put: "read", log: LOG, seq: 1 }], LASTING);
      expect(vault.unread(LOG, ME)).toBe(1);
      expect([vault.logs()[0]?.seq, vault.chainAt(LOG, 3)]).toEqual([5, chain(3)]);
    });

    test("by the id of their message: whoever wrote it, the first that did, and none that is lost", () => {
      withLog(vault, OTHER);
      keep(vault, entry(1), entry(2, { sender: ME }), entry(3, { mid: mid(1), sender: ME }), entry(4, { mid: mid(2) }));
      keep(vault, entry(1, { log: OTHER, mid: mid(7) }));
      const seqs = (): unknown[] => [1, 2, 7, 9].map((number) => vault.named(LOG, mid(number))?.seq);
      expect(seqs()).toEqual([1, 2, undefined, undefined]);
      expect(vault.named(LOG, mid(2))).toEqual(vault.after(1, 1)[0]);
      expect(vault.named(OTHER, mid(7))).toMatchObject({ log: OTHER, seq: 1 });
      vault.commit([{ put: "rewritten", row: 1, payload: "anew", text: undefined }], LASTING);
      again();
      expect(vault.named(LOG, mid(1))).toMatchObject({ row: 1, payload: "anew" });
      vault.commit([{ put: "position", log: LOG, seq: 1, chain: chain(1) }], LASTING);
      expect(seqs()).toEqual([1, undefined, undefined, undefined]);
      keep(vault, entry(2, { mid: mid(2), sender: ME, quiet: true }));
      expect(seqs()).toEqual([1, 2, undefined, undefined]);
    });

    test("of many commits of all sizes: each is there once, in order, whatever was put together behind the scenes", () => {
      let seq = 0;
      for (const size of [1, 1, 1, 7, 1, 1, 1, 1, 1, 1, 1, 1, 64, 1, 9, 9, 9, 9, 9, 9, 9, 9, 9, 600, 1, 1, 300]) {
        keep(vault, ...entries(seq + 1, seq + size));
        seq += size;
      }
      const expected = Array.from({ length: seq }, (_, at) => [at + 1, `{"kind":"text","text":"${at + 1}"}`]);
      const held = (): unknown[] => vault.after(0, 10_000).map(({ row, payload }) => [row, payload]);
      expect(held()).toEqual(expected);
      again();
      expect(held()).toEqual(expected);
      expect(vault.history(LOG, 500, 3).map((one) => one.seq)).toEqual([497, 498, 499]);
      expect(vault.later(LOG, 500, 3).map((one) => one.seq)).toEqual([501, 502, 503]);
    });

    test("of several logs in one commit, and a page of each", () => {
      withLog(vault, OTHER);
      vault.commit(
        [
          { put: "entries", log: LOG, entries: entries(1, 3), own: [] },
          { put: "entries", log: OTHER, entries: entries(1, 2, { log: OTHER }), own: [] },
        ],
        LASTING,
      );
      expect(vault.after(3, 1)).toMatchObject([{ row: 4, log: OTHER, seq: 1 }]);
      expect(vault.history(OTHER, 99, 9).map(({ log, seq }) => [log, seq])).toEqual([
        [OTHER, 1],
        [OTHER, 2],
      ]);
      expect([vault.unread(LOG, ME), vault.unread(OTHER, ME), vault.unread(OTHER, BOB)]).toEqual([3, 2, 0]);
    });

    test("that are rewritten say the new, and nothing else changes", () => {
      keep(vault, ...entries(1, 20));
      vault.commit([{ put: "rewritten", row: 7, payload: "gone", text: undefined }], LASTING);
      vault.commit(
        [{ put: "rewritten", row: 8, payload: "a longer text than the one that was there", text: "x" }],
        LASTING,
      );
      again();
      const held = vault.after(0, 99);
      expect(held.map(({ row }) => row)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
      expect(held.slice(5, 9).map(({ payload }) => payload)).toEqual([
        '{"kind":"text","text":"6"}',
        "gone",
        "a longer text than the one that was there",
        '{"kind":"text","text":"9"}',
      ]);
      expect(held[6]).toMatchObject({ seq: 7, mid: mid(7), chain: chain(7) });
      vault.commit([{ put: "rewritten", row: 999, payload: "", text: undefined }], LASTING);
      expect(vault.after(0, 99)).toEqual(held);
    });
  });

  test("the queue: in order, a repeat changes nothing, what came back leaves", () => {
    const message = (number: number) => ({
      mid: mid(number),
      log: LOG,
      since: 0,
      payload: `${number}`,
      storedAt: undefined,
    });
    vault.commit(
      [5, 3, 4, 3].map((number) => ({ put: "outgoing", message: message(number) })),
      LASTING,
    );
    expect(vault.outgoing().map(({ payload }) => payload)).toEqual(["5", "3", "4"]);
    vault.commit(
      [
        { put: "stored", mid: mid(4), seq: 8 },
        { put: "requeued", mid: mid(4), since: 6 },
        { put: "entries", log: LOG, entries: [entry(1, { mid: mid(3), sender: ME })], own: [mid(3)] },
        { put: "failed", mid: mid(5) },
      ],
      LASTING,
    );
    again();
    expect(vault.outgoing()).toEqual([{ ...message(4), since: 6 }]);
  });

  const open = {
    get vault() {
      return vault;
    },
    again,
  };
  groupsContract(open);
  pastContract(open);
  searchContract(open);
}
