// Typing, with a clock that is turned by hand: what leaves and how often, what is shown and how long, what is dropped.
import { describe, expect, it } from "vitest";
import type { EpochKey } from "../../../../../src/client/app/signals/epoch-keys.ts";
import { openSignal, sealSignal } from "../../../../../src/client/app/signals/signal-seal.ts";
import { Typing, type TypingWorld } from "../../../../../src/client/app/signals/typing.ts";
import type { ClientEvent } from "../../../../../src/client/port/views.ts";
import type { MemberView } from "../../../../../src/mls/groups.ts";
import type { DeviceId, Handle, LogId } from "../../../../../src/model/ids.ts";
import { HandClock } from "../../../../kit/hand-clock.ts";

const LOG = "00030000000000000000000000000001" as LogId;
const OTHER = "00030000000000000000000000000002" as LogId;
const ALICE = "aa".repeat(16) as DeviceId;
const BOB = "bb".repeat(16) as DeviceId;
const BOBS_PHONE = "b2".repeat(16) as DeviceId;
const ALICES_PHONE = "a2".repeat(16) as DeviceId;

function member(user: string, device: DeviceId, suspect?: "revoked"): MemberView {
  return {
    user: user as Handle,
    device,
    name: user,
    certificate: "",
    key: "",
    serial: "01",
    until: Number.MAX_SAFE_INTEGER,
    suspect,
  };
}

const MEMBERS = [member("alice", ALICE), member("alice", ALICES_PHONE), member("bob", BOB), member("bob", BOBS_PHONE)];

/** Alice, and what she says and is told. */
class Scene {
  readonly clock = new HandClock();
  readonly sent: string[] = [];
  readonly told: string[] = [];
  key: EpochKey | undefined = { founding: 1, epoch: 5, key: Buffer.alloc(32, 1) };
  isOn = true;
  members: readonly MemberView[] | undefined = MEMBERS;
  readonly typing = new Typing(this.#world());

  #world(): TypingWorld {
    return {
      self: { device: ALICE, user: "alice" as Handle },
      now: () => this.clock.now(),
      after: (ms, run) => this.clock.after(ms, run),
      random: (bytes) => Buffer.alloc(bytes, 4),
      keys: { of: async () => this.key },
      members: () => this.members,
      isOn: () => this.isOn,
      nameOf: (log) => (log === LOG ? "#one" : "#two"),
      send: ({ log, body }) => {
        const { key, ...epoch } = this.#key();
        const timed = openSignal(body, { log, sender: ALICE, ...epoch }, key);
        const at = ((timed?.at ?? 0) - 1_000_000) / 1_000;
        this.sent.push(`${log === LOG ? "one" : "two"} ${timed?.signal.on === true ? "on" : "off"} ${at}`);
      },
      tell: (event: ClientEvent) => {
        if (event.event !== "typing") throw new Error("only that");
        const at = (this.clock.now() - 1_000_000) / 1_000;
        this.told.push(`${event.conversation} ${event.user} ${event.on ? "on" : "off"} ${at}`);
      },
    };
  }

  #key(): EpochKey {
    if (this.key === undefined) throw new Error("no key, and something was sent");
    return this.key;
  }

  async say(on: boolean, log = LOG): Promise<void> {
    this.typing.say(log, on);
    await settled();
  }

  async pass(ms: number): Promise<void> {
    this.clock.pass(ms);
    await settled();
  }

  /** Sealed by `sender` as of now, or of another time or epoch. */
  body(on: boolean, more: { sender?: DeviceId; at?: number; epoch?: number; log?: LogId } = {}): Uint8Array {
    const { key, founding, epoch } = this.#key();
    const { sender = BOB, at = this.clock.now(), log = LOG } = more;
    const place = { log, sender, founding, epoch: more.epoch ?? epoch };
    return sealSignal({ signal: { kind: "typing", on }, at }, place, { key, nonce: Buffer.alloc(12, 6) });
  }

  hear(body: Uint8Array, sender = BOB, log = LOG): Promise<void> {
    return this.typing.heard({ type: "signalled", log, sender, body });
  }
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe("what this user types", () => {
  it("leaves at once, and then no more often than every three seconds", async () => {
    const scene = new Scene();
    for (let at = 0; at < 90; at += 1) {
      await scene.say(true);
      await scene.pass(100);
    }
    expect(scene.sent).toEqual(["one on 0", "one on 3", "one on 6"]);
  });

  it("and what has stopped is said when its time has come, once", async () => {
    const scene = new Scene();
    await scene.say(true);
    await scene.pass(500);
    await scene.say(false);
    await scene.say(false);
    expect(scene.sent).toEqual(["one on 0"]);
    await scene.pass(10_000);
    await scene.say(false);
    expect(scene.sent).toEqual(["one on 0", "one off 3"]);
  });

  it("what was stopped and begun again is not said twice", async () => {
    const scene = new Scene();
    await scene.say(true);
    await scene.say(false);
    await scene.say(true);
    await scene.pass(10_000);
    expect(scene.sent).toEqual(["one on 0"]);
  });

  it("each conversation has its own three seconds; that nobody types was never said", async () => {
    const scene = new Scene();
    await scene.say(false);
    await scene.say(true);
    await scene.say(true, OTHER);
    expect(scene.sent).toEqual(["one on 0", "two on 0"]);
  });

  it("a clock that was put back makes nobody wait longer", async () => {
    const scene = new Scene();
    await scene.say(true);
    scene.clock.put(500_000);
    await scene.say(false);
    await scene.pass(3_000);
    expect(scene.sent.length).toBe(2);
  });

  it("is not said where the user does not want it, nor without a group", async () => {
    const scene = new Scene();
    scene.isOn = false;
    await scene.say(true);
    scene.isOn = true;
    scene.key = undefined;
    await scene.say(true);
    expect(scene.sent).toEqual([]);
  });

  it("is not said later when it is switched off meanwhile", async () => {
    const scene = new Scene();
    await scene.say(true);
    await scene.say(false);
    scene.isOn = false;
    await scene.pass(10_000);
    expect(scene.sent).toEqual(["one on 0"]);
  });
});

