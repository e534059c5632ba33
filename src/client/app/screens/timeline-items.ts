// What a timeline looks like: dates, the line above what is new, messages in groups, what is on its way, what happened. An item that
// did not change is the same object as before.
import type { MessageId, Seq } from "../../../model/ids.ts";
import type { SystemEvent, TimelineItem, TimelineMessage } from "../../port/screens.ts";
import type { MessageView, Sender } from "../../port/views.ts";
import { present } from "../command-fields.ts";
import { excerptOf } from "./excerpt.ts";
import type { Roster } from "./roster.ts";
import { same, shared } from "./sharing.ts";
import type { Entry, OnItsWay, UnreadLine } from "./timeline.ts";

/** Lines of one sender in so long stand together. */
const GROUP_MS = 5 * 60_000;

export interface SystemLine {
  readonly key: string;
  readonly at: number;
  /** It stands behind this one; undefined: behind what was said before its time. */
  readonly after: Seq | undefined;
  readonly event: SystemEvent;
}

export interface Shown {
  readonly entries: readonly Entry[];
  readonly waiting: readonly OnItsWay[];
  readonly systems: readonly SystemLine[];
  readonly line: UnreadLine | undefined;
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
}

export interface ItemsWorld {
  readonly self: Sender;
  readonly roster: Roster;
  /** As the conversation is called now. */
  readonly conversation: string;
  readonly dayOf: (at: number) => string;
  /** A message that is answered and not in the window. */
  readonly quoted: (message: MessageId) => MessageView | undefined;
}

interface Placed {
  readonly key: string;
  readonly at: number;
  readonly of: Entry | OnItsWay | SystemLine;
}

/** What is answered: one's own may still be on its way. */
type Quoted = MessageView | OnItsWay;

interface Made {
  readonly of: Placed["of"];
  readonly version: number;
  readonly conversation: string;
  readonly isGrouped: boolean;
  readonly quoted: Quoted | undefined;
  readonly item: TimelineItem;
}

export class TimelineItems {
  readonly #world: ItemsWorld;
  #made = new Map<string, Made>();
  /** Dates and the line, by key. */
  #marks = new Map<string, TimelineItem>();
  #items: readonly TimelineItem[] = [];

  constructor(world: ItemsWorld) {
    this.#world = world;
  }

