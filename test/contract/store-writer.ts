// A process that hosts the store and writes until it is killed: `node store-writer.ts <file> <scenario> <round>`.
// Prints each ack as a line of JSON; a pipe is written synchronously, so a printed ack was given before the kill.
import { openSqliteStore } from "../../src/server/store/sqlite/store.ts";
import type { Store } from "../../src/server/port/store.ts";
import { inboxLog } from "../../src/wire/log-id.ts";
import { appOp, commitOp, deviceOf, midOf, realClock, recordOf, roomOf, roomWith } from "./store-harness.ts";
import type { AppendOp } from "../../src/server/port/store.ts";

const LANES = 20;
/** More than the longest round lets live. */
const COMMITS = 60;

async function main([file = "", scenario = "", round = ""]: readonly string[]): Promise<void> {
  const fail = (fault: Error): never => {
    throw fault;
  };
  const store = await openSqliteStore({ file, clock: realClock, onFailed: fail });
  const log = await roomWith(store, ["ann"]);
  await store.createLog(roomOf("other"), []);
  if (scenario === "commits") await commitMany(store, round);
  else await Promise.all(Array.from({ length: LANES }, (_, lane) => streamForever(store, log, `${round} ${lane}`)));
}

/** Like many senders at once, each with one message under way. */
async function streamForever(store: Store, log: ReturnType<typeof roomOf>, lane: string): Promise<never> {
  let since = (await store.heads([log])).get(log)?.head ?? 0;
  for (let n = 0; ; n += 1) {
    const mid = `${lane} ${n}`;
    const body = Buffer.alloc(256, lane);
    since = await appendAndTell(store, appOp(log, mid, { since, body }), mid);
  }
}

/**
 * Three devices commit to the same epoch at once; the winner's commit adds one device and welcomes it.
 * All are enrolled before, so that the kill meets commits and little else.
 */
async function commitMany(store: Store, round: string): Promise<void> {
  const log = roomOf("room");
  const names = Array.from({ length: COMMITS }, (_, n) => ["a", "b", "c"].map((rival) => `${round} ${n} ${rival}`));
  await Promise.all(
    names.flat().map((name) => store.enrol(recordOf(name.replaceAll(" ", "-"), { device: deviceOf(name) }))),
  );
  for (const rivals of names) {
    const { head = 0, epoch = 0 } = (await store.heads([log])).get(log) ?? {};
    await Promise.all(rivals.map((mid) => commitOnce({ store, mid, since: head, epoch })));
  }
}

async function commitOnce({
  store,
  mid,
  since,
  epoch,
}: {
  store: Store;
  mid: string;
  since: number;
  epoch: number;
}): Promise<void> {
  const device = deviceOf(mid);
  const change = {
    add: [device],
    groupInfo: { body: Buffer.from(mid), tree: [] },
    welcomes: [{ devices: [device], body: Buffer.from(mid) }],
  };
  const [result] = await store.append([
    commitOp(roomOf("room"), mid, { since, epoch, body: Buffer.from(mid), change }),
  ]);
  if (result?.result !== "ok") return;
  if (result.inboxes[0]?.log !== inboxLog(device)) throw new Error("a welcome went elsewhere");
  tell(mid, result.seq);
}

async function appendAndTell(store: Store, op: AppendOp, mid: string): Promise<number> {
  const [result] = await store.append([op]);
  if (result?.result !== "ok") throw new Error(`an append came to ${result?.result}`);
  tell(mid, result.seq);
  return result.seq;
}

function tell(mid: string, seq: number): void {
  process.stdout.write(`${JSON.stringify({ mid: midOf(mid), seq })}\n`);
}

await main(process.argv.slice(2));
