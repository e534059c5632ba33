// The judgement of a commit, without a server: shapes, rules, what must be removed, sizes.
import { describe, expect, it } from "vitest";
import type { DeviceId, Handle, Sha256 } from "../../../src/model/ids.ts";
import { BODY_BYTES, COMMIT_BYTES, MEMBERS, WELCOME_BYTES } from "../../../src/model/limits.ts";
import { type Terms, encodeTerms } from "../../../src/model/terms.ts";
import { admit } from "../../../src/server/service/admission.ts";
import type { Now } from "../../../src/server/service/standings.ts";
import type { Commit } from "../../../src/wire/messages.ts";
import { decodeCommitNote } from "../../../src/wire/note.ts";
import { termsOf } from "../../kit/conversation.ts";

const deviceOf = (name: string): DeviceId => Buffer.from(name.padEnd(16)).toString("hex") as DeviceId;
const handle = (name: string): Handle => name as Handle;

interface Scene {
  readonly roster?: readonly string[];
  readonly leaving?: readonly string[];
  readonly revoked?: readonly string[];
  readonly ending?: readonly string[];
  readonly terms?: Terms;
}

function nowOf({ roster = ["ann", "bob"], leaving = [], revoked = [], terms = termsOf({ ann: "owner" }) }: Scene): Now {
  const members = roster.map((name) => ({ device: deviceOf(name), user: handle(name) }));
  const record = {
    version: 7,
    head: 1,
    first: 1,
    epoch: 1,
    terms: encodeTerms(terms),
    roster: members,
    leaving: leaving.map(handle),
    revoked: revoked.map(deviceOf),
  };
  const standing = {
    terms,
    roster: new Map(members.map(({ device, user }) => [device, user])),
    leaving: new Set(record.leaving),
  };
  return { record, standing, revoked: new Set(record.revoked) };
}

function commitOf(more: Partial<Commit> = {}): Commit {
  const info = Buffer.from("info");
  const nothing = {
    add: [],
    remove: [],
    external: false,
    terms: Buffer.alloc(0),
    welcomes: [],
    reinit: false,
    restored: false,
  };
  return { ...nothing, groupInfo: info, tree: ["ab".repeat(32) as Sha256], ...more };
}

function judge(scene: Scene, by: string, { bodyBytes = 10, ...commit }: Partial<Commit> & { bodyBytes?: number }) {
  const names = ["ann", "bob", "eve", "joe", ...Array.from({ length: 30 }, (_, n) => `n${n}`)];
  const owners = new Map(names.map((name) => [deviceOf(name), handle(name)]));
  const who = { device: deviceOf(by), user: handle(by) };
  const ending = new Set((scene.ending ?? []).map(deviceOf));
  return admit(nowOf(scene), { by: who, commit: commitOf(commit), bodyBytes, owners, ending });
}

const welcome = (names: readonly string[], bytes = 5) => ({ devices: names.map(deviceOf), body: Buffer.alloc(bytes) });
const adding = (...names: readonly string[]) => ({ add: names.map(deviceOf), welcomes: [welcome(names)] });
const removing = (...names: readonly string[]) => ({ remove: names.map(deviceOf) });

describe("a commit that is let in", () => {
  it("is told in its note with users, and is bound to the version it was judged by", () => {
    const terms = encodeTerms(termsOf({ ann: "owner", eve: "admin" }));
    const admitted = judge({ leaving: ["bob"] }, "ann", { ...adding("eve"), ...removing("bob"), terms });
    if ("code" in admitted) throw new Error(admitted.code);
    expect(admitted.change).toMatchObject({ version: 7, terms: { named: ["ann", "eve"], closed: false } });
    expect(decodeCommitNote(admitted.change.note)).toEqual({
      add: [{ device: deviceOf("eve"), user: "eve" }],
      remove: [{ device: deviceOf("bob"), user: "bob" }],
      external: false,
      terms: Buffer.from(terms),
      revoked: [],
      leaving: ["bob"],
      restored: false,
    });
  });

  it("may bring several welcomes, and removes the revoked whoever makes it", () => {
    const two = { add: ["eve", "joe"].map(deviceOf), welcomes: [welcome(["eve"]), welcome(["joe"])] };
    expect(judge({}, "ann", two)).toHaveProperty("change");
    const admitted = judge({ roster: ["ann", "bob", "eve"], revoked: ["eve"] }, "bob", removing("eve"));
    if ("code" in admitted) throw new Error(admitted.code);
    expect(decodeCommitNote(admitted.change.note).revoked).toEqual([deviceOf("eve")]);
  });

  it("may remove a guest whose time is over by the clock of the member, and need not", () => {
    const scene = { roster: ["ann", "bob", "eve"], ending: ["eve"] };
    const admitted = judge(scene, "bob", removing("eve"));
    if ("code" in admitted) throw new Error(admitted.code);
    expect(decodeCommitNote(admitted.change.note).revoked).toEqual([deviceOf("eve")]);
    expect(judge(scene, "bob", {})).toHaveProperty("change");
  });

  it("may remove who is not in: the group knows, an older roster does not; and beside it only whom it may", () => {
    const admitted = judge({}, "bob", removing("eve", "zoe"));
    if ("code" in admitted) throw new Error(admitted.code);
    expect(decodeCommitNote(admitted.change.note).remove).toEqual([
      { device: deviceOf("eve"), user: "eve" },
      { device: deviceOf("zoe"), user: "" },
    ]);
    expect(judge({}, "bob", removing("eve", "ann"))).toMatchObject({ code: "not-an-admin" });
  });
});

