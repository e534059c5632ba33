// Who may change what: the table, row by row, as the server and every member read it.
import { describe, expect, it } from "vitest";
import type { DeviceId, Handle } from "../../../src/model/ids.ts";
import { refusesCommit, refusesJoin, type Leaf, type RosterChange, type Standing } from "../../../src/model/rights.ts";
import type { Role, Terms } from "../../../src/model/terms.ts";

function leaf(user: string, number = 1): Leaf {
  return { device: `${user}-${number}` as DeviceId, user: user as Handle };
}

interface Wish {
  readonly kind?: Terms["kind"];
  readonly join?: Terms["join"];
  readonly roles?: Readonly<Record<string, Role>>;
  readonly leaving?: readonly string[];
  readonly closed?: boolean;
}

const HOUSE = { olga: "owner", adam: "admin" } as const;

/** olga owns, adam administers, mia (two devices) and max are members. */
function standing({
  kind = "room",
  join = "invite",
  roles = HOUSE,
  leaving = [],
  closed = false,
}: Wish = {}): Standing {
  const leaves = [leaf("olga"), leaf("adam"), leaf("mia"), leaf("mia", 2), leaf("max")];
  return {
    terms: { kind, join, history: "none", closed, roles: rolesOf(roles) },
    roster: new Map(leaves.map(({ device, user }) => [device, user])),
    leaving: new Set(leaving as Handle[]),
  };
}

function rolesOf(roles: Readonly<Record<string, Role>>): Terms["roles"] {
  return new Map(Object.entries(roles) as [Handle, Role][]);
}

const nothing: RosterChange = { add: [], remove: [] };
const adds = (...add: readonly Leaf[]): RosterChange => ({ add, remove: [] });
const removes = (...remove: readonly Leaf[]): RosterChange => ({ add: [], remove });
const writes = (before: Standing, change: Partial<Terms>): RosterChange => ({
  ...nothing,
  terms: { ...before.terms, ...change },
});

describe("a commit by a member", () => {
  const room = standing();

  it.each<[string, Leaf, RosterChange, string | undefined]>([
    ["a stranger changes nothing", leaf("eve"), nothing, "not-a-member"],
    [
      "a device under another's name changes nothing",
      { ...leaf("max"), user: "olga" as Handle },
      nothing,
      "not-a-member",
    ],
    ["anybody renews the keys", leaf("max"), nothing, undefined],
    ["anybody brings in another device of who is there", leaf("max"), adds(leaf("mia", 3)), undefined],
    ["a member brings in nobody new", leaf("max"), adds(leaf("eve")), "not-an-admin"],
    ["an admin brings in somebody new", leaf("adam"), adds(leaf("eve")), undefined],
    ["nobody comes in twice", leaf("adam"), adds(leaf("mia")), "in-roster-already"],
    ["nor twice in one commit", leaf("adam"), adds(leaf("eve"), leaf("eve")), "in-roster-already"],
    ["a device is replaced in one commit", leaf("adam"), { add: [leaf("mia")], remove: [leaf("mia")] }, undefined],
    ["one takes out another device of one's own", leaf("mia"), removes(leaf("mia", 2)), undefined],
    ["nobody takes out the device that commits", leaf("mia"), removes(leaf("mia")), "other-device"],
    ["a member takes out nobody", leaf("max"), removes(leaf("mia")), "not-an-admin"],
    ["an admin takes out a member", leaf("adam"), removes(leaf("max")), undefined],
    ["an admin does not take out an owner", leaf("adam"), removes(leaf("olga")), "not-an-owner"],
    ["an owner takes out an admin", leaf("olga"), removes(leaf("adam")), undefined],
    ["who is not there is not taken out", leaf("olga"), removes(leaf("eve")), "not-in-roster"],
    ["nor under another's name", leaf("olga"), removes({ ...leaf("max"), user: "adam" as Handle }), "not-in-roster"],
  ])("%s", (...[, by, change, refusal]) => {
    expect(refusesCommit(room, by, change)).toBe(refusal);
  });

  it("takes out a revoked device, whoever commits", () => {
    const change = { ...removes(leaf("olga")), revoked: new Set([leaf("olga").device]) };
    expect(refusesCommit(room, leaf("max"), change)).toBeUndefined();
  });

  it("takes out one who asked to leave, whoever commits", () => {
    expect(refusesCommit(standing({ leaving: ["adam"] }), leaf("max"), removes(leaf("adam")))).toBeUndefined();
  });

  it("does not bring back one who is leaving without an admin", () => {
    const change = adds(leaf("mia", 3));
    expect(refusesCommit(standing({ leaving: ["mia"] }), leaf("max"), change)).toBe("not-an-admin");
  });

  it("brings anybody into an open room", () => {
    expect(refusesCommit(standing({ join: "open" }), leaf("max"), adds(leaf("eve")))).toBeUndefined();
  });

  it("brings nobody third into a direct conversation, and takes out none of the two", () => {
    const direct = standing({ kind: "direct", roles: { mia: "member", max: "member" } });
    expect(refusesCommit(direct, leaf("max"), adds(leaf("eve")))).toBe("fixed-members");
    expect(refusesCommit(direct, leaf("max"), removes(leaf("mia")))).toBe("fixed-members");
    expect(refusesCommit(direct, leaf("max"), adds(leaf("max", 2)))).toBeUndefined();
  });

  it("takes nobody out of the lobby who is not revoked", () => {
    expect(refusesCommit(standing({ kind: "lobby" }), leaf("olga"), removes(leaf("max")))).toBe("fixed-members");
  });

  it("changes nothing that was closed", () => {
    expect(refusesCommit(standing({ closed: true }), leaf("olga"), nothing)).toBe("closed");
  });
});

