// A room of 200 devices out of which one is put: how long until its connection is cut, and until the last of those who are there has the
// new key. Most of the others are offline: two hundred clients at once would measure these two cores (see room.ts).
// By `chat-server revoke`, by a lease that ends, and by a lease with a server whose clock is four minutes behind, which keeps quiet about
// it. The server is the executable of this checkout; the members are real clients over real TLS on this machine, and share its cores.
// node test/bench/revoke.ts quick|full
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "../../src/bin/system-clock.ts";
import { askCertificate } from "../../src/client/link/enrolling.ts";
import { HYBRID } from "../../src/mls/suite.ts";
import { newKeyPair } from "../../src/pki/keys.ts";
import { makeRequest } from "../../src/pki/request.ts";
import { readInvitationLine } from "../../src/wire/invitation-line.ts";
import { TestClient } from "../kit/client.ts";
import { identityOf as identityFrom, socketLines } from "../kit/door.ts";
import { deviceOf, type TestIdentity, type TestRealm } from "../kit/realm.ts";
import { gather } from "./load/gathering.ts";
import { crowd, type Identities } from "./load/realm.ts";
import { MemberProcess, Target } from "./load/remote.ts";
import type { Committer } from "./load/committer.ts";
import { now, WatchedFace } from "./load/watch.ts";
import { median, printTable } from "./table.ts";

const RUNS: Readonly<Record<string, number>> = { quick: 3, full: 20 };
/** With the one that is put out 200. */
const DEVICES = 199;
const CLIENTS = DEVICES - 1;
const PROCESSES = availableParallelism();
/** Those who stay, in each process; the rest are members that are offline. */
const ONLINE = 12;
/** Until a guest is in the room, on a busy machine. */
const LEASE_MS = 15_000;
const BEHIND = "-4m";

const runs = RUNS[process.argv[2] ?? "quick"];
if (runs === undefined) throw new Error("quick or full?");

interface Party {
  readonly realm: TestRealm;
  readonly server: Target;
  readonly committer: Committer;
  readonly members: readonly MemberProcess[];
}

/** One who is to be put out, and when. */
interface Victim {
  readonly user: string;
  readonly identity: TestIdentity;
  /** Resolves with the moment at which it is out by right. */
  readonly over: () => Promise<number>;
}

interface Measured {
  /** Undefined: the server does not cut it. */
  readonly cutMs: number | undefined;
  /** Of the first, and of the last of those who are online. */
  readonly firstKeyMs: number;
  readonly keyMs: number;
  /** What it opened of what was said afterwards. */
  readonly opened: number;
}

/** When each of them saw it. */
async function everybody({ members }: Party, name: string): Promise<readonly number[]> {
  const reports = await Promise.all(members.map((one) => one.obey({ do: "watch", name })));
  return reports.flatMap(({ seen }) => seen);
}

async function measured(party: Party, { user, identity, over }: Victim, isCut: boolean): Promise<Measured> {
  const { realm, server, committer } = party;
  const face = new WatchedFace();
  using victim = new TestClient({ realm, identity, port: server.port, face });
  await victim.ready();
  const added = everybody(party, `added ${user}`);
  await committer.does({ do: "add", user });
  await added;
  await committer.does({ do: "send", text: `hello ${user}` });
  await victim.hears(`hello ${user}`);
  const removed = everybody(party, `removed ${user}`);
  const start = await over();
  const cut = isCut ? face.until(() => face.refusedAt !== undefined, "the cut") : Promise.resolve();
  const [keys] = await Promise.all([removed, cut]);
  const heard = everybody(party, `message after ${user}`);
  await committer.does({ do: "send", text: `after ${user}` });
  await heard;
  const opened = victim.texts().filter((text) => text === `after ${user}`).length;
  const [firstKeyMs, keyMs] = [Math.min(...keys) - start, Math.max(...keys) - start];
  const { refusedAt } = face;
  return { cutMs: refusedAt === undefined ? undefined : refusedAt - start, firstKeyMs, keyMs, opened };
}

async function revokes({ server }: Party, identity: TestIdentity): Promise<number> {
  const at = now();
  const [answer] = await socketLines(server.data, `${JSON.stringify({ do: "revoke", target: deviceOf(identity) })}\n`);
  if (answer?.["ok"] !== true) throw new Error(JSON.stringify(answer));
  return at;
}

