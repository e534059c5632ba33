// What a restored server is told again, by whom: as far as rights go by what it knows.
import { describe, expect, it } from "vitest";
import { mendOf } from "../../../../src/client/app/circle/mending.ts";
import type { DeviceId, Handle } from "../../../../src/model/ids.ts";
import { HYBRID } from "../../../../src/mls/suite.ts";
import { encodeTerms, type Role, type Terms } from "../../../../src/model/terms.ts";

const leaf = (user: string) => ({ device: `${user}-1` as DeviceId, user: user as Handle });

function termsOf(roles: Readonly<Record<string, Role>>): Terms {
  const named = new Map(Object.entries(roles) as [Handle, Role][]);
  return { kind: "room", join: "invite", history: "none", closed: false, roles: named };
}

interface Scene {
  readonly self: string;
  readonly group: readonly string[];
  readonly roster: readonly string[];
  readonly now?: Terms;
  readonly before?: Terms;
  readonly leaving?: readonly string[];
}

const OWNED = termsOf({ olga: "owner", adam: "admin" });

function mend({ self, group, roster, now = OWNED, before = OWNED, leaving = [] }: Scene) {
  const rest = { name: "", certificate: "", key: "", serial: "01", until: Number.MAX_SAFE_INTEGER, suspect: undefined };
  const members = group.map((user) => ({ ...leaf(user), ...rest }));
  const state = { terms: encodeTerms(before), leaving: [...leaving] };
  const { remove, terms } = mendOf(
    { roster: roster.map(leaf), state },
    { founding: 0, suite: HYBRID, epoch: 3, terms: now, members },
    leaf(self),
  );
  return { remove, terms: terms && Buffer.from(terms).toString() };
}

const NOTHING = { remove: [], terms: undefined };

describe("of the roster", () => {
  const group = ["olga", "adam", "mia"];
  const roster = [...group, "carl"];

  it("nothing, where it is that of the group, or has forgotten somebody: they come in by themselves, or are brought", () => {
    expect(mend({ self: "olga", group, roster: group })).toEqual(NOTHING);
    expect(mend({ self: "olga", group, roster: ["olga", "adam"] })).toEqual(NOTHING);
  });

  it("whom the group has put out, by those who may put out", () => {
    for (const self of ["olga", "adam"]) expect(mend({ self, group, roster }).remove).toEqual(["carl-1"]);
    expect(mend({ self: "mia", group, roster })).toEqual(NOTHING);
    expect(mend({ self: "mia", group, roster, leaving: ["carl"] }).remove).toEqual(["carl-1"]);
  });

  it("nothing by one whom it has forgotten", () => {
    expect(mend({ self: "adam", group, roster: ["olga", "carl"] })).toEqual(NOTHING);
  });
});

describe("of the terms", () => {
  const [group, before] = [["olga", "adam"], termsOf({ olga: "owner", adam: "admin", carl: "admin" })];

  it("the group's, by those who may write them", () => {
    const terms = Buffer.from(encodeTerms(OWNED)).toString();
    expect(mend({ self: "olga", group, roster: group, before })).toEqual({ remove: [], terms });
    expect(mend({ self: "adam", group, roster: group, before })).toEqual(NOTHING);
    expect(mend({ self: "olga", group, roster: group })).toEqual(NOTHING);
  });
});
