// What happened in conversations, beside what was said: the newest of each. Kept over a restart like what was said.
import type { Seq } from "../../../model/ids.ts";
import type { SystemEvent } from "../../port/screens.ts";
import type { LateSettings } from "./late-settings.ts";
import { isFields } from "./settings.ts";
import type { SystemLine } from "./timeline-items.ts";

/** Of one conversation: more is not scrolled through. */
const HELD_MOST = 200;

type Kept = Pick<SystemLine, "at" | "after" | "event">;

/** What a line can be: of what a newer version has kept, the rest is left out. */
const EVENTS: Readonly<Record<SystemEvent["event"], true>> = {
  conversation: true,
  member: true,
  asked: true,
  denied: true,
  device: true,
  notice: true,
  alarm: true,
};

export class SystemLines {
  readonly #late: LateSettings;
  readonly #lines = new Map<string, readonly SystemLine[]>();
  /** The server says with each greeting who waits: by place, then by user. */
  readonly #asking = new Map<string, Map<string, string>>();
  #next = 1;
  #isKept = true;

  constructor(late: LateSettings) {
    this.#late = late;
  }

  /** Another one with every line. */
  get version(): number {
    return this.#next;
  }

  /** `after`: the last message that stood there. False: it was told before, as of several devices of one user, or after a crash. */
  add(place: string, event: SystemEvent, after: Seq | undefined): boolean {
    this.#ask(place, event);
    const lines = this.of(place);
    const one = { at: event.at, after, event };
    if (lines.some((other) => isSame(other, one))) return false;
    this.#lines.set(place, [...lines, this.#line(one)].slice(-HELD_MOST));
    this.#isKept = false;
    this.#late.touched(nameOf(place), () => this.of(place).map(keptOf));
    return true;
  }

  /** What was told of a room before it was in the list goes where the room is. */
  listed(placeOf: (conversation: string) => string): void {
    for (const [from, lines] of this.#lines) {
      const to = placeOf(from);
      if (to === from || lines.length === 0) continue;
      this.#lines.delete(from);
      this.#late.touched(nameOf(from), () => []);
      for (const { event, after } of lines) this.add(to, event, after);
    }
  }

  /** In the vault from here on. */
  keep(): void {
    if (this.#isKept) return;
    this.#isKept = true;
    this.#late.flush();
  }

  of(place: string): readonly SystemLine[] {
    const lines = this.#lines.get(place) ?? this.#read(place);
    this.#lines.set(place, lines);
    return lines;
  }

  /** Somebody else has taken this user out, and nothing has brought them in since. */
  putOut(place: string, self: string): { readonly by?: string } | undefined {
    const last = this.of(place).findLast(({ event }) => isOfSelf(event, self))?.event;
    if (last?.event !== "conversation" || last.change !== "removed" || last.by === self) return undefined;
    return last.by === undefined ? {} : { by: last.by };
  }

  /** Asked, and neither let in nor refused yet: by user. */
  asking(place: string): ReadonlyMap<string, string> {
    return this.#asking.get(place) ?? new Map<string, string>();
  }

  #ask(place: string, event: SystemEvent): void {
    const asking = this.#asking.get(place) ?? new Map<string, string>();
    if (event.event === "asked") this.#asking.set(place, asking.set(event.user, event.name));
    else if (event.event === "denied" || event.event === "member") asking.delete(event.user);
  }

  #read(place: string): readonly SystemLine[] {
    const kept = this.#late.read(nameOf(place));
    return Array.isArray(kept)
      ? kept
          .filter(isKept)
          .slice(-HELD_MOST)
          .map((one) => this.#line(one))
      : [];
  }

  #line({ at, after, event }: Kept): SystemLine {
    const key = `system:${this.#next}`;
    this.#next += 1;
    return { key, at, after, event };
  }
}

const nameOf = (place: string): string => `happened/${place}`;

function keptOf({ at, after, event }: SystemLine): Kept {
  return { at, after, event };
}

/** Its fields are as this program has written them: the vault is ours, so this is not a check of strangers' bytes. */
function isKept(value: unknown): value is Kept {
  if (!isFields(value) || !Number.isSafeInteger(value["at"])) return false;
  const { after, event } = value;
  if (after !== undefined && !Number.isSafeInteger(after)) return false;
  return isFields(event) && typeof event["event"] === "string" && Object.hasOwn(EVENTS, event["event"]);
}

/** This user came in, or is out. */
function isOfSelf(event: SystemEvent, self: string): boolean {
  if (event.event === "conversation") return event.change === "added" || event.change === "removed";
  return event.event === "member" && event.user === self && event.change !== "role";
}

/** Several devices of one user in one change are one line; so is what is said again with each start while nobody says anything. */
function isSame(first: Kept, second: Kept): boolean {
  const [one, other] = [first.event, second.event];
  if (one.event !== other.event) return false;
  if (one.event === "notice" || one.event === "alarm")
    return first.after === second.after && wordsOf(one) === wordsOf(other);
  return one.at === other.at && wordsOf(one) === wordsOf(other);
}

function wordsOf(event: SystemEvent): string {
  if (event.event === "member") return JSON.stringify([event.user, event.change, event.by]);
  const { at: _at, ...words } = event;
  return JSON.stringify(words);
}
