// The small Markdown of messages: what it understands, and that everything else stays the text it was.
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Block, blocksOf, type Inline } from "../../../../../src/client/face/web/page/markdown.ts";

/** As short marks: `<b>` for strong and so on; only for reading in this file. */
function drawn(blocks: readonly Block[]): string {
  return blocks.map(block).join("¶");
}

function block(one: Block): string {
  if (one.is === "paragraph") return inlines(one.of);
  return one.is === "block" ? `[pre ${one.text}]` : `[quote ${drawn(one.of)}]`;
}

function inlines(of: readonly Inline[]): string {
  return of.map(inline).join("");
}

function inline(one: Inline): string {
  if (one.is === "text") return one.text;
  if (one.is === "code") return `[code ${one.text}]`;
  if (one.is === "link") return `[link ${one.href}]`;
  return one.is === "mention" ? `[at ${one.user}]` : `[${one.is} ${inlines(one.of)}]`;
}

test.each([
  ["plain", "plain"],
  ["**bold** and _italic_ and *too*", "[strong bold] and [em italic] and [em too]"],
  ["**bold _and italic_**", "[strong bold [em and italic]]"],
  ["~~gone~~", "[strike gone]"],
  ["`**code**`", "[code **code**]"],
  ["2 * 3 * 4, snake_case_name, a ** b", "2 * 3 * 4, snake_case_name, a ** b"],
  ["**open", "**open"],
  ["see https://example.org/a_b_c.", "see [link https://example.org/a_b_c]."],
  ["(https://example.org/x)", "([link https://example.org/x])"],
  ["https://example.org/a_(b)", "[link https://example.org/a_(b)]"],
  ["hi @ada, and @bob.", "hi [at ada], and [at bob]."],
  ["ada@example.org", "ada@example.org"],
  ["one\ntwo", "one\ntwo"],
  ["```\nif (a < b) {\n}\n```\nafter", "[pre if (a < b) {\n}]¶after"],
  ["```never closed", "```never closed"],
  ["> said\n> so\nanswer", "[quote said\nso]¶answer"],
  ["> > deep", "[quote [quote deep]]"],
])("%j", (text, expected) => {
  expect(drawn(blocksOf(text))).toBe(expected);
});

test.each([
  "javascript:alert(1)",
  "[a](javascript:alert(1))",
  "data:text/html,<b>",
  "http://user@evil.example/",
  "https://",
  "ftp://example.org/",
  "<a href=https-is-no-link>",
])("%j holds no link", (text) => {
  expect(drawn(blocksOf(text))).not.toContain("[link");
});

test("nothing of any text is lost but the marks, and nothing takes long", () => {
  const piece = fc.constantFrom(
    "*",
    "**",
    "_",
    "~~",
    "`",
    "> ",
    "\n",
    "```\n",
    "@",
    "http://a.b",
    "word",
    " ",
    "<",
    "é",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const text = pieces.join("");
      const left = drawn(blocksOf(text)).replaceAll(/[^wordé<]/g, "");
      expect(left.replaceAll(/[^wé<]/g, "")).toBe(text.replaceAll(/[^wé<]/g, ""));
    }),
  );
  const started = performance.now();
  for (const mark of ["*", "**a ", "_a ", "`", "> ", "@", "~~", "http://", "*a_"]) blocksOf(mark.repeat(20_000));
  expect(performance.now() - started).toBeLessThan(5_000);
});
