// What people choose: names of rooms, topics, reactions. What looks the same is the same, and nothing hides in them.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkEmoji } from "../../../../../src/client/app/payload/emoji.ts";
import { checkRoomName, NAME_CHARS, roomNameOf } from "../../../../../src/client/app/payload/room-name.ts";
import { checkTopic, TOPIC_CHARS } from "../../../../../src/client/app/payload/text.ts";
import { Fault } from "../../../../../src/model/fault.ts";

function codeOf(attempt: () => unknown): string | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
}

describe("the name of a room", () => {
  test.each([
    "a",
    "7",
    "plans",
    "year-2027",
    "a.b_c-d",
    "a..b",
    "straße",
    "čaj",
    "план",
    "σχέδια",
    "計画",
    "ひらがな",
    "한국어",
    "הצעות",
    "خطة",
    "योजना",
    "วางแผน",
    "việt-nam",
    "lobby-2",
    "x".repeat(NAME_CHARS),
    "𠀀".repeat(NAME_CHARS),
  ])("%s", (name) => {
    expect(codeOf(() => checkRoomName(name))).toBeUndefined();
    expect(roomNameOf(name)).toBe(name);
  });

  test.each([
    ["nothing", ""],
    ["a capital", "Plans"],
    ["a title letter", "ǅ"],
    ["a blank", "my plans"],
    ["a blank at the end", "plans "],
    ["a tab", "a\tb"],
    ["a line end", "a\nb"],
    ["its own sign", "#plans"],
    ["the sign of users", "a@b"],
    ["a slash", "a/b"],
    ["a dot first", ".plans"],
    ["a hyphen first", "-plans"],
    ["a dot last", "plans."],
    ["an underscore last", "plans_"],
    ["a mark first", "\u0301a"],
    ["a mark on a dot", "a.\u0301b"],
    ["four marks on one letter", "x\u0323\u0324\u0325\u0326"],
    ["a letter and its mark apart", "cafe\u0301"],
    ["full width", "ｐｌａｎｓ"],
    ["a ligature", "\ufb01n"],
    ["a number in a circle", "plan①"],
    ["a mathematical letter", "𝐩lan"],
    ["a half of a pair", "a\ud800"],
    ["a null", "a\u0000"],
    ["an escape", "a\u001b[31m"],
    ["a direction", "a\u202eb"],
    ["an isolate", "a\u2066b"],
    ["a mark of direction", "a\u200fb"],
    ["a joiner", "a\u200db"],
    ["a zero width space", "a\u200bb"],
    ["a soft hyphen", "a\u00adb"],
    ["a byte order mark", "\ufeffa"],
    ["a variation", "a\ufe0fb"],
    ["a filler", "\u3164"],
    ["a filler of Hangul", "a\u115fb"],
    ["tags", "a\u{e0061}"],
    ["an emoji", "👍"],
    ["a private letter", "\ue000"],
    ["the lobby", "lobby"],
    ["the lobby with a Cyrillic letter", "l\u043ebby"],
    ["the lobby with a Greek letter", "l\u03bfbby"],
    ["too many letters", "x".repeat(NAME_CHARS + 1)],
    ["too many long letters", "𠀀".repeat(NAME_CHARS + 1)],
    ["far too many", "x".repeat(1_000_000)],
  ])("is not %s", (_, name) => {
    expect(codeOf(() => checkRoomName(name))).toBe("bad-room-name");
  });

  test.each([
    ["#Plans", "plans"],
    ["PLANS", "plans"],
    ["ＰＬＡＮＳ", "plans"],
    ["Cafe\u0301", "café"],
    ["ΣΧΈΔΙΑ", "σχέδια"],
    ["\ufb01n", "fin"],
    ["ℌello", "hello"],
  ])("typed as %s is %s", (typed, name) => {
    expect(roomNameOf(typed)).toBe(name);
  });

  test.each(["#", "", "##a", "Lobby", "#LOBBY", "ｌｏｂｂｙ", "a b", "x".repeat(1_000_000)])(
    "%.10s is none",
    (typed) => {
      expect(codeOf(() => roomNameOf(typed))).toBe("bad-room-name");
    },
  );

  test("of anything typed is one that can be sent, or none", () => {
    const nameOf = (typed: string): string | undefined => {
      try {
        return roomNameOf(typed);
      } catch {
        return undefined;
      }
    };
    const typed = fc.oneof(
      fc.string({ unit: "binary", maxLength: 6 }),
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 3 }),
    );
    fc.assert(
      fc.property(typed, (text) => {
        const name = nameOf(text) ?? "none";
        expect([name, codeOf(() => checkRoomName(name)), roomNameOf(name)]).toEqual([name, undefined, name]);
      }),
      { seed: 31, numRuns: 1_000 },
    );
  });
});

