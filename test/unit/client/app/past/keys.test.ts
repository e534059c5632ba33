// Keys on their way to this device: what is in the vault at each moment, and who is believed.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Handed, keptHanded } from "../../../../../src/client/app/past/handed.ts";
import { Keys } from "../../../../../src/client/app/past/keys.ts";
import { PastStates } from "../../../../../src/client/app/past/past-states.ts";
import { Segments } from "../../../../../src/client/app/past/segments.ts";
import {
  cameIn,
  givenUp,
  NEW_PAST,
  NOTHING_MET,
  type Phase,
  SECRET_ROW,
  walked,
} from "../../../../../src/client/app/past/state.ts";
import type { Payload } from "../../../../../src/client/app/payload/payload.ts";
import type { Change, Vault } from "../../../../../src/client/port/vault.ts";
import { openVault } from "../../../../../src/client/vault/sqlite.ts";
import { decodeGrant, encodeGrant, type Segment } from "../../../../../src/mls/grant-records.ts";
import { Fault } from "../../../../../src/model/fault.ts";
import type { DeviceId, Handle, MessageId, Sha256 } from "../../../../../src/model/ids.ts";
import { BlobTable } from "../../../../kit/blob-table.ts";
import { BOB, chain, entry, LASTING, LOG, ME, mid, withLog } from "../../../../kit/vault.ts";

const NOW = 20_000 * 86_400_000;
const ASK = mid(77);
const SEGMENT: Segment = {
  first: 2,
  last: 3,
  blob: "ab".repeat(32) as Sha256,
  size: 300,
  key: new Uint8Array(32),
};
const ALONE = { hasOwn: false };
const CAROL = "cc".repeat(16) as DeviceId;
const OTHER_DEVICE = "a2".repeat(16) as DeviceId;

let folder: string;
let vault: Vault;
let segments: Segments;
let states: PastStates;
let keys: Keys;
let said: Payload[];
let taken: string[];
let groupsHaveNoKeys: boolean;
let alarms: string[];
let notes: string[];
/** What is in the vault when something is said. */
let atSaid: boolean[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mutual-keys-"));
  vault = withLog(openVault(folder));
  groupsHaveNoKeys = false;
  [said, taken, alarms, notes, atSaid] = [[], [], [], [], []];
  start();
  states.keep(LOG, cameIn(NEW_PAST, { entered: 4, after: 0, now: NOW, reach: 0, admins: [] }));
});
afterEach(() => {
  vault.close();
  rmSync(folder, { recursive: true, force: true });
});

function start(): void {
  let waiting: Change[] = [];
  const flush = (): void => {
    vault.commit(waiting.splice(0), LASTING);
    for (const run of atSaid.length < said.length ? [0] : [])
      atSaid.push(vault.pending(LOG).has(SECRET_ROW) && run === 0);
  };
  segments = new Segments({ vault, ask: new BlobTable().ask });
  states = new PastStates({ vault, segments, put: (changes) => void (waiting = [...waiting, ...changes]), flush });
  keys = new Keys({
    vault,
    states,
    segments,
    self: { device: ME, user: "alice" as Handle },
    now: () => NOW,
    newMid: () => ASK,
    nameOf: () => "#plans",
    note: (_level, sentence) => void notes.push(sentence),
    alarm: (_log, code, message) => void alarms.push(`${code}: ${message}`),
    say: async (_log, payload) => void said.push(payload),
    groups: {
      askArchive: async () => ({ publicKey: new Uint8Array(32).fill(1), secret: new Uint8Array(32).fill(2) }),
      takeArchive: async (_log, { sealed, secret }) => {
        if (sealed[0] === 0) throw new Fault("grant-malformed", "it does not open");
        taken.push(`${sealed.join()} with ${secret[0]}`);
        const named = sealed.slice(1);
        const handed = named.length === 0 ? [] : decodeGrant(named).segments;
        const put = new Map(handed.length > 0 || groupsHaveNoKeys ? [] : [[`archive/0/${sealed[0]}`, sealed]]);
        return { rows: { put, drop: [] }, segments: handed };
      },
    },
  });
}

