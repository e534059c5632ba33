// The conversations of this user, counted as messages come and asked for again when more than that has changed.
import type { LogId, Seq } from "../../../model/ids.ts";
import type { ConversationRow } from "../../port/screens.ts";
import type { ClientEvent, MessageView } from "../../port/views.ts";
import type { ConversationView } from "../../port/conversation-views.ts";
import type { Kept } from "./kept.ts";
import { changed, type Done, emptied, isOver } from "./message-changes.ts";
import { placeKey } from "./places.ts";
import { lookForNews, putAway, takeBack } from "./putting-away.ts";
import { Refresh } from "./refresh.ts";
import {
  inListOrder,
  isLast,
  type Row,
  rowOf,
  rowView,
  type RowWorld,
  type Told,
  withMessage,
  withTyping,
} from "./rows.ts";
import { same, shared } from "./sharing.ts";
import type { Ask, ScreensWorld } from "./world.ts";

export interface ConversationListWorld extends RowWorld, Pick<ScreensWorld, "clock"> {
  readonly ask: Ask;
  readonly kept: RowWorld["kept"] & Pick<Kept, "touched">;
  readonly onChange: () => void;
  /** What was asked for is here. */
  readonly onListed: () => void;
}

type ConversationEvent = Extract<ClientEvent, { readonly event: "conversation" }>;
type Made = { readonly row: Row; readonly version: number; readonly shown: ConversationRow };

const REST_MS = 250;

export class ConversationList {
  readonly #world: ConversationListWorld;
  readonly #refresh: Refresh;
  #rows = new Map<LogId, Row>();
  readonly #ids = new Map<string, LogId>();
  readonly #made = new Map<LogId, Made>();
  #view: readonly ConversationRow[] = [];
  /** Counts what changes rows from outside. */
  #version = 0;
  #madeOf = "";
  #changes = 0;
  #isListed = false;
  /** Since it was asked for the last time: the newest of each. */
  readonly #came = new Map<LogId, Seq>();
  #cancelWake: (() => void) | undefined;

  constructor(world: ConversationListWorld) {
    this.#world = world;
    const { clock } = world;
    this.#refresh = new Refresh({ clock, restMs: REST_MS, run: () => this.#list() });
  }

  /** The client has said which there are. */
  get isListed(): boolean {
    return this.#isListed;
  }

