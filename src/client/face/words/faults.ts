// What went wrong, and what is told beside the conversations, in the language of the person: by its code. English is as it came.
import { ACCOUNTS_ES } from "./accounts.es.ts";
import { ACCOUNTS_PT } from "./accounts.pt.ts";
import { ALARMS_ES } from "./alarms.es.ts";
import { ALARMS_PT } from "./alarms.pt.ts";
import { COMING_IN_ES } from "./coming-in.es.ts";
import { COMING_IN_PT } from "./coming-in.pt.ts";
import type { FaultWord, FaultWords } from "./fault-words.ts";
import { FAULTS_ES } from "./faults.es.ts";
import { FAULTS_PT } from "./faults.pt.ts";
import { REFUSALS_ES } from "./refusals.es.ts";
import { REFUSALS_PT } from "./refusals.pt.ts";
import { heardIn } from "./heard.ts";
import { filled, type Language, type Values } from "./say.ts";
import { SELDOM_ES } from "./seldom.es.ts";
import { SELDOM_PT } from "./seldom.pt.ts";
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

/** @internal */
export const FAULT_WORDS: Readonly<Record<Language, readonly FaultWords[]>> = {
  en: [],
  es: [ACCOUNTS_ES, ALARMS_ES, COMING_IN_ES, FAULTS_ES, REFUSALS_ES, SELDOM_ES],
  pt: [ACCOUNTS_PT, ALARMS_PT, COMING_IN_PT, FAULTS_PT, REFUSALS_PT, SELDOM_PT],
};
const PLACE = /\{(\w+)\}/g;

/** Strangers' text in it is not made safe yet. What to do is left out where there are no words for it. */
export function told(fault: Tellable, language: Language): Pick<Tellable, "message" | "hint"> {
  const { code, message, hint, values } = fault;
  const word = FAULT_WORDS[language].find((words) => Object.hasOwn(words, code))?.[code];
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
