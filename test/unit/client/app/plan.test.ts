// Wishes made into commits, on a group as it stands.
import { describe, expect, it } from "vitest";
import {
  ADD_AT_ONCE,
  mayLeave,
  planned,
  usersToBring,
  type Ground,
  type GroupWish,
} from "../../../../src/client/app/plan.ts";
import type { DeviceId, Handle } from "../../../../src/model/ids.ts";
import type { Role, Terms } from "../../../../src/model/terms.ts";
import type { MemberView } from "../../../../src/mls/groups.ts";
import { HYBRID } from "../../../../src/mls/suite.ts";

const handle = (user: string): Handle => user as Handle;
const device = (user: string, number = 1): DeviceId => `${user}-${number}` as DeviceId;
const pack = (text: string): Uint8Array => Buffer.from(text);

function member(user: string, more: Partial<MemberView> = {}): MemberView {
  return {
    device: device(user),
    user: handle(user),
    name: user,
    certificate: "",
    key: "",
    serial: "01",
    until: Number.MAX_SAFE_INTEGER,
    suspect: undefined,
    ...more,
  };
}

interface Scene {
  readonly self?: string;
  readonly roles?: Readonly<Record<string, Role>>;
  readonly members?: readonly MemberView[];
  readonly leaving?: readonly string[];
  readonly overdue?: readonly DeviceId[];
  readonly devices?: Readonly<Record<string, readonly (readonly [DeviceId, Uint8Array | undefined])[]>>;
}

/** olga owns, adam administers, mia (two devices) is a member. */
function ground({
  self = "olga",
  roles = { olga: "owner", adam: "admin" },
  leaving = [],
  overdue = [],
  devices = {},
  ...more
}: Scene = {}): Ground {
  const terms: Terms = { kind: "room", join: "invite", history: "none", closed: false, roles: rolesOf(roles) };
  const members = more.members ?? [
    member("olga"),
    member("adam"),
    member("mia"),
    member("mia", { device: device("mia", 2) }),
  ];
  const brought = Object.entries(devices).map(([user, list]) => [handle(user), new Map(list)] as const);
  return {
    self: { device: device(self), user: handle(self) },
    view: { founding: 0, suite: HYBRID, epoch: 3, terms, members },
    leaving: new Set(leaving.map(handle)),
    overdue,
    devices: new Map(brought),
  };
}

function rolesOf(roles: Readonly<Record<string, Role>>): Map<Handle, Role> {
  return new Map(Object.entries(roles) as [Handle, Role][]);
}

const add = (...users: readonly string[]): GroupWish => ({ want: "add", users: users.map(handle) });
const remove = (...users: readonly string[]): GroupWish => ({ want: "remove", users: users.map(handle) });

describe("adding", () => {
  it("brings in every device that has a key package", () => {
    const eve = [
      [device("eve"), pack("one")],
      [device("eve", 2), pack("two")],
      [device("eve", 3), undefined],
    ] as const;
    expect(usersToBring(add("eve", "mia"))).toEqual(["eve", "mia"]);
    expect(planned(add("eve"), ground({ devices: { eve } }))).toEqual({
      plan: "commit",
      commit: { add: [pack("one"), pack("two")], remove: [], terms: undefined },
    });
  });

  it("names one who has no device that can come in now", () => {
    const result = planned(add("eve"), ground({ devices: { eve: [[device("eve"), undefined]] } }));
    expect(result).toMatchObject({ plan: "commit", commit: { add: [], remove: [] } });
    const terms = result.plan === "commit" ? result.commit.terms : undefined;
    expect(terms?.roles).toEqual(rolesOf({ olga: "owner", adam: "admin", eve: "member" }));
  });

  it("is nothing when it is so already", () => {
    expect(planned(add("mia"), ground())).toEqual({ plan: "nothing" });
    const named = ground({ roles: { olga: "owner", eve: "member" } });
    expect(planned(add("eve"), named)).toEqual({ plan: "nothing" });
  });

  it("is for admins", () => {
    expect(planned(add("eve"), ground({ self: "mia", devices: { eve: [[device("eve"), pack("one")]] } }))).toEqual({
      plan: "refused",
      refusal: "not-an-admin",
    });
  });

  it("goes on in another commit when there are many", () => {
    const eve = Array.from({ length: ADD_AT_ONCE + 5 }, (_, at) => [device("eve", at), pack(`${at}`)] as const);
    const result = planned(add("eve"), ground({ devices: { eve } }));
    expect(result.plan === "commit" ? result.commit.add : []).toHaveLength(ADD_AT_ONCE);
  });
});