const phase = (): Phase["at"] | undefined => states.of(LOG).gap?.phase.at;

/** The ask came back, at a place where the chain is of sevens. */
function askCameBack(): void {
  vault.commit([{ put: "position", log: LOG, seq: 4, chain: chain(4) }], LASTING);
  vault.commit(
    [{ put: "entries", log: LOG, entries: [entry(5, { sender: ME, mid: ASK, chain: chain(7) })], own: [] }],
    LASTING,
  );
}

function hands(seq: number, by: string, more: Partial<Handed> & { readonly bytes: readonly number[] }): void {
  const { bytes, ...rest } = more;
  const device = by === "bob" ? BOB : by === "alice" ? OTHER_DEVICE : CAROL;
  const sealed = Buffer.from(bytes).toString("base64url");
  const part: Handed = { device, by: by as Handle, chain: "07".repeat(32) as Sha256, more: false, sealed, ...rest };
  vault.commit(keptHanded(vault.pending(LOG), { log: LOG, seq, self: "alice" as Handle }, part), LASTING);
}

const rows = (): string[] => [...vault.pending(LOG).keys()].toSorted();

describe("an ask", () => {
  it("and its secret are in the vault together", async () => {
    await keys.ask(LOG);
    expect(said).toEqual([{ kind: "archive-ask", publicKey: Buffer.alloc(32, 1).toString("base64url"), after: 0 }]);
    expect(atSaid).toEqual([true]);
    expect(states.of(LOG).gap).toMatchObject({ asks: 1, phase: { at: "waiting", ask: ASK } });
    expect(new PastStates({ vault, segments, put: () => {}, flush: () => {} }).of(LOG)).toEqual(states.of(LOG));
  });

  it("that is given up leaves neither a secret nor what came for it", async () => {
    await keys.ask(LOG);
    hands(6, "bob", { bytes: [1], more: true });
    expect(rows()).toEqual(["past", "past/grant/6", "past/secret"]);
    states.keep(LOG, givenUp(states.of(LOG)));
    expect(rows()).toEqual(["past"]);
  });
});

