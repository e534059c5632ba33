import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eventsOf } from "../../../../src/client/app/events.ts";
import { type CommitSaid, writeOpened } from "../../../../src/client/app/payload/opened.ts";
import { People } from "../../../../src/client/app/people.ts";
import { Presenter } from "../../../../src/client/app/presenter.ts";
import type { NewEntry, Vault } from "../../../../src/client/port/vault.ts";
import { openVault } from "../../../../src/client/vault/sqlite.ts";
import type { DeviceId, Handle, LogId, MessageId } from "../../../../src/model/ids.ts";
import type { Realm } from "../../../../src/pki/realm.ts";
import { newPathCache } from "../../../../src/pki/peer.ts";
import { TestFace } from "../../../kit/client.ts";
import { HandClock } from "../../../kit/hand-clock.ts";

const LOG = "00020000000000000000000000000000" as LogId;
const ME = "aa".repeat(16) as DeviceId;
const BOB = "bb".repeat(16) as DeviceId;
const STRANGER = "cc".repeat(16) as DeviceId;

let folder: string;
let vault: Vault;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mutual-presenter-"));
  vault = openVault(folder);
  vault.commit([{ put: "log", log: LOG, kind: "lobby", epoch: 0 }], { durable: true });
});
afterEach(() => {
  vault.close();
  rmSync(folder, { recursive: true, force: true });
});

function fill(from: number, to: number, more: Partial<NewEntry> = {}): void {
  const entries = Array.from({ length: to - from + 1 }, (_, at): NewEntry => {
    const seq = from + at;
    const mid = seq.toString(16).padStart(32, "0") as MessageId;
    const payload = JSON.stringify({ kind: "text", text: `${seq}` });
    const base = { log: LOG, seq, at: seq, sender: BOB, mid, kind: "app", epoch: 0, quiet: false } as const;
    return { ...base, payload, text: `${seq}`, chain: Buffer.alloc(32), ...more };
  });
  vault.commit([{ put: "entries", log: LOG, entries, own: [] }], { durable: true });
}

function joined(user: string): CommitSaid {
  const name = user.replace(/^./, (letter) => letter.toUpperCase());
  const added = [{ device: STRANGER, user: user as Handle, name }];
  return { kind: "commit", by: user as Handle, isExternal: true, isRenewed: false, added, removed: [] };
}

function present(ask: () => Promise<never[]> = () => Promise.reject(new Error("offline"))) {
  const face = new TestFace();
  const people = new People(
    {
      realm: () => ({ crls: new Map() }) as unknown as Realm,
      cache: newPathCache(),
      ask,
      now: () => 0,
      keep: () => {},
      alarm: () => {},
      note: () => {},
    },
    [{ device: BOB, user: "bob" as Handle, name: "Bob", problem: "" }],
  );
  const world = { vault, nameOf: () => "#lobby", self: ME, user: "me" as Handle, now: () => 0, isMuted: () => false };
  const idle: (() => void)[] = [];
  const clock = new HandClock();
  const presenter = new Presenter({
    vault,
    face,
    clock,
    batch: { late: (change) => vault.commit([change], { durable: false }) },
    people,
    events: (entry) => eventsOf(entry, { ...world, people }),
    onIdle: () => idle.splice(0).forEach((resolve) => resolve()),
    onFailed: (error) => {
      throw error;
    },
  });
  const settle = async (): Promise<void> => {
    presenter.poke();
    await new Promise<void>((resolve) => idle.push(resolve));
  };
  const shown = (): number[] => face.of("message").map(({ seq }) => seq);
  return { face, presenter, clock, settle, shown };
}

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);

