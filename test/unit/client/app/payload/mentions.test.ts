// Who is called in a text, and who is only quoted.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mentionsIn } from "../../../../../src/client/app/payload/mentions.ts";
import type { Handle } from "../../../../../src/model/ids.ts";
import { isHandle } from "../../../../../src/model/ids.ts";

const called = (text: string, handles?: readonly string[]): string => {
  const { users, everyone } = mentionsIn(text, handles && new Set(handles as readonly Handle[]));
  return [...users, ...(everyone ? ["*"] : [])].join(" ");
};

describe("called", () => {
  test.each([
    ["@bob", "bob"],
    ["hello @bob", "bob"],
    ["@bob hello", "bob"],
    ["@Bob and @ALICE", "bob alice"],
    ["@bob @bob @alice @bob", "bob alice"],
    ["(@bob)", "bob"],
    ['"@bob"', "bob"],
    ["[@bob]", "bob"],
    ["¿@bob?", "bob"],
    ["well...@bob", "bob"],
    ["cc:@bob,@alice;@carol", "bob alice carol"],
    ["@bob's", "bob"],
    ["@bob.", "bob"],
    ["@bob...", "bob"],
    ["@bob-", "bob"],
    ["@b.o-b_2: yes", "b.o-b_2"],
    ["**@bob**", "bob"],
    ["*@bob*", "bob"],
    ["_@bob_", "bob"],
    ["__@bob__", "bob"],
    ["~~@bob~~", "bob"],
    ["> @bob said", "bob"],
    ["- @bob", "bob"],
    ["1. @bob", "bob"],
    ["# @bob", "bob"],
    ["你好@bob", ""],
    ["你好 @bob", "bob"],
    ["@bob你好", ""],
    ["@everyone", "*"],
    ["@Everyone, and @bob", "bob *"],
    [`@${"x".repeat(32)}`, "x".repeat(32)],
    ["line\n@bob\r\n@alice", "bob alice"],
  ])("%j: %s", (text, who) => {
    expect(called(text)).toBe(who);
  });
});

describe("not called", () => {
  test.each([
    "",
    "bob",
    "@",
    "@ bob",
    "@@bob",
    "@.bob",
    "@_bob",
    "bob@example.org",
    "bob.b+c@example.org",
    "bob_@example.org",
    "b\u00e9@bob",
    "e\u0301@bob",
    "@bob@example.org",
    "@bob\u00e9",
    "@types/node",
    "https://example.org/@bob",
    "https://example.org/?to=@bob&cc=@alice",
    "https://bob@example.org/",
    "\\@bob",
    `@${"x".repeat(33)}`,
    `@${"x".repeat(33)}...`,
    "@\u202ebob",
    "@\u043eleg",
  ])("%j", (text) => {
    expect(called(text)).toBe("");
  });
});

describe("in code nobody is called", () => {
  test.each([
    ["`@bob`", ""],
    ["`@bob` and @alice", "alice"],
    ["``@bob ` @carol`` @alice", "alice"],
    ["` not closed @bob", "bob"],
    ["`` not closed ` @bob", "bob"],
    ["`a` @bob `c`", "bob"],
    ["\\`@bob\\`", "bob"],
    ["\\``@bob`", ""],
    ["`\\`@bob`", "bob"],
    ["`one\nline @bob`", ""],
    ["`not\n\nclosed @bob`", "bob"],
    ["`in\n- a list @bob`", "bob"],
    ["```\n@bob\n```\n@alice", "alice"],
    ["```ts\n@bob\n```", ""],
    ["~~~\n@bob\n```\n@carol\n~~~\n@alice", "alice"],
    ["````\n```\n@bob\n````\n@alice", "alice"],
    ["```\n@bob", ""],
    ["```\n@bob\n``` no end\n@carol", ""],
    ["``` not ` a fence\n@bob", "bob"],
    ["   ```\n@bob\n   ```\n@alice", "alice"],
    ["> ```\n> @bob\n> ```\n> @alice", "alice"],
    ["> ```\n> @bob\n@alice", "alice"],
    ["- ```\n  @bob\n  ```\n- @alice", "alice"],
    ["text\n```\n@bob\n```", ""],
    ["    @bob", ""],
    ["\t@bob", ""],
    ["text\n\n    @bob\n\n@alice", "alice"],
    ["text\n    @bob goes on", "bob"],
    ["- item\n\n    @bob goes on", "bob"],
    ["- item\n\ntext\n\n    @bob", ""],
    ["# title\n    @bob", ""],
    ["```\r\n@bob\r\n```\r\n@alice", "alice"],
    ["```\r@bob\r```\r@alice", "alice"],
  ])("%j: %s", (text, who) => {
    expect(called(text)).toBe(who);
  });
});

describe("of those who are there", () => {
  test.each([
    ["@bob @carol", ["bob"], "bob"],
    ["@bob.", ["bob"], "bob"],
    ["@bob.", ["bob", "bob."], "bob."],
    ["@bob..", ["bob", "bob."], "bob."],
    ["@bob_-.", ["bob_"], "bob_"],
    ["@bobby", ["bob"], ""],
    ["@everyone @bob", [], "*"],
    ["@bob", [], ""],
    [`@${"x".repeat(32)}.`, ["x".repeat(32)], "x".repeat(32)],
  ])("%j", (text, handles, who) => {
    expect(called(text, handles)).toBe(who);
  });
});

describe("any text", () => {
  const piece = fc.constantFrom(
    "@",
    "bob",
    "@bob",
    "`",
    "``",
    "```",
    "~~~",
    "\n",
    " ",
    "    ",
    "> ",
    "- ",
    "\\",
    "_",
    ".",
    "é",
    "\ud800",
  );
  const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(""));

  test("calls handles only, that stand there", () => {
    fc.assert(
      fc.property(text, (any) => {
        for (const user of mentionsIn(any).users) {
          expect(isHandle(user)).toBe(true);
          expect(any).toContain(`@${user}`);
        }
      }),
      { seed: 51, numRuns: 1_000 },
    );
  });

  test("in a fence calls nobody, and behind it everybody again", () => {
    fc.assert(
      fc.property(text, (any) => {
        const inside = any.replaceAll("~", "-");
        expect(called(`~~~\n${inside}\n~~~\n\n@alice`)).toBe("alice");
      }),
      { seed: 52, numRuns: 300 },
    );
  });

  test("that is long is read, whatever it is made of", () => {
    const many = 60_000;
    for (const hard of ["`", "`a", "@", "_@", "_", "> ", "@a.", "\\`", "@bob`", "``` ", "\n```\n", "- "]) {
      const long = hard.repeat(many / hard.length);
      expect(mentionsIn(`${long} @x`).users.length).toBeLessThanOrEqual(2);
    }
    const runs = Array.from({ length: 340 }, (_, at) => "`".repeat(at + 1)).join(" ");
    expect(called(`@bob ${runs}`)).toBe("bob");
  });
});