describe("what is handed over", () => {
  beforeEach(async () => {
    await keys.ask(LOG);
    askCameBack();
  });

  it("is taken when the last part is there, in the order of the log, also after a restart; then nothing is left of it", async () => {
    hands(9, "bob", { bytes: [2], more: true });
    hands(10, "carol", { bytes: [9], more: true });
    expect([await keys.take(LOG, ASK, ALONE), phase(), taken]).toEqual([false, "waiting", []]);
    hands(11, "bob", { bytes: [3] });
    start();
    expect([await keys.take(LOG, ASK, ALONE), phase()]).toEqual([true, "walking"]);
    expect(taken).toEqual(["2 with 2", "3 with 2"]);
    expect(rows()).toEqual(["past"]);
    expect([...vault.groupRows(LOG).keys()]).toEqual(["archive/0/2", "archive/0/3"]);
    expect(alarms).toEqual([]);
  });

  it("by somebody with another log is not taken, and it is an alarm", async () => {
    hands(9, "bob", { bytes: [2], chain: "08".repeat(32) as Sha256 });
    expect([await keys.take(LOG, ASK, ALONE), phase(), taken]).toEqual([true, "asking", []]);
    expect(alarms).toHaveLength(1);
    expect(alarms[0]).toMatch(/^history-mismatch: @bob holds another history of #plans/);
    expect([rows(), vault.groupRows(LOG).size]).toEqual([["past"], 0]);
  });

  it("and does not open is not taken: somebody else is asked", async () => {
    hands(9, "bob", { bytes: [1], more: true });
    hands(10, "bob", { bytes: [0] });
    expect([await keys.take(LOG, ASK, ALONE), phase(), alarms]).toEqual([true, "asking", []]);
    expect([rows(), vault.groupRows(LOG).size]).toEqual([["past"], 0]);
    expect(notes).toEqual(["archive keys of #plans from @bob cannot be used: it does not open"]);
  });

  it("in more parts than anybody has is not kept", () => {
    for (let seq = 10; seq < 50; seq += 1) hands(seq, "bob", { bytes: [1], more: true });
    expect(rows().filter((name) => name.startsWith("past/grant/"))).toHaveLength(20);
  });

  it("by somebody else does not end the wait for an own device: it walks, and waits for that one's word alone", async () => {
    hands(8, "alice", { bytes: [7], more: true });
    hands(9, "bob", { bytes: [2] });
    expect(await keys.take(LOG, ASK, { hasOwn: true })).toBe(true);
    expect(states.of(LOG).gap?.phase).toMatchObject({ at: "walking", ask: ASK });
    expect(rows()).toEqual(["past", "past/grant/8", "past/secret"]);
    states.keep(LOG, walked(states.of(LOG), NOW));
    expect(states.of(LOG).gap?.phase).toEqual({ at: "waiting", ask: ASK, own: true });
    expect(await keys.take(LOG, ASK, { hasOwn: true })).toBe(false);
    hands(10, "alice", { bytes: [8] });
    start();
    expect(await keys.take(LOG, ASK, { hasOwn: true })).toBe(true);
    expect(taken).toEqual(["2 with 2", "7 with 2", "8 with 2"]);
    expect(states.of(LOG).gap?.phase).toEqual({ at: "walking", ...NOTHING_MET });
    expect(rows()).toEqual(["past"]);
  });

  it("by an own device comes first, and its segments are in the vault with it, also after a restart", async () => {
    hands(8, "bob", { bytes: [2] });
    hands(9, "alice", { bytes: [3, ...encodeGrant([], [SEGMENT])] });
    expect(await keys.take(LOG, ASK, { hasOwn: true })).toBe(true);
    expect(taken).toHaveLength(1);
    expect(rows()).toEqual(["past", `past/segment/${SEGMENT.blob}`]);
    start();
    expect(segments.floor(LOG, { top: 3, after: 0 })).toBe(1);
    // No key came with it: there is nothing below.
    expect(states.of(LOG).gap).toMatchObject({ after: 1, phase: { at: "walking" } });
    states.keep(LOG, givenUp(states.of(LOG)));
    expect(rows()).toEqual(["past"]);
  });

  it("by an own device that has nothing leaves nothing to walk through", async () => {
    hands(9, "alice", { bytes: [3, ...encodeGrant([], [])] });
    groupsHaveNoKeys = true;
    expect(await keys.take(LOG, ASK, { hasOwn: true })).toBe(true);
    expect(states.of(LOG).gap).toMatchObject({ after: 4, until: 4 });
  });

  it("as segments by somebody else is an alarm, and not kept", async () => {
    hands(9, "bob", { bytes: [3, ...encodeGrant([], [SEGMENT])] });
    expect(await keys.take(LOG, ASK, ALONE)).toBe(true);
    expect(alarms).toHaveLength(1);
    expect(alarms[0]).toMatch(/^handover-mismatch: @bob/);
    expect(rows()).toEqual(["past"]);
  });

  it("by others, however much, leaves room for an own device", () => {
    for (let seq = 10; seq < 50; seq += 1) hands(seq, "bob", { bytes: [1], more: true });
    for (let seq = 50; seq < 99; seq += 1) hands(seq, "alice", { bytes: [1], more: true });
    expect(rows().filter((name) => name.startsWith("past/grant/"))).toHaveLength(40);
  });

  it("for an ask that is not known here any more is not looked at", async () => {
    hands(9, "bob", { bytes: [2] });
    expect(await keys.take(LOG, "99".repeat(16) as MessageId, ALONE)).toBe(true);
    expect([phase(), taken, alarms.length]).toEqual(["asking", [], 1]);
  });
});
