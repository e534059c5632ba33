// What a user calls their devices: whose word counts, what is kept, and which device a name means.
import { describe, expect, test } from "vitest";
import { Labels } from "../../../../src/client/app/labels.ts";
import type { Payload } from "../../../../src/client/app/payload/payload.ts";
import { Fault } from "../../../../src/model/fault.ts";
import type { Outcome } from "../../../../src/mls/groups.ts";
import type { DeviceId, Handle, LogId, Seq } from "../../../../src/model/ids.ts";

const NOTES = `0002${"aa".repeat(14)}` as LogId;
const OTHER = `0002${"bb".repeat(14)}` as LogId;
const [alice, bob] = ["alice" as Handle, "bob" as Handle];
const device = (digits: string): DeviceId => digits.padEnd(32, "0") as DeviceId;
const [PHONE, LAPTOP, BOBS] = [device("0123abcd01"), device("0123abcd02"), device("b0b")];

interface Heard {
  readonly by?: Handle;
  readonly log?: LogId;
  readonly since?: Seq;
}

class Table {
  readonly settings = new Map<string, string>();
  readonly said: Payload[] = [];
  readonly owners = new Map([
    [PHONE, alice],
    [LAPTOP, alice],
    [BOBS, bob],
  ]);
  present: readonly DeviceId[] = [PHONE, LAPTOP];
  seq = 0;
  labels = this.start();

  start(): Labels {
    this.labels = new Labels({
      vault: { setting: (name) => this.settings.get(name) },
      notes: () => NOTES,
      self: { user: alice, device: PHONE },
      present: () => this.present,
      userOf: (one) => this.owners.get(one),
      say: async (label) => this.said.push(label),
    });
    return this.labels;
  }

  /** False: it said nothing. */
  hears(of: DeviceId, label: string, more: Heard = {}): boolean {
    const { by = alice, log = NOTES, since } = more;
    const said = { kind: "label", device: of, label, ...(since === undefined ? {} : { since }) } as const;
    const changes = this.labels.take({ log, by, said, seq: ++this.seq });
    for (const change of changes)
      if ("put" in change && change.put === "setting") this.settings.set(change.name, change.value);
    return changes.length > 0;
  }

  means(text: string, gone?: readonly DeviceId[]): DeviceId | string {
    try {
      return this.labels.find(text, gone);
    } catch (error) {
      return error instanceof Fault ? `${error.code}: ${error.message}` : String(error);
    }
  }
}

describe("what is said", () => {
  test("is kept, also over a restart; the last word counts, and an empty one takes it back", () => {
    const table = new Table();
    expect(table.hears(PHONE, "phone")).toBe(true);
    expect(table.hears(LAPTOP, "laptop")).toBe(true);
    expect(table.hears(PHONE, "old phone")).toBe(true);
    table.start();
    expect([PHONE, LAPTOP].map((one) => table.labels.of(one))).toEqual(["old phone", "laptop"]);
    expect(table.hears(PHONE, "")).toBe(true);
    table.start();
    expect([PHONE, LAPTOP].map((one) => table.labels.of(one))).toEqual([undefined, "laptop"]);
  });

  test("is no news the second time", () => {
    const table = new Table();
    expect([table.hears(PHONE, "phone"), table.hears(PHONE, "phone")]).toEqual([true, false]);
    expect(table.hears(LAPTOP, "")).toBe(false);
  });

  test("counts of this user, in the conversation with oneself, of a device that is nobody else's", () => {
    const table = new Table();
    expect(table.hears(PHONE, "x", { by: bob })).toBe(false);
    expect(table.hears(PHONE, "x", { log: OTHER })).toBe(false);
    expect(table.hears(BOBS, "x")).toBe(false);
    expect(table.labels.take({ log: NOTES, by: alice, said: { kind: "text", text: "x" }, seq: 9 })).toEqual([]);
    expect(table.settings.size).toBe(0);
    // It comes a moment before its device does.
    expect(table.hears(device("feed"), "new one")).toBe(true);
  });

  test("of devices that are gone is not kept for ever", () => {
    const table = new Table();
    table.hears(PHONE, "phone");
    for (let at = 0; at < 300; at += 1) table.hears(device(`ee${at.toString(16).padStart(4, "0")}`), `no ${at}`);
    expect(JSON.parse(table.settings.get("device-labels") ?? "")).toHaveLength(200);
    expect(table.labels.of(PHONE)).toBe("phone");
    expect(table.labels.of(device("ee0000"))).toBeUndefined();
    expect(table.labels.of(device("ee012b"))).toBe("no 299");
  });
});

