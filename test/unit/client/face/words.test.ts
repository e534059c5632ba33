// Sentences in three languages: the terminal's tables say the same in each, values are filled in once and safely, and numbers are counted
// as each language does.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { en } from "../../../../src/client/face/tui/words/en.ts";
import { es } from "../../../../src/client/face/tui/words/es.ts";
import { pt } from "../../../../src/client/face/tui/words/pt.ts";
import {
  GATHERING,
  PEOPLE,
  READING,
  REALM,
  RUNNING,
  SAYING,
  type Verb,
} from "../../../../src/client/face/lines/verbs.ts";
import { sayIn } from "../../../../src/client/face/tui/words/say.ts";
import type { FaultWords } from "../../../../src/client/face/words/fault-words.ts";
import { FIRST_STEPS } from "../../../../src/client/face/words/first-steps.ts";
import { faultWordsIn, told } from "../../../../src/client/face/words/faults.ts";
import { type Language, languageOf, numberIn, sayWith } from "../../../../src/client/face/words/say.ts";

/** Names, signs, and words that are the same in two languages. */
const SAME_EVERYWHERE = new Set(
  "own-language sealed-short members-of column-title emoji role-admin bytes.one bytes.other error online online-count bot".split(
    " ",
  ),
);

/** Notices that the model makes with all of their values. */
const NEVER_WITHOUT = [0, 1].flatMap(() => [
  "motd",
  "own-device-added",
  "own-device-revoked",
  "certificate-issued",
  "password-set",
  "password-change",
  "room-added",
  "room-removed",
]);

const places = (sentence: string): readonly string[] => [...new Set(sentence.match(/\{\w+\}/g))].toSorted();

const whole = (tables: readonly Readonly<Record<string, string>>[]): Readonly<Record<string, string>> =>
  Object.fromEntries(tables.flatMap((table) => Object.entries(table)));

describe("the terminal's tables", () => {
  test("each key stands in one of them", () => {
    expect(en.flatMap((table) => Object.keys(table)).length).toBe(Object.keys(whole(en)).length);
  });

  test.each([
    ["es", whole(es)],
    ["pt", whole(pt)],
  ])("%s has every key in the same order, with the same places, and no empty sentence", (_, words) => {
    const shape = (table: Readonly<Record<string, string>>): readonly unknown[] =>
      Object.entries(table).map(([key, sentence]) => [key, places(sentence), sentence.trim() !== ""]);
    expect(shape(words)).toEqual(shape(whole(en)));
  });

  test.each([
    ["es", whole(es)],
    ["pt", whole(pt)],
  ])("%s leaves no sentence as it is in English by mistake", (_, words) => {
    const same = Object.entries(words).filter(([key, sentence]) => sentence === whole(en)[key]);
    expect(same.map(([key]) => key).filter((key) => !SAME_EVERYWHERE.has(key))).toEqual([]);
  });

  test("the commands of the lines are told in English as the lines tell them", () => {
    for (const [name, { says }] of [SAYING, READING, GATHERING, PEOPLE, REALM, RUNNING].flatMap(Object.entries<Verb>))
      expect([name, whole(en)[`verb-${name}`]]).toEqual([name, says]);
  });

  test("what has one has other", () => {
    const stems = Object.keys(whole(en)).flatMap((key) => (key.endsWith(".one") ? [key.slice(0, -4)] : []));
    expect(stems.filter((stem) => !Object.hasOwn(whole(en), `${stem}.other`))).toEqual([]);
  });
});

test("the first steps are told in each language, with nothing left out", () => {
  const { en: english, ...others } = FIRST_STEPS;
  for (const words of Object.values(others)) {
    expect(Object.keys(words)).toEqual(Object.keys(english));
    // Each way in keeps its command.
    for (const command of ["chat://", "login", ".p12", "ca.crt", "chat-server init"])
      expect(words.welcome).toContain(command);
    expect(words.welcome.split("\n").every((line) => line.length <= 80)).toBe(true);
  }
});

