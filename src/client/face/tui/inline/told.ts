// What of a conversation stands in the terminal's own history already, and what is to be written there next. Nothing that stands there
// can be changed: what changed is said again.
import type { OpenView, TimelineItem, TimelineMessage } from "../../../port/screens.ts";

export type News =
  | { readonly news: "item"; readonly item: TimelineItem }
  /** Of one that was told before. */
  | { readonly news: "reactions"; readonly message: TimelineMessage };

interface Place {
  /** As they were told last. */
  readonly known: ReadonlyMap<string, TimelineItem>;
  readonly lastSeq: number;
}

/** Of a conversation that is opened for the first time, or in which nothing is new. */
const FIRST = 10;
const AGAIN = 3;
/** Before the first that was not read; and around a message to which somebody went. */
const BEFORE_UNREAD = 3;
const AROUND = 5;
const PLACES_MOST = 100;

export class Told {
  readonly #places = new Map<string, Place>();
  #open = "";
  #focus: string | undefined;

  /** Undefined: there is nothing to be seen yet. `isOther`: another conversation than before, or another part of it. */
  next(open: OpenView): { readonly isOther: boolean; readonly news: readonly News[] } | undefined {
    const { conversation, timeline } = open;
    const isOther = conversation !== this.#open;
    if (conversation === "" || (isOther && timeline.isLoading && timeline.items.length === 0)) return undefined;
    const focused = timeline.focus === this.#focus ? undefined : timeline.focus;
    this.#open = conversation;
    this.#focus = timeline.focus;
    const place = this.#places.get(conversation);
    this.#remember(open, place);
    if (focused !== undefined) {
      const around = aroundOf(timeline.items, focused);
      if (around.length > 0) return { isOther: true, news: around };
    }
    const fresh = place === undefined ? firstOf(timeline.items) : freshOf(open, place);
    const news = isOther && fresh.length === 0 ? lastOf(timeline.items, AGAIN) : fresh;
    return { isOther, news };
  }

  /** All of it is told anew: the screen was cleared. */
  again({ conversation, timeline }: OpenView, rows: number): readonly News[] {
    return conversation === "" ? [] : lastOf(timeline.items, rows);
  }

  /** What was open is told anew when it is seen again. */
  close(): void {
    this.#open = "";
  }

  #remember({ conversation, timeline }: OpenView, before: Place | undefined): void {
    const { items, hasNewer } = timeline;
    if (hasNewer && before !== undefined) return;
    const seqs = messagesOf(items).map(({ seq }) => seq ?? 0);
    const lastSeq = seqs.reduce((most, seq) => Math.max(most, seq), before?.lastSeq ?? 0);
    this.#places.delete(conversation);
    this.#places.set(conversation, { known: new Map(items.map((item) => [item.key, item])), lastSeq });
    for (const oldest of this.#places.keys()) {
      if (this.#places.size <= PLACES_MOST) break;
      this.#places.delete(oldest);
    }
  }
}

function messagesOf(items: readonly TimelineItem[]): readonly TimelineMessage[] {
  return items.flatMap((item) => (item.item === "message" ? [item.message] : []));
}

/** From a little before the first that was not read. */
function firstOf(items: readonly TimelineItem[]): readonly News[] {
  const unread = items.findIndex(({ item }) => item === "unread");
  const from = Math.max(0, Math.min(unread < 0 ? items.length : unread - BEFORE_UNREAD, items.length - FIRST));
  return dated(items, from, items.length);
}

function lastOf(items: readonly TimelineItem[], count: number): readonly News[] {
  return dated(items, Math.max(0, items.length - count), items.length);
}

function aroundOf(items: readonly TimelineItem[], focus: string): readonly News[] {
  const at = items.findIndex((item) => item.item === "message" && item.message.message === focus);
  return at < 0 ? [] : dated(items, Math.max(0, at - AROUND), Math.min(items.length, at + AROUND + 1));
}

/** With the day of the first of them. */
function dated(items: readonly TimelineItem[], from: number, to: number): readonly News[] {
  const day = items[from]?.item === "date" ? undefined : items.slice(0, from).findLast(({ item }) => item === "date");
  return [...(day === undefined ? [] : [day]), ...items.slice(from, to)].map((item) => ({ news: "item", item }));
}

/** In the order in which it stands; a line of ours goes before the message that it is about. */
function freshOf({ timeline: { items, hasNewer } }: OpenView, { known, lastSeq }: Place): readonly News[] {
  if (hasNewer) return [];
  const news: News[] = [];
  let waiting: TimelineItem[] = [];
  for (const item of items) {
    const before = known.get(item.key);
    if (before !== undefined) {
      waiting = [];
      news.push(...changeOf(before, item));
    } else if (item.item === "date" || item.item === "unread") waiting.push(item);
    else if (item.item === "system" || (item.message.seq ?? Number.POSITIVE_INFINITY) > lastSeq) {
      news.push(...[...waiting, item].map((one): News => ({ news: "item", item: one })));
      waiting = [];
    } else waiting = [];
  }
  return news;
}

function changeOf(before: TimelineItem, after: TimelineItem): readonly News[] {
  if (before === after || before.item !== "message" || after.item !== "message") return [];
  const [was, is] = [before.message, after.message];
  const isSaidAgain =
    was.text !== is.text ||
    was.edited !== is.edited ||
    was.placeholder !== is.placeholder ||
    (is.state === "failed" && was.state !== "failed");
  if (isSaidAgain) return [{ news: "item", item: after }];
  const [had, has] = [was, is].map(({ reactions = [] }) => reactions.reduce((sum, { users }) => sum + users.length, 0));
  return (has ?? 0) > (had ?? 0) ? [{ news: "reactions", message: is }] : [];
}