describe("what is said again for who came later", () => {
  const news = (more: Partial<Extract<Outcome, { kind: "commit" }>>): Extract<Outcome, { kind: "commit" }> => {
    const newcomer = { user: alice, device: LAPTOP };
    return { kind: "commit", by: newcomer, isExternal: true, added: [newcomer], removed: [], ...more } as never;
  };

  function says(more: Parameters<typeof news>[0], log = NOTES): readonly Payload[] {
    const table = new Table();
    table.hears(PHONE, "phone");
    table.hears(LAPTOP, "laptop");
    table.hears(LAPTOP, "");
    table.labels.commit(log, news(more));
    return table.said;
  }
  const ALL = [
    { kind: "label", device: PHONE, label: "phone", since: 1 },
    { kind: "label", device: LAPTOP, label: "", since: 3 },
  ];
  const of = (user: Handle, one: DeviceId) => ({ user, device: one }) as never;

  test("is all of it: to a device of this user that comes in by itself, or that this one brings in", () => {
    expect(says({})).toEqual(ALL);
    expect(says({ isExternal: false, by: of(alice, PHONE) })).toEqual(ALL);
  });

  test("is nothing in another conversation, to somebody else, to oneself, or where another device brings it in", () => {
    expect(says({}, OTHER)).toEqual([]);
    expect(says({ added: [of(bob, BOBS)] })).toEqual([]);
    expect(says({ added: [of(alice, PHONE)] })).toEqual([]);
    expect(says({ isExternal: false, by: of(alice, device("feed")) })).toEqual([]);
  });

  test("does not undo what was said since", () => {
    const table = new Table();
    table.hears(PHONE, "phone");
    table.hears(PHONE, "");
    expect(table.hears(PHONE, "phone", { since: 1 })).toBe(false);
    expect(table.labels.of(PHONE)).toBeUndefined();
    expect(table.hears(LAPTOP, "laptop", { since: 2 })).toBe(true);
    expect(table.hears(LAPTOP, "older", { since: 1 })).toBe(false);
    expect(table.hears(LAPTOP, "newer", { since: 3 })).toBe(true);
    // What was said nowhere yet cannot be said again.
    expect(table.hears(LAPTOP, "from the future", { since: 1_000 })).toBe(false);
    expect(table.hears(LAPTOP, "now")).toBe(true);
    table.start();
    expect(table.hears(LAPTOP, "newer", { since: 3 })).toBe(false);
    expect(table.labels.of(LAPTOP)).toBe("now");
  });
});

describe("which device is meant", () => {
  const table = new Table();
  table.hears(PHONE, "phone");
  table.hears(LAPTOP, "Old Laptop");

  test("by its name, by its id, and by the beginning of it", () => {
    expect(table.means("phone")).toBe(PHONE);
    expect(table.means("old laptop")).toBe(LAPTOP);
    expect(table.means("0123abcd01")).toBe(PHONE);
    expect(table.means("0123ABCD02")).toBe(LAPTOP);
    expect(table.means(PHONE)).toBe(PHONE);
  });

  test("by its id also one that is not there; not by its name", () => {
    table.hears(device("dead"), "dead one");
    expect(table.means("dead0000", [device("dead"), device("dead")])).toBe(device("dead"));
    expect(table.means("dead one", [device("dead")])).toMatch(/^no-such-device: no device/);
  });

  test.each(["", "0123", "tablet", BOBS, "b0b00000", "phone "])("%j: none", (text) => {
    expect(table.means(text)).toMatch(/^no-such-device: no device of yours/);
  });

  test("none where it could be two", () => {
    expect(table.means("0123abcd")).toMatch(/^no-such-device: more than one/);
    const twins = new Table();
    twins.hears(PHONE, "mine");
    twins.hears(LAPTOP, "mine");
    expect(twins.means("mine")).toMatch(/^no-such-device: more than one/);
    twins.hears(LAPTOP, "MINE");
    expect([twins.means("mine"), twins.means("MINE")]).toEqual([PHONE, LAPTOP]);
    expect(twins.means("Mine")).toMatch(/^no-such-device: more than one/);
    // Somebody calls one device by the id of another.
    twins.hears(LAPTOP, "0123abcd01");
    expect(twins.means("0123abcd01")).toMatch(/^no-such-device: more than one/);
  });
});

describe("the command", () => {
  test("says it of the device that is meant", async () => {
    const table = new Table();
    table.hears(PHONE, "phone");
    expect(await table.labels.run({ device: "phone", label: "tablet" })).toEqual({ device: PHONE, label: "tablet" });
    expect(table.said).toEqual([{ kind: "label", device: PHONE, label: "tablet" }]);
  });

  test("says nothing of a device that is not one's own", async () => {
    const table = new Table();
    await expect(table.labels.run({ device: BOBS, label: "x" })).rejects.toMatchObject({ code: "no-such-device" });
    expect(table.said).toEqual([]);
  });
});
