// English sentences with names and numbers in them, known again and said in another language: of what has no values of its own, as what a
// server or another room of this program has put into words. What is not known here is not said at all, or more plainly.
import { alarmDetails } from "./alarm-details.ts";
import { details } from "./details.ts";
import type { Heard } from "./fault-words.ts";
import { FIELD_NAMES } from "./field-names.ts";
import { hints } from "./hints.ts";
import { filled, type Language } from "./say.ts";

type Among = "detail" | "hint";
/** Made when one of them is needed. */
const made = new Map<Among, readonly Heard[]>();

/** The first that fits counts. @internal */
export function heardAmong(among: Among): readonly Heard[] {
  const all = made.get(among) ?? (among === "hint" ? hints() : [...details(), ...alarmDetails()]);
  made.set(among, all);
  return all;
}

/** Undefined: none of them. */
export function heardIn(language: Language, sentence: string, among: Among): string | undefined {
  if (language === "en") return sentence;
  for (const [en, es, pt] of heardAmong(among)) {
    const found = placesIn(en, sentence);
    const values = found === undefined ? undefined : inLanguage(found, language);
    if (values !== undefined) return filled(language === "es" ? es : pt, values);
  }
  return undefined;
}

type Places = Readonly<Record<string, string>>;

function inLanguage(found: Places, language: "es" | "pt"): Places | undefined {
  const { why, field } = found;
  const said = why === undefined ? "" : heardIn(language, why, "detail");
  if (said === undefined) return undefined;
  const name = field?.replaceAll('"', "") ?? "";
  const names = FIELD_NAMES[language];
  return { ...found, why: said, field: Object.hasOwn(names, name) ? (names[name] ?? name) : name };
}

/** What stands in the places of a sentence; each as short as it can be, and none empty. Undefined: it is another sentence. */
function placesIn(pattern: string, sentence: string): Places | undefined {
  const [first = "", ...parts] = pattern.split(/\{(\w+)\}/);
  if (!sentence.startsWith(first)) return undefined;
  if (parts.length === 0) return sentence === first ? {} : undefined;
  const places: Record<string, string> = {};
  let at = first.length;
  for (let part = 0; part < parts.length; part += 2) {
    const [name = "", behind = ""] = parts.slice(part, part + 2);
    const isLast = part + 2 === parts.length;
    const end = isLast ? sentence.length - behind.length : sentence.indexOf(behind, at + 1);
    if (end <= at || !sentence.startsWith(behind, end)) return undefined;
    places[name] = sentence.slice(at, end);
    at = end + behind.length;
  }
  return places;
}
