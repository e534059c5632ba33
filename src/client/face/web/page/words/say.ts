// Words of the page in the language of the person: keys to sentences, with places for values, and one or many.
import { en, type Key, type Words } from "./en.ts";
import { es } from "./es.ts";
import { pt } from "./pt.ts";

/** Keys of which there is `KEY.one` and `KEY.other`. */
export type Counted = { [K in Key]: K extends `${infer Stem}.one` ? Stem : never }[Key];
export type Values = Readonly<Record<string, string | number>>;

export interface Say {
  readonly language: string;
  (key: Key, values?: Values): string;
  count(key: Counted, number: number): string;
}

export const LANGUAGES: Readonly<Record<string, { readonly name: string; readonly words: Words }>> = {
  en: { name: "English", words: en },
  es: { name: "Español", words: es },
  pt: { name: "Português", words: pt },
};

/** `language` as BCP 47; one that is not spoken here is English. */
export function sayIn(language: string): Say {
  const spoken = language.slice(0, 2).toLowerCase();
  const known = Object.hasOwn(LANGUAGES, spoken) ? spoken : "en";
  const words = LANGUAGES[known]?.words ?? en;
  const rules = new Intl.PluralRules(known);
  const numbers = new Intl.NumberFormat(known);
  const say = (key: Key, values: Values = {}): string => filled(words[key], values);
  const count = (key: Counted, number: number): string =>
    say(`${key}.${rules.select(number) === "one" ? "one" : "other"}` as Key, { n: numbers.format(number) });
  return Object.assign(say, { language: known, count });
}

/** What stands in a value is never a place itself. */
function filled(sentence: string, values: Values): string {
  return sentence.replaceAll(/\{(\w+)\}/g, (place, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : place,
  );
}
