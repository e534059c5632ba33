// What waits to be stored by the server, as pure steps, one lane for each log: in order, at most WINDOW on the way at once.
// A lost connection puts everything unanswered back in front; the same mid makes the second attempt harmless.
import type { LogId, MessageId, Seq } from "../../model/ids.ts";
import type { ServerMessageOf } from "../../wire/messages.ts";

/** Appends on the way in one log: hides the round trip and the server's group commit. @internal */
export const WINDOW = 64;
/** First wait after `overload`; doubles up to the most, each time a random part of it. */
const HOLD_MS = 250;
const HOLD_MOST_MS = 15_000;

export interface Item {
  readonly mid: MessageId;
  /** Grows with every message written: what must go again goes in this order. */
  readonly order: number;
  readonly since: Seq;
  readonly payload: string;
}

export interface Lane {
  readonly log: LogId;
  readonly waiting: readonly Item[];
  readonly flying: readonly Item[];
  /** What must go again, gathered until the last of `flying` is answered, so that the order stays. */
  readonly again: readonly Item[];
  /** `closed`: no connection, or the log is not in step. `held`: the server asked for patience. */
  readonly gate: "open" | "closed" | "held";
  /** Holds in a row. */
  readonly holds: number;
}

export type Appended = Omit<ServerMessageOf<"appended">, "type">;

export type LaneWant =
  | { readonly want: "append"; readonly item: Item }
  | { readonly want: "stored"; readonly item: Item; readonly seq: Seq; readonly at: number }
  | { readonly want: "failed"; readonly mid: MessageId; readonly code: string }
  /** Call `released` after so long, or a little less, by chance. */
  | { readonly want: "hold"; readonly ms: number }
  /** The server knows a newer epoch, or an older log than we do. */
  | { readonly want: "epoch"; readonly epoch: number }
  | { readonly want: "contradicted"; readonly head: Seq; readonly epoch: number };

export interface LaneStep {
  readonly lane: Lane;
  readonly wants: readonly LaneWant[];
}

export function newLane(log: LogId, waiting: readonly Item[] = []): Lane {
  return { log, waiting, flying: [], again: [], gate: "closed", holds: 0 };
}

export function added(lane: Lane, items: readonly Item[]): LaneStep {
  return pump({ ...lane, waiting: [...lane.waiting, ...items] });
}

/** Sent before and lost by the server: in front of what was written later. */
export function returned(lane: Lane, item: Item): LaneStep {
  return pump({ ...lane, waiting: inOrder([item, ...lane.waiting]) });
}

export function opened(lane: Lane): LaneStep {
  return pump({ ...lane, gate: "open", holds: 0 });
}

export function released(lane: Lane): LaneStep {
  return lane.gate === "held" ? pump({ ...lane, gate: "open" }) : { lane, wants: [] };
}

/** Nothing more is sent; what was on the way goes first when the lane opens again. */
export function closed(lane: Lane): Lane {
  const unanswered = inOrder([...lane.again, ...lane.flying]);
  return { ...lane, waiting: [...unanswered, ...lane.waiting], flying: [], again: [], gate: "closed" };
}

/** Everything that is tried again looks for itself after `seq` at the most. */
export function lowered(lane: Lane, seq: Seq): Lane {
  const lower = (items: readonly Item[]): Item[] =>
    items.map((item) => (item.since > seq ? { ...item, since: seq } : item));
  return { ...lane, waiting: lower(lane.waiting), flying: lower(lane.flying), again: lower(lane.again) };
}

/** The message came back as an entry: it is stored, whether the answer arrives or not. */
export function cameBack(lane: Lane, mid: MessageId): LaneStep {
  const without = (items: readonly Item[]): readonly Item[] =>
    items.some((item) => item.mid === mid) ? items.filter((item) => item.mid !== mid) : items;
  return settle(
    { ...lane, waiting: without(lane.waiting), flying: without(lane.flying), again: without(lane.again) },
    [],
  );
}

export function answered(lane: Lane, mid: MessageId, answer: Appended): LaneStep {
  const item = lane.flying.find((one) => one.mid === mid);
  if (item === undefined) return { lane, wants: [] };
  const rest: Lane = { ...lane, flying: lane.flying.filter((one) => one !== item) };
  const again: Lane = { ...rest, again: [...rest.again, item] };
  switch (answer.result) {
    case "ok":
    case "dup":
      return settle({ ...rest, holds: 0 }, [{ want: "stored", item, seq: answer.seq, at: answer.at }]);
    case "overload":
      return settle(held(again), []);
    case "stale":
      // A later epoch, or so far behind that the server will not look for it: catching up opens the lane at once.
      return settle(held(again), [{ want: "epoch", epoch: answer.epoch }]);
    case "ahead":
      return settle(
        { ...again, gate: "closed" },
        lane.gate === "closed" ? [] : [{ want: "contradicted", head: answer.head, epoch: answer.epoch }],
      );
    case "denied":
    case "gone":
      return settle(rest, [{ want: "failed", mid, code: answer.result }]);
  }
}

function held(lane: Lane): Lane {
  return lane.gate === "open" ? { ...lane, gate: "held" } : lane;
}

/** Nobody takes it any more. */
export function shut(lane: Lane, code: string): LaneStep {
  const { waiting } = closed(lane);
  const wants = waiting.map(({ mid }): LaneWant => ({ want: "failed", mid, code }));
  return { lane: newLane(lane.log), wants };
}

/** The server answered with an error instead: nobody else's message must wait behind it. */
export function refused(lane: Lane, mid: MessageId, code: string): LaneStep {
  const item = lane.flying.find((one) => one.mid === mid);
  if (item === undefined) return { lane, wants: [] };
  return settle({ ...lane, flying: lane.flying.filter((one) => one !== item) }, [{ want: "failed", mid, code }]);
}

/** When the last answer of a refused window is in, the refused ones go to the front, in their order. */
function settle(lane: Lane, wants: readonly LaneWant[]): LaneStep {
  if (lane.again.length === 0) return pump(lane, wants);
  if (lane.flying.length > 0) return { lane, wants };
  const front: Lane = { ...lane, waiting: [...inOrder(lane.again), ...lane.waiting], again: [] };
  if (front.gate !== "held") return pump(front, wants);
  const ms = Math.min(HOLD_MOST_MS, HOLD_MS * 2 ** Math.min(front.holds, 10));
  return { lane: { ...front, holds: front.holds + 1 }, wants: [...wants, { want: "hold", ms }] };
}

function pump(lane: Lane, before: readonly LaneWant[] = []): LaneStep {
  const room = lane.gate === "open" && lane.again.length === 0 ? WINDOW - lane.flying.length : 0;
  const next = lane.waiting.slice(0, Math.max(0, room));
  if (next.length === 0) return { lane, wants: before };
  const flying = [...lane.flying, ...next];
  return {
    lane: { ...lane, flying, waiting: lane.waiting.slice(next.length) },
    wants: [...before, ...next.map((item): LaneWant => ({ want: "append", item }))],
  };
}

function inOrder(items: readonly Item[]): readonly Item[] {
  return items.toSorted((a, b) => a.order - b.order);
}
