// What the encrypted groups cost: `node test/bench/mls.ts [quick|full]`. One device does each step alone, in one thread, on real
// certificates; the rows that the vault would keep are made, not written. Milliseconds of CPU, the median of several where a step
// can be repeated. Beside a message stands the bare cost of one seal of AES-256-GCM in the same run; `lab` is what the library
// alone, without certificates and terms, had taken when it was chosen.
import { createCipheriv, randomBytes } from "node:crypto";
import type { Proposed } from "../../src/mls/groups.ts";
import { Fault } from "../../src/model/fault.ts";
import { CLASSIC, HYBRID, type SuiteName } from "../../src/mls/suite.ts";
import { commits, entryOf, LOG, MID, roomTerms, table, type Table, type TestDevice } from "../kit/mls.ts";
import { median, printTable } from "./table.ts";

const full = process.argv[2] === "full";
const SIZES = [2, 10, 50, 200, 1000];
/** Newcomers in one commit: 3.5 kB each, and an entry has room for 512 kB. */
const AT_ONCE = 100;
const ROUNDS = full ? 200 : 50;
const COMMITS = full ? 9 : 3;
/** Milliseconds: a join of 1,000, a seal. */
const LAB = { join: new Map([[1000, 670]]), seal: 0.22 };
const TEXT = "a line of chat, about as long as they are";

async function timed<T>(run: () => Promise<T>): Promise<readonly [number, T]> {
  const before = process.cpuUsage();
  const value = await run();
  const { user, system } = process.cpuUsage(before);
  return [(user + system) / 1000, value];
}

function kB(bytes: number): string {
  return (bytes / 1000).toFixed(bytes < 10_000 ? 2 : 0);
}

interface Room {
  readonly founder: TestDevice;
  readonly members: readonly TestDevice[];
}

/** As many at a time as a commit has room for. The last commit is the one that `others.slice(-2)` join by. */
async function founded(founder: TestDevice, others: readonly TestDevice[]): Promise<Proposed> {
  const packages: Uint8Array[] = [];
  for (const one of others) packages.push(await one.keyPackage());
  const terms = roomTerms({ founder: "owner" }, { join: "open" });
  const first = packages.splice(0, ((packages.length - 1) % AT_ONCE) + 1);
  let made = founder.keep(await founder.host.found(LOG, 0, { add: first, remove: [], terms, mid: MID }));
  await founder.acceptOwn();
  while (packages.length > 0) {
    const add = packages.splice(0, AT_ONCE);
    made = founder.keep(await founder.host.commit(LOG, { add, remove: [], mid: MID }));
    await founder.acceptOwn();
  }
  return made;
}

interface Life {
  readonly room: Room;
  readonly times: readonly number[];
  readonly bytes: readonly number[];
}

/** One group of so many, and what each step of its life costs. @throws Fault `mls-too-large` */
async function life(realm: Table, suite: SuiteName, size: number): Promise<Life> {
  const founder = realm.device({ user: "founder", suite });
  const others = Array.from({ length: size - 1 }, (_, at) => realm.device({ user: `user${at}`, suite }));
  const [created, made] = await timed(() => founded(founder, others));
  // Two more are enough to see what the others see; the rest only have their leaves.
  const seen = others.slice(-2);
  const joins: number[] = [];
  for (const one of seen) joins.push((await timed(() => one.join(made)))[0]);
  const room = { founder, members: seen };
  const renewal = await renewals(room);
  const [added, grown] = await timedCommit(room, [await realm.device({ user: "added", suite }).keyPackage()]);
  const { made: last } = await commits(founder, {}, seen);
  const newcomer = realm.device({ user: "newcomer", suite });
  const [came, joined] = await timed(() => newcomer.host.joinExternally(LOG, { ...last, mid: MID }));
  newcomer.keep(joined);
  await newcomer.acceptOwn();
  for (const one of [founder, ...seen]) await one.hear(entryOf(newcomer, joined));
  const tree = last.tree.reduce((sum, { length }) => sum + length, 0);
  return {
    room: { founder, members: [newcomer] },
    times: [created, added, median(joins), renewal.made, renewal.received, came],
    bytes: [
      made.welcome?.length ?? 0,
      grown.commit.length,
      renewal.bytes,
      joined.commit.length,
      last.groupInfo.length,
      tree,
    ],
  };
}

