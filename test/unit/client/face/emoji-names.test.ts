// Emoji by their names, as both faces write them.
import { expect, test } from "vitest";
import { emojiCalled, emojiNamed, withEmoji } from "../../../../src/client/face/emoji-names.ts";

test.each([
  ["good :thumbsup: and :Tada:!", "good 👍 and 🎉!"],
  [":tada::tada:", "🎉🎉"],
  ["(:+1:)", "(👍)"],
  ["two lines :fire:\n:star:", "two lines 🔥\n⭐"],
])("a name is what it means: %j", (text, shown) => {
  expect(withEmoji(text)).toBe(shown);
});

test.each([
  ["in code", "`:heart:` and ```\n:heart:\n```"],
  ["in an hour", "at 10:30:45"],
  ["in an address", "host:x:80 and chat://host:443/a:x:b"],
  ["of nothing", ":nothing: :: :"],
  ["of what every object has", ":constructor: :__proto__: :toString:"],
])("what is no name stays, %s", (_where, text) => {
  expect(withEmoji(text)).toBe(text);
});

test("is found with its colons or without, and offered by its beginning first", () => {
  expect([emojiCalled(":tada:"), emojiCalled("TADA"), emojiCalled("tad")]).toEqual(["🎉", "🎉", undefined]);
  expect(emojiNamed("heart", 3).map(([name]) => name)).toEqual(["heart", "heart_eyes", "kissing_heart"]);
});