describe("new terms", () => {
  const room = standing();
  const more = (roles: Readonly<Record<string, Role>>): RosterChange => writes(room, { roles: rolesOf(roles) });

  it.each<[string, Leaf, RosterChange, string | undefined]>([
    ["a member writes none", leaf("max"), writes(room, { history: "all" }), "not-an-admin"],
    ["an admin changes the history", leaf("adam"), writes(room, { history: "all" }), undefined],
    ["an admin opens the room", leaf("adam"), writes(room, { join: "open" }), undefined],
    ["an admin names one who is to come in", leaf("adam"), more({ ...HOUSE, eve: "member" }), undefined],
    ["an admin makes no admin", leaf("adam"), more({ ...HOUSE, max: "admin" }), "not-an-owner"],
    ["an admin unmakes no owner", leaf("adam"), more({ adam: "owner" }), "not-an-owner"],
    ["an admin steps down", leaf("adam"), more({ olga: "owner" }), undefined],
    ["an admin closes nothing", leaf("adam"), writes(room, { closed: true }), "not-an-owner"],
    ["an owner makes an admin", leaf("olga"), more({ ...HOUSE, max: "admin" }), undefined],
    ["an owner hands over", leaf("olga"), more({ max: "owner" }), undefined],
    ["there is always an owner", leaf("olga"), more({ adam: "admin" }), "last-owner"],
    ["an owner closes", leaf("olga"), writes(room, { closed: true }), undefined],
    ["a room stays a room", leaf("olga"), writes(room, { kind: "lobby" }), "bad-terms"],
  ])("%s", (...[, by, change, refusal]) => {
    expect(refusesCommit(room, by, change)).toBe(refusal);
  });

  it("of a direct conversation let both change the history and nothing else", () => {
    const direct = standing({ kind: "direct", roles: { mia: "member", max: "member" } });
    expect(refusesCommit(direct, leaf("max"), writes(direct, { history: "all" }))).toBeUndefined();
    expect(refusesCommit(direct, leaf("max"), writes(direct, { closed: true }))).toBe("fixed-members");
    const third = writes(direct, { roles: rolesOf({ mia: "member", max: "member", eve: "member" }) });
    expect(refusesCommit(direct, leaf("max"), third)).toBe("fixed-members");
  });

  it("forget one who left, whoever writes them, and nobody else", () => {
    const leaving = standing({ leaving: ["adam"] });
    const forgets = { ...removes(leaf("adam")), terms: { ...leaving.terms, roles: rolesOf({ olga: "owner" }) } };
    expect(refusesCommit(leaving, leaf("max"), forgets)).toBeUndefined();
    const demotes = { ...removes(leaf("adam")), revoked: new Set([leaf("adam").device]), terms: forgets.terms };
    expect(refusesCommit(room, leaf("max"), demotes)).toBe("not-an-admin");
  });
});

describe("an external commit", () => {
  it.each<[string, Standing, Leaf, RosterChange, string | undefined]>([
    ["brings anybody into the lobby", standing({ kind: "lobby" }), leaf("eve"), adds(leaf("eve")), undefined],
    ["brings nobody into a room by invitation", standing(), leaf("eve"), adds(leaf("eve")), "not-open"],
    ["nor into one where they must ask", standing({ join: "ask" }), leaf("eve"), adds(leaf("eve")), "not-open"],
    ["brings anybody into an open room", standing({ join: "open" }), leaf("eve"), adds(leaf("eve")), undefined],
    ["brings in another device of a member", standing(), leaf("mia", 3), adds(leaf("mia", 3)), undefined],
    [
      "brings in one who was named",
      standing({ roles: { ...HOUSE, eve: "member" } }),
      leaf("eve"),
      adds(leaf("eve")),
      undefined,
    ],
    ["brings in nobody else", standing({ join: "open" }), leaf("eve"), adds(leaf("ed")), "other-device"],
    ["nor two at once", standing({ join: "open" }), leaf("eve"), adds(leaf("eve"), leaf("eve", 2)), "other-device"],
    ["nor nobody", standing(), leaf("mia"), nothing, "other-device"],
    [
      "replaces the device's own lost leaf",
      standing(),
      leaf("mia"),
      { add: [leaf("mia")], remove: [leaf("mia")] },
      undefined,
    ],
    [
      "takes out nobody else",
      standing(),
      leaf("mia", 3),
      { add: [leaf("mia", 3)], remove: [leaf("mia", 2)] },
      "other-device",
    ],
    ["is not in twice", standing(), leaf("mia"), adds(leaf("mia")), "in-roster-already"],
    [
      "takes out no leaf that is not there",
      standing(),
      leaf("mia", 3),
      { add: [leaf("mia", 3)], remove: [leaf("mia", 3)] },
      "not-in-roster",
    ],
    [
      "writes no terms",
      standing(),
      leaf("mia", 3),
      { ...adds(leaf("mia", 3)), terms: standing().terms },
      "not-a-member",
    ],
    [
      "opens nothing that was closed",
      standing({ closed: true, join: "open" }),
      leaf("eve"),
      adds(leaf("eve")),
      "closed",
    ],
  ])("%s", (...[, room, by, change, refusal]) => {
    expect(refusesJoin(room, by, change)).toBe(refusal);
  });
});
