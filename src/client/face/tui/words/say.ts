// Words of the terminal in the language of the person. Sentences of the tables are ours; what is filled into them is made safe here.
import { sanitizeLine, type SafeText } from "../../sanitize.ts";
import { type Language, languageOf, type Sentences, sayWith } from "../../words/say.ts";
import { en, type Key, type Words } from "./en.ts";
import { es } from "./es.ts";
import { pt } from "./pt.ts";

export type Say = Sentences<Key, SafeText>;

/** A value is one line, and no longer than a sentence may be. */
const VALUE_CHARS = 1_000;

const SAYS: Readonly<Record<Language, Say>> = { en: of("en", en), es: of("es", es), pt: of("pt", pt) };

/** The same one for the same language. `tag` as BCP 47; a language that is not spoken here is English. */
export function sayIn(tag: string): Say {
  return SAYS[languageOf(tag)];
}

function of(language: Language, words: Words): Say {
  return sayWith<Key, SafeText>({ language, words, value: (text) => sanitizeLine(text, VALUE_CHARS) });
}
