// Words of the page in the language of the person.
import { told, type Tellable } from "../../../words/faults.ts";
import { LANGUAGE_NAMES, languageOf, type Sentences, sayWith } from "../../../words/say.ts";
import { en, type Key, type Words } from "./en.ts";
import { es } from "./es.ts";
import { pt } from "./pt.ts";

export interface Say extends Sentences<Key> {
  /** Why something is not as it should be, or what is told: strangers' text, not safe yet. */
  told(fault: Tellable): Pick<Tellable, "message" | "hint">;
}

export const LANGUAGES: Readonly<Record<string, { readonly name: string; readonly words: Words }>> = {
  en: { name: LANGUAGE_NAMES.en, words: en },
  es: { name: LANGUAGE_NAMES.es, words: es },
  pt: { name: LANGUAGE_NAMES.pt, words: pt },
};

/** `tag` as BCP 47; a language that is not spoken here is English. */
export function sayIn(tag: string): Say {
  const language = languageOf(tag);
  const say = sayWith({ language, tables: [LANGUAGES[language]?.words ?? en] });
  return Object.assign(say, { told: (fault: Tellable) => told(fault, language) });
}