describe("a commit that is refused", () => {
  it.each<readonly [string, string, Scene, string, Partial<Commit>]>([
    ["no group info", "bad-commit", {}, "ann", { groupInfo: Buffer.alloc(0) }],
    ["no tree", "bad-commit", {}, "ann", { tree: [] }],
    ["a device added twice", "bad-commit", {}, "ann", { ...adding("eve"), add: [deviceOf("eve"), deviceOf("eve")] }],
    ["a device removed twice", "bad-commit", {}, "ann", removing("bob", "bob")],
    ["no welcome", "bad-commit", {}, "ann", { add: [deviceOf("eve")] }],
    ["a welcome too many", "bad-commit", {}, "ann", { welcomes: [welcome(["eve"])] }],
    [
      "two welcomes for one",
      "bad-commit",
      {},
      "ann",
      { ...adding("eve"), welcomes: [welcome(["eve"]), welcome(["eve"])] },
    ],
    ["an external one with a welcome", "bad-commit", {}, "eve", { external: true, ...adding("eve") }],
    ["a new group for others", "bad-commit", {}, "ann", { reinit: true, ...adding("eve") }],
    ["a new group for fewer", "bad-commit", {}, "ann", { reinit: true, ...removing("bob") }],
    ["a new group on other terms", "bad-commit", {}, "ann", { reinit: true, terms: Buffer.from("{}") }],
    ["a new group of one who comes", "bad-commit", {}, "eve", { reinit: true, external: true }],
    ["a new group before the leaving are out", "must-remove", { leaving: ["bob"] }, "ann", { reinit: true }],
    ["terms in another form", "bad-terms", {}, "ann", { terms: Buffer.from('{"v":1}') }],
    ["a device that nobody knows", "no-such-device", {}, "ann", adding("zoe")],
    [
      "an external one that removes who is not in",
      "not-in-roster",
      {},
      "eve",
      { external: true, add: [deviceOf("eve")], remove: [deviceOf("joe")] },
    ],
    [
      "the first, removing who is not in",
      "not-in-roster",
      { roster: [] },
      "ann",
      { add: [deviceOf("ann")], ...removing("eve") },
    ],
    ["one who is leaving", "not-a-member", { leaving: ["bob"] }, "bob", {}],
    ["one who is not in", "not-a-member", {}, "eve", {}],
    ["forgetting the leaving", "must-remove", { leaving: ["bob"] }, "ann", {}],
    ["forgetting the revoked", "must-remove", { revoked: ["bob"] }, "ann", {}],
    ["the first, by an external one", "not-founded", { roster: [] }, "ann", { external: true, add: [deviceOf("ann")] }],
    ["the first, without oneself", "other-device", { roster: [] }, "ann", adding("eve")],
    ["the first, by another", "not-a-member", { roster: [] }, "eve", { add: [deviceOf("eve")] }],
  ])("%s: %s", (_what, code, ...judged) => {
    expect(judge(...judged)).toMatchObject({ code });
  });

  it("names the devices that must be removed, and only those missing", () => {
    const scene = { roster: ["ann", "bob", "eve"], leaving: ["bob"], revoked: ["eve"] };
    expect(judge(scene, "ann", {})).toEqual({ code: "must-remove", devices: ["bob", "eve"].map(deviceOf) });
    expect(judge(scene, "ann", removing("bob"))).toEqual({ code: "must-remove", devices: [deviceOf("eve")] });
  });

  it("is over a limit: members, welcomes, body and note", () => {
    const roster = ["ann", ...Array.from({ length: MEMBERS - 1 }, (_, n) => `m${n}`)];
    expect(judge({ roster }, "ann", adding("eve"))).toMatchObject({ code: "too-many-members" });
    const names = Array.from({ length: 30 }, (_, n) => `n${n}`);
    const each = Math.floor(WELCOME_BYTES / names.length);
    const add = names.map(deviceOf);
    expect(judge({}, "ann", { add, welcomes: [welcome(names, each)] })).toHaveProperty("change");
    expect(judge({}, "ann", { add, welcomes: [welcome(names, each + 1)] })).toMatchObject({ code: "too-large" });
    const many = Object.fromEntries(Array.from({ length: 4_900 }, (_, n) => [`user-with-a-long-name-${n}`, "member"]));
    const terms = encodeTerms(termsOf({ ann: "owner", ...(many as Record<string, "member">) }));
    expect(BODY_BYTES + terms.length).toBeLessThan(COMMIT_BYTES);
    expect(judge({}, "ann", { terms, bodyBytes: BODY_BYTES })).toHaveProperty("change");
    expect(judge({}, "ann", { terms, bodyBytes: COMMIT_BYTES - terms.length })).toMatchObject({ code: "too-large" });
  });
});
