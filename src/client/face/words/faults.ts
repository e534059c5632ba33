// What went wrong, and what is told beside the conversations, in the language of the person: by its code. English is as it came.
import { accountsEs } from "./accounts.es.ts";
import { accountsPt } from "./accounts.pt.ts";
import { alarmsEs } from "./alarms.es.ts";
import { alarmsPt } from "./alarms.pt.ts";
import { comingInEs } from "./coming-in.es.ts";
import { comingInPt } from "./coming-in.pt.ts";
import type { FaultWord, FaultWords } from "./fault-words.ts";
import { faultsEs } from "./faults.es.ts";
import { faultsPt } from "./faults.pt.ts";
import { refusalsEs } from "./refusals.es.ts";
import { refusalsPt } from "./refusals.pt.ts";
import { heardIn } from "./heard.ts";
import { filled, type Language, type Values } from "./say.ts";
import { seldomEs } from "./seldom.es.ts";
import { seldomPt } from "./seldom.pt.ts";
import { usageWords } from "./usage.ts";

/** A fault, an alarm, a notice, the reason of something. */
export interface Tellable {
  readonly code: string;
  /** One English sentence. */
  readonly message: string;
  readonly hint?: string | undefined;
  /** Names and sizes that stand in the sentence. */
  readonly values?: Values | undefined;
}

/** Made when one of them is needed: most starts need none. */
const TABLES: Readonly<Record<Language, readonly (() => FaultWords)[]>> = {
  en: [],
  es: [accountsEs, alarmsEs, comingInEs, faultsEs, refusalsEs, seldomEs],
  pt: [accountsPt, alarmsPt, comingInPt, faultsPt, refusalsPt, seldomPt],
};
const made = new Map<Language, FaultWords>();

/** By code. @internal */
export function faultWordsIn(language: Language): FaultWords {
  const words = made.get(language) ?? (Object.assign({}, ...TABLES[language].map((table) => table())) as FaultWords);
  made.set(language, words);
  return words;
}

const PLACE = /\{(\w+)\}/g;

/** Strangers' text in it is not made safe yet. What to do is left out where there are no words for it. */
export function told(fault: Tellable, language: Language): Pick<Tellable, "message" | "hint"> {
  const { code, message, hint, values } = fault;
  const words = faultWordsIn(language);
  const word = Object.hasOwn(words, code) ? words[code] : undefined;
  const says = word === undefined ? undefined : saidOf(word, { message, values, language });
  if (word === undefined || says === undefined) return { message, ...(hint === undefined ? {} : { hint }) };
  const todo = hint === undefined ? undefined : (heardIn(language, hint, "hint") ?? word.hint);
  if (hint === undefined || todo === undefined) return { message: says };
  return { message: says, hint: filled(todo, { ...values, hint: usageWords(hint, language) }) };
}

interface Come {
  readonly message: string;
  readonly values: Values | undefined;
  readonly language: Language;
}

function saidOf({ says }: FaultWord, { message, values, language }: Come): string | undefined {
  const detail = heardIn(language, message, "detail");
  const known: Values = { ...values, message, ...(detail === undefined ? {} : { detail }) };
  const sentence = [says].flat().find((one) => placesOf(one).every((name) => Object.hasOwn(known, name)));
  return sentence === undefined ? undefined : filled(sentence, known);
}

function placesOf(sentence: string): readonly string[] {
  return [...sentence.matchAll(PLACE)].map(([, name = ""]) => name);
}
