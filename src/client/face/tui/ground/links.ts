// Which text is a link: an http or https address that says of itself where it leads, and nothing else. Pure.
import type { SafeText } from "../../sanitize.ts";

/** Terminals take no longer ones. */
const URL_CHARS = 2_000;
const ADDRESS = /https?:\/\/[^\s<>"'`]+/gu;
/** Letters that look like others, invisible ones, and what a browser takes for something else stand in no link. */
const PLAIN = /^https?:\/\/[!#-&(-;=?-[\]_a-z~]+$/;
/** Behind a sentence, or around it. */
const BEHIND = /[.,:;!?*_~]+$/;

export interface Link {
  readonly from: number;
  readonly to: number;
  readonly url: string;
}

/** In the order of the text. */
export function linksIn(text: SafeText): readonly Link[] {
  const links: Link[] = [];
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    const shown = bare(found);
    const url = urlOf(shown);
    if (url !== undefined) links.push({ from: index, to: index + shown.length, url });
  }
  return links;
}

/** Undefined: what stands there is not where it would lead. */
function urlOf(shown: string): string | undefined {
  if (shown.length > URL_CHARS || !PLAIN.test(shown) || !URL.canParse(shown)) return undefined;
  const { href, hostname, username, password, protocol } = new URL(shown);
  if ((protocol !== "http:" && protocol !== "https:") || username !== "" || password !== "" || hostname === "")
    return undefined;
  // A parser that had to change more than this read something else than people do.
  return lowerHost(shown) === href || `${lowerHost(shown)}/` === href ? shown : undefined;
}

function lowerHost(shown: string): string {
  return shown.replace(/^https?:\/\/[^/?#]*/, (head) => head.toLowerCase());
}

/** Without the end of the sentence: a bracket belongs to it where it was opened before. */
function bare(found: string): string {
  const cut = found.replace(BEHIND, "");
  const last = cut.at(-1);
  const opens = last === ")" ? "(" : last === "]" ? "[" : undefined;
  if (opens === undefined || last === undefined) return cut;
  return cut.split(opens).length < cut.split(last).length ? bare(cut.slice(0, -1)) : cut;
}