  get rows(): readonly Row[] {
    return [...this.#rows.values()];
  }

  get view(): readonly ConversationRow[] {
    const now = `${this.#changes} ${this.#version} ${this.#world.roster.version}`;
    if (now === this.#madeOf) return this.#view;
    this.#madeOf = now;
    const shown = [...this.#rows.values()].map((row) => this.#shown(row));
    this.#view = same(this.#view, shown.toSorted(inListOrder));
    return this.#view;
  }

  called(conversation: string): Row | undefined {
    const id = this.#ids.get(conversation) ?? (conversation as LogId);
    return this.#rows.get(id);
  }

  /** By what it is kept under. */
  at(place: string): Row | undefined {
    return this.called(place);
  }

  placeOf(conversation: string): string {
    return placeKey(conversation, this.called(conversation)?.view.id);
  }

  /** What is kept of them, or the time, makes them look otherwise. */
  touched(): void {
    this.#version += 1;
    this.#world.onChange();
  }

  /** `on`: put away, until there is something new. */
  archive(conversation: string, on: boolean): void {
    const place = this.placeOf(conversation);
    if (on) putAway(this.#world, place, this.at(place));
    else takeBack(this.#world, place);
    this.touched();
  }

  refresh(): void {
    this.#refresh.poke();
  }

  set(row: Row): void {
    if (this.#rows.get(row.view.id) === row) return;
    this.#rows.set(row.view.id, row);
    this.#changes += 1;
    this.#world.onChange();
  }

  // ---- what happens

  message(message: MessageView, isSeen: boolean): void {
    const row = this.called(message.conversation);
    // A new one: it comes with its counts.
    if (row === undefined) return this.refresh();
    this.#came.set(row.view.id, message.seq);
    const next = withMessage(row, message, isSeen);
    this.set(next);
    this.#lookForNews([next]);
  }

  done(done: Done): void {
    const row = this.called(done.conversation);
    if (row?.last !== undefined && isLast(row, done.message)) this.set({ ...row, last: changed(row.last, done) });
  }

  expire(now: number): void {
    for (const row of this.#rows.values())
      if (row.last !== undefined && isOver(row.last, now)) this.set({ ...row, last: emptied(row.last, "expired") });
  }

  conversation({ id, conversation, change }: ConversationEvent): void {
    const row = this.#rows.get(id);
    if (row !== undefined && change === "renamed") this.#rename(row, conversation);
    if (change !== "listed" && change !== "unlisted") this.refresh();
  }

  typing(conversation: string, user: string, on: boolean): void {
    const row = this.called(conversation);
    if (row !== undefined && user !== this.#world.self) this.set(withTyping(row, user, on));
  }

  read(row: Row, seq: Seq): void {
    this.set({ ...row, unread: 0, mentions: 0, read: Math.max(row.read, seq) });
  }

  /** Of those that were put away. */
  #lookForNews(rows: readonly Row[]): void {
    const back = rows.filter((row) => lookForNews(this.#world, row));
    if (back.length > 0) this.#version += 1;
  }

  #rename(row: Row, conversation: string): void {
    this.#ids.delete(row.view.conversation);
    this.#ids.set(conversation, row.view.id);
    this.set({ ...row, view: { ...row.view, conversation } });
  }

  async #list(): Promise<void> {
    this.#came.clear();
    const told = await this.#world.ask({ do: "conversations", previews: true, past: true, soon: true });
    const conversations = told.conversations.map(calledSo);
    const rows = new Map(conversations.map((one) => [one.id, rowOf(one, this.#rows.get(one.id), this.#world.kept)]));
    // What came since it was counted is in no count: it is asked again.
    const isBehind = [...rows].some(([id, { counted }]) => (this.#came.get(id) ?? 0) > counted);
    this.#rows = rows;
    this.#ids.clear();
    for (const { id, conversation } of conversations) this.#ids.set(conversation, id);
    for (const id of this.#made.keys()) if (!rows.has(id)) this.#made.delete(id);
    this.#changes += 1;
    this.#isListed = true;
    this.#lookForNews([...rows.values()]);
    this.#wakeUnmuted(conversations);
    if (isBehind) this.refresh();
    this.#world.onListed();
    this.#world.onChange();
  }

  /** A mute that ends is seen to end. */
  #wakeUnmuted(conversations: readonly ConversationView[]): void {
    const { clock } = this.#world;
    const ends = conversations.flatMap(({ muted }) =>
      typeof muted === "number" && muted > clock.now() ? [muted] : [],
    );
    // Of days and more, the next refresh tells.
    const soon = ends.map((end) => end - clock.now()).filter((ms) => ms < 86_400_000);
    this.#cancelWake?.();
    this.#cancelWake = soon.length === 0 ? undefined : clock.after(Math.min(...soon), () => this.touched());
  }

  #shown(row: Row): ConversationRow {
    const known = this.#made.get(row.view.id);
    const version = this.#version + this.#world.roster.version;
    if (known?.row === row && known.version === version) return known.shown;
    const shown = shared(known?.shown, rowView(row, this.#world));
    this.#made.set(row.view.id, { row, version, shown });
    return shown;
  }
}

/** A room that this user is out of goes by what it was called, unless another one is called so. */
function calledSo(one: Told, _at: number, all: readonly Told[]): Told {
  const { past } = one;
  if (past === undefined) return one;
  const isTaken = all.some((other) => other.id !== one.id && (other.past ?? other.conversation) === past);
  return isTaken ? one : { ...one, conversation: past };
}
