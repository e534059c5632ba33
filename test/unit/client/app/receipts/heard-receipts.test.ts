// Receipts that others send: what is new in them is kept with them, and told once for each message.
import { describe, expect, it } from "vitest";
import type { Aside } from "../../../../../src/client/app/asides.ts";
import type { CommitSaid, Opened } from "../../../../../src/client/app/payload/opened.ts";
import { HeardReceipts, receiptEvents } from "../../../../../src/client/app/receipts/heard-receipts.ts";
import type { HeldEntry } from "../../../../../src/client/port/vault.ts";
import type { DeviceId, Handle, LogId, MessageId, Seq } from "../../../../../src/model/ids.ts";

const LOG = "00030000000000000000000000000001" as LogId;
const ALICE = "aa".repeat(16) as DeviceId;
const BOB = "bb".repeat(16) as DeviceId;

class Scene {
  readonly settings = new Map<string, string>();
  isOn = true;
  receipts = this.start();

  start(): HeardReceipts {
    this.receipts = new HeardReceipts({
      vault: { setting: (name) => this.settings.get(name) },
      self: "alice" as Handle,
      isOn: () => this.isOn,
    });
    return this.receipts;
  }

  take(seq: Seq, said: Opened, by = "bob"): Opened {
    const aside: Aside = {
      log: LOG,
      seq,
      mid: "" as MessageId,
      at: 0,
      device: BOB,
      by: by as Handle,
      role: "member",
      said,
    };
    const { opened, changes } = this.receipts.take(aside);
    for (const change of changes)
      if ("put" in change && change.put === "setting") this.settings.set(change.name, change.value);
    return opened;
  }

  receipt(seq: Seq, [delivered, read]: readonly [Seq, Seq], by?: string): Opened {
    return this.take(seq, { kind: "receipt", delivered, read }, by);
  }
}

const NOTHING = { kind: "settled", of: "receipt" };
const news = (delivered: readonly Seq[], read: readonly Seq[]) => ({ ...NOTHING, news: { delivered, read } });

/** `beside`: with a device more. */
function added(user: string, beside: CommitSaid["beside"] = []): CommitSaid {
  const named = [{ user: user as Handle, device: BOB, name: user }];
  const how = { by: "alice" as Handle, isExternal: false, isRenewed: false };
  return { kind: "commit", ...how, added: named, removed: [], beside };
}

describe("a receipt", () => {
  it("is kept as what it says anew", () => {
    const scene = new Scene();
    expect(scene.receipt(10, [5, 3])).toEqual(news([0, 5], [0, 3]));
    expect(scene.receipt(11, [9, 3])).toEqual(news([5, 9], [3, 3]));
    expect(scene.receipt(12, [9, 9])).toEqual(news([9, 9], [3, 9]));
  });

  it("keeps what it leaves out with what is new in it", () => {
    const said: Opened = { kind: "receipt", delivered: 5, read: 3, without: [2] };
    expect(new Scene().take(10, said)).toEqual({ ...NOTHING, news: { delivered: [0, 5], read: [0, 3], without: [2] } });
  });

  it("of each user counts by itself", () => {
    const scene = new Scene();
    scene.receipt(10, [5, 5]);
    expect(scene.receipt(11, [5, 0], "carol")).toEqual(news([0, 5], [0, 0]));
  });

  it("that says nothing new, or less, is none", () => {
    const scene = new Scene();
    scene.receipt(10, [5, 3]);
    expect(scene.receipt(11, [5, 3])).toEqual(NOTHING);
    expect(scene.receipt(12, [2, 1])).toEqual(NOTHING);
  });

  it("that is ahead of itself is none", () => {
    const scene = new Scene();
    expect(scene.receipt(10, [10, 0])).toEqual(NOTHING);
    expect(scene.receipt(11, [10, 0])).toEqual(news([0, 10], [0, 0]));
  });

  it("of this user's own is none", () => {
    const scene = new Scene();
    expect(scene.receipt(10, [5, 5], "alice")).toEqual(NOTHING);
    expect(scene.settings.size).toBe(0);
  });

  it("where the user wants none is none, and not kept", () => {
    const scene = new Scene();
    scene.isOn = false;
    expect(scene.receipt(10, [5, 5])).toEqual(NOTHING);
    expect(scene.settings.size).toBe(0);
  });

  it("is told once, also over a restart", () => {
    const scene = new Scene();
    scene.receipt(10, [5, 3]);
    scene.start();
    expect(scene.receipt(11, [5, 3])).toEqual(NOTHING);
    expect(scene.receipt(12, [7, 3])).toEqual(news([5, 7], [3, 3]));
  });

  it("of a place that the server has lost starts anew, and tells nothing twice", () => {
    const scene = new Scene();
    scene.receipt(101, [100, 100]);
    expect(scene.receipt(92, [90, 90])).toEqual(news([90, 90], [90, 90]));
    expect(scene.receipt(95, [94, 90])).toEqual(news([90, 94], [90, 90]));
  });

  it("everything else is kept as it came", () => {
    const said: Opened = { kind: "text", text: "hello" };
    expect(new Scene().take(10, said)).toBe(said);
  });
});

