// Names after an @ and emoji after a colon: what was begun, what it may be, and the text with the whole of it. Pure.
import { emojiNamed } from "../../emoji-names.ts";

interface Begun {
  /** Where the @ or the colon stands. */
  readonly from: number;
  readonly to: number;
  readonly typed: string;
}

export interface Named {
  readonly user: string;
  readonly name: string;
}

/** One of what may have been begun. */
export interface Offer {
  readonly what: "name" | "emoji";
  /** Instead of what was begun. */
  readonly whole: string;
  readonly about: string;
  /** Everything, with it. */
  readonly text: string;
}

/** Two letters at least: `:D` is none. */
const EMOJI_BEGUN = /(?:^|[\s(]):([a-z0-9_+-]{2,32})$/iu;
const BEGUN = /(?:^|[\s(])@([\p{L}\p{N}._-]{0,32})$/u;
const SHOWN_MOST = 6;

/** @internal */
export function mentionAt(text: string, caret: number): Begun | undefined {
  const match = BEGUN.exec(text.slice(0, caret));
  const typed = match?.[1];
  return typed === undefined ? undefined : { from: caret - typed.length - 1, to: caret, typed };
}

/** By handle or by a word of the name; those whose handle begins so first. @internal */
export function namesFor(typed: string, members: readonly Named[]): readonly Named[] {
  const wanted = typed.toLowerCase();
  const byHandle = members.filter(({ user }) => user.startsWith(wanted));
  const byName = members.filter(
    (member) => !byHandle.includes(member) && ` ${member.name.toLowerCase()}`.includes(` ${wanted}`),
  );
  return [...byHandle, ...byName].slice(0, SHOWN_MOST);
}

function emojiAt(text: string, caret: number): Begun | undefined {
  const typed = EMOJI_BEGUN.exec(text.slice(0, caret))?.[1];
  return typed === undefined ? undefined : { from: caret - typed.length - 1, to: caret, typed };
}

export function offersAt(text: string, caret: number, members: readonly Named[]): readonly Offer[] {
  const name = mentionAt(text, caret);
  if (name !== undefined)
    return namesFor(name.typed, members).map((member) => {
      const whole = `@${member.user}`;
      return { what: "name", whole, about: member.name, text: completed(text, name, whole) };
    });
  const emoji = emojiAt(text, caret);
  if (emoji === undefined) return [];
  return emojiNamed(emoji.typed, SHOWN_MOST).map(([called, whole]) => {
    return { what: "emoji", whole, about: `:${called}:`, text: completed(text, emoji, whole) };
  });
}

/** @internal */
export function completed(text: string, { from, to }: Begun, whole: string): string {
  return `${text.slice(0, from)}${whole} ${text.slice(to).replace(/^ /, "")}`;
}