  of(shown: Shown): readonly TimelineItem[] {
    const [made, marks] = [new Map<string, Made>(), new Map<string, TimelineItem>()];
    const mark = (item: TimelineItem): void => {
      marks.set(item.key, shared(this.#marks.get(item.key), item));
      items.push(marks.get(item.key) ?? item);
    };
    const items: TimelineItem[] = [];
    const days = new Set<string>();
    const byId = new Map<MessageId, Quoted>(shown.waiting.map((one) => [one.message, one]));
    for (const { message } of shown.entries) byId.set(message.message, message);
    const lineAt = unreadAt(shown, this.#world.self.user);
    let before: Placed | undefined;
    for (const placed of inOrder(shown)) {
      const day = this.#world.dayOf(placed.at);
      const isNewDay = before === undefined || this.#world.dayOf(before.at) !== day;
      if (isNewDay) mark(dateItem(placed.at, day, days));
      const isFirstUnread = placed.key === lineAt;
      if (isFirstUnread) mark({ item: "unread", key: "unread", count: shown.line?.count ?? 0 });
      const isGrouped = !isNewDay && !isFirstUnread && before !== undefined && this.#isGroup(before, placed);
      const one = this.#make(placed, isGrouped, byId);
      made.set(placed.key, one);
      items.push(one.item);
      before = placed;
    }
    [this.#made, this.#marks] = [made, marks];
    this.#items = same(this.#items, items);
    return this.#items;
  }

  #make(placed: Placed, isGrouped: boolean, byId: ReadonlyMap<MessageId, Quoted>): Made {
    const { roster, conversation } = this.#world;
    const { of, key } = placed;
    const answers = replyOf(of);
    const quoted = answers === undefined ? undefined : (byId.get(answers) ?? this.#world.quoted(answers));
    const known = this.#made.get(key);
    const isSame =
      known?.version === roster.version && known.isGrouped === isGrouped && known.conversation === conversation;
    if (isSame && known.of === of && known.quoted === quoted) return known;
    const fresh: TimelineItem =
      "event" in of
        ? { item: "system", key, at: of.at, event: of.event }
        : { item: "message", key, message: this.#message(of, { isGrouped, quoted }) };
    const { version } = roster;
    return { of, version, conversation, isGrouped, quoted, item: shared(known?.item, fresh) };
  }

  #message(
    of: Entry | OnItsWay,
    { isGrouped, quoted }: { readonly isGrouped: boolean; readonly quoted: Quoted | undefined },
  ): TimelineMessage {
    const { conversation, self, roster } = this.#world;
    const said = "delivered" in of ? arrivedMessage(of, self) : waitingMessage(of, self);
    const answered = quoted && {
      from: "from" in quoted ? roster.called(quoted.from) : self,
      excerpt: excerptOf(quoted),
    };
    return {
      ...said,
      conversation,
      isGrouped,
      ...this.#sender(said.from),
      ...(answered === undefined ? {} : { quoted: answered }),
    };
  }

  #sender({ user }: Sender): Pick<TimelineMessage, "nickname" | "isNamesake" | "trusted"> {
    const { roster } = this.#world;
    const nickname = roster.nicknameOf(user);
    const shown = { isNamesake: roster.isNamesake(user), trusted: roster.isTrusted(user) };
    return nickname === undefined ? shown : { ...shown, nickname };
  }

  #isGroup(before: Placed, { of, at }: Placed): boolean {
    const [first, second] = [senderOf(before.of, this.#world.self), senderOf(of, this.#world.self)];
    if (first === undefined || second === undefined) return false;
    const isSame =
      first.user === second.user &&
      first.verified === second.verified &&
      isBot(before.of) === isBot(of) &&
      (first.user !== "" || first.device === second.device);
    return isSame && at - before.at >= 0 && at - before.at < GROUP_MS;
  }
}

function inOrder({ entries, waiting, systems, hasOlder, hasNewer }: Shown): readonly Placed[] {
  const first = hasOlder ? (entries[0]?.message.seq ?? 0) : 0;
  const last = hasNewer ? (entries.at(-1)?.message.seq ?? 0) : Number.MAX_SAFE_INTEGER;
  const end = hasNewer ? Number.MAX_SAFE_INTEGER : (entries.at(-1)?.message.seq ?? 0);
  const lines = systems
    .map((line) => ({ line, after: placeOf(line, entries, end) }))
    .filter(({ after }) => after >= first && after < last)
    .toSorted((one, other) => one.after - other.after);
  const placed: Placed[] = [];
  let next = 0;
  const linesBefore = (seq: Seq): void => {
    for (let one = lines[next]; one !== undefined && one.after < seq; one = lines[next]) {
      placed.push({ key: one.line.key, at: one.line.at, of: one.line });
      next += 1;
    }
  };
  for (const entry of entries) {
    linesBefore(entry.message.seq);
    placed.push({ key: entry.key, at: entry.message.at, of: entry });
  }
  linesBefore(Number.MAX_SAFE_INTEGER);
  if (hasNewer) return placed;
  return [...placed, ...waiting.map((of): Placed => ({ key: of.key, at: of.at, of }))];
}

/** Of a server that was restored, what it stood behind may be no message any more. */
function placeOf({ after, at }: SystemLine, entries: readonly Entry[], end: Seq): Seq {
  if (after !== undefined && after <= end) return after;
  return entries.findLast(({ message }) => message.at <= at)?.message.seq ?? 0;
}

/** The key of the item that the line stands above. */
function unreadAt({ entries, line, hasOlder }: Shown, self: string): string | undefined {
  if (line === undefined) return undefined;
  const at = entries.findIndex(({ message }) => message.seq > line.after && message.from.user !== self);
  // It may be further up.
  return at === 0 && hasOlder && (entries[0]?.message.seq ?? 0) > line.after + 1 ? undefined : entries[at]?.key;
}

function dateItem(at: number, day: string, days: Set<string>): TimelineItem {
  // A server whose clock was put back has a day twice.
  let key = `day:${day}`;
  while (days.has(key)) key += "'";
  days.add(key);
  return { item: "date", key, at };
}

function replyOf(of: Placed["of"]): MessageId | undefined {
  if ("event" in of) return undefined;
  return "delivered" in of ? of.message.replyTo : of.replyTo;
}

function isBot(of: Placed["of"]): boolean {
  return "delivered" in of && of.message.bot === true;
}

function senderOf(of: Placed["of"], self: Sender): Sender | undefined {
  if ("event" in of) return undefined;
  return "delivered" in of ? of.message.from : self;
}

type Said = Omit<TimelineMessage, "isGrouped" | "isNamesake" | "trusted">;

/** By another device of this user it is one's own, too; how far it has come is told to that one. */
function arrivedMessage({ message, delivered, readBy }: Entry, { user }: Sender): Said {
  if (!message.mine) return isBy(message.from, user) ? { ...message, mine: true } : message;
  if (readBy.length > 0) return { ...message, state: "read", readBy };
  return { ...message, state: delivered.length > 0 ? "delivered" : "stored" };
}

function isBy(from: Sender, user: string): boolean {
  return from.verified && from.user === user;
}

function waitingMessage({ message, at, text, state, replyTo, file, reason }: OnItsWay, from: Sender): Said {
  const more = present({ replyTo, file, reason });
  return { conversation: "", message, seq: undefined, at, from, text, mine: true, state, ...more };
}
