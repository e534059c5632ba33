// What the vault keeps for groups, and settings: a part of the contract of port/vault.ts.
import { describe, expect, test } from "vitest";
import { entry, fault, keep, LASTING, LOG, OTHER } from "../kit/vault.ts";
import type { Vault } from "../../src/client/port/vault.ts";

/** A vault with LOG in it, for each test anew. `again`: it is closed and opened, and `vault` is the new one. */
export interface OpenPlace {
  readonly vault: Vault;
  again(): void;
}

export function groupsContract(place: OpenPlace): void {
  describe("groups", () => {
    const rows = (list: Readonly<Record<string, string>>, drop: readonly string[] = []) => ({
      put: new Map(Object.entries(list).map(([name, row]) => [name, Uint8Array.from(Buffer.from(row))])),
      drop,
    });
    const read = (log = LOG): Readonly<Record<string, string>> =>
      Object.fromEntries([...place.vault.groupRows(log)].map(([name, row]) => [name, Buffer.from(row).toString()]));

    test("keep their rows, each log its own; what is dropped is gone, what is written over is new", () => {
      place.vault.commit(
        [{ put: "group", log: LOG, rows: rows({ core: "c1", "keys/1/0": "k1", "tree/1": "t" }) }],
        LASTING,
      );
      place.vault.commit([{ put: "group", log: OTHER, rows: rows({ core: "other" }) }], LASTING);
      place.vault.commit(
        [{ put: "group", log: LOG, rows: rows({ "keys/1/0": "k2", "keys/2/0": "k3" }, ["tree/1"]) }],
        LASTING,
      );
      expect(read()).toEqual({ core: "c1", "keys/1/0": "k2", "keys/2/0": "k3" });
      place.again();
      expect([read(), read(OTHER)]).toEqual([{ core: "c1", "keys/1/0": "k2", "keys/2/0": "k3" }, { core: "other" }]);
      place.vault.commit([{ drop: "group", log: LOG }], LASTING);
      expect([read(), read(OTHER)]).toEqual([{}, { core: "other" }]);
      place.again();
      expect([read(), read(OTHER), place.vault.lineage()]).toEqual([{}, { core: "other" }, "same"]);
    });

    test("change together with entries and positions, or not at all", () => {
      place.vault.commit([{ put: "group", log: LOG, rows: rows({ core: "before" }) }], LASTING);
      const wrong = () =>
        place.vault.commit(
          [
            { put: "group", log: LOG, rows: rows({ core: "after", more: "m" }, ["core"]) },
            { put: "entries", log: LOG, entries: [entry(1), entry(1)], own: [] },
          ],
          LASTING,
        );
      expect(fault(wrong).code).toBe("vault-failed");
      expect([read(), place.vault.after(0, 9)]).toEqual([{ core: "before" }, []]);
      place.again();
      expect(read()).toEqual({ core: "before" });
    });

    test("rows of any size and any bytes, and more of them than are spent at once", () => {
      const large = Uint8Array.from({ length: 3_000_000 }, (_, at) => at % 251);
      place.vault.commit(
        [
          {
            put: "group",
            log: LOG,
            rows: {
              put: new Map([
                ["tree/1", large],
                ["empty", new Uint8Array()],
              ]),
              drop: [],
            },
          },
        ],
        LASTING,
      );
      for (let round = 0; round < 700; round += 1)
        place.vault.commit([{ put: "group", log: LOG, rows: rows({ "keys/1/0": `${round}` }) }], { durable: false });
      place.again();
      const held = place.vault.groupRows(LOG);
      expect([held.get("tree/1"), held.get("empty"), Buffer.from(held.get("keys/1/0") ?? []).toString()]).toEqual([
        large,
        new Uint8Array(),
        "699",
      ]);
    });

    test("key packages: listed, read, dropped one by one or when they have ended", () => {
      const secret = (byte: number): Uint8Array => Uint8Array.from(Buffer.alloc(100, byte));
      for (const byte of [1, 2, 3])
        place.vault.commit(
          [{ put: "key-package", keyPackage: { ref: `0${byte}`, secret: secret(byte), expiresAt: byte * 1_000 } }],
          LASTING,
        );
      place.again();
      expect(place.vault.keyPackages()).toEqual(
        [1, 2, 3].map((byte) => ({ ref: `0${byte}`, expiresAt: byte * 1_000 })),
      );
      expect([place.vault.keyPackage("02"), place.vault.keyPackage("09")]).toEqual([secret(2), undefined]);
      place.vault.commit([{ drop: "key-package", ref: "02" }], LASTING);
      place.vault.commit([{ drop: "key-packages", endedBy: 1_000 }], LASTING);
      place.again();
      expect([place.vault.keyPackages(), place.vault.keyPackage("02")]).toEqual([
        [{ ref: "03", expiresAt: 3_000 }],
        undefined,
      ]);
    });

    test("a last resort that was used is there until it has ended, and known as used", () => {
      const [ref, secret] = ["0a", Uint8Array.from([1, 2])];
      const keyPackage = { ref, secret, expiresAt: 2_000, lastResort: "unused" } as const;
      place.vault.commit([{ put: "key-package", keyPackage }], LASTING);
      place.again();
      expect(place.vault.keyPackages()).toEqual([{ ref, expiresAt: 2_000, lastResort: "unused" }]);
      for (const _time of [1, 2]) {
        place.vault.commit([{ drop: "key-package", ref }], LASTING);
        place.again();
        expect(place.vault.keyPackages()).toEqual([{ ref, expiresAt: 2_000, lastResort: "used" }]);
        expect(place.vault.keyPackage(ref)).toEqual(secret);
      }
      place.vault.commit([{ drop: "key-packages", endedBy: 2_000 }], LASTING);
      place.again();
      expect([place.vault.keyPackages(), place.vault.keyPackage(ref)]).toEqual([[], undefined]);
    });

    test("what waits for a group, by name", () => {
      const value = Uint8Array.from([0, 1, 255]);
      place.vault.commit([{ put: "pending", log: LOG, name: "commit", value }], LASTING);
      place.vault.commit([{ put: "pending", log: LOG, name: "other", value }], LASTING);
      place.vault.commit([{ drop: "pending", log: LOG, name: "other" }], LASTING);
      place.again();
      expect([place.vault.pending(LOG), place.vault.pending(OTHER)]).toEqual([new Map([["commit", value]]), new Map()]);
      place.vault.commit([{ drop: "group", log: LOG }], LASTING);
      expect(place.vault.pending(LOG)).toEqual(new Map());
    });

    test("all are dropped at once; the history and what waits to be sent stay", () => {
      keep(place.vault, entry(1));
      place.vault.commit(
        [
          { put: "group", log: LOG, rows: rows({ core: "c" }) },
          { put: "pending", log: LOG, name: "p", value: new Uint8Array(1) },
          { put: "key-package", keyPackage: { ref: "01", secret: new Uint8Array(1), expiresAt: 1 } },
        ],
        LASTING,
      );
      place.vault.commit([{ drop: "groups" }, { put: "group", log: OTHER, rows: rows({ core: "new" }) }], LASTING);
      place.again();
      expect([read(), read(OTHER), place.vault.pending(LOG).size, place.vault.keyPackages()]).toEqual([
        {},
        { core: "new" },
        0,
        [],
      ]);
      expect([place.vault.after(0, 9).length, place.vault.lineage()]).toEqual([1, "same"]);
    });

    test("wiping changes nothing that can be read", () => {
      place.vault.commit([{ put: "group", log: LOG, rows: rows({ a: "1", b: "2" }) }], LASTING);
      place.vault.commit([{ put: "group", log: LOG, rows: rows({ a: "3" }, ["b"]) }], LASTING);
      place.vault.wipe();
      place.vault.wipe();
      expect(read()).toEqual({ a: "3" });
      place.again();
      place.vault.wipe();
      expect(read()).toEqual({ a: "3" });
    });
  });

  test("settings: by name, as they were put last, until they are dropped", () => {
    place.vault.commit(
      [
        { put: "setting", name: "draft", value: "hello" },
        { put: "setting", name: "shown", value: "mine" },
        { put: "shown", row: 4 },
      ],
      LASTING,
    );
    place.vault.commit([{ put: "setting", name: "draft", value: "" }], LASTING);
    place.again();
    expect([
      place.vault.setting("draft"),
      place.vault.setting("shown"),
      place.vault.setting("none"),
      place.vault.shown(),
    ]).toEqual(["", "mine", undefined, 4]);
    place.vault.commit([{ drop: "setting", name: "draft" }], LASTING);
    expect(place.vault.setting("draft")).toBeUndefined();
  });
}
