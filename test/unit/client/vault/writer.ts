// A child process for the kill -9 test: commits for ever, tells each commit on stdout after it returned.
import { writeSync } from "node:fs";
import { openVault } from "../../../../src/client/vault/sqlite.ts";
import type { DeviceId, LogId, MessageId } from "../../../../src/model/ids.ts";

const LOG = "00020000000000000000000000000000" as LogId;
const ME = "aa".repeat(16) as DeviceId;
const mid = (number: number): MessageId => number.toString(16).padStart(32, "0") as MessageId;

const [, , folder = ""] = process.argv;
const vault = openVault(folder);
vault.commit([{ put: "log", log: LOG, kind: "lobby", epoch: 0 }], { durable: true });
for (let seq = 1; ; seq += 1) {
  const entry = {
    log: LOG,
    seq,
    at: seq,
    sender: ME,
    mid: mid(seq),
    kind: "app",
    epoch: 0,
    payload: "x".repeat(500),
    chain: Buffer.alloc(32, seq),
    quiet: false,
    text: "x",
  } as const;
  vault.commit(
    [
      { put: "entries", log: LOG, entries: [entry], own: [mid(seq)] },
      { put: "outgoing", message: { mid: mid(seq + 1), log: LOG, since: seq, payload: "x", storedAt: undefined } },
    ],
    { durable: seq % 2 === 0 },
  );
  writeSync(1, `${seq}\n`);
}
