// What rings, and what does not. Pure, but for remembering when it rang last.
import type { NotifyLevel, Ring } from "../../port/screens.ts";
import type { MessageView } from "../../port/views.ts";
import { excerptOf } from "./excerpt.ts";
import { isQuiet, type Settings } from "./settings.ts";

export interface Surroundings {
  readonly self: string;
  /** Everything that was missed is here. */
  readonly isReady: boolean;
  /** The person looks at this conversation, and sees its end. */
  readonly isSeen: boolean;
  readonly isLocked: boolean;
  readonly level: NotifyLevel;
  readonly settings: Settings;
  /** Since midnight, where the user is. */
  readonly minutes: () => number;
  readonly title: string;
}

/** Undefined: nothing rings. */
export function ringOf(message: MessageView, around: Surroundings): Ring | undefined {
  const { from, mine, muted, conversation, placeholder } = message;
  const { isReady, isSeen, settings, level, minutes, self, isLocked, title } = around;
  if (mine || from.user === self || placeholder !== undefined) return undefined;
  if (!isReady || isSeen || muted === true || !settings.notifications) return undefined;
  if (level === "nothing" || (settings.quiet !== undefined && isQuiet(settings.quiet, minutes()))) return undefined;
  const isMention = message.mentioned === true || hasKeyword(message.text, settings.keywords);
  if (level === "mentions" && !isMention) return undefined;
  // Not even who has said it.
  if (isLocked) return { conversation: "", title: "", text: "", isMention };
  return { conversation, title, text: excerptOf(message), isMention };
}

const PART_OF_WORD = /[\p{L}\p{N}_]/u;

/** As a whole word, whatever its case. @internal */
export function hasKeyword(text: string, keywords: readonly string[]): boolean {
  if (keywords.length === 0) return false;
  const folded = text.toLowerCase();
  return keywords.some((keyword) => hasWord(folded, keyword.toLowerCase()));
}

function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const before = Array.from(text.slice(Math.max(0, at - 2), at)).at(-1) ?? "";
    const [after = ""] = text.slice(at + word.length, at + word.length + 2);
    if (!PART_OF_WORD.test(before) && !PART_OF_WORD.test(after)) return true;
  }
  return false;
}

/** One conversation rings once in so long; whoever is named is told each time. */
const REST_MS = 1_000;

export class Bells {
  readonly #rang = new Map<string, number>();

  isDue(place: string, isMention: boolean, now: number): boolean {
    const last = this.#rang.get(place);
    const isSoon = last !== undefined && now >= last && now - last < REST_MS;
    if (isSoon && !isMention) return false;
    this.#rang.set(place, now);
    return true;
  }
}