describe("faults", () => {
  const FAULTS = {
    es: faultWordsIn("es"),
    pt: faultWordsIn("pt"),
  };
  const docs = readFileSync(new URL("../../../../docs/errors.md", import.meta.url), "utf8");
  const codes = Object.keys(FAULTS.es);

  test("the same codes in both languages, each in docs/errors.md, with the same places and a hint where the other has one", () => {
    expect(Object.keys(FAULTS.pt)).toEqual(codes);
    expect(codes.filter((code) => !docs.includes(`\`${code}\``))).toEqual([]);
    const shape = (words: FaultWords): readonly unknown[] =>
      Object.entries(words).map(([code, { says, hint }]) => [code, [says].flat().map(places), hint !== undefined]);
    expect(shape(FAULTS.pt)).toEqual(shape(FAULTS.es));
  });

  test("none needs a value that may not be there", () => {
    const open = (words: FaultWords): readonly string[] =>
      Object.entries(words)
        .filter(([, { says }]) => places([says].flat().at(-1) ?? "").some((place) => place !== "{message}"))
        .map(([code]) => code);
    // What somebody at the server has written is all there is to say.
    expect([...open(FAULTS.es), ...open(FAULTS.pt)]).toEqual(NEVER_WITHOUT);
  });

  test("values stand in the sentence of the language; without them it is a plainer one", () => {
    const fault = { code: "source-missing", message: "there is no file /x", hint: "check the path" };
    expect(told({ ...fault, values: { path: "/x" } }, "es")).toEqual({
      message: "no existe el archivo /x",
      hint: "comprueba la ruta",
    });
    expect(told(fault, "pt").message).toBe("o arquivo não existe");
    expect(told(fault, "en")).toEqual({ message: "there is no file /x", hint: "check the path" });
  });

  test("what the tables do not know is as it came, and a value is no place", () => {
    const fault = { code: "constructor", message: "m", hint: "h" };
    expect(told(fault, "es")).toEqual({ message: "m", hint: "h" });
    const evil = { code: "internal", message: "{user} {message}", values: { user: "u" } };
    expect(told(evil, "pt").message).toBe("algo falhou: {user} {message}");
  });
});

describe("values", () => {
  test("are filled in once, and what is strange in them is shown as a picture", () => {
    expect(sayIn("en")("link-connected", { server: "{server}" })).toBe("● TLS 1.3 with {server}");
    expect(sayIn("es")("link-connected", { server: "a\x1b[2J\nb" })).toBe("● TLS 1.3 con a␛[2J␊b");
  });

  test("one that is missing leaves its place", () => {
    expect(sayIn("pt")("link-connected")).toBe("● TLS 1.3 com {server}");
  });
});

describe("numbers", () => {
  const say = (language: Language) =>
    sayWith<"day.one" | "day.other">({ language, tables: [{ "day.one": "{n} one", "day.other": "{n} other" }] });

  test.each(["en", "es", "pt"] as const)("%s: one or many, and thousands, as Intl says", (language) => {
    const rules = new Intl.PluralRules(language);
    const format = new Intl.NumberFormat(language);
    for (const number of [0, 1, 2, 11, 21, 100, 101, 999, 1_000, 1_001, 9_999, 10_000, 12_345, 999_999, 5_123_456])
      expect(say(language).count("day", number)).toBe(
        `${format.format(number)} ${rules.select(number) === "one" ? "one" : "other"}`,
      );
    for (const [number, digits] of [
      [3.14, 1],
      [1_234.5, 1],
      [0.05, 2],
      [12_345.678, 2],
    ] as const)
      expect(numberIn(language, number, digits)).toBe(
        new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
          number,
        ),
      );
  });
});

test.each([
  ["es-MX", "es"],
  ["pt_BR.UTF-8", "pt"],
  ["EN", "en"],
  ["de", "en"],
  ["", "en"],
  ["__proto__", "en"],
])("%j is spoken as %s", (tag, language) => {
  expect(languageOf(tag)).toBe(language);
});
