// The timelines that are held: of the open conversation and of a few that were open before it. What happens is told to all of them.
import type { ClientEvent, MessageView, Sender } from "../../port/views.ts";
import type { TimelineView } from "../../port/screens.ts";
import type { Days } from "./days.ts";
import type { Done } from "./message-changes.ts";
import { Quotes } from "./quotes.ts";
import type { Roster } from "./roster.ts";
import { same } from "./sharing.ts";
import type { SystemLines } from "./system-lines.ts";
import { Timeline } from "./timeline.ts";
import { TimelineItems } from "./timeline-items.ts";
import type { Ask } from "./world.ts";

/** The open one included. */
const HELD_MOST = 5;

export interface TimelinesWorld {
  readonly ask: Ask;
  readonly self: Sender;
  readonly roster: Roster;
  readonly days: Days;
  readonly systems: SystemLines;
  readonly onChange: () => void;
  /** As the conversation of this place is called now. */
  readonly nameOf: (place: string) => string;
}

export interface HeldTimeline {
  /** Where it is held now. */
  readonly at: { place: string };
  readonly timeline: Timeline;
  readonly quotes: Quotes;
  readonly items: TimelineItems;
}

export class Timelines {
  readonly #world: TimelinesWorld;
  /** By place; the one opened last is the last. */
  readonly #held = new Map<string, HeldTimeline>();
  #madeOf = "";
  #view: TimelineView = { items: [], hasOlder: false, hasNewer: false, isLoading: false, below: 0 };

  constructor(world: TimelinesWorld) {
    this.#world = world;
  }

  /** Undefined: nobody has opened it lately. */
  of(place: string): HeldTimeline | undefined {
    return this.#held.get(place);
  }

  open(place: string): HeldTimeline {
    const held = this.#held.get(place) ?? this.#new(place);
    this.#held.delete(place);
    this.#held.set(place, held);
    for (const old of [...this.#held.keys()].slice(0, -HELD_MOST)) this.#held.delete(old);
    return held;
  }

  /** A room that was known by its name has its id now. */
  moved(from: string, to: string): void {
    const held = this.#held.get(from);
    this.#held.delete(from);
    if (held === undefined || this.#held.has(to)) return void this.open(to);
    held.at.place = to;
    this.#held.set(to, held);
  }

  /** What the server or the vault holds is not what it was. */
  forget(): void {
    for (const { timeline } of this.#held.values()) timeline.clear();
  }

  view(place: string): TimelineView {
    const held = this.#held.get(place);
    if (held === undefined) return this.#view;
    const { timeline, items } = held;
    const { roster, systems, nameOf } = this.#world;
    const { hasOlder, hasNewer, stage, focus, below, version } = timeline;
    const isLoading = stage !== "loaded";
    const shown = { hasOlder, hasNewer, isLoading, below, ...(focus === undefined ? {} : { focus }) };
    const now = JSON.stringify([place, version, roster.version, systems.version, nameOf(place), shown]);
    if (now === this.#madeOf) return this.#view;
    this.#madeOf = now;
    const { entries, waiting, line } = timeline;
    // What stands between messages is not shown before them.
    const lines = isLoading && entries.length === 0 ? [] : systems.of(place);
    const made = items.of({ entries, waiting, systems: lines, line, hasOlder, hasNewer });
    this.#view = same(this.#view, { items: made, ...shown });
    return this.#view;
  }

  // ---- what happens

  /** `isEndSeen`: the user sees the end of this one. */
  came(place: string, message: MessageView, isEndSeen: boolean): void {
    const held = this.#held.get(place);
    if (held === undefined) return;
    if (held.timeline.came(message, isEndSeen)) held.quotes.want([message]);
  }

  done(place: string, done: Done): void {
    this.#held.get(place)?.timeline.done(done);
    this.#held.get(place)?.quotes.done(done);
  }

  /** False: of none that is held. */
  state(event: Extract<ClientEvent, { readonly event: "state" }>): boolean {
    return [...this.#held.values()].map(({ timeline }) => timeline.state(event)).includes(true);
  }

  expire(now: number): void {
    for (const { timeline, quotes } of this.#held.values()) {
      timeline.expire(now);
      quotes.expire(now);
    }
  }

  #new(place: string): HeldTimeline {
    const { ask, onChange, self, roster, days, nameOf } = this.#world;
    const timeline = new Timeline();
    const at = { place };
    const quotes = new Quotes({
      timeline,
      onChange,
      look: async (message) => {
        const { messages } = await ask({
          do: "history",
          to: nameOf(at.place),
          before: undefined,
          around: message,
          limit: 1,
        });
        return messages.find((one) => one.message === message);
      },
    });
    const items = new TimelineItems({
      self,
      roster,
      dayOf: (time) => days.of(time),
      quoted: (message) => quotes.of(message),
      get conversation() {
        return nameOf(at.place);
      },
    });
    return { at, timeline, quotes, items };
  }
}
