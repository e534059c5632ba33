// What the encrypted groups cost: `node test/bench/mls.ts [quick|full]`. One device does each step alone, in one thread, on real
// certificates; the rows that the vault would keep are made, not written. Times in milliseconds, the median of several where
// a step can be repeated. The last column of messages is the bare cost of one seal of AES-256-GCM in the same run.
import { createCipheriv, randomBytes } from "node:crypto";
import type { Proposed } from "../../src/mls/groups.ts";
import { CLASSIC, HYBRID, type SuiteName } from "../../src/mls/suite.ts";
import { commits, entryOf, LOG, MID, roomTerms, table, type Table, type TestDevice } from "../kit/mls.ts";
import { median, printTable } from "./table.ts";

const full = process.argv[2] === "full";
const SIZES = full ? [2, 10, 50, 200, 1000] : [2, 10, 50, 200];
/** Newcomers in one commit: 3.5 kB each, and an entry has room for 512 kB. */
const AT_ONCE = 100;
const ROUNDS = full ? 200 : 50;
const TEXT = "a line of chat, about as long as they are";

async function timed<T>(run: () => Promise<T>): Promise<readonly [number, T]> {
  const start = performance.now();
  const value = await run();
  return [performance.now() - start, value];
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

/** One group of so many, and what each step of its life costs. */
async function life(
  realm: Table,
  suite: SuiteName,
  size: number,
): Promise<{ readonly room: Room; readonly row: string[] }> {
  const founder = realm.device({ user: "founder", suite });
  const others = Array.from({ length: size - 1 }, (_, at) => realm.device({ user: `user${at}`, suite }));
  const [created, made] = await timed(() => founded(founder, others));
  // Two more are enough to see what the others see; the rest only have their leaves.
  const seen = others.slice(-2);
  const joins: number[] = [];
  for (const one of seen) joins.push((await timed(() => one.join(made)))[0]);
  const updates: number[] = [];
  const received: number[] = [];
  let bytes = 0;
  for (let round = 0; round < 3; round += 1) {
    const [took, next] = await timed(() => founder.host.commit(LOG, { add: [], remove: [], mid: MID }));
    updates.push(took);
    founder.keep(next);
    await founder.acceptOwn();
    for (const one of seen) received.push((await timed(() => one.hear(entryOf(founder, next))))[0]);
    bytes = next.commit.length;
  }
  const { made: last } = await commits(founder, {}, seen);
  const newcomer = realm.device({ user: "newcomer", suite });
  const [came, joined] = await timed(() => newcomer.host.joinExternally(LOG, { ...last, mid: MID }));
  newcomer.keep(joined);
  await newcomer.acceptOwn();
  for (const one of [founder, ...seen]) await one.hear(entryOf(newcomer, joined));
  const times = [created, median(joins), median(updates), median(received), came].map((ms) => ms.toFixed(1));
  const sizes = [
    made.welcome?.length ?? 0,
    bytes,
    joined.commit.length,
    last.groupInfo.length,
    last.tree.reduce((sum, { length }) => sum + length, 0),
  ].map(kB);
  return {
    room: { founder, members: [newcomer] },
    row: [suite === HYBRID ? "X-Wing" : "suite 1", `${size}`, ...times, ...sizes],
  };
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
    const start = performance.now();
    const cipher = createCipheriv("aes-256-gcm", key, randomBytes(12));
    Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    return performance.now() - start;
  });
  return median(times);
}

using realm = await table();
const groups: string[][] = [];
const lines: string[][] = [];
for (const suite of [HYBRID, CLASSIC] as const) {
  for (const size of SIZES) {
    const { room, row } = await life(realm, suite, size);
    groups.push(row);
    const [seal, open, bytes] = await messages(room);
    const bare = bareSeal();
    lines.push([
      row[0] ?? "",
      row[1] ?? "",
      seal.toFixed(2),
      open.toFixed(2),
      `${bytes}`,
      `x${(seal / bare).toFixed(0)}`,
    ]);
  }
}
printTable(
  [
    "suite",
    "devices",
    "create",
    "join",
    "commit",
    "receive",
    "external",
    "welcome kB",
    "commit kB",
    "external kB",
    "info kB",
    "tree kB",
  ],
  groups,
);
printTable(["suite", "devices", "seal ms", "open ms", "bytes", "beside a bare seal"], lines);
