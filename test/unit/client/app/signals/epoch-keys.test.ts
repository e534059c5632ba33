// The keys of signals: asked for once for each epoch.
import { describe, expect, it } from "vitest";
import { EpochKeys } from "../../../../../src/client/app/signals/epoch-keys.ts";
import type { GroupView } from "../../../../../src/mls/groups.ts";
import { HYBRID } from "../../../../../src/mls/suite.ts";
import type { LogId } from "../../../../../src/model/ids.ts";
import type { Terms } from "../../../../../src/model/terms.ts";

const LOG = "00030000000000000000000000000001" as LogId;

const TERMS: Terms = { kind: "room", join: "invite", history: "none", closed: false, roles: new Map() };

function scene() {
  const asked: string[] = [];
  const state: { view: GroupView | undefined; fails: boolean } = { view: view(1, 5), fails: false };
  const keys = new EpochKeys({
    view: () => state.view,
    groups: {
      exportSecret: async (_, label, context) => {
        asked.push(`${label} ${Buffer.from(context).toString("hex")}`);
        if (state.fails) throw new Error("not now");
        return Buffer.from(context);
      },
    },
  });
  return { keys, asked, state };
}

function view(founding: number, epoch: number): GroupView {
  return { founding, suite: HYBRID, epoch, terms: TERMS, members: [] };
}

describe("the key of an epoch", () => {
  it("is asked for once, by all who want it", async () => {
    const { keys, asked } = scene();
    const [one, two] = await Promise.all([keys.of(LOG), keys.of(LOG)]);
    expect(one).toEqual(two);
    expect(one).toMatchObject({ founding: 1, epoch: 5 });
    expect(asked).toEqual(["mutual signal 1 000000010000000000000005"]);
  });

  it("is another one in the next epoch, and in another group of the log", async () => {
    const { keys, asked, state } = scene();
    await keys.of(LOG);
    state.view = view(1, 6);
    expect(await keys.of(LOG)).toMatchObject({ epoch: 6, key: Buffer.from("000000010000000000000006", "hex") });
    state.view = view(2, 6);
    expect(await keys.of(LOG)).toMatchObject({ founding: 2, key: Buffer.from("000000020000000000000006", "hex") });
    expect(asked.length).toBe(3);
  });

  it("is asked for again where the group could not say", async () => {
    const { keys, state } = scene();
    state.fails = true;
    expect(await keys.of(LOG)).toBeUndefined();
    state.fails = false;
    expect(await keys.of(LOG)).toMatchObject({ epoch: 5 });
  });

  it("is forgotten with the group", async () => {
    const { keys, asked, state } = scene();
    await keys.of(LOG);
    state.view = undefined;
    expect(await keys.of(LOG)).toBeUndefined();
    state.view = view(1, 5);
    await keys.of(LOG);
    expect(asked.length).toBe(2);
  });
});
