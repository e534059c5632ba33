// Who hears what of a log, when people come and go between two entries of the same turn.
import { describe, expect, it } from "vitest";
import type { DeviceId, Handle, LogId, MessageId, Seq } from "../../../src/model/ids.ts";
import type { Outlet } from "../../../src/server/port/outlet.ts";
import { Audience, type AudienceWorld } from "../../../src/server/service/audience.ts";
import { decodeServerFrame } from "../../../src/wire/codec.ts";
import type { Entry } from "../../../src/wire/messages.ts";

const LOG = `0003${"11".repeat(14)}` as LogId;

const entry = (seq: number): Entry => ({
  seq,
  at: 1,
  sender: "22".repeat(16) as DeviceId,
  mid: "33".repeat(16) as MessageId,
  kind: "app",
  epoch: 0,
  body: Buffer.from(`m${seq}`),
  note: Buffer.alloc(0),
});

class Ear implements Outlet {
  readonly device: DeviceId;
  readonly serial = "01";
  readonly user = "ann" as Handle;
  readonly logs = new Set<LogId>();
  readonly departed = new Map<LogId, Seq>();
  readonly features = new Set<string>();
  readonly closed = false;
  readonly heard: number[] = [];

  constructor(name: string) {
    this.device = Buffer.from(name.padEnd(16)).toString("hex") as DeviceId;
  }

  send(frame: Buffer): void {
    const { message } = decodeServerFrame(frame.subarray(4));
    if (message.type === "deliver") this.heard.push(...message.entries.map(({ seq }) => seq));
  }

  end(): void {
    throw new Error("nobody ends here");
  }
}

class Scene {
  readonly #soon: (() => void)[] = [];
  readonly audience = new Audience({
    clock: { now: () => 0, soon: (run: () => void) => void this.#soon.push(run), after: () => () => undefined },
  } as unknown as AudienceWorld);

  turn(): void {
    for (const run of this.#soon.splice(0)) run();
  }
}

describe("between two entries of one turn", () => {
  it("who comes hears only what is after, who goes only what was before", () => {
    const scene = new Scene();
    const [ann, bob, eve] = [new Ear("ann"), new Ear("bob"), new Ear("eve")];
    for (const ear of [ann, bob]) scene.audience.subscribe(ear, LOG, 0);
    scene.audience.publish(LOG, entry(1));
    scene.audience.publish(LOG, entry(2));
    scene.audience.flush(LOG);
    scene.audience.unsubscribe(bob, LOG);
    scene.audience.publish(LOG, entry(3));
    scene.audience.flush(LOG);
    scene.audience.subscribe(eve, LOG, 3);
    scene.audience.publish(LOG, entry(4));
    scene.turn();
    expect([ann.heard, bob.heard, eve.heard]).toEqual([[1, 2, 3, 4], [1, 2], [4]]);
  });

  it("who comes while older entries wait has its own share of them", () => {
    const scene = new Scene();
    const [ann, eve, joe] = [new Ear("ann"), new Ear("eve"), new Ear("joe")];
    scene.audience.subscribe(ann, LOG, 0);
    scene.audience.publish(LOG, entry(1));
    scene.audience.subscribe(eve, LOG, 2);
    scene.audience.subscribe(joe, LOG, 3);
    scene.audience.publish(LOG, entry(2));
    scene.turn();
    for (const seq of [3, 4, 5]) scene.audience.publish(LOG, entry(seq));
    scene.turn();
    scene.audience.publish(LOG, entry(6));
    scene.turn();
    expect([ann.heard, eve.heard, joe.heard]).toEqual([
      [1, 2, 3, 4, 5, 6],
      [3, 4, 5, 6],
      [4, 5, 6],
    ]);
  });

  it("taking out who is not in takes out nobody else", () => {
    const scene = new Scene();
    const [ann, bob] = [new Ear("ann"), new Ear("bob")];
    scene.audience.subscribe(ann, LOG, 0);
    scene.audience.unsubscribe(bob, LOG);
    scene.audience.publish(LOG, entry(1));
    scene.turn();
    expect([ann.heard, bob.heard]).toEqual([[1], []]);
  });
});
