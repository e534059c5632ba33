// Words of the terminal in the language of the person. Sentences of the tables are ours; what is filled into them is made safe here.
import { sanitizeLine, type SafeText } from "../../sanitize.ts";
import { told, type Tellable } from "../../words/faults.ts";
import { type Language, languageOf, type Sentences, sayWith } from "../../words/say.ts";
import { en, type Key, type Words } from "./en.ts";
import { es } from "./es.ts";
import { pt } from "./pt.ts";

export interface Say extends Sentences<Key, SafeText> {
  /** Why something is not as it should be, or what is told, in one safe line. */
  told(fault: Tellable): { readonly message: SafeText; readonly hint?: SafeText };
}

/** A value is one line, and no longer than a sentence may be. */
const VALUE_CHARS = 1_000;

const SAYS: Readonly<Record<Language, Say>> = { en: of("en", en), es: of("es", es), pt: of("pt", pt) };

/** The same one for the same language. `tag` as BCP 47; a language that is not spoken here is English. */
export function sayIn(tag: string): Say {
  return SAYS[languageOf(tag)];
}

function safe(text: string): SafeText {
  return sanitizeLine(text, VALUE_CHARS);
}

function of(language: Language, tables: Words): Say {
  const say = sayWith<Key, SafeText>({ language, tables, value: safe });
  return Object.assign(say, {
    told: (fault: Tellable) => {
      const { message, hint } = told(fault, language);
      return hint === undefined ? { message: safe(message) } : { message: safe(message), hint: safe(hint) };
    },
  });
}
