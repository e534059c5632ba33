// What went wrong, and what is told beside the conversations, in the language of the person: by its code. English is as it came.
import { ACCOUNTS_ES } from "./accounts.es.ts";
import { ACCOUNTS_PT } from "./accounts.pt.ts";
import { ALARMS_ES } from "./alarms.es.ts";
import { ALARMS_PT } from "./alarms.pt.ts";
import type { FaultWords } from "./fault-words.ts";
import { FAULTS_ES } from "./faults.es.ts";
import { FAULTS_PT } from "./faults.pt.ts";
import { REFUSALS_ES } from "./refusals.es.ts";
import { REFUSALS_PT } from "./refusals.pt.ts";
import { filled, type Language, type Values } from "./say.ts";

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
  es: [ALARMS_ES, FAULTS_ES, REFUSALS_ES, ACCOUNTS_ES],
  pt: [ALARMS_PT, FAULTS_PT, REFUSALS_PT, ACCOUNTS_PT],
};
const PLACE = /\{(\w+)\}/g;

/** Strangers' text in it is not made safe yet. */
export function told(fault: Tellable, language: Language): Pick<Tellable, "message" | "hint"> {
  const { code, message, hint, values } = fault;
  const word = FAULT_WORDS[language].find((words) => Object.hasOwn(words, code))?.[code];
  const known = { ...values, message };
  const says = [word?.says ?? []]
    .flat()
    .find((sentence) => placesOf(sentence).every((name) => Object.hasOwn(known, name)));
  if (word === undefined || says === undefined) return { message, ...(hint === undefined ? {} : { hint }) };
  const said = { message: filled(says, known) };
  return hint === undefined ? said : { ...said, hint: word.hint ?? hint };
}

function placesOf(sentence: string): readonly string[] {
  return [...sentence.matchAll(PLACE)].map(([, name = ""]) => name);
}