describe("a topic", () => {
  test.each([
    "",
    " ",
    "What we do — on Tuesdays! 👋",
    "שלום\u200f עולם",
    "x".repeat(TOPIC_CHARS),
    "👋".repeat(TOPIC_CHARS),
  ])("%j", (topic) => {
    expect(codeOf(() => checkTopic(topic))).toBeUndefined();
  });

  test.each([
    ["a line end", "a\nb"],
    ["a return", "a\rb"],
    ["a tab", "a\tb"],
    ["a next line", "a\u0085b"],
    ["a line separator", "a\u2028b"],
    ["a paragraph separator", "a\u2029b"],
    ["an escape", "\u001b]0;x\u0007"],
    ["a null", "\u0000"],
    ["a delete", "\u007f"],
    ["an override", "a\u202eb"],
    ["an isolate", "a\u2067b"],
    ["a half of a pair", "\udc00"],
    ["too many characters", "x".repeat(TOPIC_CHARS + 1)],
    ["too many long ones", "👋".repeat(TOPIC_CHARS + 1)],
  ])("is not %s", (_, topic) => {
    expect(codeOf(() => checkTopic(topic))).toBe("bad-topic");
  });
});

describe("a reaction", () => {
  test.each([
    "👍",
    "👍🏿",
    "❤️",
    "❤",
    "👨‍👩‍👧‍👦",
    "🧑🏻‍❤️‍💋‍🧑🏿",
    "🏳️‍🌈",
    "🇨🇭",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "1️⃣",
    "✓",
    "+",
    "a",
    "é",
    "한",
    "क्षि",
    // A pictograph that this version of Unicode has only reserved.
    "\u{1faff}",
  ])("%s", (emoji) => {
    expect(codeOf(() => checkEmoji(emoji))).toBeUndefined();
  });

  test.each([
    ["nothing", ""],
    ["two", "👍👍"],
    ["two letters", "ab"],
    ["two flags", "🇨🇭🇨🇭"],
    ["a blank", " "],
    ["a line end", "\n"],
    ["a return and a line end", "\r\n"],
    ["a null", "\u0000"],
    ["an escape", "\u001b"],
    ["a joiner", "\u200d"],
    ["a zero width space", "\u200b"],
    ["a direction", "\u202e"],
    ["a direction behind something", "👍\u202e"],
    ["a mark on nothing", "\u0301"],
    ["a variation of nothing", "\ufe0f"],
    ["a filler", "\u3164"],
    ["a filler of Hangul", "\u1160"],
    ["a byte order mark", "\ufeff"],
    ["a letter and its mark apart", "e\u0301"],
    ["a half of a pair", "\ud83d"],
    ["a half behind something", "👍\ud83d"],
    ["a private letter", "\ue000"],
    ["tags that nobody sees", "👍\u{e0073}\u{e0065}\u{e0063}"],
    ["a flag with tags that do not end", "\u{1f3f4}\u{e0067}\u{e0062}"],
    ["tags alone", "\u{e0067}\u{e0062}"],
    ["a tower of marks", `a${"\u0323".repeat(32)}`],
    ["a chain that is too long", Array.from({ length: 12 }, () => "👨").join("\u200d")],
    ["a million of them", "👍".repeat(1_000_000)],
  ])("is not %s", (_, emoji) => {
    expect(codeOf(() => checkEmoji(emoji))).toBe("bad-emoji");
  });

  test("of any text is right or wrong, and can be seen where it is right", () => {
    const seen = (text: string): boolean => text.isWellFormed() && !/[\p{Cc}\p{Z}]/u.test(text);
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 3 }), (text) => {
        expect([text, codeOf(() => checkEmoji(text)) === undefined && !seen(text)]).toEqual([text, false]);
      }),
      { seed: 33, numRuns: 500 },
    );
  });
});