describe("what others type", () => {
  it("is shown once, kept up by more of it, and over after six seconds of silence", async () => {
    const scene = new Scene();
    await scene.hear(scene.body(true));
    await scene.pass(3_000);
    await scene.hear(scene.body(true));
    await scene.pass(5_900);
    expect(scene.told).toEqual(["#one bob on 0"]);
    await scene.pass(200);
    expect(scene.told).toEqual(["#one bob on 0", "#one bob off 9"]);
    expect(scene.clock.waiting).toBe(0);
  });

  it("is over when they say so, and that is told once", async () => {
    const scene = new Scene();
    await scene.hear(scene.body(true));
    await scene.pass(1_000);
    await scene.hear(scene.body(false));
    await scene.pass(10_000);
    await scene.hear(scene.body(false));
    expect(scene.told).toEqual(["#one bob on 0", "#one bob off 1"]);
  });

  it("two devices are one user", async () => {
    const scene = new Scene();
    await scene.hear(scene.body(true));
    await scene.hear(scene.body(true, { sender: BOBS_PHONE }), BOBS_PHONE);
    expect(scene.told).toEqual(["#one bob on 0"]);
  });

  it("this user's own is not shown, of this device or another", async () => {
    const scene = new Scene();
    await scene.hear(scene.body(true, { sender: ALICE }), ALICE);
    await scene.hear(scene.body(true, { sender: ALICES_PHONE }), ALICES_PHONE);
    expect(scene.told).toEqual([]);
  });

  it("nothing is shown where the user does not want it", async () => {
    const scene = new Scene();
    scene.isOn = false;
    await scene.hear(scene.body(true));
    expect(scene.told).toEqual([]);
  });
});

describe("dropped is", () => {
  it("what comes a second time", async () => {
    const scene = new Scene();
    const body = scene.body(true);
    await scene.hear(body);
    await scene.hear(scene.body(false, { at: scene.clock.now() + 1 }));
    await scene.hear(body);
    expect(scene.told).toEqual(["#one bob on 0", "#one bob off 0"]);
  });

  it("what was held back for more than ten seconds, or is of a clock that is as far ahead", async () => {
    const scene = new Scene();
    await scene.hear(scene.body(true, { at: scene.clock.now() - 10_001 }));
    await scene.hear(scene.body(true, { at: scene.clock.now() + 10_001 }));
    expect(scene.told).toEqual([]);
  });

  it("what is just inside of the ten seconds is not", async () => {
    const scene = new Scene();
    await scene.hear(scene.body(true, { at: scene.clock.now() - 10_000 }));
    expect(scene.told).toEqual(["#one bob on 0"]);
  });

  it("what is of an older epoch", async () => {
    const scene = new Scene();
    await scene.hear(scene.body(true, { epoch: 4 }));
    expect(scene.told).toEqual([]);
  });

  it("what one member sent and the server says another did", async () => {
    const scene = new Scene();
    await scene.hear(scene.body(true, { sender: BOB }), BOBS_PHONE);
    expect(scene.told).toEqual([]);
  });

  it("what comes from a device that is not in the group, is revoked, or where this one is not in it", async () => {
    const scene = new Scene();
    const mallory = "ee".repeat(16) as DeviceId;
    await scene.hear(scene.body(true, { sender: mallory }), mallory);
    scene.members = [member("bob", BOB, "revoked")];
    await scene.hear(scene.body(true));
    scene.members = undefined;
    await scene.hear(scene.body(true));
    expect(scene.told).toEqual([]);
  });
});
