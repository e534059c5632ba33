// One conversation in the list: what is known of it, and what is shown. Pure.
import type { LogId, MessageId, Seq } from "../../../model/ids.ts";
import type { ConversationRow, NotifyLevel } from "../../port/screens.ts";
import type { Replies } from "../../port/replies.ts";
import type { MessageView } from "../../port/views.ts";
import type { ConversationView } from "../../port/conversation-views.ts";
import { excerptOf } from "./excerpt.ts";
import type { Kept } from "./kept.ts";
import { placeKey } from "./places.ts";
import type { Roster } from "./roster.ts";

export interface Row {
  readonly place: string;
  readonly view: ConversationView;
  readonly unread: number;
  readonly mentions: number;
  /** Everything up to here was read. */
  readonly read: Seq;
  /** Everything up to here is in the counts. */
  readonly counted: Seq;
  readonly last: MessageView | undefined;
  /** Who is writing: users. */
  readonly typing: readonly string[];
}

export interface RowWorld {
  readonly self: string;
  readonly roster: Roster;
  readonly kept: Pick<Kept, "drafts" | "pinned" | "archived" | "levels" | "unreadFrom">;
  readonly now: () => number;
}

/** A conversation as the client tells it. */
export type Told = Replies["conversations"]["conversations"][number];

export function rowOf(
  { read = 0, mentions = 0, last, ...view }: Told,
  before: Row | undefined,
  { unreadFrom }: Pick<Kept, "unreadFrom">,
): Row {
  const { conversation, id, unread, lastSeq } = view;
  const place = placeKey(conversation, id);
  // Read here a moment ago: the vault is told of it a little later, and what came since then is counted as it is told.
  const isRead = before !== undefined && before.read > read && before.counted <= lastSeq;
  const more = unreadFrom.get(place) ?? { unread: 0, mentions: 0 };
  const told = { unread: unread + more.unread, mentions: mentions + more.mentions, read, counted: lastSeq };
  const counts = isRead ? countsOf(before) : told;
  return { place, view, ...counts, last, typing: before?.typing ?? [] };
}

function countsOf({ unread, mentions, read, counted }: Row): Pick<Row, "unread" | "mentions" | "read" | "counted"> {
  return { unread, mentions, read, counted };
}

/** With one more message. `isSeen`: the user looks at it, or wrote it on another device. */
export function withMessage(row: Row, message: MessageView, isSeen: boolean): Row {
  const { user } = message.from;
  const isNewest = row.last === undefined || row.last.seq <= message.seq || row.last.lost === true;
  const typing = row.typing.includes(user) ? row.typing.filter((one) => one !== user) : row.typing;
  const next = { ...row, typing, last: isNewest ? message : row.last };
  if (message.seq <= row.counted) return next;
  const counted = { ...next, counted: message.seq };
  if (isSeen || message.placeholder === "expired") return counted;
  return { ...counted, unread: row.unread + 1, mentions: row.mentions + (message.mentioned === true ? 1 : 0) };
}

export function withTyping(row: Row, user: string, on: boolean): Row {
  if (row.typing.includes(user) === on) return row;
  return { ...row, typing: on ? [...row.typing, user] : row.typing.filter((one) => one !== user) };
}

export function isMuted({ muted }: Pick<ConversationView, "muted">, now: number): boolean {
  return muted === true || (muted !== undefined && muted > now);
}

export function levelOf(place: string, { levels }: RowWorld["kept"]): NotifyLevel {
  return levels.get(place) ?? "all";
}

export function rowView({ place, view, unread, mentions, last, typing }: Row, world: RowWorld): ConversationRow {
  const { self, roster, kept, now } = world;
  const { muted, ...rest } = view;
  const other = otherOf(view);
  const isNotes = other === self;
  const isOfTwo = other !== undefined && !isNotes;
  const marked = kept.unreadFrom.has(place);
  const shown = last === undefined ? {} : { lastAt: last.at, ...excerpt(last, world) };
  return {
    ...rest,
    ...(muted !== undefined && isMuted(view, now()) ? { muted } : {}),
    unread: marked ? Math.max(unread, 1) : unread,
    title: titleOf(view, world),
    isNotes,
    mentions,
    pinned: kept.pinned.has(place),
    archived: kept.archived.has(place) || view.past !== undefined,
    level: levelOf(place, kept),
    ...(isOfTwo ? { online: roster.isOnline(other), trusted: roster.isTrusted(other) } : {}),
    hasDraft: kept.drafts.has(place),
    ...shown,
    typing: typing.map((user) => roster.nameOf(user)),
  };
}

/** Of a conversation of two, or with oneself. */
function otherOf({ conversation }: Pick<ConversationView, "conversation">): string | undefined {
  return conversation.startsWith("@") ? conversation.slice(1) : undefined;
}

export function titleOf(
  view: Pick<ConversationView, "conversation" | "past">,
  { self, roster }: Pick<RowWorld, "self" | "roster">,
): string {
  const other = otherOf(view);
  if (other === undefined) return view.past ?? view.conversation;
  if (other === self) return "notes";
  return roster.nicknameOf(other) ?? view.conversation;
}

function excerpt(last: MessageView, { roster }: RowWorld): Pick<ConversationRow, "excerpt" | "excerptFrom"> {
  const { from } = last;
  // Nobody has proved it: what it calls itself is all there is.
  const name = from.verified ? (roster.nicknameOf(from.user) ?? from.name) : from.name;
  return { excerpt: excerptOf(last), excerptFrom: name };
}

/** Pinned ones first, then by what happened last; archived ones behind all. The order of two that are alike stays. */
export function inListOrder(first: ConversationRow, second: ConversationRow): number {
  if (first.archived !== second.archived) return first.archived ? 1 : -1;
  if (first.pinned !== second.pinned) return first.pinned ? -1 : 1;
  const [one, other] = [first.lastAt ?? 0, second.lastAt ?? 0];
  return one === other ? compare(first.id, second.id) : other - one;
}

function compare(first: LogId, second: LogId): number {
  return first < second ? -1 : Number(first > second);
}

/** What was said last is this one. */
export function isLast({ last }: Row, message: MessageId): boolean {
  return last?.message === message;
}
