// What is told of messages on their way, and what is not.
import { describe, expect, it } from "vitest";
import type { Payload } from "../../../../src/client/app/payload/payload.ts";
import { Sending } from "../../../../src/client/app/sending.ts";
import type { Outgoing } from "../../../../src/client/port/vault.ts";
import type { LogId } from "../../../../src/model/ids.ts";
import { mid } from "../../../kit/vault.ts";

const LOG = "00030000000000000000000000000001" as LogId;
const RECEIPT: Payload = { kind: "receipt", delivered: 2, read: 1 };
const TEXT: Payload = { kind: "text", text: "hello" };

function scene(...queued: Payload[]) {
  const told: string[] = [];
  const outgoing = queued.map((said, at): Outgoing => {
    return { mid: mid(at), log: LOG, since: 0, payload: JSON.stringify(said), storedAt: undefined };
  });
  const world = {
    random: () => Buffer.alloc(16, 9),
    now: () => 0,
    tell: (event: { readonly event: string; readonly state?: string }) =>
      void told.push(`${event.event} ${event.state}`),
    send: () => {},
  };
  return { told, sending: new Sending(world, outgoing) };
}

describe("a message on its way", () => {
  it.each([
    ["a text", TEXT, ["state queued", "state stored"]],
    ["a receipt", RECEIPT, []],
  ] as const)("%s: %j", async (_, said, states) => {
    const { told, sending } = scene();
    const stored = sending.say(LOG, said, mid(1));
    sending.onQueued(mid(1), 10);
    sending.onStored(mid(1), { seq: 7, at: 0 });
    expect(await stored).toMatchObject({ seq: 7 });
    expect(told).toEqual(states);
  });

  it.each([
    ["a text", TEXT, ["state failed"]],
    ["a receipt", RECEIPT, []],
  ] as const)("%s that an earlier run has left and that fails: %j", (_, said, states) => {
    const { told, sending } = scene(said);
    expect(sending.waiting).toBe(1);
    sending.onFailed(mid(0), "denied");
    expect(sending.waiting).toBe(0);
    expect(told).toEqual(states);
  });
});
