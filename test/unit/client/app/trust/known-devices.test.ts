// Which devices and keys are news, and which are not.
import { describe, expect, it } from "vitest";
import { KnownDevices } from "../../../../../src/client/app/trust/known-devices.ts";
import type { MemberView } from "../../../../../src/mls/groups.ts";
import type { DeviceId, Handle } from "../../../../../src/model/ids.ts";

const device = (name: string): DeviceId => Buffer.from(name).toString("hex").padEnd(32, "0") as DeviceId;

/** `bob1:k` is the first device of bob with the key k; with `!` behind it, it must be out. */
function members(...all: string[]): readonly MemberView[] {
  return all.map((one): MemberView => {
    const [, user = "", number = "", key = "k", must] = /^([a-z]+)(\d)(?::(\w+))?(!)?$/.exec(one) ?? [];
    const name = user.toUpperCase();
    return {
      user: user as Handle,
      device: device(user + number),
      name,
      certificate: "",
      key,
      serial: "01",
      until: Number.MAX_SAFE_INTEGER,
      suspect: must === undefined ? undefined : "revoked",
    };
  });
}

class Scene {
  readonly settings = new Map<string, string>();
  known = this.start();

  start(): KnownDevices {
    this.known = new KnownDevices({ setting: (name) => this.settings.get(name) });
    return this.known;
  }

  founding = 1;

  look(where: "lobby" | "room", ...all: string[]): readonly string[] {
    const { founding } = this;
    const look = { isLobby: where === "lobby", founding, now: 7, vouched: () => ({ how: "invitation" }) };
    const { news, changes } = this.known.look(members(...all), look);
    for (const change of changes)
      if ("put" in change && change.put === "setting") this.settings.set(change.name, change.value);
    return news.map((one) => `${Buffer.from(one.device, "hex").toString().replaceAll("\0", "")} ${one.what}`);
  }
}

describe("a device", () => {
  it("that is about to be put out of a room where nobody looked after it is no new one", () => {
    const scene = new Scene();
    scene.look("lobby", "ann1", "bob2");
    expect(scene.look("room", "ann1", "bob1!", "bob3")).toEqual(["bob3 added"]);
  });

  it("of the first look is no news, nor the first of a user", () => {
    const scene = new Scene();
    expect(scene.look("room", "bob1", "carol1")).toEqual([]);
    expect(scene.look("lobby", "alice1", "bob1", "bob2", "carol1")).toEqual([]);
    expect(scene.look("lobby", "alice1", "bob1", "bob2", "carol1", "dave1", "dave2")).toEqual([]);
  });

  it("of a user who is known is news, once", () => {
    const scene = new Scene();
    scene.look("lobby", "alice1", "bob1");
    expect(scene.look("lobby", "alice1", "bob1", "bob2")).toEqual(["bob2 added"]);
    expect(scene.look("lobby", "alice1", "bob1", "bob2")).toEqual([]);
    expect(scene.look("room", "bob1", "bob2")).toEqual([]);
  });

  it("that is in a room and not in the lobby is news too; that it comes into the lobby is another", () => {
    const scene = new Scene();
    scene.look("lobby", "alice1", "bob1");
    expect(scene.look("room", "alice1", "bob2")).toEqual(["bob2 added"]);
    expect(scene.look("room", "alice1", "bob1", "bob2")).toEqual([]);
    expect(scene.look("lobby", "alice1", "bob1")).toEqual([]);
    expect(scene.look("lobby", "alice1", "bob1", "bob2")).toEqual(["bob2 lobby"]);
    expect(scene.look("lobby", "alice1", "bob1", "bob2")).toEqual([]);
  });

  it("that was put out is news, and so is its return, also when it was the last one", () => {
    const scene = new Scene();
    scene.look("lobby", "alice1", "bob1");
    expect(scene.look("lobby", "alice1")).toEqual(["bob1 revoked"]);
    expect(scene.look("lobby", "alice1")).toEqual([]);
    scene.start();
    expect(scene.look("lobby", "alice1", "bob1")).toEqual(["bob1 added"]);
  });

  it("that is gone from a room is no news", () => {
    const scene = new Scene();
    scene.look("lobby", "alice1", "bob1");
    expect(scene.look("room", "alice1")).toEqual([]);
  });

  it("is known with the time of the first look", () => {
    const scene = new Scene();
    scene.look("lobby", "bob1");
    expect(scene.known.of(device("bob1"))).toMatchObject({ user: "bob", at: 7, keys: ["k"], lobby: "k" });
    expect(scene.known.of(device("bob2"))).toBeUndefined();
  });
});

describe("a key", () => {
  it("that is another one is news, once, wherever it is seen first", () => {
    const scene = new Scene();
    scene.look("lobby", "bob1:old");
    expect(scene.look("lobby", "bob1:new")).toEqual(["bob1 key"]);
    expect(scene.look("lobby", "bob1:new")).toEqual([]);
    expect(scene.look("room", "bob1:third")).toEqual(["bob1 key"]);
    expect(scene.look("lobby", "bob1:third")).toEqual(["bob1 lobby"]);
  });

  it("that a room still has is none", () => {
    const scene = new Scene();
    scene.look("lobby", "bob1:old");
    scene.look("lobby", "bob1:new");
    expect(scene.look("room", "bob1:old")).toEqual([]);
    expect(scene.look("lobby", "bob1:new")).toEqual([]);
  });
});

describe("a lobby that is founded anew", () => {
  it("is no news: those who come back are those who were there", () => {
    const scene = new Scene();
    scene.look("lobby", "alice1", "bob1", "carol1", "carol2");
    scene.founding = 2;
    expect(scene.look("lobby", "alice1")).toEqual([]);
    scene.start();
    expect(scene.look("lobby", "alice1", "bob1")).toEqual([]);
    expect(scene.look("lobby", "alice1", "bob1", "carol1:other")).toEqual(["carol1 key"]);
    expect(scene.look("lobby", "alice1", "carol1:other")).toEqual(["bob1 revoked"]);
  });

  it("of the rooms nothing is thought", () => {
    const scene = new Scene();
    scene.look("lobby", "alice1", "bob1");
    scene.founding = 2;
    scene.look("room", "alice1");
    scene.founding = 1;
    expect(scene.look("lobby", "alice1")).toEqual(["bob1 revoked"]);
  });
});

describe("a restart", () => {
  it("forgets nothing", () => {
    const scene = new Scene();
    scene.look("lobby", "alice1", "bob1", "carol1:a");
    scene.start();
    expect(scene.look("lobby", "alice1", "bob1", "carol1:a")).toEqual([]);
    expect(scene.look("lobby", "alice1", "bob1", "bob2", "carol1:b")).toEqual(["bob2 added", "carol1 key"]);
    scene.start();
    expect(scene.look("lobby", "alice1", "bob1", "bob2", "carol1:b")).toEqual([]);
  });

  it("what is not new is not written again", () => {
    const scene = new Scene();
    scene.look("lobby", "alice1", "bob1");
    const look = { isLobby: true, founding: 1, now: 8, vouched: () => ({}) };
    const { changes } = scene.known.look(members("alice1", "bob1"), look);
    expect(changes).toEqual([]);
  });
});
