// What becomes of a message by edits, deletes and reactions, in the order of the log: the later one wins. Pure.
import type { Handle } from "../../../model/ids.ts";
import type { Message, Opened, Reactions } from "./opened.ts";
import type { ChangePayload } from "./payload.ts";

/** Different ones on one message: a row under it, not a wall. Users on each are bounded by the members. */
export const REACTIONS_MOST = 20;

/** Who changes, as the entry proves it. */
export interface ChangedBy {
  readonly user: Handle;
  /** The same user wrote the message. */
  readonly isAuthor: boolean;
  /** An owner or admin, by the terms of that time. */
  readonly mayDelete: boolean;
  /** Milliseconds: the time of the entry. */
  readonly at: number;
}

type Change<K extends ChangePayload["kind"]> = Extract<ChangePayload, { readonly kind: K }>;

/** `opened` is `target` itself where nothing changes. */
export type Projected = { readonly opened: Opened } | { readonly refused: string };

export function applied(target: Opened, change: ChangePayload, by: ChangedBy): Projected {
  switch (target.kind) {
    case "text":
    case "file":
      return changed(target, change, by);
    case "deleted":
      return refused("message-deleted");
    case "expired":
      return refused("message-expired");
    case "newer":
    case "unreadable":
      return refused("message-unreadable");
    default:
      return refused("no-message");
  }
}

/** By what a search finds it; undefined: by nothing. */
export function textOf(opened: Opened): string | undefined {
  switch (opened.kind) {
    case "text":
      return opened.text;
    case "file":
      return opened.text === undefined ? opened.ticket.name : `${opened.ticket.name}\n${opened.text}`;
    default:
      return undefined;
  }
}

function changed(target: Message, change: ChangePayload, by: ChangedBy): Projected {
  switch (change.kind) {
    case "edit":
      if (!by.isAuthor) return refused("not-the-author");
      return { opened: { ...target, text: change.text, edited: { at: by.at } } };
    case "delete":
      if (!by.isAuthor && !by.mayDelete) return refused("not-the-author");
      return { opened: { kind: "deleted", by: by.user } };
    case "react":
      return change.on ? withReaction(target, change, by.user) : withoutReaction(target, change, by.user);
  }
}

function withReaction(target: Message, { emoji }: Change<"react">, user: Handle): Projected {
  const { reactions = [] } = target;
  const users = usersOf(reactions, emoji);
  if (users.includes(user)) return { opened: target };
  if (users.length > 0) return { opened: { ...target, reactions: put(reactions, emoji, [...users, user]) } };
  if (reactions.length >= REACTIONS_MOST) return refused("too-many-reactions");
  return { opened: { ...target, reactions: [...reactions, [emoji, [user]]] } };
}

function withoutReaction(target: Message, { emoji }: Change<"react">, user: Handle): Projected {
  const { reactions = [], ...rest } = target;
  const users = usersOf(reactions, emoji);
  if (!users.includes(user)) return { opened: target };
  const others = users.filter((one) => one !== user);
  const left = put(reactions, emoji, others);
  return { opened: left.length === 0 ? rest : { ...rest, reactions: left } };
}

function usersOf(reactions: Reactions, emoji: string): readonly Handle[] {
  return reactions.find(([one]) => one === emoji)?.[1] ?? [];
}

/** An emoji that nobody set any more is not there any more. */
function put(reactions: Reactions, emoji: string, users: readonly Handle[]): Reactions {
  return reactions
    .map((each): Reactions[number] => (each[0] === emoji ? [emoji, users] : each))
    .filter(([, all]) => all.length > 0);
}

function refused(code: string): Projected {
  return { refused: code };
}
