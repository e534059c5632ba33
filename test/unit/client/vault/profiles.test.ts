// The list of profiles: what was kept is read again, and a list that is damaged or cannot be written is told and left as it was.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  dropProfile,
  freeName,
  isProfileName,
  keepProfile,
  keepRevoked,
  keepUsual,
  type Profile,
  readProfileList,
  readProfiles,
  renameProfile,
} from "../../../../src/client/vault/profiles.ts";
import { Fault } from "../../../../src/model/fault.ts";
import type { DeviceId, Handle, Sha256 } from "../../../../src/model/ids.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "mutual-profiles-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const BOB: Profile = {
  name: "bob",
  realm: "ab".repeat(32) as Sha256,
  user: "bob" as Handle,
  device: "cd".repeat(16) as DeviceId,
  host: "chat.example.org",
  port: 12_345,
  door: 12_346,
};
const file = (): string => join(home, "profiles.json");

function fault(run: () => unknown): Fault {
  try {
    run();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("kept", () => {
  test("that its certificate was revoked, and nothing else is changed", () => {
    keepProfile(home, BOB);
    keepProfile(home, { ...BOB, name: "bob-2", device: "ef".repeat(16) as DeviceId });
    keepUsual(home, "bob-2");
    keepRevoked(home, BOB.device);
    expect(readProfileList(home)).toEqual({
      profiles: [
        { ...BOB, revoked: true },
        { ...BOB, name: "bob-2", device: "ef".repeat(16) },
      ],
      usual: "bob-2",
    });
  });

  test("none where there is no list, nor a folder", () => {
    expect(readProfiles(home)).toEqual([]);
    expect(readProfiles(join(home, "no", "where"))).toEqual([]);
    expect(readdirSync(home)).toEqual([]);
  });

  test("in the order in which they came; one of the same name in its place at the end", () => {
    const [eve, work] = [
      { ...BOB, name: "eve" },
      { ...BOB, name: "work", door: undefined },
    ];
    for (const one of [BOB, eve, work]) keepProfile(home, one);
    expect(readProfiles(home)).toEqual([BOB, eve, work]);
    keepProfile(home, { ...BOB, port: 443 });
    expect(readProfiles(home)).toEqual([eve, work, { ...BOB, port: 443 }]);
  });

  test("in a folder that is made for it, and nobody else reads it", () => {
    const inner = join(home, "a", "b");
    keepProfile(inner, BOB);
    expect(readProfiles(inner)).toEqual([BOB]);
    expect(statSync(inner).mode & 0o777).toBe(0o700);
    expect(statSync(join(inner, "profiles.json")).mode & 0o777).toBe(0o600);
    expect(readdirSync(inner)).toEqual(["profiles.json"]);
  });

  test("what a killed run left beside it is gone with the next", () => {
    writeFileSync(`${file()}.new`, "half");
    keepProfile(home, BOB);
    expect(readdirSync(home)).toEqual(["profiles.json"]);
  });
});

describe("a list that is damaged", () => {
  const listOf = (profile: object): string => JSON.stringify({ version: 1, profiles: [profile] });
  test.each<readonly [string, string]>([
    ["empty", ""],
    ["cut off", listOf(BOB).slice(0, -2)],
    ["another version", JSON.stringify({ version: 2, profiles: [BOB] })],
    ["no version", JSON.stringify({ profiles: [BOB] })],
    ["no list", JSON.stringify({ version: 1, profiles: { bob: BOB } })],
    ["nothing", "null"],
    ["nothing in the list", JSON.stringify({ version: 1, profiles: [null] })],
    ["a name that is a path", listOf({ ...BOB, name: "../bob" })],
    ["a short realm", listOf({ ...BOB, realm: "ab" })],
    ["a user that is none", listOf({ ...BOB, user: "Bob" })],
    ["a device that is a path", listOf({ ...BOB, device: "../../etc" })],
    ["a host that is none", listOf({ ...BOB, host: 5 })],
    ["port 0", listOf({ ...BOB, port: 0 })],
    ["half a port", listOf({ ...BOB, port: 1.5 })],
    ["a port in words", listOf({ ...BOB, port: "12345" })],
    ["a door too far", listOf({ ...BOB, door: 65_536 })],
    ["a door of null", listOf({ ...BOB, door: null })],
  ])("%s", (_what, text) => {
    writeFileSync(file(), text);
    expect(fault(() => readProfiles(home))).toMatchObject({
      code: "profiles-damaged",
      hint: expect.stringContaining("backup") as string,
    });
    // Nothing is written over what may still be mended.
    expect(fault(() => keepProfile(home, BOB)).code).toBe("profiles-damaged");
    expect(readFileSync(file(), "utf8")).toBe(text);
  });
});

describe("a place that is none", () => {
  test("a folder where the list should be, a file where its folder should be", () => {
    mkdirSync(file());
    const place = join(home, "file");
    writeFileSync(place, "not a folder");
    for (const where of [home, join(place, "home")]) {
      expect(fault(() => readProfiles(where))).toMatchObject({
        code: "profiles-unreadable",
        hint: expect.stringContaining("--home DIR") as string,
      });
      expect(fault(() => keepProfile(where, BOB)).code).toBe("profiles-unreadable");
    }
    expect(readFileSync(place, "utf8")).toBe("not a folder");
  });

  test("nothing can be written beside it: the list of before is there", () => {
    keepProfile(home, BOB);
    mkdirSync(join(home, "profiles.json.new", "full"), { recursive: true });
    expect(fault(() => keepProfile(home, { ...BOB, name: "eve" }))).toMatchObject({
      code: "profiles-unwritable",
      hint: "choose another place with --home DIR",
    });
    expect(readProfiles(home)).toEqual([BOB]);
  });
});

describe("names", () => {
  test.each([["bob"], ["a"], ["0"], ["bob-2"], ["work.home_x"], ["a".repeat(64)]])("%s is one", (name) =>
    expect(isProfileName(name)).toBe(true),
  );
  test.each([[""], [".bob"], ["-bob"], ["_bob"], ["Bob"], ["b b"], ["b/b"], ["böb"], ["bob\n"], ["a".repeat(65)]])(
    "%j is none",
    (name) => expect(isProfileName(name)).toBe(false),
  );

  test("a free one is the user's, or that with the first number that is free", () => {
    const named = (...names: string[]): Profile[] => names.map((name) => ({ ...BOB, name }));
    expect(freeName([], BOB.user)).toBe("bob");
    expect(freeName(named("eve"), BOB.user)).toBe("bob");
    expect(freeName(named("bob", "bob-2", "bob-4"), BOB.user)).toBe("bob-3");
    fc.assert(
      fc.property(fc.array(fc.constantFrom<string>("bob", "bob-2", "bob-3", "eve"), { maxLength: 4 }), (names) => {
        const name = freeName(named(...names), BOB.user);
        return isProfileName(name) && !names.includes(name);
      }),
    );
  });
});

describe("the usual one, other names, and none", () => {
  const all = (): unknown => {
    const { profiles, usual } = readProfileList(home);
    return [profiles.map(({ name }) => name), usual];
  };
  const eve: Profile = { ...BOB, name: "eve", passwordKey: "k" };

  test("nobody is usual until it is said, and it stays when others come", () => {
    keepProfile(home, BOB);
    expect(all()).toEqual([["bob"], undefined]);
    keepUsual(home, "bob");
    keepProfile(home, eve);
    expect(all()).toEqual([["bob", "eve"], "bob"]);
    keepUsual(home, undefined);
    expect(all()).toEqual([["bob", "eve"], undefined]);
  });

  test("renamed it keeps its place, everything else, and that it is usual", () => {
    for (const one of [eve, BOB]) keepProfile(home, one);
    keepUsual(home, "eve");
    renameProfile(home, "eve", "work");
    expect(all()).toEqual([["work", "bob"], "work"]);
    expect(readProfiles(home)[0]).toEqual({ ...eve, name: "work" });
  });

  test("dropped it is usual no more, and nobody is in its place", () => {
    for (const one of [BOB, eve]) keepProfile(home, one);
    keepUsual(home, "bob");
    dropProfile(home, "bob");
    expect(all()).toEqual([["eve"], undefined]);
    expect(readFileSync(file(), "utf8")).not.toContain("usual");
  });

  test("a usual one that is none of them is nobody", () => {
    keepProfile(home, BOB);
    for (const usual of ["eve", 5, null, { bob: 1 }]) {
      writeFileSync(file(), JSON.stringify({ ...(JSON.parse(readFileSync(file(), "utf8")) as object), usual }));
      expect(all()).toEqual([["bob"], undefined]);
    }
  });
});