/** By an invitation for so long, and by the door. */
async function guest({ server }: Party, user: string): Promise<Victim> {
  // Certificates know whole seconds.
  const leaseUntil = Math.ceil((Date.now() + LEASE_MS) / 1000) * 1000;
  const [answer] = await socketLines(server.data, `${JSON.stringify({ do: "invite", user, leaseUntil })}\n`);
  const place = readInvitationLine(String(answer?.["line"]));
  const keys = newKeyPair("ed25519");
  const request = makeRequest({ subject: [], altNames: [] }, keys);
  const basic = { user: "", secret: place.code };
  const wish = { operation: "simpleenroll", request, basic } as const;
  const chain = await askCertificate({ ...place, host: "127.0.0.1", clock: systemClock }, wish);
  const over = async (): Promise<number> => {
    await sleep(Math.max(0, leaseUntil - Date.now()));
    return leaseUntil;
  };
  return { user, identity: identityFrom(keys, chain), over };
}

async function gathered(behind: string | undefined, stack: AsyncDisposableStack): Promise<Party> {
  const { realm, file } = await crowd(CLIENTS + 1);
  const scratch = mkdtempSync(join(tmpdir(), "mutual-bench-"));
  stack.defer(() => {
    rmSync(scratch, { recursive: true, force: true });
    realm.remove();
  });
  const wish = { name: "chat-server", kind: "chat", door: true, ...(behind === undefined ? {} : { behind }) } as const;
  const server = stack.use(await Target.start(wish, { certs: realm.dir, scratch }));
  const identities = JSON.parse(readFileSync(file, "utf8")) as Identities;
  const place = { port: server.port, identities: file, suite: HYBRID, homes: join(scratch, "homes") } as const;
  const bounds = Array.from({ length: PROCESSES + 1 }, (_, at) => 1 + Math.round((at * (CLIENTS - 1)) / PROCESSES));
  const members = bounds
    .slice(0, -1)
    .map((from, at) => stack.use(new MemberProcess({ ...place, from, to: bounds[at + 1] ?? CLIENTS })));
  await Promise.all(members.map((one) => one.obey({ do: "connect" })));
  const gathering = { ...place, realm, identities: identities.clients };
  const { committer, newcomer } = await gather(gathering);
  stack.use(committer);
  stack.use(newcomer);
  const made = { realm, server, committer, members };
  const first = everybody(made, "message first");
  await committer.does({ do: "send", text: "first" });
  await first;
  await Promise.all(members.map((one) => one.obey({ do: "leave", keep: ONLINE })));
  return made;
}

function told(name: string, all: readonly Measured[]): readonly string[] {
  const each = (values: readonly number[]): string => {
    if (values.length === 0) return "–";
    const sorted = values.toSorted((a, b) => a - b);
    const p99 = sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN;
    return `${median(values).toFixed(0)} (p99 ${p99.toFixed(0)})`;
  };
  const cuts = all.flatMap(({ cutMs }) => (cutMs === undefined ? [] : [cutMs]));
  const [firstKeys, lastKeys] = [all.map(({ firstKeyMs }) => firstKeyMs), all.map(({ keyMs }) => keyMs)];
  const opened = all.reduce((sum, one) => sum + one.opened, 0);
  return [name, String(all.length), each(cuts), ...[firstKeys, lastKeys].map(each), String(opened)];
}

async function run(name: string, behind: string | undefined, next: (made: Party, at: number) => Promise<Victim>) {
  await using stack = new AsyncDisposableStack();
  const made = await gathered(behind, stack);
  const all: Measured[] = [];
  for (let at = 0; at < (runs ?? 0); at += 1) {
    const one = await measured(made, await next(made, at), behind === undefined);
    console.error(`${name}, run ${at + 1}: ${JSON.stringify(one)}`);
    all.push(one);
  }
  return told(name, all);
}

const rows = [
  await run("revoke", undefined, async (made, at) => {
    const identity = made.realm.issueClient({ user: `v${at}` });
    return { user: `v${at}`, identity, over: () => revokes(made, identity) };
  }),
  await run("a lease that ends", undefined, (made, at) => guest(made, `g${at}`)),
  await run("a lease, and a server that keeps quiet", BEHIND, (made, at) => guest(made, `q${at}`)),
];
console.log(
  `${DEVICES} devices and one more, ${ONLINE * PROCESSES + 1} of them online in ${PROCESSES + 1} processes; milliseconds.\n`,
);
printTable(
  ["put out by", "runs", "cut", "the first has the new key", "the last", "messages it opened afterwards"],
  rows,
);
