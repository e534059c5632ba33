// What a store does on a disk that gets full, and when there is room again; one scenario for every way to make it full.
import { appOp, appendOne, readAll, roomWith } from "../contract/store-harness.ts";
import type { Store } from "../../src/server/port/store.ts";
import type { Fault } from "../../src/model/fault.ts";

export interface FullDisk {
  readonly open: () => Promise<Store>;
  readonly makeRoom: () => void;
}

export interface Course {
  /** Entries acknowledged before it was full. */
  readonly acked: number;
  /** The code of what was refused. */
  readonly refused: string;
  /** Entries there while it was full, after there was room and one more was appended, and after closing and opening. */
  readonly held: readonly [full: number, roomy: number, reopened: number];
  readonly findings: readonly string[];
}

const BODY = Buffer.alloc(20_000, 1);
const BATCH = 10;

export async function fillAndGoOn({ open, makeRoom }: FullDisk): Promise<Course> {
  const store = await open();
  const log = await roomWith(store, ["ann"]);
  const { acked, refused } = await fill(store, log);
  const full = (await readAll(store, log)).length;
  makeRoom();
  await appendOne(store, appOp(log, "room again", { since: acked }));
  const roomy = (await readAll(store, log)).length;
  const { findings } = await store.check();
  await store.close();
  const again = await open();
  const reopened = (await readAll(again, log)).length;
  await again.close();
  return { acked, refused, held: [full, roomy, reopened], findings };
}

/** Appends until a batch is refused. */
async function fill(
  store: Store,
  log: Awaited<ReturnType<typeof roomWith>>,
): Promise<Pick<Course, "acked" | "refused">> {
  for (let acked = 0; ; acked += BATCH) {
    const ops = Array.from({ length: BATCH }, (_, n) => appOp(log, acked + n, { since: acked, body: BODY }));
    const fault = await store.append(ops).then(
      () => undefined,
      (error: unknown) => error as Fault,
    );
    if (fault !== undefined) return { acked, refused: fault.code };
  }
}
