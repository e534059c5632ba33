// The small Markdown of messages as nodes: bold, italic, strike, code, blocks of code, quotes, links to http and https, mentions.
// Pure. No HTML is made of it anywhere: the page makes elements of the nodes, and what is not understood stays text.

export type Inline =
  | { readonly is: "text"; readonly text: string }
  | { readonly is: "strong" | "em" | "strike"; readonly of: readonly Inline[] }
  | { readonly is: "code"; readonly text: string }
  | { readonly is: "link"; readonly href: string }
  | { readonly is: "mention"; readonly user: string };

export type Block =
  | { readonly is: "paragraph"; readonly of: readonly Inline[] }
  | { readonly is: "block"; readonly text: string }
  | { readonly is: "quote"; readonly of: readonly Block[] };

/** Quotes in quotes, bold in italic: more is somebody trying what happens. */
const DEPTH_MOST = 5;
const FENCE = "```";
const QUOTE = /^> ?/;

export function blocksOf(text: string, depth = 0): readonly Block[] {
  const blocks: Block[] = [];
  const lines = text.split("\n");
  let at = 0;
  while (at < lines.length) {
    const { block, next } = blockAt(lines, at, depth);
    if (block !== undefined) blocks.push(block);
    at = next;
  }
  return blocks;
}

interface Found {
  readonly block: Block | undefined;
  readonly next: number;
}

function blockAt(lines: readonly string[], at: number, depth: number): Found {
  const line = lines[at] ?? "";
  if (line.startsWith(FENCE)) {
    const end = lines.findIndex((other, place) => place > at && other.trimEnd() === FENCE);
    // A fence that is never closed is text.
    if (end > at) return { block: { is: "block", text: lines.slice(at + 1, end).join("\n") }, next: end + 1 };
  }
  if (QUOTE.test(line) && depth < DEPTH_MOST) {
    const end = endOf(lines, at, (other) => QUOTE.test(other));
    const inner = lines.slice(at, end).map((other) => other.replace(QUOTE, ""));
    return { block: { is: "quote", of: blocksOf(inner.join("\n"), depth + 1) }, next: end };
  }
  const end = endOf(lines, at + 1, (other) => !other.startsWith(FENCE) && !QUOTE.test(other));
  const said = lines
    .slice(at, end)
    .join("\n")
    .replaceAll(/^\n+|\n+$/g, "");
  return { block: said === "" ? undefined : { is: "paragraph", of: inlinesOf(said) }, next: end };
}

function endOf(lines: readonly string[], from: number, goesOn: (line: string) => boolean): number {
  let at = from;
  while (at < lines.length && goesOn(lines[at] ?? "")) at += 1;
  return at;
}

// What may begin something. Marks of emphasis stand against a word, so that 2 * 3 * 4 and snake_case stay what they are.
const LINK = /^https?:\/\/[^\s<>"'`\p{Cc}]{1,2000}/iu;
const MENTION = /^@([a-z0-9][a-z0-9._-]{0,31})/;
const CODE = /^`([^`\n]{1,1000})`/;
const MARKS = [
  { is: "strong", at: /^\*\*(?=\S)([^\n]{1,1000}?\S)\*\*(?!\*)|^\*\*(\S)\*\*/ },
  { is: "strike", at: /^~~(?=\S)([^\n]{1,1000}?\S)~~|^~~(\S)~~/ },
  { is: "em", at: /^_(?=\S)([^\n_]{1,1000}?\S)_(?![\p{L}\p{N}_])|^_(\S)_(?![\p{L}\p{N}_])/u },
  { is: "em", at: /^\*(?=[^\s*])([^\n*]{1,1000}?[^\s*])\*(?!\*)|^\*([^\s*])\*(?!\*)/ },
] as const;
const OPENERS = /[`*_~@h]/gi;
const WORD = /[\p{L}\p{N}_]$/u;

function inlinesOf(text: string, depth = 0): readonly Inline[] {
  const found: Inline[] = [];
  let plainFrom = 0;
  OPENERS.lastIndex = 0;
  for (const { index } of text.matchAll(OPENERS)) {
    if (index < plainFrom) continue;
    const here = inlineAt(text, index, depth);
    if (here === undefined) continue;
    if (index > plainFrom) found.push({ is: "text", text: text.slice(plainFrom, index) });
    found.push(here.inline);
    plainFrom = index + here.length;
  }
  if (plainFrom < text.length) found.push({ is: "text", text: text.slice(plainFrom) });
  return found;
}

interface Here {
  readonly inline: Inline;
  readonly length: number;
}

function inlineAt(text: string, at: number, depth: number): Here | undefined {
  const rest = text.slice(at, at + 1_100);
  const [code, inside = ""] = CODE.exec(rest) ?? [];
  if (code !== undefined) return { inline: { is: "code", text: inside }, length: code.length };
  // Within a word nothing begins: an address of mail is no mention, snake_case not italic.
  if (WORD.test(text.slice(Math.max(0, at - 2), at))) return undefined;
  const link = LINK.exec(rest)?.[0];
  if (link !== undefined) return linkOf(link);
  const [mention, user = ""] = MENTION.exec(rest) ?? [];
  if (mention !== undefined) return mentionOf(user);
  return depth < DEPTH_MOST ? markAt(rest, depth) : undefined;
}

function markAt(rest: string, depth: number): Here | undefined {
  for (const { is, at } of MARKS) {
    const match = at.exec(rest);
    const inside = match?.[1] ?? match?.[2];
    if (match !== null && inside !== undefined)
      return { inline: { is, of: inlinesOf(inside, depth + 1) }, length: match[0].length };
  }
  return undefined;
}

/** A full stop ends a sentence, not a name. */
function mentionOf(said: string): Here {
  const user = said.replace(/[._-]+$/, "");
  return { inline: { is: "mention", user }, length: user.length + 1 };
}

/** What closes a sentence or a bracket around it is not of the address. */
function linkOf(said: string): Here | undefined {
  let text = said.replace(/[.,:;!?*_~]+$/, "");
  if (text.endsWith(")") && !text.includes("(")) text = text.slice(0, -1);
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, username, password } = new URL(text);
  // Names before an @ make one host look like another.
  const isGood = /^https?:$/.test(protocol) && hostname !== "" && username === "" && password === "";
  return isGood ? { inline: { is: "link", href: text }, length: text.length } : undefined;
}