describe("somebody who comes in", () => {
  it("got nothing of before", () => {
    const scene = new Scene();
    scene.take(20, added("carol"));
    expect(scene.receipt(25, [24, 22], "carol")).toEqual(news([20, 24], [20, 22]));
  });

  it("with another device has got what the first one did", () => {
    const scene = new Scene();
    scene.receipt(10, [5, 5]);
    scene.take(20, added("bob", [BOB]));
    expect(scene.receipt(25, [24, 5])).toEqual(news([5, 24], [5, 5]));
  });

  it("again, got nothing of the time between", () => {
    const scene = new Scene();
    scene.receipt(10, [5, 5]);
    scene.take(20, added("bob"));
    expect(scene.receipt(25, [24, 5])).toEqual(news([20, 24], [20, 20]));
  });
});

describe("how far everybody has got", () => {
  it("is known over a restart, with what they did not get: of before they came, and what they could not open", () => {
    const scene = new Scene();
    scene.take(20, added("carol"));
    scene.receipt(25, [24, 22], "carol");
    scene.take(26, { kind: "receipt", delivered: 25, read: 3, without: [23] });
    scene.start();
    expect(scene.receipts.of(LOG)).toEqual([
      { user: "carol", delivered: 24, read: 22, since: 20, without: [] },
      { user: "bob", delivered: 25, read: 3, since: 0, without: [23] },
    ]);
    scene.isOn = false;
    expect(scene.receipts.of(LOG)).toEqual([]);
  });

  it("of what an older version has kept, nothing is said that may be wrong", () => {
    const scene = new Scene();
    scene.settings.set(`receipts-heard/${LOG}`, '[["bob",9,7]]');
    scene.start();
    scene.receipt(13, [12, 12]);
    expect(scene.receipts.of(LOG)).toEqual([{ user: "bob", delivered: 12, read: 12, since: 9, without: [] }]);
  });
});

describe("what is told of it", () => {
  const entry = (seq: Seq, sender: DeviceId, lost = false): HeldEntry =>
    ({ log: LOG, seq, sender, lost, mid: `m${seq}` }) as HeldEntry;

  function told(
    history: readonly HeldEntry[],
    ...[delivered, read, without = []]: readonly [[Seq, Seq], [Seq, Seq], (readonly Seq[])?]
  ): readonly string[] {
    const vault = {
      history: (_: LogId, before: Seq, limit: number) =>
        limit < 1 ? [] : history.filter(({ seq }) => seq < before).slice(-limit),
    };
    const receipt = { log: LOG, at: 7, seq: 1_000 } as HeldEntry;
    return receiptEvents(receipt, { delivered, read, without }, { vault, self: ALICE, user: "bob" }).map((event) => {
      if (event.event !== "state") throw new Error("only states");
      return `${event.message} ${event.state} ${event.user} ${event.at}`;
    });
  }

  it("is one state for each own message: read goes before delivered", () => {
    const history = [
      entry(1, ALICE),
      entry(2, ALICE),
      entry(3, BOB),
      entry(4, ALICE),
      entry(5, ALICE),
      entry(6, ALICE),
    ];
    expect(told(history, [1, 5], [0, 4])).toEqual([
      "m1 read bob 7",
      "m2 read bob 7",
      "m4 read bob 7",
      "m5 delivered bob 7",
    ]);
  });

  it("is nothing of what was told before", () => {
    const history = [entry(1, ALICE), entry(2, ALICE)];
    expect(told(history, [2, 2], [2, 2])).toEqual([]);
    expect(told(history, [2, 2], [1, 2])).toEqual(["m2 read bob 7"]);
    expect(told(history, [1, 2], [0, 0])).toEqual(["m2 delivered bob 7"]);
  });

  it("is nothing of what could not be opened there", () => {
    const history = [entry(1, ALICE), entry(2, ALICE), entry(3, ALICE)];
    expect(told(history, [0, 3], [0, 2], [2, 3])).toEqual(["m1 read bob 7"]);
  });

  it("is nothing of what the server has lost", () => {
    expect(told([entry(1, ALICE, true)], [0, 1], [0, 1])).toEqual([]);
  });

  it("is of the newest fifty at most", () => {
    const history = Array.from({ length: 200 }, (_, at) => entry(at + 1, ALICE));
    const states = told(history, [0, 200], [0, 0]);
    expect(states.length).toBe(50);
    expect(states[0]).toBe("m151 delivered bob 7");
  });
});
