// What happened in conversations in this run, beside what was said: the newest of all of them together. Nothing of it is kept.
import type { Seq } from "../../../model/ids.ts";
import type { SystemEvent } from "../../port/screens.ts";
import type { SystemLine } from "./timeline-items.ts";

/** Of all conversations: more is not scrolled through. */
const HELD_MOST = 500;

export class SystemLines {
  #lines: readonly { readonly place: string; readonly line: SystemLine }[] = [];
  #next = 1;

  /** Another one with every line. */
  get version(): number {
    return this.#next;
  }

  /** `after`: the last message that stood there. False: it was told a moment ago, as of several devices of one user. */
  add(place: string, event: SystemEvent, after: Seq | undefined): boolean {
    const last = this.#lines.findLast((one) => one.place === place)?.line;
    if (last !== undefined && last.after === after && isSame(last.event, event)) return false;
    const line = { key: `system:${this.#next}`, at: event.at, after, event };
    this.#next += 1;
    this.#lines = [...this.#lines, { place, line }].slice(-HELD_MOST);
    return true;
  }

  of(place: string): readonly SystemLine[] {
    return this.#lines.filter((one) => one.place === place).map(({ line }) => line);
  }

  /** Somebody else has taken this user out, and nothing has brought them in since. */
  putOut(place: string, self: string): { readonly by?: string } | undefined {
    const last = this.of(place).findLast(({ event }) => isOfSelf(event, self))?.event;
    if (last?.event !== "conversation" || last.change !== "removed" || last.by === self) return undefined;
    return last.by === undefined ? {} : { by: last.by };
  }

  /** Asked, and neither let in nor refused yet: by user. */
  asking(place: string): ReadonlyMap<string, string> {
    const asking = new Map<string, string>();
    for (const { event } of this.of(place)) {
      if (event.event === "asked") asking.set(event.user, event.name);
      else if (event.event === "denied" || event.event === "member") asking.delete(event.user);
    }
    return asking;
  }
}

/** This user came in, or is out. */
function isOfSelf(event: SystemEvent, self: string): boolean {
  if (event.event === "conversation") return event.change === "added" || event.change === "removed";
  return event.event === "member" && event.user === self && event.change !== "role";
}

/** Several devices of one user in one change are one line. */
function isSame(first: SystemEvent, second: SystemEvent): boolean {
  if (first.event !== "member" || second.event !== "member") return false;
  const [one, other] = [first, second];
  return one.at === other.at && one.user === other.user && one.change === other.change && one.by === other.by;
}
