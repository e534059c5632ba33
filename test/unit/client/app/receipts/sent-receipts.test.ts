// Receipts that this user sends: how seldom, of what, and that nothing is forgotten over a restart.
import { describe, expect, it } from "vitest";
import { SentReceipts } from "../../../../../src/client/app/receipts/sent-receipts.ts";
import type { HeldEntry, HeldLog } from "../../../../../src/client/port/vault.ts";
import type { DeviceId, Handle, LogId, MessageId, Seq } from "../../../../../src/model/ids.ts";
import { HandClock } from "../../../../kit/hand-clock.ts";

const LOG = "00030000000000000000000000000001" as LogId;
const OTHER = "00030000000000000000000000000002" as LogId;
const ALICE = "aa".repeat(16) as DeviceId;
const BOB = "bb".repeat(16) as DeviceId;

/** Alice. What is said waits to be stored until `store`. */
class Scene {
  readonly clock = new HandClock();
  readonly settings = new Map<string, string>();
  readonly said: string[] = [];
  readonly history: HeldEntry[] = [];
  readonly #storing: PromiseWithResolvers<void>[] = [];
  readonly #afterwards: (() => void)[] = [];
  read: Seq = 0;
  isOn = true;
  mayWrite = true;
  receipts = this.start();

  start(): SentReceipts {
    this.receipts = new SentReceipts({
      vault: {
        setting: (name) => this.settings.get(name),
        logs: () => [{ log: LOG, read: this.read } as HeldLog],
        history: (log, _before, limit) => this.history.filter((one) => one.log === log).slice(-limit),
      },
      self: "alice" as Handle,
      userOf: (device) => (device === ALICE ? "alice" : "bob") as Handle,
      now: () => this.clock.now(),
      after: (ms, run) => void this.clock.after(ms, run),
      afterwards: (run) => void this.#afterwards.push(run),
      isOn: () => this.isOn,
      mayWrite: () => this.mayWrite,
      say: (log, { delivered, read, without }) => {
        const at = (this.clock.now() - 1_000_000) / 1_000;
        const but = without === undefined ? "" : ` without ${without.join(" ")}`;
        this.said.push(`${log === LOG ? "one" : "two"} ${delivered} ${read}${but} at ${at}`);
        const storing = Promise.withResolvers<void>();
        this.#storing.push(storing);
        return storing.promise;
      },
      keep: (name, value) => void this.settings.set(name, value),
    });
    return this.receipts;
  }

  heard(seq: Seq, log = LOG): void {
    this.receipts.heard(log, seq);
    this.commit();
  }