/** A commit of the founder, taken and heard. */
async function timedCommit(
  { founder, members }: Room,
  add: readonly Uint8Array[] = [],
): Promise<readonly [number, Proposed, readonly number[]]> {
  const [took, made] = await timed(() => founder.host.commit(LOG, { add, remove: [], mid: MID }));
  founder.keep(made);
  await founder.acceptOwn();
  const heard: number[] = [];
  for (const one of members) heard.push((await timed(() => one.hear(entryOf(founder, made))))[0]);
  return [took, made, heard];
}

/** Commits with new keys and nothing else. */
async function renewals(
  room: Room,
): Promise<{ readonly made: number; readonly received: number; readonly bytes: number }> {
  const [times, received, sizes]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < COMMITS; round += 1) {
    const [took, { commit }, heard] = await timedCommit(room);
    times.push(took);
    received.push(...heard);
    sizes.push(commit.length);
  }
  return { made: median(times), received: median(received), bytes: median(sizes) };
}

async function messages({ founder, members: [reader] }: Room): Promise<readonly [number, number, number]> {
  if (reader === undefined) throw new Error("nobody reads");
  const [seals, opens]: [number[], number[]] = [[], []];
  let bytes = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const [sealed, said] = await timed(() => founder.say(TEXT));
    const [opened] = await timed(() => reader.read(said));
    seals.push(sealed);
    opens.push(opened);
    bytes = said.body.length;
  }
  return [median(seals), median(opens), bytes];
}

function bareSeal(): number {
  const key = randomBytes(32);
  const plain = Buffer.alloc(256, 1);
  const times = Array.from({ length: 2_000 }, () => {
    const before = process.cpuUsage();
    const cipher = createCipheriv("aes-256-gcm", key, randomBytes(12));
    Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return median(times);
}

function groupRow({ times, bytes }: Life, size: number): readonly string[] {
  const [created = 0, added = 0, join = 0, ...others] = times;
  const lab = LAB.join.get(size);
  const beside = lab === undefined ? "" : `${lab} x${(join / lab).toFixed(1)}`;
  return [
    ...[created, added, join].map((ms) => ms.toFixed(1)),
    beside,
    ...others.map((ms) => ms.toFixed(1)),
    ...bytes.map(kB),
  ];
}

async function lineRow(room: Room): Promise<readonly string[]> {
  const [seal, open, bytes] = await messages(room);
  const bare = `x${(seal / bareSeal()).toFixed(0)}`;
  const beside = `${LAB.seal} x${(seal / LAB.seal).toFixed(1)}`;
  return [seal.toFixed(2), beside, open.toFixed(2), `${bytes}`, bare];
}

using realm = await table();
const groups: (readonly string[])[] = [];
const lines: (readonly string[])[] = [];
const faults: string[] = [];
const wanted = ([HYBRID, CLASSIC] as const).flatMap((suite) => SIZES.map((size) => ({ suite, size })));
for (const { suite, size } of wanted) {
  const head = [suite === HYBRID ? "X-Wing" : "suite 1", `${size}`];
  try {
    const lived = await life(realm, suite, size);
    groups.push([...head, ...groupRow(lived, size)]);
    lines.push([...head, ...(await lineRow(lived.room))]);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "mls-too-large") throw error;
    faults.push(`${head.join(", ")} devices: no such group, ${error.message}`);
  }
}
printTable(
  [
    "suite",
    "devices",
    "create ms",
    "add 1",
    "join",
    "lab join",
    "commit",
    "receive",
    "external",
    "welcome kB",
    "add kB",
    "commit kB",
    "external kB",
    "info kB",
    "tree kB",
  ],
  groups,
);
for (const fault of faults) console.log(`${fault}\n`);
printTable(["suite", "devices", "seal ms", "lab seal", "open ms", "bytes", "beside a bare seal"], lines);
