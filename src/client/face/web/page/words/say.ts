// Words of the page in the language of the person.
import { told, type Tellable } from "../../../words/faults.ts";
import { LANGUAGE_NAMES, languageOf, type Sentences, sayWith } from "../../../words/say.ts";
import { en, type Key, type Words } from "./en.ts";
import { es } from "./es.ts";
import { pt } from "./pt.ts";

/** `/who`, and no path nor a fraction. */
const COMMAND = /(?:^|[\s(])\/[a-z]+(?=$|[\s,;:.)])/;

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
  return Object.assign(say, { told: (fault: Tellable) => ofPage(told(fault, language)) });
}

/** A sentence as on a page; commands that are typed are of the terminal, and here is a button for each. */
function ofPage({ message, hint }: Pick<Tellable, "message" | "hint">): Pick<Tellable, "message" | "hint"> {
  const said = { message: asSentence(message) };
  const parts = hint?.split("; ").filter((part) => !COMMAND.test(part)) ?? [];
  return parts.length === 0 ? said : { ...said, hint: asSentence(parts.join("; ")) };
}

function asSentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
