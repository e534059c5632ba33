// What somebody wrote, with what it means to say: nothing of it is taken away, and nothing that is not meant is changed.
import { describe, expect, test } from "vitest";
import { sanitize } from "../../../../../src/client/face/sanitize.ts";
import { BOLD, ITALIC, STRIKE, UNDERLINE } from "../../../../../src/client/face/tui/ground/style.ts";
import { Ruler } from "../../../../../src/client/face/tui/ground/text.ts";
import { themeOf } from "../../../../../src/client/face/tui/ground/theme.ts";
import { proseRows } from "../../../../../src/client/face/tui/view/prose.ts";

const THEME = themeOf({ depth: 256, isDark: true, isChosen: false });
const ATTRIBUTES = [
  [BOLD, "bold"],
  [ITALIC, "italic"],
  [STRIKE, "strike"],
  [UNDERLINE, "link"],
] as const;

function meant(said: string): readonly string[] {
  const text = sanitize(said);
  return proseRows({ rows: new Ruler().wrap(text, 40), text }, THEME, THEME.base).map((row) =>
    row
      .map(({ text: piece, style }) => {
        const colour = style & 0x1ff;
        const kind = ATTRIBUTES.find(([bit]) => (style & bit) !== 0)?.[1];
        const name = kind ?? (colour === THEME.code ? "code" : colour === (THEME.quote & 0x1ff) ? "quote" : "");
        return name === "" ? piece : `<${name} ${piece}>`;
      })
      .join(""),
  );
}

describe("a message says", () => {
  test.each([
    ["so **very** good", "so <bold **very**> good"],
    ["so *very* good, _really_", "so <italic *very*> good, <italic _really_>"],
    ["~~no~~ yes", "<strike ~~no~~> yes"],
    ["run `rm *x*` now", "run <code `rm *x*`> now"],
    ["> as you said", "<quote > as you said>"],
    ["ask @bruno", "ask <bold @bruno>"],
    ["2 * 3 * 4, snake_case_name, a**b, ~~ ~~", "2 * 3 * 4, snake_case_name, a**b, ~~ ~~"],
    ["mail me@example.org", "mail me@example.org"],
  ])("%s", (said, shown) => {
    expect(meant(said)).toEqual([shown]);
  });

  test("code in a fence, as it is", () => {
    expect(meant("```\na *b* c\n```\n*d*")).toEqual(["<code ```>", "<code a *b* c>", "<code ```>", "<italic *d*>"]);
  });
});
