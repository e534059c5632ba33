// Keys on their way to this device: what is in the vault at each moment, and who is believed.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Handed, keptHanded } from "../../../../../src/client/app/past/handed.ts";
import { Keys } from "../../../../../src/client/app/past/keys.ts";
import { PastStates } from "../../../../../src/client/app/past/past-states.ts";
import { cameIn, givenUp, NEW_PAST, type Phase, SECRET_ROW } from "../../../../../src/client/app/past/state.ts";
import type { Payload } from "../../../../../src/client/app/payload/payload.ts";
import type { Change, Vault } from "../../../../../src/client/port/vault.ts";
import { openVault } from "../../../../../src/client/vault/sqlite.ts";
import { Fault } from "../../../../../src/model/fault.ts";
import type { DeviceId, Handle, MessageId, Sha256 } from "../../../../../src/model/ids.ts";
import { BOB, chain, entry, LASTING, LOG, ME, mid, withLog } from "../../../../kit/vault.ts";

const NOW = 20_000 * 86_400_000;
const ASK = mid(77);
const CAROL = "cc".repeat(16) as DeviceId;

let folder: string;
let vault: Vault;
let states: PastStates;
let keys: Keys;
let said: Payload[];
let taken: string[];
let alarms: string[];
let notes: string[];
/** What is in the vault when something is said. */
let atSaid: boolean[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mutual-keys-"));
  vault = withLog(openVault(folder));
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
  states = new PastStates({ vault, put: (changes) => void (waiting = [...waiting, ...changes]), flush });
  keys = new Keys({
    vault,
    states,
    self: { device: ME },
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
        return { rows: { put: new Map([[`archive/0/${sealed[0]}`, sealed]]), drop: [] } };
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
  const device = by === "bob" ? BOB : CAROL;
  const sealed = Buffer.from(bytes).toString("base64url");
  const part: Handed = { device, by: by as Handle, chain: "07".repeat(32) as Sha256, more: false, sealed, ...rest };
  vault.commit(keptHanded(vault.pending(LOG), { log: LOG, seq }, part), LASTING);
}

const rows = (): string[] => [...vault.pending(LOG).keys()].toSorted();

describe("an ask", () => {
  it("and its secret are in the vault together", async () => {
    await keys.ask(LOG);
    expect(said).toEqual([{ kind: "archive-ask", publicKey: Buffer.alloc(32, 1).toString("base64url") }]);
    expect(atSaid).toEqual([true]);
    expect(states.of(LOG).gap).toMatchObject({ asks: 1, phase: { at: "waiting", ask: ASK } });
    expect(new PastStates({ vault, put: () => {}, flush: () => {} }).of(LOG)).toEqual(states.of(LOG));
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
    expect([await keys.take(LOG, ASK), phase(), taken]).toEqual([false, "waiting", []]);
    hands(11, "bob", { bytes: [3] });
    start();
    expect([await keys.take(LOG, ASK), phase()]).toEqual([true, "walking"]);
    expect(taken).toEqual(["2 with 2", "3 with 2"]);
    expect(rows()).toEqual(["past"]);
    expect([...vault.groupRows(LOG).keys()]).toEqual(["archive/0/2", "archive/0/3"]);
    expect(alarms).toEqual([]);
  });

  it("by somebody with another log is not taken, and it is an alarm", async () => {
    hands(9, "bob", { bytes: [2], chain: "08".repeat(32) as Sha256 });
    expect([await keys.take(LOG, ASK), phase(), taken]).toEqual([true, "asking", []]);
    expect(alarms).toHaveLength(1);
    expect(alarms[0]).toMatch(/^history-mismatch: @bob holds another history of #plans/);
    expect([rows(), vault.groupRows(LOG).size]).toEqual([["past"], 0]);
  });

  it("and does not open is not taken: somebody else is asked", async () => {
    hands(9, "bob", { bytes: [1], more: true });
    hands(10, "bob", { bytes: [0] });
    expect([await keys.take(LOG, ASK), phase(), alarms]).toEqual([true, "asking", []]);
    expect([rows(), vault.groupRows(LOG).size]).toEqual([["past"], 0]);
    expect(notes).toEqual(["archive keys of #plans from @bob cannot be used: it does not open"]);
  });

  it("in more parts than anybody has is not kept", () => {
    for (let seq = 10; seq < 50; seq += 1) hands(seq, "bob", { bytes: [1], more: true });
    expect(rows().filter((name) => name.startsWith("past/grant/"))).toHaveLength(20);
  });

  it("for an ask that is not known here any more is not looked at", async () => {
    hands(9, "bob", { bytes: [2] });
    expect(await keys.take(LOG, "99".repeat(16) as MessageId)).toBe(true);
    expect([phase(), taken, alarms.length]).toEqual(["asking", [], 1]);
  });
});
