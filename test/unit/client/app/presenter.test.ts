import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { messageView } from "../../../../src/client/app/names.ts";
import { People } from "../../../../src/client/app/people.ts";
import { Presenter } from "../../../../src/client/app/presenter.ts";
import type { NewEntry, Vault } from "../../../../src/client/port/vault.ts";
import { openVault } from "../../../../src/client/vault/sqlite.ts";
import type { DeviceId, Handle, LogId, MessageId } from "../../../../src/model/ids.ts";
import type { Realm } from "../../../../src/pki/realm.ts";
import { newPathCache } from "../../../../src/pki/peer.ts";
import { TestFace } from "../../../kit/client.ts";

const LOG = "00020000000000000000000000000000" as LogId;
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

function present(ask: () => Promise<never[]> = () => Promise.reject(new Error("offline"))) {
  const face = new TestFace();
  const people = new People(
    {
      realm: { crls: new Map() } as unknown as Realm,
      cache: newPathCache(),
      ask,
      now: () => 0,
      keep: () => {},
      alarm: () => {},
      note: () => {},
    },
    [{ device: BOB, user: "bob" as Handle, name: "Bob", problem: "" }],
  );
  const idle: (() => void)[] = [];
  const presenter = new Presenter({
    vault,
    face,
    people,
    view: (entry) => messageView(entry, { lobby: LOG, self: BOB, people }),
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
  return { face, presenter, settle, shown };
}

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);

describe("from the vault to the face", () => {
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

  test("what was held already and what is no message is passed over", async () => {
    fill(1, 1);
    fill(2, 2, { quiet: true });
    fill(3, 3, { kind: "commit" });
    fill(4, 4);
    const { settle, shown } = present();
    await settle();
    expect(shown()).toEqual([1, 4]);
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
