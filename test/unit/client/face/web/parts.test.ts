// Small pure parts of the page: where items of a long list stand, names after an @, emoji by name, initials, dates and sizes.
import { expect, test } from "vitest";
import { completed, mentionAt, namesFor, offersAt } from "../../../../../src/client/face/web/page/completion.ts";
import { datesIn } from "../../../../../src/client/face/web/page/dates.ts";
import { emojiFor } from "../../../../../src/client/face/web/page/emoji.ts";
import { hueOf, initialsOf } from "../../../../../src/client/face/web/page/people.ts";
import { GUESS_PX, itemAt, placesOf, spanOf } from "../../../../../src/client/face/web/page/window.ts";

test("items stand one below the other; what was not measured is guessed", () => {
  const places = placesOf(["a", "b", "c"], new Map([["a", 10]]));
  expect(places.tops).toEqual([0, 10, 10 + GUESS_PX, 10 + 2 * GUESS_PX]);
  expect([-5, 0, 9, 10, 10 + GUESS_PX, 10_000].map((px) => itemAt(places, px))).toEqual([0, 0, 0, 1, 2, 2]);
});

test("of a long list only what is about to be seen is drawn, of an empty one nothing", () => {
  const keys = Array.from({ length: 1_000 }, (_, at) => String(at));
  const { from, to } = spanOf(placesOf(keys, new Map()), 500 * GUESS_PX, 800);
  expect([from < 500, to > 514, to - from < 60]).toEqual([true, true, true]);
  expect(spanOf(placesOf([], new Map()), 0, 800)).toEqual({ from: 0, to: 0 });
});

test("a name is begun by an @ after a space, and completed where it stands", () => {
  const members = ["elena", "ada", "eli"].map((user) => ({ user, name: user === "ada" ? "Ada El Rey" : user }));
  expect(mentionAt("mail a@el", 9)).toBeUndefined();
  const begun = mentionAt("hi @el and so on", 6);
  expect(begun).toEqual({ from: 3, to: 6, typed: "el" });
  expect(namesFor("el", members).map(({ user }) => user)).toEqual(["elena", "eli", "ada"]);
  expect(begun && completed("hi @el and so on", begun, "@elena")).toBe("hi @elena and so on");
});

test("an emoji is begun by a colon and two letters, and what is begun is offered whole", () => {
  const offers = (text: string, caret = text.length) => offersAt(text, caret, []);
  expect(offers("well :tad now", 9)[0]).toEqual({
    what: "emoji",
    whole: "🎉",
    about: ":tada:",
    text: "well 🎉 now",
  });
  expect([":D", "at 10:30", "a:tad", ":", "https://"].map((text) => offers(text).length)).toEqual([0, 0, 0, 0, 0]);
});

test("emoji are found by words of any of the languages, without accents, and named in one's own", () => {
  expect(emojiFor("corazon", "en")[0]).toEqual({ emoji: "❤️", name: "red heart love" });
  expect(emojiFor("obrig", "es").map(({ emoji }) => emoji)).toEqual(["🙏"]);
  expect(emojiFor("nothing at all", "en")).toEqual([]);
  // As in other chats, the one that is called exactly so first; each once, and others than those of the table.
  const found = (query: string): readonly string[] => emojiFor(query, "en").map(({ emoji }) => emoji);
  expect(["tada", ":tada:", "thumbsup", "+1", "x", "unicorn"].map((query) => found(query)[0])).toEqual(
    Array.from("🎉🎉👍👍❌🦄"),
  );
  expect(new Set(found("heart")).size).toBe(found("heart").length);
  expect(emojiFor("four", "en")).toEqual([{ emoji: "🍀", name: "four leaf" }]);
  expect(new Set(emojiFor("", "pt").map(({ emoji }) => emoji)).size).toBe(emojiFor("", "pt").length);
});

test("initials are of whole characters, and a colour is of who somebody is", () => {
  expect(["Ada Lovelace", "bob", "美咲", "👩‍🚀 Eva", "", "\u202eevil", "@gil"].map(initialsOf)).toEqual([
    "AL",
    "B",
    "美",
    "👩E",
    "?",
    "�",
    "G",
  ]);
  expect(hueOf("ada")).toBe(hueOf("ada"));
  expect(hueOf("ada")).not.toBe(hueOf("adb"));
});

test("days and sizes are said as the language says them", () => {
  const now = new Date(2026, 10, 21, 12).getTime();
  const [en, es] = [datesIn("en", () => now), datesIn("es", () => now)];
  expect([en.day(now), en.day(now - 86_400_000), es.day(now - 86_400_000)]).toEqual(["Today", "Yesterday", "Ayer"]);
  expect([en.size(0), en.size(482_113), es.size(1_500_000_000)]).toEqual(["0 bytes", "482.1 kB", "1,5 GB"]);
});
