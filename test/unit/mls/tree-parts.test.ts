// Trees in parts: the same tree comes out, a commit changes few of them, and no other form is taken.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshParts, partsOf, treeOf } from "../../../src/mls/tree-parts.ts";
import { CLASSIC } from "../../../src/mls/suite.ts";
import { commits, LOG, MID, roomTerms, table, type Table } from "../../kit/mls.ts";

let realm: Table;
let before: readonly Uint8Array[];
let after: readonly Uint8Array[];

beforeAll(async () => {
  realm = await table();
  const device = (user: string) => realm.device({ user, suite: CLASSIC });
  const founder = device("founder");
  const add = await Promise.all(Array.from({ length: 69 }, (_, at) => device(`user${at}`).keyPackage()));
  const terms = roomTerms({ founder: "owner" });
  founder.keep(await founder.host.found(LOG, 0, { add, remove: [], terms, mid: MID }));
  await founder.acceptOwn();
  before = (await commits(founder, {}, [])).made.tree;
  after = (await commits(founder, {}, [])).made.tree;
});

afterAll(() => realm[Symbol.dispose]());

describe("a tree in parts", () => {
  it("comes out as it went in", () => {
    expect(before).toHaveLength(9);
    expect(partsOf(treeOf(before))).toEqual(before);
  });

  it("changes few of them with a commit", () => {
    const changed = after.filter((part, at) => Buffer.compare(part, before[at] ?? new Uint8Array()) !== 0);
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.length).toBeLessThan(after.length / 2);
  });

  it("says which of them are new", () => {
    const fresh = freshParts(after, before);
    expect(fresh.length).toBeLessThan(after.length / 2);
    expect(after.map((part, at) => (fresh.includes(at) ? part : before[at]))).toEqual(after);
    expect(freshParts(before, [])).toEqual(before.map((_part, at) => at));
  });

  it("is refused when a part is missing, twice, elsewhere, cut or longer", () => {
    const [first = new Uint8Array(), second = new Uint8Array(), ...rest] = before;
    const wrong = [
      [],
      [first.slice(0, -1), second, ...rest],
      [first, second, ...rest, new Uint8Array(1)],
      [first, second, ...rest, Uint8Array.of(2)],
    ];
    for (const parts of wrong) expect(() => treeOf(parts)).toThrow(/ratchet tree/);
  });

  it("is refused when it has too many parts or too long ones", () => {
    const too = { code: "mls-too-large" };
    expect(() => treeOf(Array.from({ length: 1025 }, () => new Uint8Array(1)))).toThrow(expect.objectContaining(too));
    expect(() => treeOf([new Uint8Array(200_000)])).toThrow(expect.objectContaining(too));
  });
});