describe("removing", () => {
  it("takes out every device, and the name", () => {
    expect(planned(remove("mia"), ground())).toEqual({
      plan: "commit",
      commit: { add: [], remove: [device("mia"), device("mia", 2)], terms: undefined },
    });
    const result = planned(remove("adam"), ground());
    expect(result).toMatchObject({ plan: "commit", commit: { remove: [device("adam")] } });
    expect(result.plan === "commit" ? result.commit.terms?.roles : undefined).toEqual(rolesOf({ olga: "owner" }));
  });

  it("is nothing for one who is not there, and refused without the rank", () => {
    expect(planned(remove("eve"), ground())).toEqual({ plan: "nothing" });
    expect(planned(remove("olga"), ground({ self: "adam" }))).toEqual({ plan: "refused", refusal: "not-an-owner" });
  });
});

describe("whoever must go", () => {
  it("goes with the next commit, whatever that is for", () => {
    const suspect = member("eve", { suspect: "revoked" });
    const members = [...ground().view.members, suspect, member("lea")];
    const scene = ground({ self: "mia", members, leaving: ["lea"] });
    expect(planned({ want: "renew" }, scene)).toEqual({
      plan: "commit",
      commit: { add: [], remove: [device("eve"), device("lea")], terms: undefined },
    });
  });

  it("goes by the server's word alone where this device's list says nothing of it", () => {
    const scene = ground({ self: "mia", overdue: [device("adam"), device("nobody here")] });
    expect(planned({ want: "renew" }, scene)).toEqual({
      plan: "commit",
      commit: { add: [], remove: [device("adam")], terms: undefined },
    });
  });

  it("loses the name with the device", () => {
    const scene = ground({ self: "mia", leaving: ["adam"] });
    const result = planned({ want: "renew" }, scene);
    expect(result.plan === "commit" ? result.commit.terms?.roles : undefined).toEqual(rolesOf({ olga: "owner" }));
  });

  it("does not take out the device that commits", () => {
    const members = [member("olga"), member("mia", { suspect: "revoked" })];
    expect(planned({ want: "renew" }, ground({ self: "mia", members }))).toMatchObject({ commit: { remove: [] } });
  });
});

describe("terms", () => {
  it.each<[string, GroupWish, Partial<Terms>]>([
    [
      "a role",
      { want: "role", user: handle("mia"), role: "admin" },
      { roles: rolesOf({ olga: "owner", adam: "admin", mia: "admin" }) },
    ],
    ["a role taken", { want: "role", user: handle("adam"), role: "member" }, { roles: rolesOf({ olga: "owner" }) }],
    ["the way in", { want: "policy", join: "open" }, { join: "open", history: "none" }],
    ["the history", { want: "policy", history: 30 }, { join: "invite", history: 30 }],
    ["the end", { want: "close" }, { closed: true }],
  ])("change by %s", (...[, wish, terms]) => {
    const result = planned(wish, ground());
    expect(result.plan === "commit" ? result.commit.terms : undefined).toMatchObject(terms);
  });

  it("that are so already are no commit", () => {
    expect(planned({ want: "policy", join: "invite" }, ground())).toEqual({ plan: "nothing" });
    expect(planned({ want: "role", user: handle("adam"), role: "admin" }, ground())).toEqual({ plan: "nothing" });
  });

  it("keep an owner", () => {
    const wish: GroupWish = { want: "role", user: handle("olga"), role: "member" };
    expect(planned(wish, ground())).toEqual({ plan: "refused", refusal: "last-owner" });
  });
});

describe("leaving", () => {
  it("is for everybody but the last owner of others", () => {
    expect(mayLeave(ground({ self: "mia" }))).toBe(true);
    expect(mayLeave(ground())).toBe(false);
    expect(mayLeave(ground({ roles: { olga: "owner", adam: "owner" } }))).toBe(true);
    expect(mayLeave(ground({ members: [member("olga")] }))).toBe(true);
  });
});
