// Entries of the log on their way through the group, and messages on their way out of it, in their order.
import type { Epoch, MessageId } from "../../../model/ids.ts";
import type { Incoming, Outcome, Written } from "../../../mls/groups.ts";
import { isMove } from "../../../mls/move.ts";
import type { Entry } from "../../../wire/messages.ts";
import type { Change } from "../../port/vault.ts";
import type { CircleWorld } from "./circle-world.ts";
import type { Committing } from "./committing.ts";
import { incoming, knowsMore } from "./incoming.ts";
import type { Position } from "./position.ts";

/** What became of entries, and what must be kept together with them. `own`: commits of this device, accepted now. */
export interface Opened {
  readonly outcomes: readonly Outcome[];
  readonly changes: readonly Change[];
  readonly own: ReadonlySet<MessageId>;
}

/** Of before this device came in: not for it, and its keys were never here. */
const BEFORE: Outcome = { kind: "fault", code: "before-joining", message: "this was before this device came in" };

const LEFT_BEHIND = new Set(["epoch-ahead", "welcome-unusable"]);
/** What the commit of another group of the same name comes to. */
const UNREAD = new Set(["undecryptable", "epoch-gone"]);

type Way = "past" | "own" | "others";

/** In the turn of the circle. */
export async function openEntries(
  world: CircleWorld,
  entries: readonly Entry[],
  committing: Committing,
): Promise<Opened> {
  const outcomes: Outcome[] = [];
  const changes: Change[] = [];
  const own = new Set<MessageId>();
  for (const { way, run } of runsOf(entries, (entry) => wayOf(entry, committing.at, world.self.device))) {
    const opened = await openRun(world, { way, run, committing });
    outcomes.push(...opened.outcomes);
    changes.push(...opened.changes);
    if (way === "own") for (const { mid } of run) own.add(mid);
  }
  return { outcomes, changes, own };
}

/** In the turn of the circle; what each took is kept in their order. @throws Fault `not-in-group`, … */
export async function sealAll(
  { groups, log, put }: CircleWorld,
  messages: readonly Written[],
): Promise<readonly Uint8Array[]> {
  const bodies: Uint8Array[] = [];
  for (const one of messages) {
    const { rows, body } = await groups.seal(log, one);
    put([{ put: "group", log, rows }]);
    bodies.push(body);
  }
  return bodies;
}

/** What is only said to be of this device goes to the group like everybody's: it knows. */
function wayOf({ seq, kind, mid, sender }: Entry, at: Position, self: string): Way {
  if (seq <= at.seq || at.view === undefined) return "past";
  return kind === "commit" && sender === self && mid === at.record?.append.mid ? "own" : "others";
}

async function openRun(
  world: CircleWorld,
  { way, run, committing }: { readonly way: Way; readonly run: readonly Entry[]; readonly committing: Committing },
): Promise<Pick<Opened, "outcomes" | "changes">> {
  const { groups, log } = world;
  switch (way) {
    case "past":
      return { outcomes: run.map(() => BEFORE), changes: [] };
    case "own": {
      const { outcome, changes } = await committing.accept();
      return { outcomes: [outcome], changes };
    }
    case "others": {
      const entries = await Promise.all(run.map((entry) => invited(world, entry)));
      const { rows, outcomes } = await groups.receive(log, entries);
      const { entered } = committing.at;
      return {
        outcomes: outcomes.map((outcome, at) =>
          isOutside(outcome) || isOfBefore(outcome, run[at], entered) ? BEFORE : outcome,
        ),
        changes: [{ put: "group", log, rows }, ...spentBy(entries, outcomes)],
      };
    }
  }
}

interface Invited extends Incoming {
  readonly ref?: string;
}

/** A commit that moves the group is followed with a key package of this device. */
async function invited({ groups, vault }: CircleWorld, entry: Entry): Promise<Invited> {
  const plain = incoming(entry);
  if (entry.kind !== "commit" || !isMove(entry.body)) return plain;
  const refs = await groups.welcomeRefs(entry.body).catch(() => []);
  const ref = refs.find((one) => vault.keyPackage(one) !== undefined);
  return ref === undefined ? plain : { ...plain, ref, secret: vault.keyPackage(ref) };
}

function spentBy(entries: readonly Invited[], outcomes: readonly Outcome[]): readonly Change[] {
  return entries.flatMap(({ ref }, at): readonly Change[] => {
    const outcome = outcomes[at];
    const isUsed = outcome?.kind === "commit" && outcome.movedTo !== undefined;
    return ref === undefined || !isUsed ? [] : [{ drop: "key-package", ref }];
  });
}

/** A commit of the same run took this device out. */
function isOutside(outcome: Outcome): boolean {
  return outcome.kind === "fault" && outcome.code === "not-in-group";
}

/** Late, and of before: that the server says so is not enough, the group has to find its keys gone as well. */
function isOfBefore(outcome: Outcome, entry: Entry | undefined, entered: Epoch): boolean {
  if (entry === undefined || entry.kind === "commit" || entry.epoch >= entered) return false;
  return outcome.kind === "fault" && outcome.code === "epoch-gone";
}

/** Neighbours that go the same way. */
function runsOf(
  entries: readonly Entry[],
  wayOfOne: (entry: Entry) => Way,
): readonly { readonly way: Way; readonly run: readonly Entry[] }[] {
  const runs: { readonly way: Way; readonly run: Entry[] }[] = [];
  for (const entry of entries) {
    const way = wayOfOne(entry);
    const last = runs.at(-1);
    if (last?.way === way && way !== "own") last.run.push(entry);
    else runs.push({ way, run: [entry] });
  }
  return runs;
}

/**
 * The others have gone on without this device: commits are missing here that do not come any more, one leads to where it cannot
 * follow, or the group of somebody who knows more than a restored server is another one. Who knows more than the log itself gives
 * way to those alone who know even more.
 */
export function isBehind({ isRewound }: Position, entry: Entry, outcome: Outcome | undefined): boolean {
  if (outcome?.kind !== "fault") return false;
  const isAhead = LEFT_BEHIND.has(outcome.code);
  if (isRewound) return isAhead && knowsMore(entry);
  return isAhead || (UNREAD.has(outcome.code) && knowsMore(entry));
}