describe("from the vault to the face", () => {
  test("what comes while a handful ends is shown, however close to its end", async () => {
    for (let turns = 0; turns < 12; turns += 1) {
      const { presenter, shown } = present();
      presenter.poke();
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      fill(turns + 1, turns + 1);
      presenter.poke();
      await new Promise((resolve) => setImmediate(resolve));
      expect(shown().at(-1), `after ${turns} turns`).toBe(turns + 1);
      presenter.stop();
    }
  });

  test("however often it is poked meanwhile, a sender who cannot be asked for is asked for again once at a time", async () => {
    fill(1, 1, { sender: STRANGER });
    const { clock, presenter, settle } = present();
    for (let poke = 0; poke < 5; poke += 1) await settle();
    expect(clock.waiting).toBe(1);
    presenter.stop();
    expect(clock.waiting).toBe(0);
  });

  test("a sender who could not be asked for is asked for again, and the message is shown then", async () => {
    fill(1, 1, { sender: STRANGER });
    let asked = 0;
    const { clock, settle, shown } = present(() => {
      asked += 1;
      return asked === 1 ? Promise.reject(new Error("busy")) : Promise.resolve([]);
    });
    await settle();
    expect(shown()).toEqual([]);
    expect(clock.waiting).toBe(1);
    clock.pass(10_000);
    await expect.poll(shown).toEqual([1]);
  });

  test("everything once, in order, over restarts too", async () => {
    fill(1, 700);
    const first = present();
    await first.settle();
    expect(first.shown()).toEqual(numbers(1, 700));
    fill(701, 703);
    const second = present();
    await second.settle();
    await second.settle();
    expect(second.shown()).toEqual([701, 702, 703]);
  });

  test("a face that is full gets nothing, and all of it when there is room", async () => {
    fill(1, 700);
    const { face, presenter, settle, shown } = present();
    face.stall();
    presenter.poke();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(shown()).toEqual([]);
    expect(vault.shown()).toBe(0);
    face.resume();
    await settle();
    expect(shown()).toEqual(numbers(1, 700));
  });

  test("what was held already and what cannot be told is passed over", async () => {
    const unreadable = JSON.stringify({ kind: "unreadable", code: "roster-mismatch" });
    fill(1, 1);
    fill(2, 2, { quiet: true });
    fill(3, 3, { kind: "commit", payload: unreadable });
    fill(4, 4, { aside: true, payload: unreadable });
    fill(5, 5, { kind: "commit", quiet: true, payload: writeOpened(joined("carol")) });
    fill(6, 6, { kind: "inbox" });
    fill(7, 7);
    const { settle, shown, face } = present();
    await settle();
    expect(shown()).toEqual([1, 7]);
    expect(face.events).toHaveLength(2);
  });

  test("how somebody came in is told where it stands between the messages, once", async () => {
    fill(1, 1);
    fill(2, 2, { kind: "commit", payload: writeOpened(joined("carol")) });
    fill(3, 3);
    const first = present();
    await first.settle();
    const told = { event: "member", at: 2, conversation: "#lobby", user: "carol", name: "Carol", change: "joined" };
    expect(first.face.events).toMatchObject([{ event: "message" }, told, { event: "message" }]);
    fill(4, 4, { kind: "commit", payload: writeOpened({ ...joined("dora"), by: "bob" as Handle, isExternal: false }) });
    const second = present();
    await second.settle();
    expect(second.face.events).toMatchObject([{ event: "member", user: "dora", change: "added", by: "bob" }]);
  });

  test("who is taken out, who came in anew, who is an owner now", async () => {
    const [carol] = joined("carol").added;
    const roles = { roles: [{ user: "carol" as Handle, was: "member" as const, role: "owner" as const }] };
    if (carol === undefined) throw new Error("nobody came");
    const by = { by: "bob" as Handle, isExternal: false };
    fill(1, 1, { kind: "commit", payload: writeOpened({ ...joined("carol"), removed: [carol] }) });
    fill(2, 2, { kind: "commit", payload: writeOpened({ ...joined("carol"), ...by, added: [], removed: [carol] }) });
    fill(3, 3, { kind: "commit", payload: writeOpened({ ...joined("carol"), ...by, added: [], terms: roles }) });
    const { face, settle } = present();
    await settle();
    expect(face.of("member")).toMatchObject([
      { at: 2, user: "carol", change: "removed", by: "bob" },
      { at: 3, user: "carol", change: "role", role: "owner", by: "bob" },
    ]);
    expect(face.of("notice")).toMatchObject([{ at: 1, code: "came-in-anew", conversation: "#lobby" }]);
    expect(face.events).toHaveLength(3);
  });

  test("who goes out loses their role with that: that they are a member now is not told", async () => {
    const [carol] = joined("carol").added;
    const [dora] = joined("dora").added;
    if (carol === undefined || dora === undefined) throw new Error("nobody came");
    const change = (user: string) => ({ user: user as Handle, was: "owner" as const, role: "member" as const });
    const terms = { roles: [change("carol"), change("dora")], unnamed: ["carol" as Handle] };
    const removed = [carol, { ...dora, device: BOB }];
    const gone = { added: [], removed, left: [carol.user], beside: [BOB], terms };
    const by = { by: "bob" as Handle, isExternal: false };
    fill(1, 1, { kind: "commit", payload: writeOpened({ ...joined("carol"), ...by, ...gone }) });
    const { face, settle } = present();
    await settle();
    expect(face.of("member").map(({ user, change: what }) => [user, what])).toEqual([
      ["carol", "left"],
      ["dora", "removed"],
      ["dora", "role"],
    ]);
  });

  test("nothing is shown before its sender was asked for; what cannot be asked waits for the next connection", async () => {
    fill(1, 1, { sender: STRANGER });
    fill(2, 2);
    const offline = present();
    await offline.settle();
    expect(offline.shown()).toEqual([]);
    const online = present(() => Promise.resolve([]));
    await online.settle();
    expect(online.face.of("message").map(({ seq, from }) => [seq, from.verified])).toEqual([
      [1, false],
      [2, true],
    ]);
  });
});
