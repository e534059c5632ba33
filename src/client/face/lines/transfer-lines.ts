// Files on their way, as a few lines each: the beginning, the quarters of a large one, what holds it, the end.
import type { MessageId } from "../../../model/ids.ts";
import { Fault } from "../../../model/fault.ts";
import type { Of } from "./event-lines.ts";
import { sizeOf } from "./quantities.ts";
import { safe } from "./safe.ts";

type Progress = Of<"progress">;

/** Smaller ones are there before a quarter is read. */
const LARGE_BYTES = 1024 * 1024;
const DIGITS = 4;
const QUARTERS = 4;

export class TransferLines {
  /** What was told last of each that is under way. */
  readonly #told = new Map<MessageId, string>();

  /** Undefined: nothing new for a person. */
  sentence(progress: Progress): string | undefined {
    const { id, stage, name, way } = progress;
    const now = standing(progress);
    if (this.#told.get(id) === now) return undefined;
    // The newest comes last.
    this.#told.delete(id);
    if (stage !== "done" && stage !== "failed") this.#told.set(id, now);
    return safe`${way === "up" ? "sending" : "saving"} ${name} (${id.slice(-DIGITS)}): ${now}`;
  }

  /** The newest one that is under way, or the one with these last digits. @throws Fault `no-such-transfer`, `ambiguous-message` */
  find(typed: string): MessageId {
    const ids = [...this.#told.keys()];
    const found = typed === "" || typed === "^" ? ids.slice(-1) : ids.filter((id) => id.endsWith(typed.toLowerCase()));
    const [id] = found;
    if (id === undefined) throw new Fault("no-such-transfer", "no such file is on its way");
    if (found.length > 1) throw new Fault("ambiguous-message", `${found.length} files on their way end with ${typed}`);
    return id;
  }
}

function standing({ stage, bytes, total, reason }: Progress): string {
  switch (stage) {
    case "reading":
      return "reading it";
    case "moving":
      return total < LARGE_BYTES ? sizeOf(total) : `${quarter(bytes, total)} % of ${sizeOf(total)}`;
    case "paused":
      return "held, /resume goes on with it";
    case "waiting":
      return "waits for a connection";
    case "done":
      return "done";
    case "failed":
      return `failed: ${reason?.message ?? "no reason given"}`;
  }
}

function quarter(bytes: number, total: number): number {
  return (100 / QUARTERS) * Math.floor((QUARTERS * bytes) / total);
}
