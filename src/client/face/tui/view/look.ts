// What everything that is drawn needs to know: colours, columns, the time, and who sits here.
import { KnownNames } from "../../lines/known-names.ts";
import { ShownMessages } from "../../lines/shown-messages.ts";
import type { Telling } from "../../lines/event-lines.ts";
import { sanitizeLine, type SafeText } from "../../sanitize.ts";
import type { SelfView, TimelineMessage } from "../../../port/screens.ts";
import type { Theme } from "../ground/theme.ts";
import type { Ruler } from "../ground/text.ts";
import type { Say } from "../words/say.ts";

export interface Look {
  readonly theme: Theme;
  readonly ruler: Ruler;
  readonly now: number;
  /** In the language of the settings. */
  readonly say: Say;
}

/** Hours and minutes where the user is. */
export function hourOf(ms: number): string {
  const date = new Date(ms);
  return `${String(date.getHours()).padStart(2, "0")}:${String(date.getMinutes()).padStart(2, "0")}`;
}

/** `Friday, 20 November`; with the year where it is another one. */
export function dayOf(ms: number, { now, say }: Pick<Look, "now" | "say">): SafeText {
  const [at, today] = [new Date(ms), new Date(now)];
  const date = say(at.getFullYear() === today.getFullYear() ? "date" : "date-year", {
    weekday: say("weekdays").split(" ")[at.getDay()] ?? "",
    day: at.getDate(),
    month: say("months").split(" ")[at.getMonth()] ?? "",
    year: at.getFullYear(),
  });
  return at.toDateString() === today.toDateString() ? say("today", { date }) : date;
}

/** Hours and minutes; with the date before them where it is not today. */
export function momentOf(ms: number, now: number): string {
  const [date, today] = [new Date(ms), new Date(now)];
  if (date.toDateString() === today.toDateString()) return hourOf(ms);
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")} ${hourOf(ms)}`;
}

/** For the sentences of the lines. */
export function tellingOf({ user, name }: SelfView, here: string, now: number): Telling {
  const names = new KnownNames();
  if (user !== "") names.ready(user, name);
  const clockTime = (ms: number): string => momentOf(ms, now);
  return { here, names, shown: new ShownMessages(), clockTime, interactive: true };
}

/** What stands before a text: one's own name for them, else theirs; in brackets where nobody has proved it; told apart from others. */
export function authorOf({
  from,
  nickname,
  isNamesake,
}: Pick<TimelineMessage, "from" | "nickname" | "isNamesake">): SafeText {
  const name = sanitizeLine(nickname ?? from.name);
  if (!from.verified) return sanitizeLine(`[${name}]`);
  return isNamesake ? sanitizeLine(`${name} (@${from.user})`) : name;
}
