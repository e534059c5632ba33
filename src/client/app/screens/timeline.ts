// The messages of one conversation as they are held for the screen: a window in the order of the log, and behind it what is on its
// way. Knows no client: pages are handed in. What it looks like is timeline-items.ts.
import type { MessageId, Seq } from "../../../model/ids.ts";
import type { GotView } from "../../port/replies.ts";
import type { ClientEvent, LinkReason, MessageView, WaitingView } from "../../port/views.ts";
import { changed, type Done, emptied, isOver } from "./message-changes.ts";

/** The newest that are shown when a conversation is opened. */
export const NEWEST = 200;
/** With the end in sight older ones are let go from here on, many at once. */
const LOOSE = 300;
/** However far somebody scrolls. */
const HELD_MOST = 1_000;
/** Names under one message. */
const READERS_MOST = 500;

export interface Entry {
  /** For ever: also while it is on its way. */
  readonly key: string;
  readonly message: MessageView;
  /** Of one's own: who has it, and who has read it. */
  readonly delivered: readonly string[];
  readonly readBy: readonly string[];
}

/** Written here, and not back yet. */
export interface OnItsWay {
  readonly key: string;
  readonly message: MessageId;
  readonly at: number;
  readonly text: string;
  readonly replyTo?: MessageId;
  readonly file?: WaitingView["file"];
  readonly state: "queued" | "stored" | "failed";
  readonly reason?: LinkReason;
}

/** Above the first message after this seq that somebody else wrote. */
export interface UnreadLine {
  readonly after: Seq;
  readonly count: number;
}

type StateEvent = Extract<ClientEvent, { readonly event: "state" }>;

export class Timeline {
  #entries: Entry[] = [];
  #waiting: readonly OnItsWay[] = [];
  readonly #keys = new Map<string, Entry>();
  #version = 0;
  #hasOlder = false;
  #hasNewer = false;
  #line: UnreadLine | undefined;
  /** How far the others had got when the last page was fetched. */
  receipts: readonly GotView[] = [];
  /** `new`: nothing was fetched yet. `paging`: there is something, and more is being fetched. */
  stage: "new" | "loading" | "loaded" | "paging" = "new";
  focus: MessageId | undefined;
  below = 0;

  /** Another one whenever the items are to be made anew. */
  get version(): number {
    return this.#version;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  get waiting(): readonly OnItsWay[] {
    return this.#waiting;
  }

  get hasOlder(): boolean {
    return this.#hasOlder;
  }

  get hasNewer(): boolean {
    return this.#hasNewer;
  }

  get line(): UnreadLine | undefined {
    return this.#line;
  }

  set line(line: UnreadLine | undefined) {
    this.#line = line;
    this.#version += 1;
  }

  /** The first of this id, as an answer means it. */
  entryOf(message: MessageId): Entry | undefined {
    return this.#entries.find((one) => one.message.message === message);
  }

