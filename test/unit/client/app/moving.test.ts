// What a group needs to move to the lighter suite: a key package of every member, claimed once.
import { describe, expect, it } from "vitest";
import { movingOf, type Claimed } from "../../../../src/client/app/circle/moving.ts";
import type { MakingWorld } from "../../../../src/client/app/circle/making.ts";
import type { GroupView, MoveTo } from "../../../../src/mls/groups.ts";
import { HYBRID } from "../../../../src/mls/suite.ts";
import type { DeviceId, Handle, LogId, MessageId } from "../../../../src/model/ids.ts";
import type { ClientMessageOf } from "../../../../src/wire/messages.ts";

const LOG = `0003${"0".repeat(28)}` as LogId;
const MID = "ab".repeat(16) as MessageId;
const deviceOf = (n: number) => n.toString(16).padStart(32, "0") as DeviceId;
const SELF = deviceOf(0);

function scene(members: number) {
  const claims: (readonly DeviceId[])[] = [];
  const moves: MoveTo[] = [];
  const without = new Set<DeviceId>();
  const world = {
    log: LOG,
    self: { device: SELF, user: "alice" as Handle },
    ask: async ({ suite, devices }: ClientMessageOf<"claimKeyPackages">) => {
      expect(suite).toBe(1);
      claims.push(devices);
      return {
        packages: devices.map((device) => ({
          device,
          package: without.has(device) ? new Uint8Array() : Buffer.from(device),
        })),
      };
    },
    groups: {
      move: async (_log: LogId, to: MoveTo) => {
        moves.push(to);
        const [commit, groupInfo] = [Buffer.from("move"), Buffer.from("info")];
        const rows = { put: new Map(), drop: [] };
        return { rows, commit, groupInfo, tree: [Buffer.from("tree")], fresh: [0], add: [], remove: [] };
      },
    },
  } as unknown as MakingWorld;
  const people = Array.from({ length: members }, (_, n) => ({ device: deviceOf(n) }));
  const view = { suite: HYBRID, founding: 3, members: people } as unknown as GroupView;
  const packages: Claimed = new Map();
  const moving = () => movingOf(world, { view, mid: MID, epoch: 9, since: 20 }, packages);
  return { claims, moves, without, moving };
}

describe("a move", () => {
  it("claims one package of each of the others, so many at a time, and declares no change of members", async () => {
    const { claims, moves, moving } = scene(202);
    const { append, parts } = await (await moving())();
    expect(claims.map(({ length }) => length)).toEqual([50, 50, 50, 50, 1]);
    expect(claims.flat()).not.toContain(SELF);
    expect(moves).toMatchObject([{ founding: 9, mid: MID }]);
    expect(moves[0]?.add).toHaveLength(201);
    expect(append.commit).toMatchObject({ reinit: true, external: false, add: [], remove: [], welcomes: [] });
    expect(parts).toEqual([Buffer.from("tree")]);
  });

  it("waits for whoever has none, and claims no other's twice", async () => {
    const { claims, moves, without, moving } = scene(60);
    without.add(deviceOf(7)).add(deviceOf(55));
    await expect(moving()).rejects.toMatchObject({ code: "no-key-package" });
    without.delete(deviceOf(7));
    await expect(moving()).rejects.toMatchObject({ code: "no-key-package" });
    without.clear();
    await (
      await moving()
    )();
    expect(claims.slice(2)).toEqual([[deviceOf(7), deviceOf(55)], [deviceOf(55)]]);
    expect(moves[0]?.add).toHaveLength(59);
  });
});
