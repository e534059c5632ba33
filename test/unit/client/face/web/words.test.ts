// The page speaks three languages, and says the same in all of them.
import { expect, test } from "vitest";
import { en } from "../../../../../src/client/face/web/page/words/en.ts";
import { LANGUAGES, sayIn } from "../../../../../src/client/face/web/page/words/say.ts";

/** Words that are the same in two languages. */
const SAME_EVERYWHERE = new Set(["bot", "deny", "emoji", "role-admin"]);

const places = (sentence: string): readonly string[] => (sentence.match(/\{\w+\}/g) ?? []).toSorted();

test.each(Object.keys(LANGUAGES))("%s has every key, with the same places, and no empty sentence", (language) => {
  const words = LANGUAGES[language]?.words ?? en;
  expect(Object.keys(words)).toEqual(Object.keys(en));
  const other = Object.entries(words).map(([key, sentence]) => [key, places(sentence), sentence.trim() !== ""]);
  expect(other).toEqual(Object.entries(en).map(([key, sentence]) => [key, places(sentence), true]));
});

test.each(["es", "pt"])("%s leaves no sentence as it is in English by mistake", (language) => {
  const words = LANGUAGES[language]?.words ?? en;
  const same = Object.entries(words).filter(([key, sentence]) => sentence === en[key as keyof typeof en]);
  expect(same.map(([key]) => key).filter((key) => !SAME_EVERYWHERE.has(key))).toEqual([]);
});

test("what has one has other", () => {
  const stems = Object.keys(en).flatMap((key) => (key.endsWith(".one") ? [key.slice(0, -4)] : []));
  expect(stems.filter((stem) => !Object.hasOwn(en, `${stem}.other`))).toEqual([]);
  expect(stems.length).toBeGreaterThan(5);
});

test("values are filled in, once; numbers are counted as the language does", () => {
  expect(sayIn("en")("member-left", { name: "{name} {by}" })).toBe("{name} {by} left");
  expect(sayIn("en").count("new", 1)).toBe("1 new message");
  expect(sayIn("es-MX").count("new", 12_345)).toBe("12.345 mensajes nuevos");
  expect(sayIn("pt-BR").count("new", 1)).toBe("1 mensagem nova");
  expect(sayIn("xx").language).toBe("en");
  expect(sayIn("__proto__").language).toBe("en");
});

test("what the program tells is a sentence on the page, and names no command that one would type", () => {
  const say = sayIn("en");
  const of = (hint: string) => say.told({ code: "no-words-for-this", message: "there is nobody", hint });
  expect(of("check the name; /users lists everybody")).toEqual({ message: "There is nobody", hint: "Check the name" });
  expect(of("/who in the chat says who is")).toEqual({ message: "There is nobody" });
  expect(of("look into /var/log and at 1/2")).toMatchObject({ hint: "Look into /var/log and at 1/2" });
});
