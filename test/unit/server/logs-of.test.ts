// What a device is told of: the lobby always, and as it stands when the answer is made.
import { expect, it } from "vitest";
import type { DeviceId, LogId } from "../../../src/model/ids.ts";
import type { Outlet } from "../../../src/server/port/outlet.ts";
import type { DeviceLog, StandingRecord, Store } from "../../../src/server/port/store.ts";
import { openLogsOf } from "../../../src/server/service/logs-of.ts";

const LOBBY = `0002${"00".repeat(14)}` as LogId;
const INBOX = `0001${"00".repeat(14)}` as LogId;
const BARE = { head: 7, first: 1, epoch: 3, terms: new Uint8Array(0), leaving: [] };
const logOf = (log: LogId): DeviceLog => ({ ...BARE, log, cursor: 0, from: 0, member: true, until: 0 });
const STANDING: StandingRecord = { ...BARE, version: 1, roster: [], revoked: [] };

/** Gives one answer after the other; `asked` names what was read. */
function logsOfWith(answers: readonly (readonly LogId[])[]) {
  const asked: string[] = [];
  const left = [...answers];
  const store: Pick<Store, "logsOf" | "standing"> = {
    logsOf: () => {
      asked.push("logs");
      return Promise.resolve((left.shift() ?? []).map(logOf));
    },
    standing: () => {
      asked.push("lobby");
      return Promise.resolve(STANDING);
    },
  };
  const logsOf = openLogsOf({ store: store as Store, lobby: LOBBY });
  return { asked, told: logsOf({ device: "aa".repeat(16) as DeviceId } as Outlet) };
}

const inWhich = (logs: readonly DeviceLog[]) => logs.map(({ log, member }) => [log, member]);

it("a device that is in the lobby costs no reading of its roster", async () => {
  const { asked, told } = logsOfWith([[INBOX, LOBBY]]);
  expect(inWhich(await told)).toEqual([
    [INBOX, true],
    [LOBBY, true],
  ]);
  expect(asked).toEqual(["logs"]);
});

it("a device that is not in it is told of it as of one to come into", async () => {
  const { told } = logsOfWith([[INBOX], [INBOX]]);
  const logs = await told;
  expect(inWhich(logs)).toEqual([
    [INBOX, true],
    [LOBBY, false],
  ]);
  expect(logs[1]).toMatchObject({ head: 7, from: 7, epoch: 3 });
});

it("a device that a commit lets in meanwhile is in it", async () => {
  const { told } = logsOfWith([[INBOX], [INBOX, LOBBY]]);
  expect(inWhich(await told)).toEqual([
    [INBOX, true],
    [LOBBY, true],
  ]);
});
