// What stands behind a command, taken word by word. What is not there is an empty word: whoever reads the fields refuses it.
import { isLogId } from "../../../model/ids.ts";

const WORD = /^\S+/;
/** In quotes; or up to a space that has no backslash before it, as terminals write what was dropped on them. */
const PATH = /^(?:"(?<double>[^"]*)"|'(?<single>[^']*)'|(?<bare>(?:\\.|[^\s\\])+))(?=\s|$)/u;
const PHRASE = /(?:"[^"]*"|[^\s"])+/gu;
/** A backslash before a letter is Windows' own. */
const ESCAPED = /\\([^\p{L}\p{N}])/gu;

export class Rest {
  #text: string;

  constructor(text: string) {
    this.#text = text.trim();
  }

  get isEmpty(): boolean {
    return this.#text === "";
  }

  word(): string {
    return this.#take(WORD)?.[0] ?? "";
  }

  words(): readonly string[] {
    const words: string[] = [];
    while (!this.isEmpty) words.push(this.word());
    return words;
  }

  /** Words; what stands in double quotes is one, also behind a name: `name="Bob B."`. */
  phrases(): readonly string[] {
    return Array.from(this.all().matchAll(PHRASE), ([phrase]) => phrase.replaceAll('"', ""));
  }

  /** `#room`, an id, with `@` in the signs also `@user`: if the next word is one. */
  place(signs: "#" | "#@"): string | undefined {
    const [next = ""] = WORD.exec(this.#text) ?? [];
    if (!isLogId(next) && (next === "" || !signs.includes(next.charAt(0)))) return undefined;
    return this.word();
  }

  /** With or without its `@`. */
  user(): string {
    return this.word().replace(/^@/, "").toLowerCase();
  }

  path(): string {
    const groups = this.#take(PATH)?.groups;
    return groups?.["double"] ?? groups?.["single"] ?? groups?.["bare"]?.replaceAll(ESCAPED, "$1") ?? "";
  }

  /** Everything, as it was typed. */
  all(): string {
    const text = this.#text;
    this.#text = "";
    return text;
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    const found = pattern.exec(this.#text);
    if (found === null) return undefined;
    this.#text = this.#text.slice(found[0].length).trimStart();
    return found;
  }
}
