// Who is called in a text: `@handle` and `@everyone`, where they are said and not quoted as code, and are no part of an address.
import { type Handle, isHandle } from "../../../model/ids.ts";
import { proseOf } from "./prose.ts";

export interface Mentions {
  /** Each once, in the order of the text. */
  readonly users: readonly Handle[];
  readonly everyone: boolean;
}

const EVERYONE = "everyone";
/** A handle is not longer (src/model/ids.ts). */
const HANDLE_CHARS = 32;
// Not behind what may go before the @ of an e-mail address or stand in a URL; the underscores of emphasis may.
const MENTION = /(?<![\p{L}\p{N}\p{M}+%=&/\\@-]_*)@(?<called>[A-Za-z0-9][A-Za-z0-9._-]*)/gu;
/** Of another address (`@bob@example.org`), of a package (`@types/node`), of a word that is no handle. */
const GOES_ON = /^(?:[\p{L}\p{N}\p{M}@]|\/[\p{L}\p{N}])/u;
const PUNCTUATION = /[._-]/;

/** With `handles`: only those, and `@bob.` is `bob.` where there is such a user. Without: any, and punctuation at the end is none of it. */
export function mentionsIn(text: string, handles?: ReadonlySet<Handle>): Mentions {
  if (!text.includes("@")) return { users: [], everyone: false };
  const called = new Set(proseOf(text).flatMap((paragraph) => calledIn(paragraph, handles)));
  const everyone = called.delete(EVERYONE as Handle);
  return { users: [...called], everyone };
}

function calledIn(paragraph: string, handles: ReadonlySet<Handle> | undefined): readonly Handle[] {
  return [...paragraph.matchAll(MENTION)].flatMap(({ index, groups, 0: { length } }) => {
    const end = index + length;
    // Enough for a slash and one character.
    if (GOES_ON.test(paragraph.slice(end, end + 3))) return [];
    return handleOf(groups?.["called"]?.toLowerCase() ?? "", handles) ?? [];
  });
}

function handleOf(called: string, handles: ReadonlySet<Handle> | undefined): Handle | undefined {
  let core = called.length;
  while (core > 0 && PUNCTUATION.test(called.charAt(core - 1))) core -= 1;
  const isKnown = (name: Handle): boolean => name === EVERYONE || handles === undefined || handles.has(name);
  const longest = handles === undefined ? core : Math.min(called.length, HANDLE_CHARS);
  for (let end = longest; end >= core; end -= 1) {
    const name = called.slice(0, end);
    if (isHandle(name) && isKnown(name)) return name;
  }
  return undefined;
}