  /** The newest page, in place of all that is held; what came while it was fetched stays. */
  newest(messages: readonly MessageView[], more: { readonly hasOlder: boolean }): void {
    const came = this.#hasNewer ? [] : this.#entries.filter(({ message }) => isBehind(message, messages));
    this.#replace([...messages, ...came.map(({ message }) => message)]);
    [this.#hasOlder, this.#hasNewer] = [more.hasOlder, false];
    this.stage = "loaded";
    this.below = 0;
  }

  /** Another window. */
  window(messages: readonly MessageView[], more: { readonly hasOlder: boolean; readonly hasNewer: boolean }): void {
    this.#replace(messages);
    [this.#hasOlder, this.#hasNewer] = [more.hasOlder, more.hasNewer];
    this.stage = "loaded";
  }

  older(messages: readonly MessageView[], hasOlder: boolean): void {
    this.#hasOlder = hasOlder;
    for (const message of messages) this.#put(message);
    if (this.#entries.length > HELD_MOST) {
      this.#cut(this.#entries.splice(HELD_MOST));
      this.#hasNewer = true;
    }
  }

  newer(messages: readonly MessageView[], hasNewer: boolean): void {
    this.#hasNewer = hasNewer;
    for (const message of messages) this.#put(message);
    this.#letGo(HELD_MOST);
  }

  /** One that has just come. False: it is behind the window, and not held. */
  came(message: MessageView, isEndSeen: boolean): boolean {
    this.arrived(message.message);
    if (this.#hasNewer) return false;
    this.#put(message);
    if (isEndSeen && this.#entries.length > LOOSE) this.#letGo(NEWEST);
    if (this.#entries.length <= HELD_MOST) return true;
    // Whoever reads further up is not to lose the place.
    this.#cut(this.#entries.splice(HELD_MOST));
    this.#hasNewer = true;
    return false;
  }

  /** Nobody looks at it any more: the newest are enough. */
  left(): void {
    this.#line = undefined;
    this.focus = undefined;
    this.below = 0;
    if (this.#hasNewer) this.clear();
    else this.#letGo(NEWEST);
    this.#version += 1;
  }

  /** All of it is fetched again. */
  clear(): void {
    this.#replace([]);
    [this.#hasOlder, this.#hasNewer] = [false, false];
    this.stage = "new";
  }

  done(done: Done): void {
    this.#change(done.message, (message) => changed(message, done));
  }

  /** What is beside it has changed: a quote, who people are. */
  touched(): void {
    this.#version += 1;
  }

  /** Those whose time is over say so. */
  expire(now: number): void {
    for (const { message } of this.#entries.filter((one) => isOver(one.message, now)))
      this.#change(message.message, (one) => (isOver(one, now) ? emptied(one, "expired") : one));
  }

  // ---- what is on its way

  wait(one: OnItsWay): void {
    const isHere = this.#waiting.some(({ message }) => message === one.message) || this.#keys.has(one.key);
    if (isHere) return;
    this.#waiting = [...this.#waiting, one];
    this.#version += 1;
  }

  /** It is back, or was given up. */
  arrived(message: MessageId): OnItsWay | undefined {
    const one = this.#waiting.find((each) => each.message === message);
    if (one === undefined) return undefined;
    this.#waiting = this.#waiting.filter((each) => each !== one);
    this.#version += 1;
    return one;
  }

  /** False: it is of no message that is held here. */
  state({ message, state, user, reason }: StateEvent): boolean {
    const known = this.#waiting.find((one) => one.message === message);
    if (known !== undefined && (state === "queued" || state === "stored" || state === "failed")) {
      const next = { ...known, state, ...(reason === undefined ? {} : { reason }) };
      this.#waiting = this.#waiting.map((one) => (one === known ? next : one));
      this.#version += 1;
    }
    const entry = this.entryOf(message);
    if (entry !== undefined && user !== undefined && (state === "delivered" || state === "read"))
      this.#set(entry, got(entry, state, user));
    return known !== undefined || entry !== undefined;
  }

  // ---- the window

  #change(id: MessageId, change: (message: MessageView) => MessageView): void {
    const entry = this.entryOf(id);
    if (entry !== undefined) this.#set(entry, { ...entry, message: change(entry.message) });
  }

  #set(entry: Entry, next: Entry): void {
    this.#keys.set(entry.key, next);
    this.#entries[this.#entries.lastIndexOf(entry)] = next;
    this.#version += 1;
  }

  /** In its place by seq; behind those of the same seq, which the server has lost. */
  #put(message: MessageView): void {
    const usual = keyOf(message);
    const known = this.#keys.get(usual);
    const isAgain = known === undefined || known.message.seq === message.seq;
    const key = isAgain ? usual : `${usual}:${message.seq}`;
    const held = this.#keys.get(key);
    if (held !== undefined) return this.#set(held, { ...held, message });
    const entry: Entry = { key, message, ...gotOf(message, this.receipts) };
    this.#keys.set(key, entry);
    this.#version += 1;
    let at = this.#entries.length;
    while (at > 0 && (this.#entries[at - 1]?.message.seq ?? 0) > message.seq) at -= 1;
    if (at === this.#entries.length) this.#entries.push(entry);
    else this.#entries.splice(at, 0, entry);
  }

  #replace(messages: readonly MessageView[]): void {
    const before = new Map(this.#keys);
    this.#entries = [];
    this.#keys.clear();
    this.#version += 1;
    for (const message of messages) this.#put(message);
    // What was told while the page was fetched.
    for (const entry of this.#entries.filter(({ message }) => message.mine)) {
      const { delivered, readBy } = before.get(entry.key) ?? entry;
      const isMore = delivered.length > entry.delivered.length || readBy.length > entry.readBy.length;
      if (isMore) this.#set(entry, { ...entry, delivered, readBy });
    }
  }

  /** The oldest go. */
  #letGo(most: number): void {
    const excess = this.#entries.length - most;
    if (excess <= 0) return;
    this.#cut(this.#entries.splice(0, excess));
    this.#hasOlder = true;
  }

  #cut(entries: readonly Entry[]): void {
    for (const { key } of entries) this.#keys.delete(key);
    this.#version += 1;
  }
}

/** Of a message by this device: the same before and after it was sent. */
export function keyOf({ message, from }: Pick<MessageView, "message" | "from">): string {
  return `${message}:${from.device}`;
}

function gotOf({ mine, seq }: MessageView, receipts: readonly GotView[]): Pick<Entry, "delivered" | "readBy"> {
  if (!mine) return NOBODY;
  const those = receipts.filter(({ since, without }) => seq > since && !without.includes(seq)).slice(0, READERS_MOST);
  return {
    delivered: those.filter(({ delivered }) => seq <= delivered).map(({ user }) => user),
    readBy: those.filter(({ read }) => seq <= read).map(({ user }) => user),
  };
}

const NOBODY = { delivered: [], readBy: [] };

function isBehind({ seq }: MessageView, messages: readonly MessageView[]): boolean {
  return seq > (messages.at(-1)?.seq ?? 0);
}

function got(entry: Entry, state: "delivered" | "read", user: string): Entry {
  const names = state === "read" ? entry.readBy : entry.delivered;
  if (names.includes(user) || names.length >= READERS_MOST) return entry;
  return state === "read" ? { ...entry, readBy: [...names, user] } : { ...entry, delivered: [...names, user] };
}
