// Names after an @: what was begun, who it may be, and the text with the whole of it. Pure.

export interface Begun {
  /** Where the @ stands. */
  readonly from: number;
  readonly to: number;
  readonly typed: string;
}

export interface Named {
  readonly user: string;
  readonly name: string;
}

const BEGUN = /(?:^|[\s(])@([\p{L}\p{N}._-]{0,32})$/u;
const SHOWN_MOST = 6;

export function mentionAt(text: string, caret: number): Begun | undefined {
  const match = BEGUN.exec(text.slice(0, caret));
  const typed = match?.[1];
  return typed === undefined ? undefined : { from: caret - typed.length - 1, to: caret, typed };
}

/** By handle or by a word of the name; those whose handle begins so first. */
export function namesFor(typed: string, members: readonly Named[]): readonly Named[] {
  const wanted = typed.toLowerCase();
  const byHandle = members.filter(({ user }) => user.startsWith(wanted));
  const byName = members.filter(
    (member) => !byHandle.includes(member) && ` ${member.name.toLowerCase()}`.includes(` ${wanted}`),
  );
  return [...byHandle, ...byName].slice(0, SHOWN_MOST);
}

export function completed(text: string, { from, to }: Begun, user: string): string {
  return `${text.slice(0, from)}@${user} ${text.slice(to).replace(/^ /, "")}`;
}