  commit(): void {
    for (const run of this.#afterwards.splice(0)) run();
  }

  async store(fails = false): Promise<void> {
    for (const { resolve, reject } of this.#storing.splice(0)) {
      if (fails) reject(new Error("denied"));
      else resolve();
    }
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** As the vault has it. */
  keep(seq: Seq, sender: DeviceId, more: Partial<HeldEntry> = {}): void {
    const entry = {
      log: LOG,
      seq,
      sender,
      mid: `${seq}` as MessageId,
      lost: false,
      payload: '{"kind":"text","text":"x"}',
    };
    this.history.push({ ...entry, ...more } as HeldEntry);
  }
}

describe("a receipt", () => {
  it("is sent when the message is in the vault, and not before", () => {
    const scene = new Scene();
    scene.receipts.heard(LOG, 5);
    expect(scene.said).toEqual([]);
    scene.commit();
    expect(scene.said).toEqual(["one 5 0 at 0"]);
  });

  it("is one for what came within two seconds, when the last is stored", async () => {
    const scene = new Scene();
    scene.heard(5);
    await scene.store();
    scene.heard(6);
    scene.heard(8);
    scene.receipts.read(LOG, 8);
    scene.clock.pass(1_999);
    expect(scene.said).toEqual(["one 5 0 at 0"]);
    scene.clock.pass(1);
    expect(scene.said).toEqual(["one 5 0 at 0", "one 8 8 at 2"]);
    await scene.store();
    scene.clock.pass(60_000);
    expect(scene.said.length).toBe(2);
  });

  it("says nothing of what nobody could open here, whatever is said of those around it", async () => {
    const scene = new Scene();
    const closed = { payload: '{"kind":"unreadable","code":"desired-gen-in-the-past"}' };
    for (const seq of [4, 5, 6]) scene.keep(seq, BOB, seq === 5 ? closed : {});
    scene.heard(6);
    expect(scene.said).toEqual(["one 6 0 without 5 at 0"]);
    await scene.store();
    scene.receipts.read(LOG, 6);
    scene.clock.pass(2_000);
    expect(scene.said.at(-1)).toBe("one 6 6 without 5 at 2");
    await scene.store();
    scene.keep(8, BOB);
    scene.heard(8);
    scene.clock.pass(2_000);
    expect(scene.said.at(-1)).toBe("one 8 6 at 4");
  });

  it("waits for the one before it, however long that takes", async () => {
    const scene = new Scene();
    scene.heard(5);
    scene.heard(6);
    scene.clock.pass(60_000);
    expect(scene.said.length).toBe(1);
    await scene.store();
    expect(scene.said).toEqual(["one 5 0 at 0", "one 6 0 at 60"]);
  });

  it("one that fails holds up none behind it, and is not repeated", async () => {
    const scene = new Scene();
    scene.heard(5);
    await scene.store(true);
    scene.clock.pass(10_000);
    expect(scene.said.length).toBe(1);
    scene.heard(6);
    expect(scene.said).toEqual(["one 5 0 at 0", "one 6 0 at 10"]);
  });

  it("says that something was read, and never more than came from others", () => {
    const scene = new Scene();
    scene.receipts.read(LOG, 9);
    expect(scene.said).toEqual([]);
    scene.heard(5);
    expect(scene.said).toEqual(["one 5 5 at 0"]);
    scene.receipts.read(LOG, 4);
    scene.clock.pass(10_000);
    expect(scene.said.length).toBe(1);
  });

  it("each conversation has its own two seconds", () => {
    const scene = new Scene();
    scene.heard(5);
    scene.heard(3, OTHER);
    expect(scene.said).toEqual(["one 5 0 at 0", "two 3 0 at 0"]);
  });

  it("is not sent where the user does not want it, and is when that changes", () => {
    const scene = new Scene();
    scene.isOn = false;
    scene.heard(5);
    expect(scene.said).toEqual([]);
    scene.isOn = true;
    scene.receipts.look(LOG);
    expect(scene.said).toEqual(["one 5 0 at 0"]);
  });

  it("is not queued without a connection: at the next one there is one about everything", () => {
    const scene = new Scene();
    scene.mayWrite = false;
    for (const seq of [5, 6, 7]) scene.heard(seq);
    scene.mayWrite = true;
    scene.receipts.look(LOG);
    expect(scene.said).toEqual(["one 7 0 at 0"]);
  });
});

describe("another device of the user", () => {
  it("has said it, and it is not said again", () => {
    const scene = new Scene();
    scene.mayWrite = false;
    scene.heard(5);
    scene.receipts.said(LOG, { kind: "receipt", delivered: 5, read: 4 });
    scene.mayWrite = true;
    scene.receipts.look(LOG);
    expect(scene.said).toEqual([]);
    scene.heard(6);
    expect(scene.said).toEqual(["one 6 4 at 0"]);
  });
});

describe("after a restart", () => {
  it("what was said is not said again", async () => {
    const scene = new Scene();
    scene.heard(5);
    scene.keep(5, BOB);
    await scene.store();
    scene.start();
    scene.receipts.look(LOG);
    expect(scene.said).toEqual(["one 5 0 at 0"]);
  });

  it("what came and was not said is, with what was read", () => {
    const scene = new Scene();
    scene.keep(5, BOB);
    scene.keep(6, ALICE);
    scene.read = 6;
    scene.start();
    scene.receipts.look(LOG);
    expect(scene.said).toEqual(["one 5 5 at 0"]);
  });

  it("of what is one's own, lost or cannot be read nothing is said", () => {
    const scene = new Scene();
    scene.keep(4, BOB, { payload: '{"kind":"unreadable","code":"undecryptable"}' });
    scene.keep(5, BOB, { lost: true });
    scene.keep(6, ALICE);
    scene.start();
    scene.receipts.look(LOG);
    expect(scene.said).toEqual([]);
  });
});

describe("a server that lost the last messages", () => {
  it("gives their places anew, and what comes there is said", async () => {
    const scene = new Scene();
    scene.heard(50);
    scene.receipts.read(LOG, 50);
    await scene.store();
    scene.clock.pass(2_000);
    await scene.store();
    scene.heard(41);
    scene.clock.pass(2_000);
    expect(scene.said).toEqual(["one 50 0 at 0", "one 50 50 at 2", "one 41 41 at 4"]);
  });
});
