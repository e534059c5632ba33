// How far this user has read. The marker moves when they write, when they say so, or when they see the end of a conversation; never
// because it was opened. Here is also the line above what is new.
import type { MessageId, Seq } from "../../../model/ids.ts";
import type { MessageView } from "../../port/views.ts";
import type { ConversationList } from "./conversation-list.ts";
import type { Kept } from "./kept.ts";
import { Refresh } from "./refresh.ts";
import type { Row } from "./rows.ts";
import type { Timeline } from "./timeline.ts";
import type { Ask, ScreensWorld } from "./world.ts";

export interface ReadingWorld extends Pick<ScreensWorld, "clock"> {
  readonly ask: Ask;
  readonly self: string;
  readonly kept: Pick<Kept, "unreadFrom" | "touched">;
  readonly list: ConversationList;
  /** What is open. */
  readonly open: () => { readonly place: string; readonly timeline: Timeline | undefined };
  readonly isLocked: () => boolean;
}

/** While messages stream in, the marker follows so often. */
const REST_MS = 500;

export class Reading {
  readonly #world: ReadingWorld;
  readonly #refresh: Refresh;
  /** Places to be marked as read, and up to where. */
  readonly #due = new Map<string, Seq>();
  #isFocused = false;
  #atEnd = false;
  /** Marked as unread while it is open: looking at it does not undo that. */
  #kept: string | undefined;

  constructor(world: ReadingWorld) {
    this.#world = world;
    const { clock } = world;
    this.#refresh = new Refresh({ clock, restMs: REST_MS, run: () => this.#mark() });
  }

  /** The end of what is open is in sight. */
  get atEnd(): boolean {
    return this.#atEnd;
  }

  look(focused: boolean, atEnd: boolean): void {
    [this.#isFocused, this.#atEnd] = [focused, atEnd];
    const { place, timeline } = this.#world.open();
    if (atEnd && timeline !== undefined && !timeline.hasNewer) timeline.below = 0;
    const row = this.#world.list.at(place);
    if (row !== undefined && this.isSeen(row.place)) this.read(row);
  }

  /** Another conversation is open now: nobody has said what is in sight of it. */
  opened(): void {
    this.#atEnd = false;
    this.#kept = undefined;
  }

  /** What comes there now is read at once. */
  isSeen(place: string): boolean {
    const { open, isLocked } = this.#world;
    if (!this.#isFocused || !this.#atEnd || isLocked() || this.#kept === place) return false;
    const { place: here, timeline } = open();
    return here === place && timeline?.stage !== "new" && timeline?.hasNewer !== true;
  }

  /** The user has read it, or says so. */
  read(row: Row): void {
    const { list, kept } = this.#world;
    if (this.#kept === row.place) this.#kept = undefined;
    if (kept.unreadFrom.delete(row.place)) {
      kept.touched("list");
      list.touched();
    }
    if (row.unread === 0 && row.mentions === 0 && row.read >= row.counted) return;
    list.read(row, row.counted);
    this.#due.set(row.place, row.counted);
    this.#refresh.poke();
  }

  /** The user has said something there: what stands above it is new to them no more. */
  wrote(row: Row): void {
    const { place, timeline } = this.#world.open();
    if (place === row.place && timeline !== undefined) timeline.line = undefined;
    this.read(row);
  }

  /** On another device. What was marked as unread here stays so. */
  readElsewhere(conversation: string, { seq, unread }: { readonly seq: Seq; readonly unread: number }): void {
    const { list, kept } = this.#world;
    const row = list.called(conversation);
    if (row === undefined || seq <= row.read) return;
    const more = kept.unreadFrom.get(row.place);
    const left = unread + (more?.unread ?? 0);
    list.set({ ...row, read: seq, unread: left, mentions: left === 0 ? 0 : Math.min(row.mentions, left) });
  }

  /** From this message on. */
  unread(row: Row, message: MessageId): void {
    const { kept, list, open, self } = this.#world;
    const { place, timeline } = open();
    const entry = timeline?.entryOf(message);
    if (timeline === undefined || entry === undefined) return;
    const { seq } = entry.message;
    const since = timeline.entries.filter((one) => one.message.seq >= seq && one.message.from.user !== self);
    const { unread, mentions } = countsIn(since);
    kept.unreadFrom.set(place, { from: seq, ...countsIn(since.filter((one) => one.message.seq <= row.read)) });
    kept.touched("list");
    this.#kept = place;
    this.#due.delete(place);
    timeline.line = { after: seq - 1, count: Math.max(1, unread) };
    list.set({ ...row, unread, mentions });
    list.touched();
  }

  /** The line above what is new, when a conversation is opened. */
  lineOf(row: Row): Timeline["line"] {
    const marked = this.#world.kept.unreadFrom.get(row.place);
    if (marked !== undefined) return { after: marked.from - 1, count: Math.max(1, row.unread) };
    return row.unread === 0 ? undefined : { after: row.read, count: row.unread };
  }

  /** One more, in the open conversation, that nobody sees. */
  cameUnseen(row: Row, timeline: Timeline, { seq, from }: MessageView): void {
    if (from.user === this.#world.self || seq <= row.read) return;
    if (!this.#atEnd || timeline.hasNewer) timeline.below += 1;
    const { line } = timeline;
    const wasRead = line === undefined || row.read > line.after;
    // It was counted when the line was drawn.
    if (!wasRead && seq <= row.counted) return;
    timeline.line = wasRead ? { after: seq - 1, count: 1 } : { ...line, count: line.count + 1 };
  }

  async #mark(): Promise<void> {
    const { ask, list } = this.#world;
    const due = [...this.#due];
    this.#due.clear();
    for (const [place, seq] of due) {
      const row = list.at(place);
      if (row === undefined) continue;
      await ask({ do: "read", to: row.view.conversation, seq });
    }
  }
}

function countsIn(entries: Timeline["entries"]): Pick<Row, "unread" | "mentions"> {
  return { unread: entries.length, mentions: entries.filter(({ message }) => message.mentioned === true).length };
}
