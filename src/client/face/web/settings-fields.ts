// The settings that a page may change, each read strictly. What is left out stays as it is.
import {
  badField,
  countField,
  type Fields,
  flagField,
  objectField,
  optional,
  present,
  wordField,
} from "../../app/command-fields.ts";
import type { SettingsView } from "../../port/screens.ts";

const THEMES: readonly SettingsView["theme"][] = ["system", "light", "dark"];
/** BCP 47, as far as faces speak. */
const LANGUAGE = /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$/;
const DAY_MINUTES = 24 * 60;
const KEYWORDS_MOST = 50;
const KEYWORD_CHARS = 64;
const FONT = { least: 0.75, most: 2 };

export type SettingsChange = Partial<Omit<SettingsView, "hasPassphrase">>;

/** @throws Fault `bad-field` */
export function readSettings(fields: Fields): SettingsChange {
  const changes = present({
    theme: optional(fields, "theme", (all, name) => wordField(all, name, THEMES)),
    language: optional(fields, "language", languageOf),
    notifications: optional(fields, "notifications", flagField),
    sound: optional(fields, "sound", flagField),
    keywords: optional(fields, "keywords", keywordsOf),
    lockAfter: optional(fields, "lockAfter", (all, name) => countField(all, name, { least: 0, most: DAY_MINUTES })),
    fontScale: optional(fields, "fontScale", scaleOf),
  });
  return fields["quiet"] === undefined ? changes : { ...changes, quiet: quietOf(fields) };
}

/** Null: no quiet hours. */
function quietOf(fields: Fields): SettingsView["quiet"] {
  if (fields["quiet"] === null) return undefined;
  const hours = objectField(fields, "quiet");
  const [from, to] = ["from", "to"].map((name) => countField(hours, name, { least: 0, most: DAY_MINUTES - 1 }));
  if (from === undefined || to === undefined) throw badField("quiet", "has no two times");
  return { from, to };
}

function languageOf(fields: Fields, name: string): string {
  const language = fields[name];
  if (typeof language !== "string" || !LANGUAGE.test(language)) throw badField(name, "is not a language");
  return language;
}

function keywordsOf(fields: Fields, name: string): readonly string[] {
  const words: unknown = fields[name];
  if (!Array.isArray(words) || words.length > KEYWORDS_MOST || !words.every(isWord))
    throw badField(name, "is not a list of words");
  return words;
}

function isWord(word: unknown): word is string {
  return typeof word === "string" && word !== "" && word.length <= KEYWORD_CHARS;
}

function scaleOf(fields: Fields, name: string): number {
  const scale = fields[name];
  if (typeof scale !== "number" || !(scale >= FONT.least && scale <= FONT.most))
    throw badField(name, "is not a scale of letters");
  return scale;
}
