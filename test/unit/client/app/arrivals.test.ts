// From the greeting into a conversation, with this device on its way in already.
import { expect, it } from "vitest";
import { Arrivals, type ArrivalsWorld } from "../../../../src/client/app/arrivals.ts";
import { type Held, newHeld } from "../../../../src/client/app/held.ts";
import type { LogId } from "../../../../src/model/ids.ts";
import { CHAIN_START } from "../../../../src/wire/chain.ts";
import type { LogState } from "../../../../src/wire/messages.ts";

const ROOM = `0003${"0a".repeat(14)}` as LogId;
const INBOX = `0001${"0b".repeat(14)}` as LogId;

function told(log: LogId, kind: LogState["kind"], member: boolean): LogState {
  const nothing = { first: 1, epoch: 1, cursor: 0, standing: "ok", terms: new Uint8Array(), leaving: [] } as const;
  return { log, kind, member, head: 1, until: 0, ...nothing };
}

/** What it does, when the greeting says whether this device is in, and something else may be told before the inbox is read. */
async function arriving(isIn: { readonly byGreeting: boolean; readonly since?: boolean }): Promise<readonly string[]> {
  const did: string[] = [];
  const circle = {
    isIn: false,
    isUndecided: true,
    expect: () => void did.push("sends nothing of its own"),
    live: (_state: LogState, hopes: boolean) => void did.push(hopes ? "waits for a Welcome" : "goes its own way"),
    hopeless: () => void did.push("gives up hope"),
  };
  const circles = { get: () => circle, meet: () => Promise.resolve(circle) };
  const arrivals = new Arrivals({
    circles: circles as unknown as ArrivalsWorld["circles"],
    begin: ({ kind }) => void did.push(`reads ${kind}`),
    depart: () => {},
    onBroken: (error) => {
      throw error;
    },
    hasHelper: () => Promise.resolve(false),
  });
  const held = (log: LogId, kind: Held["kind"]): Held => newHeld({ log, kind, epoch: 1, seq: 0, chain: CHAIN_START });
  const [room, inbox] = [held(ROOM, "room"), held(INBOX, "inbox")];
  room.told = told(ROOM, "room", isIn.byGreeting);
  inbox.told = told(INBOX, "inbox", true);
  arrivals.greeted([inbox, room]);
  if (isIn.since !== undefined) room.told = told(ROOM, "room", isIn.since);
  await new Promise((resolve) => setImmediate(resolve));
  arrivals.inStep(inbox);
  return did;
}

it("whom the greeting calls a member, and no Welcome lies there, comes in by itself", async () => {
  const did = ["sends nothing of its own", "reads inbox", "waits for a Welcome", "gives up hope"];
  expect(await arriving({ byGreeting: true })).toEqual(did);
});

it("who is brought in while the inbox is read waits for the Welcome, which comes behind what is read", async () => {
  expect(await arriving({ byGreeting: false, since: true })).toEqual(["reads inbox", "goes its own way"]);
});
