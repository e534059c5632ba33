// What a commit changed in the terms.
import { describe, expect, test } from "vitest";
import { diffTerms, type TermsDiff } from "../../../../../src/client/app/payload/terms-diff.ts";
import type { Handle } from "../../../../../src/model/ids.ts";
import type { Role, Terms } from "../../../../../src/model/terms.ts";

const roles = (all: Readonly<Record<string, Role>>): Terms["roles"] => new Map(Object.entries(all) as [Handle, Role][]);
const before: Terms = {
  kind: "room",
  join: "ask",
  history: 7,
  closed: false,
  roles: roles({ zoe: "owner", adam: "admin", max: "member" }),
};

describe("terms that change", () => {
  test.each<[string, Partial<Terms>, object]>([
    ["who may come in", { join: "open" }, { join: "open" }],
    ["what newcomers read", { history: "none" }, { history: "none" }],
    ["how many days of it", { history: 8 }, { history: 8 }],
    ["the end", { closed: true }, { closed: true }],
    [
      "a rank, up",
      { roles: roles({ zoe: "owner", adam: "owner", max: "member" }) },
      { roles: [{ user: "adam", was: "admin", role: "owner" }] },
    ],
    [
      "a rank, down",
      { roles: roles({ zoe: "owner", adam: "member", max: "member" }) },
      { roles: [{ user: "adam", was: "admin", role: "member" }] },
    ],
    [
      "a rank that is given to one who was not named",
      { roles: roles({ zoe: "owner", adam: "admin", max: "member", bob: "admin" }) },
      { roles: [{ user: "bob", was: "member", role: "admin" }], named: ["bob"] },
    ],
    [
      "a rank that goes with its name",
      { roles: roles({ zoe: "owner", max: "member" }) },
      { roles: [{ user: "adam", was: "admin", role: "member" }], unnamed: ["adam"] },
    ],
    [
      "one who is to come in",
      { roles: roles({ zoe: "owner", adam: "admin", max: "member", bob: "member" }) },
      { named: ["bob"] },
    ],
    ["one who is not", { roles: roles({ zoe: "owner", adam: "admin" }) }, { unnamed: ["max"] }],
    [
      "everything",
      { join: "invite", history: "all", closed: true, roles: roles({ yan: "owner", carl: "admin" }) },
      {
        roles: [
          { user: "adam", was: "admin", role: "member" },
          { user: "carl", was: "member", role: "admin" },
          { user: "yan", was: "member", role: "owner" },
          { user: "zoe", was: "owner", role: "member" },
        ],
        named: ["carl", "yan"],
        unnamed: ["adam", "max", "zoe"],
        join: "invite",
        history: "all",
        closed: true,
      },
    ],
  ])("%s", (_, change, diff) => {
    const found = diffTerms(before, { ...before, ...change });
    expect(found).toStrictEqual(diff);
    expect(JSON.parse(JSON.stringify(found)) as TermsDiff).toStrictEqual(found);
  });

  test("opened again", () => {
    expect(diffTerms({ ...before, closed: true }, before)).toStrictEqual({ closed: false });
  });

  test("nothing, whatever the order of the names", () => {
    expect(diffTerms(before, { ...before, roles: new Map([...before.roles].toReversed()) })).toBeUndefined();
  });
});
