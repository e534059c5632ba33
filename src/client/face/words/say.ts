// Sentences in the language of a person: keys to sentences, with places for values, and one or many. For every face, the page of a
// browser too: nothing of Node here. No Intl: a PluralRules or NumberFormat takes milliseconds when it is first made.

export type Language = "en" | "es" | "pt";

/** As who speaks it calls it. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: "English", es: "Español", pt: "Português" };

export type Values = Readonly<Record<string, string | number>>;

/** Of keys those of which there is `KEY.one` and `KEY.other`. */
export type CountedOf<Key extends string> = Key extends `${infer Stem}.one` ? Stem : never;

/** `Said`: what a face shows may have to be safe before. */
export interface Sentences<Key extends string, Said extends string = string> {
  readonly language: Language;
  (key: Key, values?: Values): Said;
  /** `{n}` in it is `number`. */
  count(key: CountedOf<Key>, number: number, values?: Values): Said;
}

export interface Spoken<Key extends string> {
  readonly language: Language;
  /** Each key stands in one of them. */
  readonly tables: readonly Readonly<Partial<Record<Key, string>>>[];
  /** What every value goes through before it stands in a sentence. */
  readonly value?: (value: string) => string;
}

/** BCP 47, or as POSIX writes it; one that is not spoken here is English. */
export function languageOf(tag: string): Language {
  const spoken = tag.slice(0, 2).toLowerCase();
  return spoken === "es" || spoken === "pt" ? spoken : "en";
}

export function sayWith<Key extends string, Said extends string = string>({
  language,
  tables,
  value = (text) => text,
}: Spoken<Key>): Sentences<Key, Said> {
  const sentence = (key: Key): string => tables.find((words) => words[key] !== undefined)?.[key] ?? key;
  const say = (key: Key, values: Values = {}): Said => filled(sentence(key), values, value) as Said;
  const count = (key: CountedOf<Key>, number: number, values: Values = {}): Said =>
    say(`${key}.${pluralOf(language, number)}` as Key, { ...values, n: numberIn(language, number) });
  return Object.assign(say, { language, count });
}

/** What stands in a value is never a place itself. */
export function filled(sentence: string, values: Values, value = (text: string): string => text): string {
  if (!sentence.includes("{")) return sentence;
  return sentence.replaceAll(/\{(\w+)\}/g, (place, name: string) =>
    Object.hasOwn(values, name) ? value(String(values[name])) : place,
  );
}

/** CLDR, cardinal numbers, of whole ones: Portuguese counts none as one. */
function pluralOf(language: Language, number: number): "one" | "other" {
  return number === 1 || (number === 0 && language === "pt") ? "one" : "other";
}

/** With so many digits behind the point. CLDR: Spanish parts the thousands of 10,000 and more. */
export function numberIn(language: Language, number: number, digits = 0): string {
  const [whole = "", part = ""] = number.toFixed(digits).split(".");
  const [thousands, point] = language === "en" ? [",", "."] : [".", ","];
  const isParted = language !== "es" || Math.abs(number) >= 10_000;
  const parted = isParted ? whole.replaceAll(/\B(?=(?:\d{3})+$)/g, thousands) : whole;
  return part === "" ? parted : `${parted}${point}${part}`;
}
